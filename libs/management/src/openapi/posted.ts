import { callParamsSchema, deliveredMessageSchema, noticeSchema, PROBLEMS } from '@vestnik/protocol';
import { z } from 'zod';
import type { OtherForm } from './operation.js';
import type { Components, Json } from './schemas.js';

/*
 * What the bus POSTs: to webhooks what their clients are sent, to hooks what happens. `webhooks` of the document.
 */

/** Something that is POSTed, in one form or several. */
export interface Posted {
  /** Its name in the document. */
  readonly name: string;
  readonly tag: string;
  readonly summary: string;
  readonly forms: readonly OtherForm[];
  /** What a 2xx means. */
  readonly taken: string;
  /** The body of a 2xx is the answer. */
  readonly answered?: unknown;
}

const JSON_TYPE = 'application/json';
const CLOUD_EVENT = 'application/cloudevents+json';
const ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';
const CALL_ID = 'o5AQ-gkh-nPY.01a20440-203f-7183-afa5-c4009418a765';
const NOW = '2026-11-22T06:22:00.123Z';
const LATER = '2026-11-29T06:22:00.123Z';
const FROM = 'server@demo.local';
const TO = 'stock@demo.local';
const SOURCE = 'urn:vestnik:server@demo.local';

const event = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string().describe('`urn:vestnik:` and the sender’s address.'),
  type: z.string(),
  subject: z.string().optional().describe('The address that it was sent to.'),
  time: z.iso.datetime(),
  datacontenttype: z.string(),
});

const messageEvent = event
  .extend({
    data: z.unknown().optional(),
    data_base64: z.string().optional().describe('Where the message has a `contentType`.'),
    position: z.string().optional(),
    correlationid: z.string().optional(),
    expiresat: z.iso.datetime().optional(),
    redelivered: z.literal(true).optional(),
    traceparent: z.string().optional(),
  })
  .meta({ id: 'MessageEvent' });

const hookBody = <Type extends string, Data extends z.ZodObject>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), timestamp: z.iso.datetime(), data });
const session = z
  .object({
    client: z.string().describe('Whole.'),
    session: z.string(),
    device: z.string().optional(),
    transport: z.string(),
    app: z.string().optional(),
    address: z.string().optional(),
  })
  .meta({ id: 'HookSession' });
const refused = z
  .object({ from: z.string(), to: z.string().optional(), problem: z.enum(Object.keys(PROBLEMS) as [string, ...string[]]), detail: z.string() })
  .meta({ id: 'HookRefusal' });
const sessionExample = { client: 'ivanov@demo.local', session: '7f3a', transport: 'websocket', app: 'desk 1.4', address: '192.0.2.7' };

const rpc = z.object({ jsonrpc: z.literal('2.0') });
const gap = noticeSchema.options.filter((option) => option.shape.type.value === 'vestnik.gap')[0] as z.ZodObject;
const gapExample = { type: 'vestnik.gap', reason: 'expired-from-log', from: 'BaxllyA', to: 'BaxllyB' };

const PASSED = 'It is taken: the message is acknowledged.';
const TOLD = 'It is taken.';

export const POSTED: readonly Posted[] = [
  {
    name: 'message',
    tag: 'Webhooks',
    summary: 'A message to a client that has a webhook; the next one when this is taken',
    taken: PASSED,
    forms: [
      {
        contentType: JSON_TYPE,
        schema: rpc.extend({ method: z.literal('message'), params: deliveredMessageSchema }),
        example: {
          jsonrpc: '2.0',
          method: 'message',
          params: { id: ID, position: 'BaxllyC', from: FROM, to: TO, type: 'order.new', data: { order: 'A-20' }, sentAt: NOW, expiresAt: LATER },
        },
      },
      {
        contentType: CLOUD_EVENT,
        schema: messageEvent,
        example: {
          specversion: '1.0',
          id: ID,
          source: SOURCE,
          type: 'order.new',
          subject: TO,
          time: NOW,
          datacontenttype: JSON_TYPE,
          position: 'BaxllyC',
          expiresat: LATER,
          data: { order: 'A-20' },
        },
      },
    ],
  },
  {
    name: 'call',
    tag: 'Webhooks',
    summary: 'A call of a client that has a webhook; tried once',
    taken: 'The body is the result; an empty one is `null`.',
    answered: { stock: 4 },
    forms: [
      {
        contentType: JSON_TYPE,
        schema: rpc.extend({ id: z.string(), method: z.literal('call'), params: callParamsSchema }),
        example: { jsonrpc: '2.0', id: CALL_ID, method: 'call', params: { from: FROM, method: 'stockOf', params: { item: 'bolt' }, deadline: LATER } },
      },
      {
        contentType: CLOUD_EVENT,
        schema: event.extend({ type: z.literal('vestnik.call'), data: callParamsSchema }),
        example: {
          specversion: '1.0',
          id: CALL_ID,
          source: SOURCE,
          type: 'vestnik.call',
          time: NOW,
          datacontenttype: JSON_TYPE,
          data: { from: FROM, method: 'stockOf', params: { item: 'bolt' }, deadline: LATER },
        },
      },
    ],
  },
  {
    name: 'gap',
    tag: 'Webhooks',
    summary: 'Something may be missing; before all else',
    taken: TOLD,
    forms: [
      {
        contentType: JSON_TYPE,
        schema: rpc.extend({ method: z.literal('notice'), params: gap }),
        example: { jsonrpc: '2.0', method: 'notice', params: gapExample },
      },
      {
        contentType: CLOUD_EVENT,
        schema: event.extend({ type: z.literal('vestnik.gap'), data: gap }),
        example: {
          specversion: '1.0',
          id: ID,
          source: 'urn:vestnik:vestnik@demo.local',
          type: 'vestnik.gap',
          time: NOW,
          datacontenttype: JSON_TYPE,
          data: gapExample,
        },
      },
    ],
  },
  {
    name: 'connected',
    tag: 'Tenants',
    summary: 'Hook `connect`: a session has opened',
    taken: TOLD,
    forms: [
      {
        contentType: JSON_TYPE,
        schema: hookBody('vestnik.client.connected', session),
        example: { type: 'vestnik.client.connected', timestamp: NOW, data: sessionExample },
      },
    ],
  },
  {
    name: 'disconnected',
    tag: 'Tenants',
    summary: 'Hook `disconnect`: a session has ended',
    taken: TOLD,
    forms: [
      {
        contentType: JSON_TYPE,
        schema: hookBody('vestnik.client.disconnected', session),
        example: { type: 'vestnik.client.disconnected', timestamp: NOW, data: sessionExample },
      },
    ],
  },
  {
    name: 'sendRefused',
    tag: 'Tenants',
    summary: 'Hook `send-refused`: a send, or one recipient of it, was refused',
    taken: TOLD,
    forms: [
      {
        contentType: JSON_TYPE,
        schema: hookBody('vestnik.send.refused', refused),
        example: {
          type: 'vestnik.send.refused',
          timestamp: NOW,
          data: { from: FROM, to: 'anna@sales.local', problem: 'recipient-refused', detail: 'the recipient does not accept this from you' },
        },
      },
    ],
  },
];

const HEADERS: readonly Json[] = [
  { name: 'webhook-id', in: 'header', required: true, description: 'The same for each attempt.', schema: { type: 'string' } },
  { name: 'webhook-timestamp', in: 'header', required: true, description: 'When this attempt was made; seconds since 1970.', schema: { type: 'string' } },
  {
    name: 'webhook-signature',
    in: 'header',
    required: true,
    description: '`v1,` and base64 of HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks).',
    schema: { type: 'string' },
  },
];

/** `webhooks` of the document. */
export function webhooksObject(components: Components): Record<string, Json> {
  return Object.fromEntries(
    POSTED.map(({ name, tag, summary, forms, taken, answered }) => [
      name,
      {
        post: {
          operationId: `posted${name[0]?.toUpperCase()}${name.slice(1)}`,
          tags: [tag],
          summary,
          parameters: HEADERS,
          requestBody: {
            required: true,
            content: Object.fromEntries(forms.map(({ contentType, schema, example }) => [contentType, { schema: components.add(schema, 'output'), example }])),
          },
          responses: {
            '2XX': { description: taken, ...(answered === undefined ? {} : { content: { [JSON_TYPE]: { schema: {}, example: answered } } }) },
          },
          security: [],
        },
      },
    ]),
  );
}
