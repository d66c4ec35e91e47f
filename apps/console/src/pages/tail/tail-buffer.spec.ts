import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ROWS_KEPT, TailBuffer } from './tail-buffer.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = '2026-11-22T06:22:00.123Z';

it('shows what comes together, newest first, and not each by itself', () => {
  const buffer = new TailBuffer();
  const shown = vi.fn();
  buffer.subscribe(shown);
  for (const id of ['a', 'b', 'c']) buffer.add({ at, kind: 'accepted', id });
  expect(shown).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(shown).toHaveBeenCalledTimes(1);
  expect(buffer.read().rows.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect(new Set(buffer.read().rows.map(({ key }) => key)).size).toBe(3);
});

it('keeps the newest rows only, however many come', () => {
  const buffer = new TailBuffer();
  for (let round = 0; round < 3; round++) {
    for (let number = 0; number < ROWS_KEPT + 7; number++) buffer.add({ at, kind: 'accepted', id: `${round}.${number}` });
    vi.runAllTimers();
  }
  const { rows } = buffer.read();
  expect(rows).toHaveLength(ROWS_KEPT);
  expect(rows[0]?.id).toBe(`2.${ROWS_KEPT + 6}`);
});

it('adds nothing while it is paused, and counts what came', () => {
  const buffer = new TailBuffer();
  buffer.add({ at, kind: 'accepted', id: 'before' });
  buffer.pause();
  expect(buffer.read().rows.map(({ id }) => id)).toEqual(['before']);
  for (const id of ['a', 'b']) buffer.add({ at, kind: 'accepted', id });
  vi.runAllTimers();
  expect(buffer.read()).toMatchObject({ paused: true, missed: 2, rows: [{ id: 'before' }] });
  buffer.goOn();
  buffer.add({ at, kind: 'accepted', id: 'after' });
  vi.runAllTimers();
  expect(buffer.read().rows.map(({ id }) => id)).toEqual(['after', 'before']);
  buffer.pause();
  expect(buffer.read().missed).toBe(0);
});

it('adds up what the server has left out, and forgets all when it is cleared', () => {
  const buffer = new TailBuffer();
  buffer.skip(3);
  vi.runAllTimers();
  buffer.skip(4);
  buffer.add({ at, kind: 'accepted' });
  vi.runAllTimers();
  expect(buffer.read().skipped).toBe(7);
  buffer.add({ at, kind: 'accepted' });
  buffer.clear();
  vi.runAllTimers();
  expect(buffer.read()).toEqual({ rows: [], paused: false, missed: 0, skipped: 0 });
});
