import { LIMITS, sendSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { tenantKeys } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from './operation.js';
import { pageOfSchema } from './page-schema.js';

/*
 * Described here, served in front of the framework: these are the hot paths.
 */

const tag = 'Messages';
const ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';

const states = z.enum(['scheduled', 'queued', 'forwarded', 'delivered', 'acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn']);
const problem = z.record(z.string(), z.unknown()).describe('A problem: `type`, `detail`, `retryable` and more.');

const sendAnswer = z
  .object({
    id: z.uuid(),
    to: z.array(
      z.object({
        address: z.string().describe('Whole.'),
        state: z.enum(['queued', 'scheduled', 'delivered', 'forwarded', 'refused']),
        sessions: z.number().optional().describe('How many sessions the recipient has now.'),
        known: z.boolean().optional().describe('Whether the tenant knew it before.'),
        error: problem.optional(),
      }),
    ),
    duplicate: z.literal(true).optional().describe('The key was used before; nothing was sent.'),
  })
  .meta({ id: 'SendAnswer' });

const recipientStatus = z
  .object({
    address: z.string(),
    state: states,
    at: z.iso.datetime().optional(),
    reason: z.string().optional(),
    devices: z
      .array(
        z.object({
          device: z.string().optional(),
          state: z.enum(['delivered', 'acknowledged']),
          at: z.iso.datetime().optional(),
          attempts: z.number().optional(),
        }),
      )
      .optional(),
    error: problem.optional(),
  })
  .meta({ id: 'RecipientStatus' });

const messageStatus = z
  .object({
    id: z.uuid(),
    from: z.string(),
    type: z.string(),
    sentAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
    deliverAt: z.iso.datetime().optional(),
    correlationId: z.string().optional(),
    data: z.unknown().optional().describe('With the scope `read:data` only.'),
    to: z.array(recipientStatus),
    counts: z.partialRecord(states, z.number()).optional().describe('Of topics and `*`: how many recipients are in which state.'),
  })
  .meta({ id: 'MessageStatus' });

const message = { to: 'ivanov', type: 'order.approved', data: { order: 'A-17', sum: 1200.5 } };
const sent = { id: ID, to: [{ address: 'ivanov@demo.local', state: 'queued', sessions: 1, known: true }] };
const recipient = { address: 'ivanov@demo.local', state: 'acknowledged', at: '2026-11-22T06:22:00.456Z' };

export const sendMessage = operation({
  id: 'sendMessage',
  method: 'post',
  path: '/v1/tenants/{tenant}/messages',
  tag,
  summary: 'Sends a message',
  description: '`202` means that it is on disk (unless `durable` is `false`). Tokens of clients with the scope `send` may call this too.',
  access: tenantKeys('send'),
  headers: [{ name: 'Idempotency-Key', description: 'The same as `key` in the message.', example: 'k-1' }],
  body: { schema: sendSchema, example: message },
  answers: { 202: { description: 'Accepted for at least one recipient.', schema: sendAnswer, example: sent } },
  problems: [
    'message-invalid',
    'address-invalid',
    'recipient-refused',
    'client-unknown',
    'client-offline',
    'conflict',
    'data-too-large',
    'idempotency-mismatch',
    'rate-limited',
    'inbox-full',
    'storage-full',
    'draining',
  ],
});

export const sendBatch = operation({
  id: 'sendBatch',
  method: 'post',
  path: '/v1/tenants/{tenant}/messages/batch',
  tag,
  summary: 'Sends up to 1,000 messages',
  description: 'Each has an answer of its own, in order; one bad message fails none of the others.',
  access: tenantKeys('send'),
  body: {
    schema: z.strictObject({ messages: z.array(sendSchema).min(1).max(LIMITS.batchMessages) }).meta({ id: 'MessageBatch' }),
    example: { messages: [message, { to: 'petrov', type: 'order.approved', data: { order: 'A-18' } }] },
  },
  answers: {
    202: {
      description: 'The answers: each as of one message, or a problem.',
      schema: z.object({ results: z.array(z.union([sendAnswer, problem])) }),
      example: { results: [sent, { ...sent, id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e12' }] },
    },
  },
  problems: ['data-too-large', 'rate-limited', 'storage-full', 'draining'],
});

export const getMessage = operation({
  id: 'getMessage',
  method: 'get',
  path: '/v1/tenants/{tenant}/messages/{id}',
  tag,
  summary: 'A message and what became of it',
  access: tenantKeys('read'),
  answers: {
    200: {
      description: 'The message; its `data` with the scope `read:data`.',
      schema: messageStatus,
      example: { id: ID, from: 'server@demo.local', type: 'order.approved', sentAt: '2026-11-22T06:22:00.123Z', to: [recipient] },
    },
  },
  problems: ['not-found'],
});

export const listRecipients = operation({
  id: 'listRecipients',
  method: 'get',
  path: '/v1/tenants/{tenant}/messages/{id}/recipients',
  tag,
  summary: 'The recipients of a message, by page',
  access: tenantKeys('read'),
  query: pageQuery,
  answers: { 200: { description: 'A page of recipients.', schema: pageOfSchema(recipientStatus), example: { items: [recipient] } } },
  problems: ['not-found'],
});

export const withdrawMessage = operation({
  id: 'withdrawMessage',
  method: 'delete',
  path: '/v1/tenants/{tenant}/messages/{id}',
  tag,
  summary: 'Withdraws a message from all that have not acknowledged it',
  access: tenantKeys('send'),
  answers: {
    200: {
      description: 'Where it stands now.',
      schema: z.object({ to: z.array(z.object({ address: z.string(), state: states })) }),
      example: { to: [{ address: 'ivanov@demo.local', state: 'withdrawn' }] },
    },
  },
  problems: ['not-found'],
});

const deliveredMessage = z
  .object({
    id: z.uuid(),
    position: z.string(),
    from: z.string(),
    to: z.string(),
    type: z.string(),
    data: z.unknown(),
    sentAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    correlationId: z.string().optional(),
    contentType: z.string().optional(),
    traceparent: z.string().optional(),
  })
  .meta({ id: 'DeliveredMessage' });

export const receivedMessage = operation({
  id: 'receivedMessage',
  method: 'get',
  path: '/v1/tenants/{tenant}/inbox/{id}',
  tag,
  summary: 'A message whole, by its recipient',
  description: 'Where a session has `maxData`, larger messages come with a `dataRef` to this address instead of `data`.',
  access: tenantKeys('receive'),
  answers: {
    200: {
      description: 'The message as it is delivered.',
      schema: deliveredMessage,
      example: {
        id: ID,
        position: 'BaxllyC',
        from: 'server@demo.local',
        to: 'ivanov@demo.local',
        type: 'order.approved',
        data: { order: 'A-17' },
        sentAt: '2026-11-22T06:22:00.123Z',
        expiresAt: '2026-11-29T06:22:00.123Z',
      },
    },
  },
  problems: ['not-found'],
});

export const MESSAGE_CALLS = [sendMessage, sendBatch, getMessage, listRecipients, withdrawMessage, receivedMessage];
