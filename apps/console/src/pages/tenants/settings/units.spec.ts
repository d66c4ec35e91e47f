import { expect, it } from 'vitest';
import { DURATIONS, SIZES, unitOf } from './units.js';

it('shows a value in the largest unit that leaves it whole', () => {
  expect([1, 90, 3_600, 604_800, 86_401].map((seconds) => unitOf(seconds, DURATIONS).name)).toEqual(['seconds', 'seconds', 'hours', 'days', 'seconds']);
  expect([1_000, 262_144, 3 * 1_048_576].map((bytes) => unitOf(bytes, SIZES).name)).toEqual(['bytes', 'KiB', 'MiB']);
});

it('begins with the largest unit where there is no value yet', () => {
  expect(unitOf(undefined, DURATIONS).name).toBe('days');
});
