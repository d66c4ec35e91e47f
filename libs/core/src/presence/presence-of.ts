import type { Presence } from '@vestnik/protocol';
import type { SessionSummary } from '../ports/node-bus.js';
import { WEBHOOK_TRANSPORT } from '../ports/webhooks.js';

/** A client whose last session ended is offline so long after: one that comes back at once (a page that is loaded anew) was never away. */
export const OFFLINE_AFTER_MS = 400;

/** The presence of a client, without its name. `since` in milliseconds since 1970. */
export interface PresenceState {
  readonly online: boolean;
  readonly status?: string;
  readonly text?: string;
  readonly since?: number;
  readonly sessions: number;
}

/** Whether a session makes its client online: where a program is sent what comes by webhook, nobody sits. */
export function isPresent(session: SessionSummary): boolean {
  return session.transport !== WEBHOOK_TRANSPORT;
}

/** Since when the client of a session was there without a break, as far as the session knows. */
export function presentSince({ since, onlineSince = since }: SessionSummary): number {
  return Math.min(since, onlineSince);
}

/**
 * What the live sessions of a client say together: the status is the one that was set last, `available` where none was.
 * What `connect` brought counts as set when the session opened.
 *
 * @param lastSeen when it was seen last, for one that has no session now
 */
export function presenceOf(sessions: readonly SessionSummary[], lastSeen?: number): PresenceState {
  let count = 0;
  let since = Number.POSITIVE_INFINITY;
  let set: { readonly at: number; readonly by: SessionSummary } | undefined;
  for (const session of sessions) {
    if (!isPresent(session)) continue;
    count++;
    since = Math.min(since, presentSince(session));
    if (session.status === undefined) continue;
    const at = session.statusAt ?? session.since;
    // Every node chooses the same of two that were set in the same millisecond.
    if (set === undefined || at > set.at || (at === set.at && session.session > set.by.session)) set = { at, by: session };
  }
  if (count === 0) return { online: false, since: lastSeen, sessions: 0 };
  return { online: true, status: set?.by.status ?? 'available', text: set?.by.text, since, sessions: count };
}

/** As clients are told of it. @param client whole address */
export function tellPresence(client: string, { online, status, text, since, sessions }: PresenceState): Presence {
  return { client, online, status, text, since: since === undefined ? undefined : new Date(since).toISOString(), sessions };
}

/** Whether two states look alike to whoever watches. */
export function sameStatus(one: PresenceState, other: PresenceState): boolean {
  return one.online === other.online && one.status === other.status && one.text === other.text;
}
