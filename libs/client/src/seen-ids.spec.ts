import { expect, it } from 'vitest';
import { SeenIds } from './seen-ids.js';

it('knows the ids that came last and forgets the oldest', () => {
  const seen = new SeenIds(2);
  seen.add('a');
  seen.add('b');
  seen.add('a');
  seen.add('c');
  expect(['a', 'b', 'c'].map((id) => seen.has(id))).toEqual([true, false, true]);
});
