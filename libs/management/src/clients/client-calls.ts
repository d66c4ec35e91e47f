import { kept, LIMITS } from '@vestnik/protocol';
import { z } from 'zod';
import { tenantKeys } from '../access/access.js';
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
  devices: [{ movedAt: '2026-11-22T06:25:00.000Z', behind: 2 }],
  behind: 2,
  subscriptions: ['orders/#'],
  createdAt: '2026-11-20T08:00:00.000Z',
  seenAt: '2026-11-22T06:22:00.123Z',
};

const { behind: _behind, subscriptions: _subscriptions, ...listed } = { ...example, devices: [{ movedAt: '2026-11-22T06:25:00.000Z' }] };

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

export const CLIENT_CALLS = [listClients, getClient, changeClient, forgetClient, closeSession, revokeClient];
