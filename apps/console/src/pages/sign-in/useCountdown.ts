import { useEffect, useState } from 'react';

/** Milliseconds that are left until then, each second; 0 once it has come. */
export function useCountdown(until: number | undefined): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (until === undefined) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    }, 1_000);
    return () => clearInterval(timer);
  }, [until]);
  // Whole seconds: it counts down evenly.
  return until === undefined ? 0 : Math.max(0, Math.ceil((until - now) / 1_000) * 1_000);
}
