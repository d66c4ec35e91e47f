import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from './problems.js';
import { afterClose, reconnectDelayMs } from './reconnect.js';

describe('after a close', () => {
  it.each([1001, 1006, 1011, 1012, 1013, 4408, 4429])('%i: back with a growing delay', (code) => {
    expect(afterClose(code)).toEqual({ kind: 'reconnect', delayMsMin: 0, freshToken: false });
  });

  it.each([1009, 4410])('%i: back after a minute', (code) => {
    expect(afterClose(code)).toEqual({ kind: 'reconnect', delayMsMin: 60_000, freshToken: false });
  });

  it('4401: back with a fresh token', () => {
    expect(afterClose(4401)).toEqual({ kind: 'reconnect', delayMsMin: 0, freshToken: true });
  });

  it.each([1000, 1003, 1007, 4400, 4403, 4404, 4409, 3000])('%i: not back', (code) => {
    expect(afterClose(code)).toEqual({ kind: 'stop' });
  });

  it('what the last notice said decides where it was seen', () => {
    expect(afterClose(1012, { reconnect: false })).toEqual({ kind: 'stop' });
    expect(afterClose(4400, { reconnect: true, after: 5 })).toEqual({ kind: 'reconnect', delayMsMin: 5_000, freshToken: false });
    expect(afterClose(4401, { reconnect: true })).toEqual({ kind: 'reconnect', delayMsMin: 0, freshToken: true });
  });

  it('every code of the table has its rule', () => {
    const codes = Object.values(PROBLEMS).flatMap((kind) => ('close' in kind ? [kind.close] : []));
    expect([...new Set<number>(codes)].sort()).toEqual([1009, 1011, 1012, 1013, 4400, 4401, 4403, 4404, 4408, 4409, 4410, 4429]);
  });
});

describe('the delay', () => {
  it('doubles from half a second to half a minute, and falls in its upper half', () => {
    expect([1, 2, 3, 7, 8, 1_000].map((attempt) => reconnectDelayMs(attempt, 0))).toEqual([250, 500, 1_000, 15_000, 15_000, 15_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, chance) => {
        const delay = reconnectDelayMs(attempt, chance);
        expect(delay).toBeGreaterThanOrEqual(reconnectDelayMs(attempt, 0));
        expect(delay).toBeLessThanOrEqual(2 * reconnectDelayMs(attempt, 0));
        expect(delay).toBeLessThanOrEqual(30_000);
      }),
    );
  });
});
