import { isKeepable, kept, LIMITS } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants, tenantKeys } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const tag = 'Clients';

export const clientQuery = pageQuery.extend({
  search: kept(LIMITS.titleCharacters, 'search').optional().describe('Part of the name or title.'),
});

export const clientPatch = z
  .strictObject({ title: kept(LIMITS.titleCharacters, 'title').nullable().describe('For people; `null` removes it.') })
  .meta({ id: 'ClientPatch' });

export type ClientPatch = z.output<typeof clientPatch>;

const sessionAnswer = z
  .object({
    session: z.string().describe('`client/session@…` reaches it alone.'),
    device: z.string().optional(),
    transport: z.string(),
    app: z.string().optional(),
    status: z.string().optional(),
    address: z.string().optional(),
    since: z.iso.datetime(),
  })
  .meta({ id: 'Session' });

const deviceAnswer = z
  .object({
    device: z.string().optional().describe('Absent: the position that sessions without a device share.'),
    movedAt: z.iso.datetime().describe('When its position last moved.'),
    position: z.string().optional().describe('Up to where it has acknowledged; opaque. Of one client only, not in lists.'),
    delivered: z.string().optional().describe('Up to where it was handed messages; opaque. Of one client only, not in lists.'),
    behind: z.number().optional().describe('How many messages it has not acknowledged, counted to 1,000.'),
  })
  .meta({ id: 'Device' });

export const clientAnswer = z
  .object({
    client: z.string(),
    address: z.string().describe('Whole.'),
    title: z.string().optional(),
    online: z.boolean(),
    sessions: z.array(sessionAnswer),
    devices: z.array(deviceAnswer),
    behind: z.number().optional().describe('How many messages no device has acknowledged, counted to 1,000. Of one client only, not in lists.'),
    waiting: z.number().optional().describe('How many direct messages nobody has acknowledged, counted to 10,000. Of one client only, not in lists.'),
    webhook: z.enum(['active', 'failing', 'paused']).optional().describe('How its webhook does, where it has one. Of one client only, not in lists.'),
    subscriptions: z.array(z.string()).optional().describe('Topics and patterns that it is subscribed to. Of one client only, not in lists.'),
    createdAt: z.iso.datetime(),
    seenAt: z.iso.datetime().optional(),
    revokedBefore: z.iso.datetime().optional().describe('Tokens that were issued before are refused.'),
  })
  .meta({ id: 'Client' });

const example = {
  client: 'ivanov',
  address: 'ivanov@demo.local',
  title: 'Ivanov Ivan',
  online: true,
  sessions: [{ session: '7f3a', transport: 'websocket', app: 'desk 1.4', since: '2026-11-22T06:22:00.123Z' }],
  devices: [{ movedAt: '2026-11-22T06:25:00.000Z', position: 'BaxllyA', delivered: 'BaxllyC', behind: 2 }],
  behind: 2,
  waiting: 2,
  subscriptions: ['orders/#'],
  createdAt: '2026-11-20T08:00:00.000Z',
  seenAt: '2026-11-22T06:22:00.123Z',
};

const { behind: _behind, waiting: _waiting, subscriptions: _subscriptions, ...listed } = { ...example, devices: [{ movedAt: '2026-11-22T06:25:00.000Z' }] };

export const listClients = operation({
  id: 'listClients',
  method: 'get',
  path: '/v1/tenants/{tenant}/clients',
  tag,
  summary: 'Lists the clients, with their sessions and devices',
  access: tenantKeys('read', 'viewer'),
  query: clientQuery,
  answers: { 200: { description: 'A page of clients.', schema: pageOfSchema(clientAnswer), example: { items: [listed] } } },
});

export const getClient = operation({
  id: 'getClient',
  method: 'get',
  path: '/v1/tenants/{tenant}/clients/{client}',
  tag,
  summary: 'One client: presence, sessions, devices, how far behind',
  access: tenantKeys('read', 'viewer'),
  answers: { 200: { description: 'The client.', schema: clientAnswer, example } },
  problems: ['client-unknown', 'request-invalid'],
});

export const changeClient = operation({
  id: 'changeClient',
  method: 'patch',
  path: '/v1/tenants/{tenant}/clients/{client}',
  tag,
  summary: 'Gives a client a title',
  access: tenantKeys('manage', 'operator'),
  body: { schema: clientPatch, example: { title: 'Ivanov Ivan' } },
  answers: { 200: { description: 'The client.', schema: clientAnswer, example } },
  problems: ['client-unknown'],
});

export const forgetClient = operation({
  id: 'forgetClient',
  method: 'delete',
  path: '/v1/tenants/{tenant}/clients/{client}',
  tag,
  summary: 'Forgets a client',
  description: 'Its sessions are closed, its positions go, and the data of its messages is overwritten.',
  access: tenantKeys('manage', 'operator'),
  answers: { 204: { description: 'It is forgotten.' } },
  problems: ['client-unknown', 'request-invalid'],
});

export const closeSession = operation({
  id: 'closeSession',
  method: 'delete',
  path: '/v1/tenants/{tenant}/clients/{client}/sessions/{session}',
  tag,
  summary: 'Closes a session',
  description: 'It is closed with 4410; the client comes back after a minute.',
  access: tenantKeys('manage', 'operator'),
  answers: { 204: { description: 'It is closed, or will be at once.' } },
  problems: ['client-unknown', 'not-found', 'request-invalid'],
});

export const revokeClient = operation({
  id: 'revokeClient',
  method: 'post',
  path: '/v1/tenants/{tenant}/clients/{client}/revoke',
  tag,
  summary: 'Refuses all tokens of a client that were issued before now',
  description: 'Its sessions end within 30 seconds. A tenant whose clients’ tokens are signed elsewhere may revoke a client that was never seen.',
  access: tenantKeys('manage', 'operator'),
  answers: { 204: { description: 'They count no longer.' } },
  problems: ['client-unknown', 'request-invalid'],
});

const flag = z.enum(['true', 'false']).transform((word) => word === 'true');

export const browseQuery = clientQuery.extend({
  tenant: z.string().min(1).max(63).optional().describe('Of this tenant only.'),
  transport: z.string().min(1).max(64).refine(isKeepable, 'letters').optional().describe('Those that have a session over it now.'),
  app: kept(LIMITS.appCharacters, 'app').optional().describe('Those that have a session of an application whose name begins so.'),
  online: flag.optional(),
  behind: z.coerce
    .number({ error: 'a number' })
    .int('a whole number')
    .min(1)
    .max(10_000)
    .optional()
    .describe('Those that have so many messages waiting, or more.'),
  dropped: flag.optional().describe('Those whose connection broke, or was ended as too slow or dead, within the last hour.'),
  sort: z.enum(['name', 'behind', 'seen']).default('name').describe('`behind`: most waiting first; `seen`: seen last first.'),
});

export type BrowseQuery = z.output<typeof browseQuery>;

const browsedClient = z
  .object({
    tenant: z.string(),
    client: z.string(),
    address: z.string().describe('Whole.'),
    title: z.string().optional(),
    online: z.boolean(),
    sessions: z.number(),
    transports: z.array(z.string()).describe('Of its sessions.'),
    apps: z.array(z.string()).describe('Of its sessions.'),
    waiting: z.number().optional().describe('Direct messages that nobody has acknowledged, counted to 10,000. Absent until it was counted.'),
    oldestWaitingAt: z.iso.datetime().optional(),
    seenAt: z.iso.datetime().optional(),
    dropped: z.object({ at: z.iso.datetime(), reason: z.string() }).optional().describe('How its connection was lost last, within the last hour.'),
    webhook: z.enum(['active', 'failing', 'paused']).optional(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'BrowsedClient' });

export type BrowsedClientAnswer = z.output<typeof browsedClient>;

export const browseClients = operation({
  id: 'browseClients',
  method: 'get',
  path: '/v1/clients',
  tag,
  summary: 'Looks for clients of all tenants: by name, by what connects them, by what waits for them',
  description:
    'A page may hold fewer than `limit` and still have a `next`: one request looks through so many clients at most. What waits is counted in the background while somebody asks: `asOf` says how fresh it is; absent until it was counted the first time.',
  access: administratorsOfTenants('viewer'),
  query: browseQuery,
  answers: {
    200: {
      description: 'A page of clients.',
      schema: pageOfSchema(browsedClient).extend({ asOf: z.iso.datetime().optional().describe('When what waits was counted.') }),
      example: {
        items: [
          {
            tenant: 'demo',
            client: 'ivanov',
            address: 'ivanov@demo.local',
            title: 'Ivanov Ivan',
            online: true,
            sessions: 1,
            transports: ['websocket'],
            apps: ['desk 1.4'],
            waiting: 2,
            oldestWaitingAt: '2026-11-22T06:21:00.000Z',
            seenAt: '2026-11-22T06:22:00.123Z',
            createdAt: '2026-11-20T08:00:00.000Z',
          },
        ],
        asOf: '2026-11-22T06:22:05.000Z',
      },
    },
  },
});

export const waitingQuery = pageQuery;

const waitingMessage = z
  .object({
    id: z.uuid(),
    position: z.string().describe('Opaque.'),
    from: z.string(),
    to: z.string(),
    type: z.string(),
    bytes: z.number().describe('Of its data.'),
    sentAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    attempts: z.number().optional().describe('How often it was handed over; absent where it never was.'),
  })
  .meta({ id: 'WaitingMessage' });

export type WaitingMessageAnswer = z.output<typeof waitingMessage>;

export const listWaiting = operation({
  id: 'listWaiting',
  method: 'get',
  path: '/v1/tenants/{tenant}/clients/{client}/waiting',
  tag,
  summary: 'The direct messages that wait for a client, oldest first',
  description: 'Without receipts, which count for no inbox.',
  access: tenantKeys('read', 'viewer'),
  query: waitingQuery,
  answers: {
    200: {
      description: 'A page of messages.',
      schema: pageOfSchema(waitingMessage),
      example: {
        items: [
          {
            id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11',
            position: 'BaxllyC',
            from: 'server@demo.local',
            to: 'ivanov@demo.local',
            type: 'order.approved',
            bytes: 29,
            sentAt: '2026-11-22T06:22:00.123Z',
            expiresAt: '2026-11-29T06:22:00.123Z',
            attempts: 1,
          },
        ],
      },
    },
  },
  problems: ['client-unknown', 'request-invalid'],
});

export const resendBody = z
  .strictObject({
    position: kept(LIMITS.positionCharacters, 'position').optional().describe('Those after this position.'),
    since: z.iso.datetime({ offset: true }).optional().describe('Those that came since.'),
    until: z.iso.datetime({ offset: true }).optional().describe('Those that came before.'),
    limit: z.number().int().min(1).max(1_000).default(100),
  })
  .refine(({ position, since }) => (position === undefined) !== (since === undefined), { path: ['position'], error: 'give either position or since' })
  .meta({ id: 'Resend' });

export type ResendBody = z.output<typeof resendBody>;

const moved = z.object({ messages: z.number(), more: z.boolean().describe('Whether there are more of them: call again.') });

export const resendToClient = operation({
  id: 'resendToClient',
  method: 'post',
  path: '/v1/tenants/{tenant}/clients/{client}/resend',
  tag,
  summary: 'Sends direct messages to a client again',
  description:
    'Copies with ids of their own go to it, in the order in which the messages came; nobody gets receipts of them. What still waits for it comes anyway and is not copied, nor is what was withdrawn or collapsed, nor are copies. `next` is the `position` to go on from.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: resendBody, example: { since: '2026-11-22T06:00:00.000Z', limit: 100 } },
  answers: {
    202: {
      description: 'So many copies are on disk.',
      schema: moved.extend({ next: z.string().optional().describe('Position of the last message that was looked at.') }),
      example: { messages: 12, more: false, next: 'BaxllyC' },
    },
  },
  problems: ['client-unknown', 'position-invalid', 'inbox-full'],
});

export const purgeBody = z.strictObject({}).meta({ id: 'Purge' });

export const purgeClient = operation({
  id: 'purgeClient',
  method: 'post',
  path: '/v1/tenants/{tenant}/clients/{client}/purge',
  tag,
  summary: 'Withdraws the direct messages that wait for a client',
  description: 'At most 1,000 a call. Senders get receipts as ever: `withdrawn`, with the reason.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: purgeBody, example: {} },
  answers: { 200: { description: 'So many wait no longer.', schema: moved, example: { messages: 2, more: false } } },
  problems: ['client-unknown'],
});

export const CLIENT_CALLS = [
  listClients,
  getClient,
  changeClient,
  forgetClient,
  closeSession,
  revokeClient,
  browseClients,
  listWaiting,
  resendToClient,
  purgeClient,
];
