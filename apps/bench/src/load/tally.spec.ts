import { describe, expect, it } from 'vitest';
import { percentile, Tally } from './tally.js';

describe('a percentile', () => {
  const hundred = Float64Array.from({ length: 100 }, (_, i) => i + 1);

  it('is the smallest time that the share does not exceed', () => {
    expect([0.5, 0.99, 0.999].map((share) => percentile(hundred, share))).toEqual([50, 99, 100]);
  });

  it('of nothing is not a number', () => {
    expect(percentile(new Float64Array(), 0.5)).toBeNaN();
  });
});

describe('a tally', () => {
  it('records times only while it is told to, and forgets those that were taken', () => {
    const tally = new Tally();
    tally.arrived(tally.begin());
    tally.recording = true;
    tally.arrived(tally.begin());
    expect(tally.arrivals).toBe(2);
    expect(tally.takeLatencies()).toHaveLength(1);
    expect(tally.takeLatencies()).toHaveLength(0);
  });

  it('keeps any number of times in ascending order', () => {
    const tally = new Tally();
    for (let i = 200_000; i > 0; i--) tally.took(i);
    const times = tally.takeLatencies();
    expect([times.length, times[0], times.at(-1)]).toEqual([200_000, 1, 200_000]);
  });
});
