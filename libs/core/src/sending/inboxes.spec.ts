import { describe, expect, it } from 'vitest';
import { ManualClock } from '../memory/index.js';
import { Inboxes } from './inboxes.js';

function inboxes(counts: Record<number, number>) {
  const clock = new ManualClock();
  const asked: number[][] = [];
  const store = {
    countUnacknowledged: async (ids: readonly number[], limit: number) => {
      asked.push([...ids]);
      return new Map(ids.map((id) => [id, Math.min(counts[id] ?? 0, limit)]));
    },
  };
  return { clock, asked, counts, inboxes: new Inboxes(store, clock) };
}

describe('an inbox', () => {
  it('is asked for once, together with those of the same turn, and counted on from there', async () => {
    const house = inboxes({ 1: 3, 2: 0 });
    expect(await Promise.all([house.inboxes.isFull(1, 5), house.inboxes.isFull(2, 5)])).toEqual([false, false]);
    expect(house.asked).toEqual([[1, 2]]);
    house.inboxes.added(1);
    expect(house.inboxes.known(1, 5)).toBe(true);
    expect(house.asked).toHaveLength(1);
  });

  it('that reaches its limit is counted again, and is full only if it still is', async () => {
    const house = inboxes({ 1: 4 });
    await house.inboxes.isFull(1, 5);
    house.inboxes.added(1);
    expect(house.inboxes.known(1, 5)).toBe(false);
    house.counts[1] = 5;
    expect(await house.inboxes.isFull(1, 5)).toBe(true);
    house.counts[1] = 2;
    expect(await house.inboxes.isFull(1, 5)).toBe(false);
    expect(house.inboxes.known(1, 5)).toBe(true);
  });

  it('is counted anew after a minute: other nodes send too', async () => {
    const house = inboxes({ 1: 0 });
    await house.inboxes.isFull(1, 5);
    house.clock.advance(60_000);
    expect(house.inboxes.known(1, 5)).toBe(false);
  });
});
