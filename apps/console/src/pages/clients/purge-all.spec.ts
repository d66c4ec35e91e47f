import { expect, it } from 'vitest';
import { purgeAll } from './purge-all.js';

/** A client that so many messages wait for. */
function inbox(waiting: number) {
  return async () => {
    const messages = Math.min(1_000, waiting);
    waiting -= messages;
    return { messages, more: waiting > 0 };
  };
}

it('goes on until nothing waits, and says how far it is', async () => {
  const told: number[] = [];
  expect(await purgeAll(inbox(2_500), (gone) => told.push(gone))).toBe(2_500);
  expect(told).toEqual([1_000, 2_000]);
});

it('ends where a call withdraws nothing, whatever the server says', async () => {
  expect(
    await purgeAll(
      async () => ({ messages: 0, more: true }),
      () => {},
    ),
  ).toBe(0);
});
