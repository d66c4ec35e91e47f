import { z } from 'zod';
import { LIMITS } from './limits.js';
import { kept } from './message.js';
import { isKeepable, isReserved, readName } from './names.js';
import type {
  CallResult,
  ConnectResult,
  HistoryResult,
  MessageStatus,
  PresenceResult,
  pingResultSchema,
  refreshResultSchema,
  SendAnswer,
  SubscribeResult,
  WithdrawResult,
} from './results.js';
import { readTopicPattern } from './topic-pattern.js';

/** A name that is brought to NFC on the way in. */
export const nameSchema = (what: string) =>
  z.string().transform((text, context) => {
    const name = readName(text);
    if (name === undefined) {
      context.addIssue({ code: 'custom', message: `${what} is 1 to 128 letters, digits, space, . _ - with no space at either end` });
      return z.NEVER;
    }
    return name;
  });

export const deviceSchema = nameSchema('a device').refine((name) => !isReserved(name), 'devices that begin with vestnik are the bus’s own');
export const positionSchema = z.string().regex(/^[A-Za-z0-9_-]{1,256}$/, 'a position is given out by the bus, as it is');

/** `connect`. Unknown fields are left alone, so that a newer client can talk to an older bus. */
export const connectSchema = z.object({
  token: z.string().optional(),
  position: positionSchema.optional(),
  device: deviceSchema.optional(),
  status: kept(LIMITS.statusCharacters, 'status').optional(),
  window: z.coerce.number().int().min(1).max(LIMITS.windowMax).optional(),
  heartbeat: z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]).optional(),
  maxData: z.coerce.number().int().min(0).optional(),
  app: kept(LIMITS.appCharacters, 'app').optional(),
});
export type ConnectParams = z.output<typeof connectSchema>;

export const ackSchema = z.strictObject({ position: positionSchema });
const idSchema = z.uuid('the id of a message');
export const readSchema = z.strictObject({ ids: z.array(idSchema).min(1).max(1_000) });
export const refuseSchema = z.strictObject({
  id: idSchema,
  reason: z.string().max(LIMITS.reasonCharacters).refine(isKeepable, 'reason has no control characters and no lone surrogates'),
});
export const idOnlySchema = z.strictObject({ id: idSchema });
export const refreshSchema = z.strictObject({ token: z.string().min(1) });
export const nothingSchema = z.strictObject({});

/** A topic, or a pattern of topics: `+` stands for one level, `#` at the end for any number. */
export const topicPatternSchema = z.string().transform((text, context) => {
  const pattern = readTopicPattern(text);
  if (pattern !== undefined) return pattern;
  context.addIssue({ code: 'custom', message: 'a topic such as orders/eu, with + for one level and # at the end for any number, and no # before it' });
  return z.NEVER;
});

/** `call`: to a client, one of its sessions, and with `answer: "all"` to topics and `*`. */
export const callSchema = z
  .strictObject({
    to: z.string().describe('An address: `ivanov`, `ivanov@accounting`, `ivanov/7f3a`; with `answer: "all"` also `#topic` and `*`.'),
    method: z
      .string()
      .min(1, 'method is not empty')
      .max(LIMITS.methodCharacters, `method has ${LIMITS.methodCharacters} characters at most`)
      .refine(isKeepable, 'method has no control characters and no lone surrogates')
      .describe('What the called client is asked to do: `openForm`.'),
    params: z.unknown().optional().describe('Any JSON; passed on as it was sent.'),
    timeout: z
      .number()
      .min(LIMITS.callSecondsMin, 'at least 0.1 s')
      .max(LIMITS.callSecondsMax, 'at most 120 s')
      .optional()
      .describe('Seconds; 15 unless said.'),
    answer: z.enum(['one', 'first', 'all']).optional().describe('`first`: all sessions are called and the first result counts; `all`: every answer is told.'),
  })
  .meta({ id: 'Call' });

export const subscribeSchema = z.strictObject({
  topic: topicPatternSchema,
  from: z.union([z.enum(['now', 'first']), positionSchema]).optional(),
  retained: z.boolean().optional(),
});
export const unsubscribeSchema = z.strictObject({ topic: topicPatternSchema });

export const historySchema = z.strictObject({
  with: z.string().optional(),
  topic: topicPatternSchema.optional(),
  before: positionSchema.optional(),
  after: positionSchema.optional(),
  limit: z.number().int().min(1).max(LIMITS.pageItems).optional(),
});

export const presenceSetSchema = z.strictObject({
  status: kept(LIMITS.statusCharacters, 'status').min(1, 'status is not empty'),
  text: kept(LIMITS.textCharacters, 'text').optional(),
});
export const presenceClientsSchema = z.strictObject({ clients: z.array(z.string()).min(1, 'name at least one client').max(LIMITS.watchedPerClient) });

/** The methods that a client may call, with what they take and answer. */
export interface Methods {
  connect: { params: z.input<typeof connectSchema>; result: ConnectResult };
  send: { params: SendParams; result: SendAnswer };
  ack: { params: z.input<typeof ackSchema>; result: Record<string, never> };
  read: { params: z.input<typeof readSchema>; result: Record<string, never> };
  refuse: { params: z.input<typeof refuseSchema>; result: Record<string, never> };
  state: { params: { id: string }; result: MessageStatus };
  withdraw: { params: { id: string }; result: WithdrawResult };
  call: { params: z.input<typeof callSchema>; result: CallResult };
  subscribe: { params: z.input<typeof subscribeSchema>; result: SubscribeResult };
  unsubscribe: { params: z.input<typeof unsubscribeSchema>; result: SubscribeResult };
  history: { params: z.input<typeof historySchema>; result: HistoryResult };
  'presence.set': { params: z.input<typeof presenceSetSchema>; result: Record<string, never> };
  'presence.get': { params: { clients: string[] }; result: PresenceResult };
  'presence.watch': { params: { clients: string[] }; result: PresenceResult };
  'presence.unwatch': { params: { clients: string[] }; result: Record<string, never> };
  refresh: { params: { token: string }; result: z.output<typeof refreshResultSchema> };
  ping: { params: Record<string, never>; result: z.output<typeof pingResultSchema> };
}

/** A message as a client writes it. */
export interface SendParams {
  to: string | string[];
  type: string;
  data?: unknown;
  durable?: boolean;
  ttl?: number;
  deliverAt?: string;
  collapseKey?: string;
  correlationId?: string;
  receipt?: boolean;
  key?: string;
  retain?: boolean;
  contentType?: string;
  traceparent?: string;
}
