import type { Schema } from '../../api/client.js';

/** What keeps the messages of a client from being acknowledged. */
export type Hindrance =
  /** Nothing waits, or only what has just come. */
  | { readonly kind: 'none' }
  /** Nothing is POSTed until somebody resumes it. */
  | { readonly kind: 'webhook-paused' }
  | { readonly kind: 'webhook-failing' }
  | { readonly kind: 'offline' }
  /** It was handed the oldest one, and has not acknowledged it. */
  | { readonly kind: 'not-acknowledging'; readonly attempts: number }
  /** It is connected, and was not handed the oldest one. */
  | { readonly kind: 'not-handed' };

/** What came so short a time ago may well be on its way. */
const UNDERWAY_MS = 30_000;

/** The first cause that somebody can do something about. @param oldest what has waited longest; absent while it is not known */
export function whyBehind(
  client: Pick<Schema<'Client'>, 'online' | 'webhook' | 'waiting'>,
  oldest: Pick<Schema<'WaitingMessage'>, 'sentAt' | 'attempts'> | undefined,
  now: number,
): Hindrance {
  if ((client.waiting ?? 0) === 0 || oldest === undefined || now - Date.parse(oldest.sentAt) < UNDERWAY_MS) return { kind: 'none' };
  if (client.webhook === 'paused') return { kind: 'webhook-paused' };
  if (client.webhook === 'failing') return { kind: 'webhook-failing' };
  if (!client.online && client.webhook === undefined) return { kind: 'offline' };
  return oldest.attempts === undefined ? { kind: 'not-handed' } : { kind: 'not-acknowledging', attempts: oldest.attempts };
}
