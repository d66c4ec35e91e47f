import type { Clock } from '@vestnik/core';

/** The clock of this process, for what is tested on a real Postgres. */
export const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, then) => {
    const timer = setTimeout(then, delayMs).unref();
    return { cancel: () => clearTimeout(timer) };
  },
  every: (periodMs, then) => {
    const timer = setInterval(then, periodMs).unref();
    return { cancel: () => clearInterval(timer) };
  },
};
