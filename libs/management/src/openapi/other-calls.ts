import { connectSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { administrators, PUBLIC, tenantKeys } from '../access/access.js';
import { operation } from './operation.js';

/*
 * Described here, served by other parts of the node.
 */

export const openSocket = operation({
  id: 'openSocket',
  method: 'get',
  path: '/v1/tenants/{tenant}/socket',
  tag: 'Sockets',
  summary: 'Plain WebSocket: JSON-RPC 2.0',
  description:
    'Subprotocol `vestnik.v1.jsonrpc`. The first call is `connect`, or `?connect=auto` is taken as the call. Tokens of clients with the scope `receive` open it, and keys for their own client. Socket.IO is at path `/socket.io`, namespace `/tenants/{tenant}`.',
  access: tenantKeys('receive'),
  query: z.object({ connect: z.literal('auto').optional() }).extend(connectSchema.pick({ device: true, position: true, window: true }).shape),
  answers: { 101: { description: 'The connection is a WebSocket from here on.' } },
  problems: ['origin-refused', 'unavailable'],
});

const health = z.object({ status: z.string() });

export const healthz = operation({
  id: 'healthz',
  method: 'get',
  path: '/healthz',
  tag: 'Health',
  summary: 'The process lives',
  access: PUBLIC,
  answers: { 200: { description: 'It does.', schema: health, example: { status: 'ok' } } },
});

export const readyz = operation({
  id: 'readyz',
  method: 'get',
  path: '/readyz',
  tag: 'Health',
  summary: 'The node can serve: Postgres is reachable, and it is not shutting down',
  access: PUBLIC,
  answers: { 200: { description: 'It can.', schema: health, example: { status: 'ok' } } },
  problems: ['unavailable', 'draining'],
});

export const metrics = operation({
  id: 'metrics',
  method: 'get',
  path: '/metrics',
  tag: 'Health',
  summary: 'Figures for Prometheus',
  access: administrators('viewer'),
  answers: {
    200: { description: 'Names begin with `vestnik_`.', schema: z.string(), contentType: 'text/plain; version=0.0.4', example: 'vestnik_sessions 3\n' },
  },
});

export const OTHER_CALLS = [openSocket, healthz, readyz, metrics];
