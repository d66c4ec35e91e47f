import type { LinkConnection } from '../connection/connection.js';

/**
 * Whether a new connection takes the place of one that there is. Both sides judge alike, so that one is left where both have dialled
 * at once: the one that the installation with the smaller id has dialled.
 *
 * @param heardMs how long ago the one that there is was heard of last
 */
export function takesOver(
  own: string,
  there: Pick<LinkConnection, 'dialledBy' | 'peer'>,
  fresh: Pick<LinkConnection, 'dialledBy' | 'peer'>,
  heardMs: number,
): boolean {
  // Whoever dials again knows that its older one is gone.
  if (there.dialledBy === fresh.dialledBy) return true;
  const smaller = own < fresh.peer ? 'us' : 'them';
  return fresh.dialledBy === smaller || heardMs > SILENT_MS;
}

/** A connection that was not heard of for longer than between two pings may be dead. */
const SILENT_MS = 16_000;
