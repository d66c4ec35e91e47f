import { expect, it } from 'vitest';
import { addedUp, FigureRing, noCounts } from './figures.js';

const SECOND = 1_000;

it('counts in steps of 10 s, and what was counted in none of them in the next', () => {
  const counts = noCounts();
  const ring = new FigureRing(counts);
  ring.note(100 * SECOND, counts, 1);
  counts.accepted = 5;
  ring.note(104 * SECOND, counts, 2);
  counts.accepted = 6;
  ring.note(139 * SECOND, counts, 3);
  expect(ring.series()).toMatchObject({ first: 10, sessions: [2, 3, 3, 3], counted: { accepted: [5, 0, 0, 1] } });
});

it('remembers an hour', () => {
  const counts = noCounts();
  const ring = new FigureRing(counts);
  for (let at = 0; at < 400; at++) {
    counts.delivered++;
    ring.note(at * 10 * SECOND, counts, at);
  }
  const { first, sessions, counted } = ring.series();
  expect([first, sessions.length, sessions[0], sessions.at(-1), counted.delivered.length]).toEqual([40, 360, 40, 399, 360]);
});

it('loses nothing where the clock is put back, and begins anew after it slept for longer than an hour', () => {
  const counts = noCounts();
  const ring = new FigureRing(counts);
  ring.note(100 * SECOND, counts, 1);
  counts.refused = 2;
  ring.note(20 * SECOND, counts, 1);
  expect(ring.series()).toMatchObject({ first: 10, counted: { refused: [2] } });
  counts.refused = 3;
  ring.note(100_000 * SECOND, counts, 1);
  expect(ring.series()).toMatchObject({ first: 10_000, sessions: [1], counted: { refused: [1] } });
});

it('adds nodes up by the time, whenever they started', () => {
  const [early, late] = [noCounts(), noCounts()];
  const [one, other] = [new FigureRing(early), new FigureRing(late)];
  one.note(100 * SECOND, early, 1);
  early.calls = 1;
  one.note(120 * SECOND, early, 1);
  late.calls = 0;
  other.note(110 * SECOND, late, 5);
  late.calls = 7;
  other.note(115 * SECOND, late, 5);
  expect(addedUp([one.series(), other.series()])).toMatchObject({ first: 10, sessions: [1, 6, 1], counted: { calls: [0, 7, 1] } });
  expect(addedUp([])).toMatchObject({ sessions: [] });
});
