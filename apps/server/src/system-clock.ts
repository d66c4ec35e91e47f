import type { Clock, Timer } from '@vestnik/core';

/** The clock of this machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, then): Timer => {
    const timer = setTimeout(then, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  every: (periodMs, then): Timer => {
    const timer = setInterval(then, periodMs);
    timer.unref();
    return { cancel: () => clearInterval(timer) };
  },
};
