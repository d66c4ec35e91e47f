import { z } from 'zod';
import { LIMITS } from './limits.js';
import { kept } from './message.js';
import { connectSchema, positionSchema } from './methods.js';

/** The client's own word for a session: as `session` of a query, or in the header `Vestnik-Session`. */
export const sessionWordSchema = kept(LIMITS.sessionWordCharacters, 'session')
  .min(1, 'session is not empty')
  .refine((word) => word.trim() === word, 'session has no space at either end');

const streaming = connectSchema.pick({ device: true, status: true, window: true, maxData: true, app: true }).extend({
  session: sessionWordSchema.optional(),
  after: positionSchema.optional(),
});

const bounded = (from: number, to: number, what: string) => z.coerce.number(what).min(from, what).max(to, what);

/** `GET …/events`. Unknown parameters are left alone. */
export const eventsQuerySchema = streaming.extend({ ack: z.enum(['auto', 'none'], 'auto or none').optional() });
export type EventsQuery = z.output<typeof eventsQuerySchema>;

/** `GET …/inbox` */
export const inboxQuerySchema = streaming.extend({
  ack: z.enum(['auto', 'none'], 'none, or nothing at all').optional(),
  wait: bounded(0, LIMITS.pollWaitSecondsMax, `0 to ${LIMITS.pollWaitSecondsMax} seconds`).optional(),
  limit: bounded(1, LIMITS.pageItems, `1 to ${LIMITS.pageItems}`).int('a whole number').optional(),
  idle: bounded(0, LIMITS.pollIdleSecondsMax, `0 to ${LIMITS.pollIdleSecondsMax} seconds`).optional(),
});
export type InboxQuery = z.output<typeof inboxQuerySchema>;

/** `POST …/rpc` */
export const rpcQuerySchema = connectSchema.pick({ device: true });

/** A query as an object; a parameter without a value counts as absent. */
export function queryFields(query: URLSearchParams): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of query) if (value !== '') fields[name] = value;
  return fields;
}
