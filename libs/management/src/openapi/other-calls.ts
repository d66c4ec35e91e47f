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

const introduction = z.object({
  versions: z.tuple([z.number(), z.number()]).describe('The lowest and highest version of links that are spoken.'),
  id: z.string().describe('The installation’s id.'),
  root: z.string().describe('Its root Ed25519 public key; base64url.'),
  keys: z.string().describe('The list of its link keys, signed by the root key.'),
  nonce: z.string().describe('32 random bytes; base64url.'),
  name: z.string().describe('What it calls itself.'),
  url: z.string().optional().describe('Where it can be dialled.'),
  proof: z.string().describe('HMAC-SHA-256 that proves the invite’s secret; base64url.'),
});
const introductionExample = {
  versions: [1, 1],
  id: 'k7q2mzp4x3ay5wbd6ne2vtrhc4sgfj7u',
  root: 'Pwq1mVd1Yy7gC0m3nJxQkz9k9C2k6b8m1sXcY0ZlQ7I',
  keys: '{"list":"…","signature":"…"}',
  nonce: 'n0v1Zt4Jq8k2b5T7x9c3w6e1r4y7u0i3o6p9a2s5d8E',
  name: 'branch-7',
  proof: 'p4o5m6n7b8v9c0x1z2l3k4j5h6g7f8d9s0a1q2w3e4M',
};

export const pairLink = operation({
  id: 'pairLink',
  method: 'post',
  path: '/v1/links/pair',
  tag: 'Links',
  summary: 'How an installation that was invited is paired with this one',
  description:
    'Called by the other installation, not by people: `POST /v1/links` there calls it here. The proof of the invite’s secret stands in place of a key.',
  access: PUBLIC,
  body: {
    schema: introduction.extend({ word: z.string().describe('By which the invite is found; base64url.') }).meta({ id: 'PairingQuestion' }),
    example: { ...introductionExample, word: 'w0r9d8x7c6v5b4n3m2a1s0d9f8g7h6j5k4l3q2w1e0Q' },
  },
  answers: {
    200: { description: 'The two are paired; both show the same words.', schema: introduction.meta({ id: 'PairingAnswer' }), example: introductionExample },
  },
  problems: ['unauthenticated', 'conflict', 'rate-limited'],
});

export const OTHER_CALLS = [pairLink, openSocket, healthz, readyz, metrics];
