import {
  deliveredMessageSchema,
  LIMITS,
  messageStatusSchema,
  recipientStatusSchema,
  sendAnswerSchema,
  sendSchema,
  withdrawResultSchema,
} from '@vestnik/protocol';
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

const problem = z.record(z.string(), z.unknown()).describe('A problem: `type`, `detail`, `retryable` and more.');

/** What of a CloudEvent the bus reads; what else stands in one is not passed on. */
const cloudEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1).describe('With `source` the idempotency key.'),
    source: z.string().min(1),
    type: z.string().min(1).describe('The type of the message.'),
    to: z.string().min(1).describe('An extension attribute: an address, or several with commas between them.'),
    datacontenttype: z.string().optional(),
    data: z.unknown().optional(),
    data_base64: z.string().optional(),
    ttl: z.number().int().min(1).optional(),
    deliverat: z.iso.datetime({ offset: true }).optional(),
    collapsekey: z.string().optional(),
    correlationid: z.string().optional(),
    receipt: z.boolean().optional(),
    durable: z.boolean().optional(),
    retain: z.boolean().optional(),
    traceparent: z.string().optional(),
  })
  .meta({ id: 'CloudEvent', description: 'CloudEvents 1.0, JSON format. In binary mode the attributes are headers `ce-…`, and the body is the data.' });

const message = { to: 'ivanov', type: 'order.approved', data: { order: 'A-17', sum: 1200.5 } };
const event = { specversion: '1.0', id: 'A-17', source: '/shop', type: 'order.approved', to: 'ivanov', data: { order: 'A-17', sum: 1200.5 } };
const sent = { id: ID, to: [{ address: 'ivanov@demo.local', state: 'queued', sessions: 1, known: true }] };
const recipient = { address: 'ivanov@demo.local', state: 'acknowledged', at: '2026-11-22T06:22:00.456Z' };

export const sendMessage = operation({
  id: 'sendMessage',
  method: 'post',
  path: '/v1/tenants/{tenant}/messages',
  tag,
  summary: 'Sends a message',
  description:
    '`202` means that it is on disk (unless `durable` is `false`). Tokens of clients with the scope `send` may call this too. A CloudEvent 1.0 is taken in structured and in binary mode.',
  access: tenantKeys('send'),
  headers: [{ name: 'Idempotency-Key', description: 'The same as `key` in the message.', example: 'k-1' }],
  body: {
    schema: sendSchema,
    example: message,
    also: [{ contentType: 'application/cloudevents+json', schema: cloudEvent, example: event }],
  },
  answers: { 202: { description: 'Accepted for at least one recipient.', schema: sendAnswerSchema, example: sent } },
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
    also: [
      {
        contentType: 'application/cloudevents-batch+json',
        schema: z.array(cloudEvent).min(1).max(LIMITS.batchMessages),
        example: [event, { ...event, id: 'A-18', to: 'petrov' }],
      },
    ],
  },
  answers: {
    202: {
      description: 'The answers: each as of one message, or a problem.',
      schema: z.object({ results: z.array(z.union([sendAnswerSchema, problem])) }),
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
      schema: messageStatusSchema,
      example: { id: ID, from: 'server@demo.local', type: 'order.approved', sentAt: '2026-11-22T06:22:00.123Z', to: [recipient] },
    },
  },
  problems: ['not-found', 'rate-limited', 'draining'],
});

export const listRecipients = operation({
  id: 'listRecipients',
  method: 'get',
  path: '/v1/tenants/{tenant}/messages/{id}/recipients',
  tag,
  summary: 'The recipients of a message, by page',
  access: tenantKeys('read'),
  query: pageQuery,
  answers: { 200: { description: 'A page of recipients.', schema: pageOfSchema(recipientStatusSchema), example: { items: [recipient] } } },
  problems: ['not-found', 'rate-limited', 'draining'],
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
      schema: withdrawResultSchema,
      example: { to: [{ address: 'ivanov@demo.local', state: 'withdrawn' }] },
    },
  },
  problems: ['not-found', 'rate-limited', 'draining'],
});

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
      schema: deliveredMessageSchema,
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
  problems: ['not-found', 'rate-limited', 'draining'],
});

export const MESSAGE_CALLS = [sendMessage, sendBatch, getMessage, listRecipients, withdrawMessage, receivedMessage];
