import { z } from 'zod';
import { tenantKeys } from '../access/access.js';
import { operation } from '../openapi/operation.js';

const counted = (what: string) => z.number().describe(`${what}, counted to 100,000.`);

export const usageAnswer = z
  .object({
    clients: z.number().describe('Clients that are known, counted to 250,000.'),
    online: z.number().describe('Clients that have a session now, on any node.'),
    sessions: z.number().describe('Sessions that are open now, on any node.'),
    waiting: z.number().describe('Direct messages that nobody has acknowledged; of one client at most 10,000 are counted.'),
    oldestWaitingAt: z.iso.datetime().optional(),
    deadLetters: counted('Dead letters'),
    scheduled: counted('Messages that wait for their time'),
    topics: counted('Topics'),
    webhooks: counted('Webhooks'),
    keys: z.number().describe('API keys that have not expired.'),
    storedMessages: z.number().describe('About how many messages of its senders are kept; an estimate from the statistics of the database.'),
    lastDay: z.object({ accepted: z.number().describe('About how many messages were accepted; an estimate as above.') }).optional(),
    limits: z.object({
      maxInbox: z.number().describe('Direct messages that may wait for one client.'),
      maxDataBytes: z.number(),
      rateLimits: z.object({
        perTenant: z.number().optional(),
        perKey: z.number().optional(),
        perClient: z.number().optional(),
        perAddress: z.number().optional(),
      }),
      scheduled: z.number().describe('Messages that may wait for their time.'),
    }),
  })
  .meta({ id: 'TenantUsage' });
export type UsageAnswer = z.output<typeof usageAnswer>;

export const getTenantUsage = operation({
  id: 'getTenantUsage',
  method: 'get',
  path: '/v1/tenants/{tenant}/usage',
  tag: 'Tenants',
  summary: 'What a tenant uses, beside what it may',
  access: tenantKeys('read', 'viewer'),
  answers: {
    200: {
      description: 'What it uses.',
      schema: usageAnswer,
      example: {
        clients: 1204,
        online: 311,
        sessions: 340,
        waiting: 52,
        oldestWaitingAt: '2026-11-21T22:10:00.000Z',
        deadLetters: 3,
        scheduled: 17,
        topics: 40,
        webhooks: 2,
        keys: 5,
        storedMessages: 181000,
        lastDay: { accepted: 9200 },
        limits: { maxInbox: 100000, maxDataBytes: 262144, rateLimits: { perTenant: 500 }, scheduled: 100000 },
      },
    },
  },
});

export const USAGE_CALLS = [getTenantUsage];
