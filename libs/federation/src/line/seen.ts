import { LINE_LIMITS } from './line-limits.js';

/**
 * What came through hubs, which might send it again: each is taken once, as long as it would be carried out at all.
 *
 * Where too many came within their time, new ones are not taken, so that none of the known is forgotten.
 */
export class Seen {
  /** Until when it is remembered, by the wall clock. */
  private readonly until = new Map<string, number>();
  private nextSweep = 0;

  /** @returns whether it is new */
  take(key: string, until: number, now: number): boolean {
    if (this.until.has(key)) return false;
    if (now >= this.nextSweep || this.until.size >= LINE_LIMITS.seen) this.sweep(now);
    if (this.until.size >= LINE_LIMITS.seen) return false;
    this.until.set(key, until);
    return true;
  }

  private sweep(now: number): void {
    this.nextSweep = now + 10_000;
    for (const [key, until] of this.until) if (until < now) this.until.delete(key);
  }
}
