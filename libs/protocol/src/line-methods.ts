import { z } from 'zod';
import { type Address, parseAddress } from './address.js';
import { LIMITS } from './limits.js';
import { contentTypeSchema, kept, traceparentSchema } from './message.js';
import { isReserved, isType } from './names.js';

/*
 * What linked installations ask and tell each other live, inside the frames of a link (docs/federation.md).
 *
 * Addresses are those of the installation that they are of, without a path: who reads them adds the path of the one that
 * wrote, so that nobody can speak for another installation. Members that are not named here are ignored: a newer version says more.
 */

/** An address within one installation, tenant included: `client@tenant`, `#topic@tenant`. */
const wireAddress = (...kinds: readonly Address['addressee']['kind'][]) =>
  z
    .string()
    .max(LIMITS.nameCodePoints * 4)
    .transform((text, context): Address => {
      try {
        const address = parseAddress(text);
        if (address.tenant !== undefined && address.path.length === 0 && kinds.includes(address.addressee.kind)) return address;
      } catch {
        // It is said below.
      }
      context.addIssue({ code: 'custom', message: 'an address with its tenant and without a path' });
      return z.NEVER;
    });

/** Who speaks: never the bus itself, whose receipts come as states. */
const speaker = wireAddress('client').refine(
  ({ addressee }) => addressee.kind === 'client' && !isReserved(addressee.name),
  'names that begin with vestnik are the bus’s own',
);

/** `call`. Answered with `{from, result}`, or `{answers: [{from, result or error}], missing}`. */
export const lineCallSchema = z.object({
  from: speaker,
  to: wireAddress('client', 'session', 'topic', 'everyone'),
  method: kept(LIMITS.methodCharacters, 'method').min(1),
  params: z.unknown().optional(),
  answer: z.enum(['one', 'first', 'all']),
  timeoutMs: z
    .int()
    .min(1)
    .max(LIMITS.callSecondsMax * 1000),
});
export type LineCall = z.output<typeof lineCallSchema>;

const answerer = wireAddress('session');
export const lineCallResultSchema = z.union([
  z.object({ from: answerer, result: z.unknown() }),
  z.object({ answers: z.array(z.object({ from: answerer, result: z.unknown().optional(), error: z.unknown().optional() })), missing: z.int().min(0) }),
]);

/** `transient`: a message that is kept nowhere. */
export const lineTransientSchema = z.object({
  id: z.uuid(),
  from: speaker,
  to: wireAddress('client', 'session', 'topic', 'everyone'),
  type: z
    .string()
    .refine(isType)
    .refine((type) => !isReserved(type), 'types that begin with vestnik are the bus’s own'),
  data: z.unknown().optional(),
  correlationId: kept(LIMITS.correlationIdCharacters, 'correlationId').optional(),
  contentType: contentTypeSchema.optional(),
  traceparent: traceparentSchema.optional(),
});
export type LineTransient = z.output<typeof lineTransientSchema>;

const pairs = z
  .array(z.tuple([speaker, wireAddress('client')]))
  .min(1)
  .max(LIMITS.watchedPerClient);
/** For whom a neighbour watches; its own word, given back with each change. */
const watcher = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** `presence.get`: who asks for whom. Answered with one state for each, in order; `null`: it is not told. */
export const linePresenceSchema = z.object({ pairs });
/** `presence.watch`, as `presence.get`, and changes are told for a while; `presence.unwatch`. */
export const lineWatchSchema = z.object({ pairs, watcher });

const lineStateSchema = z.object({
  online: z.boolean(),
  status: kept(LIMITS.statusCharacters, 'status').optional(),
  text: kept(LIMITS.textCharacters, 'text').optional(),
  since: z.iso.datetime().optional(),
  sessions: z.int().min(0),
});
export type LinePresenceState = z.output<typeof lineStateSchema>;

export const linePresenceResultSchema = z.object({ asOf: z.iso.datetime(), states: z.array(lineStateSchema.nullable()).max(LIMITS.watchedPerClient) });
/** `presence.changed`, told to who watches. */
export const linePresenceChangedSchema = z.object({
  watcher,
  asOf: z.iso.datetime(),
  changes: z
    .array(z.tuple([z.string().max(512), z.string().max(512), lineStateSchema]))
    .min(1)
    .max(LIMITS.watchedPerClient),
});

/**
 * A problem that the other side answered with. What it may say is what a recipient, or the way there, can be wrong with: a neighbour
 * must not make a client of ours believe that its own token has expired.
 */
export const lineProblemSchema = z.object({
  slug: z.enum([
    'request-invalid',
    'recipient-refused',
    'client-unknown',
    'client-offline',
    'method-unknown',
    'data-too-large',
    'call-failed',
    'call-interrupted',
    'call-timeout',
    'rate-limited',
    'unavailable',
  ]),
  detail: kept(LIMITS.reasonCharacters, 'detail'),
  retryAfter: z.number().min(0).max(3600).optional(),
  limit: z.number().optional(),
  from: z.string().max(512).optional(),
  error: z.unknown().optional(),
});
