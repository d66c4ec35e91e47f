import type { Clock } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';

const FREE_FAILURES = 5;
const DELAY_MS_FIRST = 1_000;
const DELAY_MS_MAX = 15 * 60_000;
/** Failures are forgotten when so long none was added. */
const FORGOTTEN_MS = 60 * 60_000;
const ENTRIES_MAX = 10_000;

/** What a try comes to, should it fail. */
export interface Tries {
  /** The how manieth it is. */
  readonly count: number;
  /** It is the first after which the next one has to wait. */
  readonly locks: boolean;
}

interface Failures {
  readonly name: string;
  readonly count: number;
  readonly lockedUntil: number;
  readonly last: number;
}

/**
 * Slows down guessing: after five failures of one name from one address the next try has to wait, twice as long after
 * each. Name and address together, so that nobody can lock an administrator out from elsewhere.
 *
 * Kept by each node for itself, and for the newest ten thousand pairs.
 */
export class LockOut {
  private readonly entries = new Map<string, Failures>();

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /**
   * Counts a try as failed before it is looked at, so that many at once are no way around; a good one is taken back by {@link succeeded}.
   *
   * @throws Problem `rate-limited` with `retryAfter`
   */
  begin(name: string, address: string): Tries {
    const key = `${name}\n${address}`;
    const now = this.clock.monotonic();
    const entry = this.entries.get(key);
    const before = entry !== undefined && now - entry.last < FORGOTTEN_MS ? entry : undefined;
    if (before !== undefined && now < before.lockedUntil) {
      const retryAfter = Math.ceil((before.lockedUntil - now) / 1_000);
      throw new Problem('rate-limited', `too many failed tries: wait ${retryAfter} s`, { retryAfter });
    }
    const count = (before?.count ?? 0) + 1;
    const delayMs = count < FREE_FAILURES ? 0 : Math.min(DELAY_MS_FIRST * 2 ** (count - FREE_FAILURES), DELAY_MS_MAX);
    this.entries.delete(key);
    this.entries.set(key, { name, count, lockedUntil: now + delayMs, last: now });
    if (this.entries.size > ENTRIES_MAX) this.entries.delete(this.entries.keys().next().value as string);
    return { count, locks: count === FREE_FAILURES };
  }

  /** Uncounts one try that could not be looked at. */
  takeBack(name: string, address: string): void {
    const key = `${name}\n${address}`;
    const entry = this.entries.get(key);
    if (entry !== undefined) this.entries.set(key, { ...entry, count: entry.count - 1, lockedUntil: this.clock.monotonic() });
  }

  succeeded(name: string, address: string): void {
    this.entries.delete(`${name}\n${address}`);
  }

  /** Whether the next try of this name has to wait, from one address at least. */
  isLocked(name: string): boolean {
    const now = this.clock.monotonic();
    for (const entry of this.entries.values()) if (entry.name === name && now < entry.lockedUntil) return true;
    return false;
  }

  /** Forgets what failed for this name, from all addresses. */
  forget(name: string): void {
    for (const [key, entry] of this.entries) if (entry.name === name) this.entries.delete(key);
  }
}
