import { isKeepable, kept, LIMITS, recipientStates, withdrawResultSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const tag = 'Messages';
const ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';

const given = (most: number) => z.string().min(1).max(most).refine(isKeepable, 'letters');

export const messageQuery = pageQuery.extend({
  tenant: given(63).optional().describe('What this tenant sent or received.'),
  id: z.uuid().optional(),
  correlationId: kept(LIMITS.correlationIdCharacters, 'correlationId').optional(),
  from: given(512).optional().describe('The whole address of the sender, or without the installation: `server@demo`.'),
  to: given(512).optional().describe('A recipient as it was written to: `ivanov@demo`, `#orders/eu@demo`, `*@demo`, `anna@sales.branch-7`.'),
  type: given(LIMITS.typeCharacters).optional(),
  state: recipientStates.optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
});

export type MessageQuery = z.output<typeof messageQuery>;

const state = recipientStates.describe('Of the first recipient that has no final state, else of the last one; of the first 20 of them.');

const foundMessage = z
  .object({
    id: z.uuid(),
    tenant: z.string().optional().describe('The sender’s; absent where it came from another installation.'),
    from: z.string(),
    to: z.array(z.string()).describe('The first five.'),
    recipients: z.number().describe('How many addresses.'),
    type: z.string(),
    sentAt: z.iso.datetime(),
    state,
    correlationId: z.string().optional(),
    deliverAt: z.iso.datetime().optional(),
    bytes: z.number().describe('Of its data.'),
  })
  .meta({ id: 'FoundMessage' });

export type FoundMessageAnswer = z.output<typeof foundMessage>;

const found = {
  id: ID,
  tenant: 'demo',
  from: 'server@demo.local',
  to: ['ivanov@demo.local'],
  recipients: 1,
  type: 'order.approved',
  sentAt: '2026-11-22T06:22:00.123Z',
  state: 'acknowledged' as const,
  correlationId: 'A-17',
  bytes: 29,
};

export const findMessages = operation({
  id: 'findMessages',
  method: 'get',
  path: '/v1/messages',
  tag,
  summary: 'Looks for messages of all tenants, newest first',
  description:
    'One request looks through so many messages at most: a page may hold fewer than `limit`, or none, and still have a `next`; `searchedTo` says how far back it came.',
  access: administratorsOfTenants('viewer'),
  query: messageQuery,
  answers: {
    200: {
      description: 'A page of messages.',
      schema: pageOfSchema(foundMessage).extend({
        searchedTo: z.iso.datetime().optional().describe('All that is newer was looked through; absent where everything was.'),
      }),
      example: { items: [found] },
    },
  },
});

const step = z
  .object({
    at: z.iso.datetime().optional().describe('Absent where the time is not known.'),
    what: z.enum([
      'accepted',
      'scheduled',
      'queued',
      'forwarded',
      'arrived',
      'delivered',
      'acknowledged',
      'read',
      'refused',
      'expired',
      'collapsed',
      'withdrawn',
    ]),
    device: z.string().optional(),
    attempts: z.number().optional().describe('How often it was handed over, or POSTed to a webhook.'),
    installation: z.string().optional().describe('Where, if not here.'),
    reason: z.string().optional(),
  })
  .meta({ id: 'MessageStep' });

const recipient = z
  .object({
    address: z.string(),
    tenant: z.string().optional(),
    installation: z.string().describe('Where the recipient is.'),
    state: recipientStates,
    reason: z.string().optional(),
    at: z.iso.datetime().optional(),
    timeline: z.array(step).describe('In the order of time.'),
  })
  .meta({ id: 'MessageRecipient' });

export type MessageRecipientAnswer = z.output<typeof recipient>;
export type MessageStepAnswer = z.output<typeof step>;

const life = z
  .object({
    id: z.uuid(),
    tenant: z.string().optional().describe('The sender’s; absent where it came from another installation.'),
    from: z.string(),
    type: z.string(),
    sentAt: z.iso.datetime(),
    deliverAt: z.iso.datetime().optional(),
    expiresAt: z.iso.datetime().optional(),
    correlationId: z.string().optional(),
    collapseKey: z.string().optional(),
    contentType: z.string().optional(),
    traceparent: z.string().optional(),
    receipt: z.boolean().describe('Whether the sender asked for receipts.'),
    bytes: z.number().describe('Of its data.'),
    binary: z.boolean().describe('Whether its data is base64 of something binary.'),
    origin: z.string().optional().describe('The installation that it came from, where that is not this one.'),
    recipients: z.array(recipient).describe('The first hundred.'),
    counts: z.partialRecord(recipientStates, z.number()).optional().describe('Of topics and `*`: how many clients are in which state.'),
    more: z.boolean().optional().describe('There are more recipients than are shown.'),
  })
  .meta({ id: 'MessageLife' });

export type MessageLifeAnswer = z.output<typeof life>;

const recipientExample = {
  address: 'ivanov@demo.local',
  tenant: 'demo',
  installation: 'local',
  state: 'acknowledged' as const,
  at: '2026-11-22T06:22:01.000Z',
  timeline: [
    { at: '2026-11-22T06:22:00.123Z', what: 'accepted' as const },
    { at: '2026-11-22T06:22:00.123Z', what: 'queued' as const },
    { at: '2026-11-22T06:22:00.456Z', what: 'delivered' as const, device: 'phone', attempts: 1 },
    { at: '2026-11-22T06:22:01.000Z', what: 'acknowledged' as const, device: 'phone' },
  ],
};

export const getMessageLife = operation({
  id: 'getMessageLife',
  method: 'get',
  path: '/v1/messages/{id}',
  tag,
  summary: 'One message and its life, for each recipient and device, as far as this installation knows',
  description: 'Without its data. Administrators of single tenants see messages that their tenants sent, and their own recipients of others.',
  access: administratorsOfTenants('viewer'),
  answers: {
    200: {
      description: 'The message.',
      schema: life,
      example: {
        id: ID,
        tenant: 'demo',
        from: 'server@demo.local',
        type: 'order.approved',
        sentAt: '2026-11-22T06:22:00.123Z',
        expiresAt: '2026-11-29T06:22:00.123Z',
        correlationId: 'A-17',
        receipt: true,
        bytes: 29,
        binary: false,
        recipients: [recipientExample],
      },
    },
  },
  problems: ['not-found'],
});

export const recipientsQuery = pageQuery;

export const listMessageRecipients = operation({
  id: 'listMessageRecipients',
  method: 'get',
  path: '/v1/messages/{id}/recipients',
  tag,
  summary: 'The recipients of a message by page; of topics and `*` each client',
  access: administratorsOfTenants('viewer'),
  query: recipientsQuery,
  answers: { 200: { description: 'A page of recipients.', schema: pageOfSchema(recipient), example: { items: [recipientExample] } } },
  problems: ['not-found'],
});

export const getMessageData = operation({
  id: 'getMessageData',
  method: 'get',
  path: '/v1/messages/{id}/data',
  tag,
  summary: 'What a message holds; that it was read is written down',
  access: administratorsOfTenants('operator'),
  answers: {
    200: {
      description: 'The data, as it was sent.',
      schema: z
        .object({ data: z.unknown(), contentType: z.string().optional().describe('Of `data` when it is base64 of something binary.') })
        .meta({ id: 'MessageData' }),
      example: { data: { order: 'A-17', sum: 1200.5 } },
    },
  },
  problems: ['not-found'],
});

export const withdrawForAll = operation({
  id: 'withdrawForAll',
  method: 'delete',
  path: '/v1/messages/{id}',
  tag,
  summary: 'Withdraws a message, whoever sent it, from all that have not acknowledged it; cancels one that waits for its time',
  description: 'Administrators of single tenants withdraw what their tenants sent.',
  access: administratorsOfTenants('operator'),
  answers: {
    200: { description: 'Where it stands now.', schema: withdrawResultSchema, example: { to: [{ address: 'ivanov@demo.local', state: 'withdrawn' }] } },
  },
  problems: ['not-found'],
});

export const BROWSED_MESSAGE_CALLS = [findMessages, getMessageLife, listMessageRecipients, getMessageData, withdrawForAll];
