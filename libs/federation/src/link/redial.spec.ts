import { expect, it } from 'vitest';
import { AT_ONCE, afterEnd, afterFailure, type Redial } from './redial.js';

it('dials at once at the start, then after 1 s doubling to 5 minutes with full jitter, and never gives up', () => {
  expect(AT_ONCE.at).toBeLessThan(0);
  const most: number[] = [];
  let redial: Redial = AT_ONCE;
  for (let time = 0; time < 30; time++) {
    expect(afterFailure(redial, 1_000, 0).at).toBe(1_000);
    redial = afterFailure(redial, 1_000, 1);
    most.push(redial.at - 1_000);
  }
  expect(most.slice(0, 10)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000]);
  expect(most.at(-1)).toBe(300_000);
});

it('comes back soon to who was there a moment ago, and more slowly if that fails', () => {
  const soon = afterEnd(500, 1);
  expect(soon.at).toBe(1_500);
  expect(afterFailure(soon, 0, 1).at).toBe(2_000);
});
