import { expect, it } from 'vitest';
import { Rate } from './rate.js';

it('tells how much came to pass a second, over the last minute', () => {
  const rate = new Rate();
  expect(rate.note(0, 0, 0)).toBeUndefined();
  expect(rate.note(2_000, 10, 4)).toEqual({ out: 5, in: 2 });
  for (let second = 4; second <= 60; second += 2) rate.note(second * 1_000, 10, 4);
  expect(rate.note(62_000, 10, 4)).toEqual({ out: 0, in: 0 });
  expect(rate.note(64_000, 70, 4)).toEqual({ out: 1, in: 0 });
});
