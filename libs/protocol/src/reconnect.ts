/** What a client does after a connection has closed (section 10 of the protocol). */
export type AfterClose =
  | { readonly kind: 'stop' }
  /** Come back after a growing, jittered delay, but not before `delayMsMin`. */
  | { readonly kind: 'reconnect'; readonly delayMsMin: number; readonly freshToken: boolean };

const GROWING = new Set([1001, 1005, 1006, 1011, 1012, 1013, 4408, 4429]);
const LATER = new Set([1009, 4410]);

/**
 * Decides by the close code, or by what the last `vestnik.closing` said where it was seen.
 *
 * @param closing of the notice: `after` in seconds
 */
export function afterClose(code: number, closing?: { reconnect: boolean; after?: number }): AfterClose {
  const freshToken = code === 4401;
  if (closing !== undefined) {
    return closing.reconnect ? { kind: 'reconnect', delayMsMin: (closing.after ?? 0) * 1000, freshToken } : { kind: 'stop' };
  }
  if (freshToken || GROWING.has(code)) return { kind: 'reconnect', delayMsMin: 0, freshToken };
  if (LATER.has(code)) return { kind: 'reconnect', delayMsMin: 60_000, freshToken };
  return { kind: 'stop' };
}

/**
 * The delay before try number `attempt` (from 1): it doubles from half a second to half a minute and falls
 * at random in its upper half, so that clients cut off together do not come back together.
 *
 * @param chance a random number in [0, 1)
 */
export function reconnectDelayMs(attempt: number, chance: number): number {
  const full = Math.min(500 * 2 ** Math.min(attempt - 1, 10), 30_000);
  return (full / 2) * (1 + chance);
}
