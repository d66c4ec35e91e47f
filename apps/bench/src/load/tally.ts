import { performance } from 'node:perf_hooks';

const SLOTS = 1 << 21;

/**
 * What was sent and what arrived in one measurement, with the time between.
 *
 * Numbers go on across measurements of one tally, so that a late message is not taken for another one.
 */
export class Tally {
  readonly #sentAt = new Float64Array(SLOTS);
  #latenciesMs = new Float64Array(1 << 16);
  #latencies = 0;
  #next = 1;
  sent = 0;
  arrivals = 0;
  recording = false;

  /** Gives the next message its number and takes the time. */
  begin(): number {
    const number = this.#next++;
    this.#sentAt[number % SLOTS] = performance.now();
    this.sent += 1;
    return number;
  }

  arrived(number: number): void {
    this.arrivals += 1;
    if (this.recording) this.took(performance.now() - (this.#sentAt[number % SLOTS] as number));
  }

  /** When the message was begun, on the clock of `performance.now()`. */
  begunAt(number: number): number {
    return this.#sentAt[number % SLOTS] as number;
  }

  /** Records a time that was taken elsewhere. */
  took(latencyMs: number): void {
    if (this.#latencies === this.#latenciesMs.length) {
      const larger = new Float64Array(this.#latenciesMs.length * 2);
      larger.set(this.#latenciesMs);
      this.#latenciesMs = larger;
    }
    this.#latenciesMs[this.#latencies++] = latencyMs;
  }

  /** Forgets the times that were recorded, and returns them in ascending order. */
  takeLatencies(): Float64Array {
    const taken = this.#latenciesMs.slice(0, this.#latencies).sort();
    this.#latencies = 0;
    return taken;
  }
}

/** The smallest time that this share of all times does not exceed; NaN of none. */
export function percentile(ascending: Float64Array, share: number): number {
  if (ascending.length === 0) return Number.NaN;
  return ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)] as number;
}
