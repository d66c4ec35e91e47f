import { expect, it } from 'vitest';
import { cancelled } from './cancelled.js';

it('what came of cancelling names who has the message already, a few at most', () => {
  const at = (state: string, count: number) => Array.from({ length: count }, (_, number) => ({ address: `${state}-${number}@sales.hq`, state }));
  expect(cancelled(at('withdrawn', 2))).toEqual({ gone: 2, kept: [] });
  expect(cancelled([...at('withdrawn', 1), ...at('acknowledged', 1)])).toEqual({ gone: 1, kept: at('acknowledged', 1) });
  expect(cancelled(at('queued', 9)).kept).toHaveLength(5);
});
