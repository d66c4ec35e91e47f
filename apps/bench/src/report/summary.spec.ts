import { describe, expect, it } from 'vitest';
import type { Cell, Scenario } from '../scenario.js';
import { median, summarise } from './summary.js';

const cell = (side: string, isFloor: boolean): Cell => ({ side, isFloor, condition: 'all', measure: async () => ({}) });
const scenario: Scenario = {
  name: 's',
  title: 'S',
  figures: ['rate'],
  compared: ['rate'],
  notes: [],
  prepare: async () => ({ cells: [], close: async () => undefined }),
};

describe('a median', () => {
  it('is the middle value, or between the two middle ones', () => {
    expect([median([9, 1, 5]), median([1, 2, 4, 100])]).toEqual([5, 3]);
  });

  it('leaves out what is not a number', () => {
    expect(median([Number.NaN, 3])).toBe(3);
    expect(median([])).toBeNaN();
  });
});

describe('a summary', () => {
  it('takes ratios within each round, not of the medians', () => {
    const { rows } = summarise(scenario, [
      { cell: cell('floor', true), rounds: [{ rate: 10 }, { rate: 100 }, { rate: 20 }] },
      { cell: cell('product', false), rounds: [{ rate: 20 }, { rate: 300 }, { rate: 20 }] },
    ]);
    expect(rows[1]?.medians.rate).toBe(20);
    expect(rows[1]?.ratios.floor?.rate).toBe(2);
    expect(rows[0]?.ratios).toEqual({});
  });

  it('compares only under one condition', () => {
    const other = { ...cell('floor', true), condition: 'another' };
    const { rows } = summarise(scenario, [
      { cell: other, rounds: [{ rate: 10 }] },
      { cell: cell('product', false), rounds: [{ rate: 20 }] },
    ]);
    expect(rows[1]?.ratios).toEqual({});
  });
});
