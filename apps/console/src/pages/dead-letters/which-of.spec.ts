import { describe, expect, it } from 'vitest';
import { isListed, queryOf, whichOf } from './which-of.js';

describe('which dead letters a page is about', () => {
  it.each([{ tenant: 'sales', reason: 'out of paper' }, { tenant: 'sales', client: 'ivanov', reason: '' }, { client: 'ivanov' }])(
    'stands in its address: %j',
    (which) => {
      const values = Object.fromEntries(Object.entries(queryOf(which)).filter(([, value]) => value !== undefined && value !== ''));
      expect(whichOf(values)).toEqual({ tenant: undefined, client: undefined, reason: undefined, ...which });
    },
  );

  it('are grouped until a reason is chosen, or each one is asked for', () => {
    expect([{ tenant: 'sales' }, { reason: 'x' }, { noReason: 'true' }, { view: 'each' }].map(isListed)).toEqual([false, true, true, true]);
  });
});
