/** Time, handed in: nothing in the core reads a clock of its own. */
export interface Clock {
  /** Milliseconds since 1970, for what people and programs are told. What decides anything is the store's time. */
  now(): number;
  /** Milliseconds of a clock that never jumps, for measuring how long something took. */
  monotonic(): number;
  /** Calls `then` once after `delayMs`; never keeps the process alive by itself. */
  after(delayMs: number, then: () => void): Timer;
  /** Calls `then` again and again. */
  every(periodMs: number, then: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}
