import type { Clock, Timer } from '../ports/clock.js';

interface Pending {
  at: number;
  readonly order: number;
  readonly periodMs?: number;
  readonly call: () => void;
}

/** How many turns of the microtask queue are left to what a timer has set going. */
const SETTLE_TURNS = 100;

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  private time = 0;
  private offset: number;
  private order = 0;
  private readonly pending = new Set<Pending>();

  /** @param startsAt what `now` says at first; milliseconds since 1970 */
  constructor(startsAt = Date.UTC(2026, 0, 1)) {
    this.offset = startsAt;
  }

  /** Not bound to the clock by `this`, so that it can be handed on. */
  readonly now = (): number => this.offset + this.time;

  readonly monotonic = (): number => this.time;

  after(delayMs: number, then: () => void): Timer {
    return this.add({ at: this.time + Math.max(delayMs, 0), order: this.order++, call: then });
  }

  every(periodMs: number, then: () => void): Timer {
    return this.add({ at: this.time + periodMs, order: this.order++, periodMs: Math.max(periodMs, 1), call: then });
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.pending.size;
  }

  /** Lets time pass and calls what becomes due, in order. */
  advance(ms: number): void {
    const until = this.time + ms;
    for (let next = this.next(until); next !== undefined; next = this.next(until)) this.fire(next);
    this.time = until;
  }

  /** As {@link advance}, and lets what each timer has set going settle before the next. */
  async run(ms: number): Promise<void> {
    const until = this.time + ms;
    await settle();
    for (let next = this.next(until); next !== undefined; next = this.next(until)) {
      this.fire(next);
      await settle();
    }
    this.time = until;
    await settle();
  }

  /** The time of day jumps, as when somebody sets a machine's clock; what measures durations does not notice. */
  jump(ms: number): void {
    this.offset += ms;
  }

  private add(pending: Pending): Timer {
    this.pending.add(pending);
    return { cancel: () => void this.pending.delete(pending) };
  }

  private next(until: number): Pending | undefined {
    let first: Pending | undefined;
    for (const one of this.pending) {
      if (one.at <= until && (first === undefined || one.at < first.at || (one.at === first.at && one.order < first.order))) first = one;
    }
    return first;
  }

  private fire(pending: Pending): void {
    this.time = pending.at;
    if (pending.periodMs === undefined) this.pending.delete(pending);
    else pending.at += pending.periodMs;
    pending.call();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await Promise.resolve();
}
