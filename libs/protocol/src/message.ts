import { z } from 'zod';
import { type Address, parseAddress } from './address.js';
import { LIMITS } from './limits.js';
import { isKeepable, isReserved, isType } from './names.js';
import { invalid, Problem, type ProblemSlug } from './problems.js';
import { onOneLine } from './raw-json.js';

const keepable = (characters: number, what: string) =>
  z.string().max(characters, `${what} has ${characters} characters at most`).refine(isKeepable, `${what} has no control characters and no lone surrogates`);
export const kept = keepable;

/** W3C Trace Context, level 1. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

export const contentTypeSchema = z
  .string()
  .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;.*)?$/, 'a media type such as image/png')
  .max(255)
  .refine(isKeepable, 'no control characters');
export const traceparentSchema = z.string().regex(TRACEPARENT, 'as W3C Trace Context has it');

/** A message as it is sent: an HTTP body, or the params of `send`. */
export const sendSchema = z
  .strictObject({
    to: z
      .union([z.string(), z.array(z.string()).min(1, 'name at least one recipient').max(LIMITS.recipients, `at most ${LIMITS.recipients} recipients`)], {
        error: 'an address, or a list of addresses',
      })
      .describe('An address or a list of up to 1,000: `ivanov`, `ivanov@accounting`, `ivanov/7f3a`, `#orders/eu`, `*`.'),
    type: z
      .string()
      .refine(isType, 'a type is 1 to 128 of A-Z a-z 0-9 . _ / -')
      .refine((type) => !isReserved(type), 'types that begin with vestnik are the bus’s own')
      .describe('What kind of message this is, for the receiving program: `order.approved`.'),
    data: z.unknown().optional().describe('Any JSON; passed on as it was sent.'),
    durable: z.boolean().optional().describe('`false`: handed to whoever is connected now, kept nowhere.'),
    ttl: z.number().int('whole seconds').min(1, 'at least 1 second').optional().describe('Seconds until it expires.'),
    deliverAt: z.iso.datetime({ offset: true, error: 'a time as RFC 3339 writes it, such as 2026-11-22T06:22:00Z' }).optional(),
    collapseKey: keepable(LIMITS.collapseKeyCharacters, 'collapseKey').min(1, 'collapseKey is not empty').optional(),
    correlationId: keepable(LIMITS.correlationIdCharacters, 'correlationId').optional(),
    receipt: z.boolean().optional().describe('`true`: the sender is told of the final state by a message.'),
    key: keepable(LIMITS.keyCharacters, 'key').min(1, 'key is not empty').optional().describe('Idempotency key, kept for 24 hours.'),
    retain: z.boolean().optional().describe('Of topics: the last such message is given to new subscribers that ask for it.'),
    contentType: contentTypeSchema.optional(),
    traceparent: traceparentSchema.optional(),
  })
  .meta({ id: 'Message' });

/** A message that was read at the door: everything about its form has been checked. */
export interface OutgoingMessage {
  readonly to: readonly Address[];
  readonly type: string;
  /** JSON text, as it was sent, on one line. */
  readonly data: string;
  readonly durable: boolean;
  /** Seconds. */
  readonly ttl?: number;
  /** Milliseconds since 1970. */
  readonly deliverAt?: number;
  readonly collapseKey?: string;
  readonly correlationId?: string;
  readonly receipt: boolean;
  readonly key?: string;
  readonly retain: boolean;
  readonly contentType?: string;
  readonly traceparent?: string;
}

/** The fields of a message, for `key`: another message under the same key is a mismatch. */
export function fingerprint(message: OutgoingMessage): string {
  const { key: _key, traceparent: _trace, ...rest } = message;
  return JSON.stringify(rest);
}

/**
 * Reads a message.
 *
 * @param value the parsed JSON
 * @param data the raw JSON text of its `data`, where it has one
 * @throws Problem `message-invalid` or `address-invalid`, naming the field
 */
export function readMessage(value: unknown, data: string | undefined): OutgoingMessage {
  const fields = plainMessage(value) ?? parseWith(sendSchema, value, 'message-invalid');
  const to = typeof fields.to === 'string' ? [parseAddress(fields.to)] : fields.to.map((address, at) => parseAddress(address, `to/${at}`));
  const durable = fields.durable ?? true;
  const deliverAt = fields.deliverAt === undefined ? undefined : Date.parse(fields.deliverAt);
  if (deliverAt !== undefined && !durable) throw invalid('message-invalid', 'deliverAt', 'only a durable message can wait for its time');
  if (fields.contentType !== undefined && !isBase64Text(fields.data)) {
    throw invalid('message-invalid', 'data', 'with contentType, data is base64 in a string');
  }
  const receipt = fields.receipt ?? false;
  if (receipt && !durable) throw invalid('message-invalid', 'receipt', 'a transient message has no receipts');
  if (receipt && to.some(({ addressee }) => addressee.kind === 'topic' || addressee.kind === 'everyone')) {
    throw invalid('message-invalid', 'receipt', 'there are no receipts for topics and *');
  }
  if (fields.retain === true && (!durable || !to.every(({ addressee }) => addressee.kind === 'topic'))) {
    throw invalid('message-invalid', 'retain', 'only a durable message to topics is retained');
  }
  return {
    to,
    type: fields.type,
    data: data === undefined ? 'null' : onOneLine(data),
    durable,
    ttl: fields.ttl,
    deliverAt,
    collapseKey: fields.collapseKey,
    correlationId: fields.correlationId,
    receipt,
    key: fields.key,
    retain: fields.retain ?? false,
    contentType: fields.contentType,
    traceparent: fields.traceparent,
  };
}

/** The commonest message, `{to, type, data, durable}`, is known without the schema: a third of the time of reading it. */
function plainMessage(value: unknown): z.infer<typeof sendSchema> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { to, type, durable } = value as { to?: unknown; type?: unknown; durable?: unknown };
  if (durable !== undefined && typeof durable !== 'boolean') return undefined;
  if (typeof to !== 'string' || typeof type !== 'string' || !isType(type) || isReserved(type)) return undefined;
  for (const key in value) if (key !== 'to' && key !== 'type' && key !== 'data' && key !== 'durable') return undefined;
  return value as z.infer<typeof sendSchema>;
}

/** Whether a value is what `data` of a message with a `contentType` must be. */
export function isBase64Text(data: unknown): boolean {
  return typeof data === 'string' && data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data);
}

/**
 * Parses with a schema; every wrong field is named.
 *
 * @throws Problem `slug` with `errors: [{path, message}]`, at most 20 of them
 */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, slug: ProblemSlug, at = ''): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, 20).flatMap((issue) => {
    const path = [...(at === '' ? [] : [at]), ...issue.path.map(String)];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key].join('/'), message: 'there is no such field' }));
    const missing = issue.code === 'invalid_type' && issue.input === undefined && /received undefined/.test(issue.message);
    return [{ path: path.join('/'), message: missing ? 'is required' : issue.message }];
  });
  const first = errors[0];
  const detail = first === undefined ? 'is not valid' : first.path === '' ? first.message : `${first.path}: ${first.message}`;
  throw new Problem(slug, errors.length > 1 ? `${detail} (and ${errors.length - 1} more)` : detail, { errors });
}
