import { useSyncExternalStore } from 'react';

/** One timer for everything that shows how long ago something was. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const one of listeners) one();
  }, 5_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** While nobody listens nothing ticks: whoever comes first must not see an old time. The same answer within one rendering, as React wants it. */
function read(): number {
  const real = Date.now();
  if (timer === undefined && real - now > 5_000) now = real;
  return now;
}

/** The time in milliseconds, every five seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}
