import { percentile } from '../../load/tally.js';
import type { Figures } from '../../scenario.js';

/** Times each try of an operation, one after the other. What it returns is counted as rows. */
export async function tries(count: number, operation: (nth: number) => Promise<number | undefined>): Promise<Figures> {
  const times = new Float64Array(count);
  const rows = new Float64Array(count);
  for (let nth = 0; nth < count; nth++) {
    const begun = performance.now();
    rows[nth] = (await operation(nth)) ?? Number.NaN;
    times[nth] = performance.now() - begun;
  }
  return { rows: percentile(rows.sort(), 0.5), ...spread(times) };
}

/** The middle, the slow ones and the slowest. */
export function spread(times: Float64Array): Figures {
  const ascending = times.sort();
  return { p50: percentile(ascending, 0.5), p99: percentile(ascending, 0.99), longest: ascending.at(-1) ?? Number.NaN };
}
