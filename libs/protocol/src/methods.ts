import { z } from 'zod';
import { LIMITS } from './limits.js';
import { kept, type RecipientAnswer, type SendAnswer } from './message.js';
import { isKeepable, isReserved, readName } from './names.js';
import type { OutcomeState, RecipientState, RetractReason } from './states.js';

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

/** What the client is told of the limits that hold for it. */
export interface SessionLimits {
  frame: number;
  data: number;
  batch: number;
  window: number;
  subscriptions: number;
  watched: number;
}

/** Where something may be missing, the client is told. */
export interface Gap {
  reason: 'expired-from-log' | 'restored';
  from: string;
  to: string;
}

export interface ConnectResult {
  /** Whole address of the client. */
  client: string;
  /** The session's own word: `client/session@…` reaches it alone. */
  session: string;
  installation: string;
  /** Where this session's feed starts: everything after it follows. */
  position: string;
  /** Counted to 1,000. */
  missed: number;
  gap?: Gap;
  serverTime: string;
  limits: SessionLimits;
  /** Seconds. */
  pingInterval: number;
}

/** What became of a message for one recipient. */
export interface RecipientStatus {
  address: string;
  state: RecipientState;
  /** When the state was reached; RFC 3339. */
  at?: string;
  reason?: string;
  devices?: { device?: string; state: 'delivered' | 'acknowledged'; at?: string; attempts?: number }[];
  error?: Record<string, unknown>;
}

export interface MessageStatus {
  id: string;
  from: string;
  type: string;
  sentAt: string;
  expiresAt?: string;
  deliverAt?: string;
  correlationId?: string;
  /** With the scope `read:data` only. */
  data?: unknown;
  to: RecipientStatus[];
  /** Of topics and `*`: how many recipients are in which state. */
  counts?: Partial<Record<RecipientState, number>>;
}

export interface WithdrawResult {
  to: { address: string; state: RecipientState }[];
}

/** `vestnik.receipt`. */
export interface ReceiptData {
  id: string;
  recipient: string;
  state: 'acknowledged' | OutcomeState;
  at: string;
  reason?: string;
  device?: string;
  correlationId?: string;
}

export interface RetractParams {
  ids: string[];
  reason: RetractReason;
}

export type NoticeParams =
  | { type: 'vestnik.token-expiring'; expiresAt: string }
  | { type: 'vestnik.draining'; after: number }
  | { type: 'vestnik.waiting-for-ack'; position: string; waiting: number }
  | ({ type: 'vestnik.gap' } & Gap)
  | { type: 'vestnik.closing'; code: number; reason: string; reconnect: boolean; after?: number; detail?: string };

/** The methods that a client may call, with what they take and answer; `call`, topics and presence are still to come. */
export interface Methods {
  connect: { params: z.input<typeof connectSchema>; result: ConnectResult };
  send: { params: SendParams; result: SendAnswer };
  ack: { params: z.input<typeof ackSchema>; result: Record<string, never> };
  read: { params: z.input<typeof readSchema>; result: Record<string, never> };
  refuse: { params: z.input<typeof refuseSchema>; result: Record<string, never> };
  state: { params: { id: string }; result: MessageStatus };
  withdraw: { params: { id: string }; result: WithdrawResult };
  refresh: { params: { token: string }; result: { expiresAt: string } };
  ping: { params: Record<string, never>; result: { serverTime: string } };
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
  contentType?: string;
  traceparent?: string;
}

export type { RecipientAnswer, SendAnswer };
