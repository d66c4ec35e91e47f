import { z } from 'zod';

/*
 * What the bus answers and pushes. Nothing is checked by these at run time: they are what the types are taken from, and
 * what the OpenAPI and AsyncAPI documents say, so that the two cannot differ.
 */

const address = z.string().describe('Whole: `ivanov@demo.local`.');
const time = z.iso.datetime().describe('RFC 3339, UTC.');
const position = z.string().describe('Opaque; given out by the bus.');
const problemFields = z.record(z.string(), z.unknown());

export const recipientStates = z.enum([
  'scheduled',
  'queued',
  'forwarded',
  'delivered',
  'acknowledged',
  'read',
  'refused',
  'expired',
  'collapsed',
  'withdrawn',
]);

/** A message as it is delivered (section 3 of the protocol). Fields without a value are left out. */
export const deliveredMessageSchema = z
  .object({
    id: z.uuid().describe('UUIDv7, the bus’s own.'),
    position: position.optional().describe('Opaque; on durable messages only.'),
    from: address.describe('Whole address of the sender.'),
    to: address.describe('Whole address that it was sent to.'),
    type: z.string(),
    data: z.unknown().optional().describe('Any JSON, as it was sent.'),
    sentAt: time.describe('RFC 3339, milliseconds, UTC.'),
    expiresAt: time.optional(),
    correlationId: z.string().optional(),
    contentType: z.string().optional().describe('Of `data` when it is base64 of something binary.'),
    traceparent: z.string().optional(),
    redelivered: z.literal(true).optional().describe('It may have been handed over before.'),
    replay: z.literal(true).optional().describe('Kept, and handed over because a subscription asked for it.'),
    dataRef: z.string().optional().describe('In place of `data` that is larger than the session’s `maxData`: a path for GET.'),
  })
  .meta({ id: 'DeliveredMessage' });
export type DeliveredMessage = z.output<typeof deliveredMessageSchema>;

/** What became of a send for one recipient, as the sender is told at once. */
export const recipientAnswerSchema = z
  .object({
    address,
    state: z.enum(['queued', 'scheduled', 'delivered', 'forwarded', 'refused']),
    sessions: z.number().optional().describe('How many sessions the recipient has now; where presence may be told.'),
    known: z.boolean().optional().describe('Whether the tenant knew it before; where presence may be told.'),
    error: problemFields.optional().describe('A problem, where this recipient refused.'),
  })
  .meta({ id: 'RecipientAnswer' });
export type RecipientAnswer = z.output<typeof recipientAnswerSchema>;

export const sendAnswerSchema = z
  .object({
    id: z.uuid(),
    to: z.array(recipientAnswerSchema),
    duplicate: z.literal(true).optional().describe('The key was used before; nothing was sent.'),
  })
  .meta({ id: 'SendAnswer' });
export type SendAnswer = z.output<typeof sendAnswerSchema>;

/** What the client is told of the limits that hold for it. */
export const sessionLimitsSchema = z
  .object({ frame: z.number(), data: z.number(), batch: z.number(), window: z.number(), subscriptions: z.number(), watched: z.number() })
  .meta({ id: 'SessionLimits' });
export type SessionLimits = z.output<typeof sessionLimitsSchema>;

/** Where something may be missing, the client is told. */
export const gapSchema = z.object({ reason: z.enum(['expired-from-log', 'restored']), from: position, to: position }).meta({ id: 'Gap' });
export type Gap = z.output<typeof gapSchema>;

export const connectResultSchema = z
  .object({
    client: address.describe('Whole address of the client.'),
    session: z.string().describe('The session’s own word: `client/session@…` reaches it alone.'),
    installation: z.string(),
    position: position.describe('Where this session’s feed starts: everything after it follows.'),
    missed: z.number().describe('Counted to 1,000.'),
    gap: gapSchema.optional(),
    serverTime: time,
    limits: sessionLimitsSchema,
    pingInterval: z.number().describe('Seconds.'),
  })
  .meta({ id: 'ConnectResult' });
export type ConnectResult = z.output<typeof connectResultSchema>;

/** What became of a message for one recipient. */
export const recipientStatusSchema = z
  .object({
    address,
    state: recipientStates,
    at: time.optional().describe('When the state was reached; RFC 3339.'),
    arrivedAt: time.optional().describe('Of one at another installation: when that had it on its disk.'),
    reason: z.string().optional(),
    devices: z
      .array(
        z.object({
          device: z.string().optional(),
          state: z.enum(['delivered', 'acknowledged']),
          at: time.optional(),
          attempts: z.number().optional(),
        }),
      )
      .optional(),
    error: problemFields.optional(),
  })
  .meta({ id: 'RecipientStatus' });
export type RecipientStatus = z.output<typeof recipientStatusSchema>;

export const messageStatusSchema = z
  .object({
    id: z.uuid(),
    from: address,
    type: z.string(),
    sentAt: time,
    expiresAt: time.optional(),
    deliverAt: time.optional(),
    correlationId: z.string().optional(),
    data: z.unknown().optional().describe('With the scope `read:data` only.'),
    to: z.array(recipientStatusSchema),
    counts: z.partialRecord(recipientStates, z.number()).optional().describe('Of topics and `*`: how many recipients are in which state.'),
  })
  .meta({ id: 'MessageStatus' });
export type MessageStatus = z.output<typeof messageStatusSchema>;

export const withdrawResultSchema = z.object({ to: z.array(z.object({ address, state: recipientStates })) }).meta({ id: 'WithdrawResult' });
export type WithdrawResult = z.output<typeof withdrawResultSchema>;

/** `vestnik.receipt`. */
export const receiptDataSchema = z
  .object({
    id: z.uuid(),
    recipient: address,
    state: z.enum(['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn']),
    at: time,
    reason: z.string().optional(),
    device: z.string().optional(),
    correlationId: z.string().optional(),
  })
  .meta({ id: 'Receipt' });
export type ReceiptData = z.output<typeof receiptDataSchema>;

export const retractSchema = z
  .object({ ids: z.array(z.string()), reason: z.enum(['read', 'withdrawn', 'collapsed', 'expired']) })
  .meta({ id: 'Retract', description: 'Take these off the screen.' });
export type RetractParams = z.output<typeof retractSchema>;

export const noticeSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('vestnik.token-expiring'), expiresAt: time }),
    z.object({ type: z.literal('vestnik.draining'), after: z.number().describe('Seconds until this node closes its sessions.') }),
    z.object({ type: z.literal('vestnik.waiting-for-ack'), position, waiting: z.number() }),
    z.object({ type: z.literal('vestnik.gap'), ...gapSchema.shape }),
    z.object({
      type: z.literal('vestnik.closing'),
      code: z.number(),
      reason: z.string().describe('The slug of the problem.'),
      reconnect: z.boolean(),
      after: z.number().optional().describe('Seconds to wait before coming back.'),
      detail: z.string().optional(),
    }),
  ])
  .meta({ id: 'Notice', description: 'May have members that are not named here, and there may be others.' });
export type NoticeParams = z.output<typeof noticeSchema>;

/** The answer of `subscribe` and `unsubscribe` names a place in the log by a position. */
export const subscribeResultSchema = z
  .object({ position: position.describe('Where the subscription begins, or for `unsubscribe` ended.') })
  .meta({ id: 'SubscribeResult' });
export type SubscribeResult = z.output<typeof subscribeResultSchema>;

const answerer = address.describe('Whole address of the session that answered: `ivanov@demo.local/7f3a`.');

export const callAnswerSchema = z
  .union([
    z.object({ from: answerer, result: z.unknown().describe('Any JSON, as the called client sent it.') }),
    z.object({ from: answerer, error: z.unknown().describe('The error of the called client, as it sent it.') }),
  ])
  .meta({ id: 'CallAnswer' });
export type CallAnswer = z.output<typeof callAnswerSchema>;

/** What a call brought. With `answer: "all"` every session's answer, and how many gave none in time. */
export const callResultSchema = z
  .union([
    z.object({ result: z.unknown().describe('Any JSON, as the called client sent it.'), from: answerer }),
    z
      .object({
        answers: z.array(callAnswerSchema),
        missing: z.number().describe('How many sessions gave no answer in time; 0 for another tenant that does not allow `presence`.'),
      })
      .describe('With `"answer": "all"`.'),
  ])
  .meta({ id: 'CallResult' });
export type CallResult = z.output<typeof callResultSchema>;

/** The server calls the client. */
export const callParamsSchema = z
  .object({
    from: address.describe('Whole address of the caller.'),
    method: z.string(),
    params: z.unknown().describe('Any JSON, as the caller sent it.'),
    deadline: time.describe('RFC 3339: after this nobody waits for the answer.'),
  })
  .meta({ id: 'CallParams' });
export type CallParams = z.output<typeof callParamsSchema>;

export const historyResultSchema = z
  .object({ messages: z.array(deliveredMessageSchema), more: z.boolean().describe('Whether there are more beyond the last one.') })
  .meta({ id: 'HistoryResult' });
export type HistoryResult = z.output<typeof historyResultSchema>;

export const presenceSchema = z
  .object({
    client: address,
    online: z.boolean(),
    status: z.string().optional().describe('Set by the session that set one last and still lives; `available` where none has.'),
    text: z.string().optional(),
    since: time.optional().describe('Since when it is online, or offline where that is known; RFC 3339.'),
    sessions: z.number(),
    asOf: time
      .optional()
      .describe('Of clients at linked installations: when their installation said so, by its own clock. Absent where it has said nothing yet.'),
  })
  .meta({ id: 'Presence' });
export type Presence = z.output<typeof presenceSchema>;

export const presenceResultSchema = z.object({ clients: z.array(presenceSchema) }).meta({ id: 'PresenceResult' });
export type PresenceResult = z.output<typeof presenceResultSchema>;

export const refreshResultSchema = z.object({ expiresAt: time }).meta({ id: 'RefreshResult' });
export const pingResultSchema = z.object({ serverTime: time }).meta({ id: 'PingResult' });
