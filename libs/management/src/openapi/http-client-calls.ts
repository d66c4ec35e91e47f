import { deliveredMessageSchema, eventsQuerySchema, gapSchema, inboxQuerySchema, LIMITS, rpcQuerySchema } from '@vestnik/protocol';
import { z } from 'zod';
import { tenantKeys } from '../access/access.js';
import { operation } from './operation.js';

/*
 * Described here, served in front of the framework: what clients ask for that open no socket. What is pushed and what the
 * methods take and answer is in the AsyncAPI document.
 */

const tag = 'Without sockets';
const ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';
const MESSAGE = {
  id: ID,
  position: 'BaxllyC',
  from: 'server@demo.local',
  to: 'ivanov@demo.local',
  type: 'order.approved',
  data: { order: 'A-17', sum: 1200.5 },
  sentAt: '2026-11-22T06:22:00.123Z',
  expiresAt: '2026-11-29T06:22:00.123Z',
};

const accessToken = { access_token: z.string().optional().describe('A client token, never a key, where no header can be sent (a browser’s `EventSource`).') };
const forClients = 'Tokens of clients with the scope `receive` may call this, and keys for their own client.';

export const openEvents = operation({
  id: 'openEvents',
  method: 'get',
  path: '/v1/tenants/{tenant}/events',
  tag,
  summary: 'A stream of what is pushed: server-sent events, or JSON lines',
  description: `It does not end by itself. \`Accept: application/x-ndjson\` asks for JSON lines. What \`connect\` answers is in the header \`Vestnik-Connected\`. Receiving is not acknowledging: that is done by \`rpc\`, or with \`ack=auto\` by resuming. ${forClients}`,
  access: tenantKeys('receive'),
  query: eventsQuerySchema.extend(accessToken),
  headers: [{ name: 'Last-Event-ID', description: 'The position that the stream goes on from; before `after`.' }],
  answers: {
    200: {
      description: 'The stream.',
      contentType: 'text/event-stream',
      schema: z.string(),
      example: `retry: 2000\n\nevent: message\nid: ${MESSAGE.position}\ndata: ${JSON.stringify(MESSAGE)}\n\n`,
      also: [
        {
          contentType: 'application/x-ndjson',
          schema: z.string(),
          example: `\n${JSON.stringify({ jsonrpc: '2.0', method: 'message', params: MESSAGE })}\n`,
        },
      ],
    },
  },
  problems: ['origin-refused', 'position-invalid', 'too-many-connections', 'rate-limited', 'draining'],
});

const inboxPage = z
  .object({
    messages: z.array(deliveredMessageSchema),
    position: z.string().describe('How far this page reaches: the `after` of the next poll.'),
    events: z.array(
      z.object({
        method: z.string(),
        params: z.record(z.string(), z.unknown()),
        id: z.string().optional().describe('Of a call: by which its answer comes back.'),
      }),
    ),
    gap: gapSchema.optional(),
  })
  .meta({ id: 'InboxPage' });

export const pollInbox = operation({
  id: 'pollInbox',
  method: 'get',
  path: '/v1/tenants/{tenant}/inbox',
  tag,
  summary: 'Long poll: what has come, or will have come within `wait` seconds',
  description: `\`after\` acknowledges everything up to it, unless \`ack=none\`. ${forClients}`,
  access: tenantKeys('receive'),
  query: inboxQuerySchema.extend(accessToken),
  answers: {
    200: { description: 'A page; empty where nothing came.', schema: inboxPage, example: { messages: [MESSAGE], position: MESSAGE.position, events: [] } },
  },
  problems: ['origin-refused', 'position-invalid', 'too-many-connections', 'rate-limited', 'draining'],
});

const rpcId = z.union([z.string(), z.number(), z.null()]);
const rpcObject = z.looseObject({ jsonrpc: z.literal('2.0') });
const rpcCall = rpcObject
  .extend({
    id: rpcId.optional().describe('Absent: nothing is answered.'),
    method: z.string().optional(),
    params: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'RpcCall', description: 'A call of a method, or the answer to a call of the bus, as JSON-RPC 2.0 has them.' });
const rpcAnswer = rpcObject
  .extend({ id: rpcId, result: z.unknown().optional(), error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional() })
  .meta({ id: 'RpcAnswer' });

export const callMethods = operation({
  id: 'callMethods',
  method: 'post',
  path: '/v1/tenants/{tenant}/rpc',
  tag,
  summary: 'The methods of the sockets, for streams and polls: JSON-RPC 2.0',
  description: `One call, or a batch of up to ${LIMITS.jsonRpcBatch}, carried out in order; also where a call that came by the stream or poll is answered. Which session it is for says \`Vestnik-Session\`, or \`device\`. Each method has its own scope. ${forClients}`,
  access: tenantKeys('receive'),
  query: rpcQuerySchema,
  headers: [{ name: 'Vestnik-Session', description: 'The word that the session was given by `session`.', example: 'desk' }],
  body: {
    schema: z.union([rpcCall, z.array(rpcCall).min(1).max(LIMITS.jsonRpcBatch)]),
    example: { jsonrpc: '2.0', id: 1, method: 'send', params: { to: 'petrov', type: 'order.seen', data: { order: 'A-17' } } },
  },
  answers: {
    200: {
      description: 'Results and errors, as they were asked for.',
      schema: z.union([rpcAnswer, z.array(rpcAnswer)]),
      example: { jsonrpc: '2.0', id: 1, result: { id: ID, to: [{ address: 'petrov@demo.local', state: 'queued', sessions: 0, known: true }] } },
    },
    204: { description: 'Nothing was asked: notifications, and answers to calls.' },
  },
  problems: ['origin-refused', 'rate-limited', 'draining'],
});

export const HTTP_CLIENT_CALLS = [openEvents, pollInbox, callMethods];
