import { describe, expect, it } from 'vitest';
import { measureRounds } from './rounds.js';
import type { Cell } from './scenario.js';

const stage = (cells: Cell[]) => ({ cells, close: async () => undefined });

describe('rounds', () => {
  it('alternate the sides, another one first each time', async () => {
    const order: string[] = [];
    const cell = (side: string): Cell => ({ side, condition: 'c', isFloor: false, measure: async () => ({ turn: order.push(side) }) });
    await measureRounds(stage([cell('a'), cell('b')]), 2, () => undefined);
    expect(order).toEqual(['a', 'b', 'b', 'a']);
  });

  it('go on without a side that failed, and keep why', async () => {
    let tries = 0;
    const bad: Cell = { side: 'bad', condition: 'c', isFloor: false, measure: () => Promise.reject(new Error(`refused ${++tries}`)) };
    const good: Cell = { side: 'good', condition: 'c', isFloor: true, measure: async () => ({ rate: 1 }) };
    const [first, second] = await measureRounds(stage([bad, good]), 3, () => undefined);
    expect(first).toMatchObject({ failure: 'refused 1', rounds: [] });
    expect(second?.rounds).toHaveLength(3);
  });
});
