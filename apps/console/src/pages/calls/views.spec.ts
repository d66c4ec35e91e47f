import { expect, it } from 'vitest';
import { callQueryOf, SLOW_MS } from './views.js';

it('asks for what one looks at', () => {
  expect(callQueryOf({})).toEqual({});
  expect(callQueryOf({ view: 'open', tenant: 'sales' })).toEqual({ state: 'open', tenant: 'sales' });
  expect(callQueryOf({ view: 'failing', method: 'stock' })).toEqual({ failed: 'true', method: 'stock' });
  expect(callQueryOf({ view: 'slow' })).toEqual({ slowerThan: SLOW_MS });
  // Slowness belongs to the slow alone.
  expect(callQueryOf({ view: 'recent', slower: '50' })).toEqual({});
});

it('asks for nothing that the server would refuse', () => {
  for (const [slower, asked] of [
    ['250', 250],
    ['0', 0],
    ['-1', SLOW_MS],
    ['soon', SLOW_MS],
    ['1e9', 120_000],
  ] as const) {
    expect(callQueryOf({ view: 'slow', slower }), slower).toEqual({ slowerThan: asked });
  }
  expect(callQueryOf({ view: '<script>' })).toEqual({});
});
