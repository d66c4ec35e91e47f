import { z } from 'zod';
import { administrators, administratorsOfTenants } from '../access/access.js';
import { operation } from '../openapi/operation.js';

const tag = 'Installation';

const rate = z.number().describe('A second, in the mean of the last 10 s.');
const perSecond = z.array(z.number()).describe('A second, in the mean of each step; oldest first.');
const total = z.number().describe('In the last hour.');

/** Nodes count for all tenants together. */
const WHOLE = 'Absent for administrators of single tenants.';

export const ATTENTION_KINDS = [
  'link-down',
  'link-quarantined',
  'link-pending',
  'webhook-paused',
  'webhook-failing',
  'dead-letters',
  'client-behind',
  'key-expiring',
  'commit-slow',
  'intake-full',
] as const;

const attention = z
  .object({
    kind: z.enum(ATTENTION_KINDS),
    severity: z.enum(['warning', 'critical']),
    tenant: z.string().optional(),
    subject: z.string().optional().describe('Whom it concerns: a client, a link, a key.'),
    count: z.number().optional(),
    detail: z.string().optional(),
    since: z.iso.datetime().optional(),
    page: z.string().describe('Where in the console it is mended; a path below /console.'),
  })
  .meta({ id: 'Attention' });

export type Attention = z.output<typeof attention>;

export const statsAnswer = z
  .object({
    at: z.iso.datetime(),
    now: z
      .object({
        sessions: z.number(),
        accepted: rate.describe('Durable messages, by recipients; topics and * count once.'),
        transient: rate,
        delivered: rate.describe('Handed to sessions.'),
        acknowledged: rate.describe('By sessions.'),
        refused: rate.describe('At the door, or by the recipient.'),
        expired: rate,
        calls: rate,
        intakeWaiting: z.number().describe('Sends that wait for their commit.'),
      })
      .optional()
      .describe(WHOLE),
    series: z
      .object({
        from: z.iso.datetime().describe('Where the first step begins.'),
        step: z.number().describe('Seconds.'),
        sessions: z.array(z.number()),
        accepted: perSecond,
        transient: perSecond,
        delivered: perSecond,
        acknowledged: perSecond,
        refused: perSecond,
        expired: perSecond,
        calls: perSecond,
      })
      .optional()
      .describe(`The last hour, as the nodes that live now remember it. ${WHOLE}`),
    hour: z.object({ accepted: total, delivered: total, acknowledged: total, refused: total, expired: total }).optional().describe(WHOLE),
    waiting: z
      .object({
        messages: z.number().describe('Direct messages that nobody has acknowledged; of one client 10,000 are counted at most.'),
        clients: z.number().describe('For whom they wait.'),
        oldest: z.object({ at: z.iso.datetime(), tenant: z.string(), client: z.string() }).optional(),
        asOf: z.iso.datetime().optional().describe('When this was counted.'),
      })
      .describe('What waits for clients.'),
    nodes: z.number().optional().describe(WHOLE),
    tenants: z.number(),
    links: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          state: z.string(),
          connected: z.boolean(),
          queue: z.object({ messages: z.number(), bytes: z.number(), oldestAt: z.iso.datetime().optional() }),
        }),
      )
      .optional()
      .describe(WHOLE),
    postgres: z
      .object({
        version: z.string(),
        embedded: z.boolean(),
        commitMs: z.number().describe('How long one commit took just now, measured for this answer.'),
        sizeBytes: z.number(),
        partitions: z.number().describe('Of the tables that are cut into pieces by age.'),
        tables: z.array(z.object({ name: z.string(), bytes: z.number() })).describe('The largest, with their indexes.'),
      })
      .optional()
      .describe(WHOLE),
    attention: z.array(attention).describe('What somebody should look at, the most pressing first.'),
  })
  .meta({ id: 'Stats' });

export type StatsAnswer = z.output<typeof statsAnswer>;

const zero = [0, 0];

export const getStats = operation({
  id: 'getStats',
  method: 'get',
  path: '/v1/stats',
  tag,
  summary: 'What the installation does now and did in the last hour, and what needs attention',
  description: 'Kept in memory by each node that lives; a node that was started anew remembers nothing from before.',
  access: administratorsOfTenants('viewer'),
  answers: {
    200: {
      description: 'The figures, of all nodes together.',
      schema: statsAnswer,
      example: {
        at: '2026-11-22T06:22:00.123Z',
        now: { sessions: 2, accepted: 1.5, transient: 0, delivered: 1.5, acknowledged: 1.4, refused: 0, expired: 0, calls: 0.1, intakeWaiting: 0 },
        series: {
          from: '2026-11-22T06:21:40.000Z',
          step: 10,
          sessions: [2, 2],
          accepted: [1, 1.5],
          transient: zero,
          delivered: [1, 1.5],
          acknowledged: [1, 1.4],
          refused: zero,
          expired: zero,
          calls: [0, 0.1],
        },
        hour: { accepted: 25, delivered: 25, acknowledged: 24, refused: 0, expired: 0 },
        waiting: { messages: 1, clients: 1, oldest: { at: '2026-11-22T06:21:58.000Z', tenant: 'demo', client: 'ivanov' }, asOf: '2026-11-22T06:21:58.000Z' },
        nodes: 1,
        tenants: 1,
        links: [],
        postgres: { version: '18.4', embedded: true, commitMs: 0.4, sizeBytes: 9437184, partitions: 6, tables: [{ name: 'log', bytes: 1048576 }] },
        attention: [{ kind: 'webhook-paused', severity: 'critical', tenant: 'demo', subject: 'shop', detail: 'the endpoint answered 410', page: '/webhooks' }],
      },
    },
  },
});

const node = z
  .object({
    node: z.string().describe('Random, new at every start.'),
    self: z.boolean().describe('Whether it answered this call.'),
    host: z.string(),
    version: z.string(),
    startedAt: z.iso.datetime(),
    sessions: z.number(),
    memoryBytes: z.number().describe('Resident.'),
    cpu: z.number().describe('Share of one core, over the last 10 s.'),
    loopDelayMs: z.number().describe('How late its event loop was, in the mean.'),
    intakeWaiting: z.number(),
    accepting: z.boolean().describe('`false` while it is shutting down.'),
  })
  .meta({ id: 'Node' });

export const listNodes = operation({
  id: 'listNodes',
  method: 'get',
  path: '/v1/nodes',
  tag,
  summary: 'The nodes that live',
  description: 'One that does not answer within a second is left out.',
  access: administrators('viewer'),
  answers: {
    200: {
      description: 'All of them, the one that answers first.',
      schema: z.object({ items: z.array(node) }),
      example: {
        items: [
          {
            node: 'hY2kQx8ZbW1c',
            self: true,
            host: 'bus-1',
            version: '0.1.0',
            startedAt: '2026-11-22T06:00:00.000Z',
            sessions: 2,
            memoryBytes: 104857600,
            cpu: 0.03,
            loopDelayMs: 0.4,
            intakeWaiting: 0,
            accepting: true,
          },
        ],
      },
    },
  },
});

export const OVERVIEW_CALLS = [getStats, listNodes];
