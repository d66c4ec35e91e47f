import { describe, expect, it } from 'vitest';
import { spread, tries } from './tries.js';

describe('tries of an operation', () => {
  it('count the rows that the operation returns, and make each try once', async () => {
    const seen: number[] = [];
    const figures = await tries(3, async (nth) => {
      seen.push(nth);
      return [30, 10, 20][nth];
    });
    expect(seen).toEqual([0, 1, 2]);
    expect(figures.rows).toBe(20);
  });

  it('show the middle and the slowest', () => {
    expect(spread(Float64Array.of(9, 1, 5))).toEqual({ p50: 5, p99: 9, longest: 9 });
  });
});
