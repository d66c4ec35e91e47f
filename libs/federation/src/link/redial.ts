/** When a neighbour is dialled again, as plain data. */
export interface Redial {
  /** How often in a row it came to nothing. */
  readonly failures: number;
  /** By the monotonic clock. */
  readonly at: number;
}

const FIRST_MS = 1_000;
const MOST_MS = 300_000;

/** At the start every link is tried. */
export const AT_ONCE: Redial = { failures: 0, at: Number.NEGATIVE_INFINITY };

/**
 * After a dial that came to nothing: 1 s, doubling to 5 minutes, with full jitter. It is never given up.
 *
 * @param chance from 0 up to 1
 */
export function afterFailure({ failures }: Redial, now: number, chance: number): Redial {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return { failures: failures + 1, at: now + most * chance };
}

/** After a connection that had worked: whoever was there a moment ago is soon there again. */
export function afterEnd(now: number, chance: number): Redial {
  return { failures: 1, at: now + FIRST_MS * chance };
}
