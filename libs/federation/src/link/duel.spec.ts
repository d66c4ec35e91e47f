import { describe, expect, it } from 'vitest';
import type { LinkConnection } from '../connection/connection.js';
import { takesOver } from './duel.js';

type Seen = Pick<LinkConnection, 'dialledBy' | 'peer'>;

const [SMALL, LARGE] = ['a'.repeat(32), 'b'.repeat(32)];

/** Two connections between the same two, as one of them sees each. */
const seenBy = (own: string, dialler: string): Seen => ({ peer: own === SMALL ? LARGE : SMALL, dialledBy: own === dialler ? 'us' : 'them' });

/** Which dialler's connection one side keeps, where they come to it in this order. */
function kept(own: string, order: readonly string[], heardMs = 0): string {
  return order.reduce((there, fresh) => (takesOver(own, seenBy(own, there), seenBy(own, fresh), heardMs) ? fresh : there));
}

describe('of two connections that both sides have dialled at once', () => {
  it('the one of the smaller id is left at both, in whatever order they come to each', () => {
    for (const here of [
      [SMALL, LARGE],
      [LARGE, SMALL],
    ]) {
      for (const there of [
        [SMALL, LARGE],
        [LARGE, SMALL],
      ]) {
        expect([kept(SMALL, here), kept(LARGE, there)]).toEqual([SMALL, SMALL]);
      }
    }
  });

  it('a newer one of the same dialler takes over: it knows that its older one is gone', () => {
    for (const own of [SMALL, LARGE]) {
      for (const dialler of [SMALL, LARGE]) expect(takesOver(own, seenBy(own, dialler), seenBy(own, dialler), 0)).toBe(true);
    }
  });

  it('one that nothing was heard of for longer than between two pings keeps nobody out', () => {
    for (const own of [SMALL, LARGE]) {
      expect(kept(own, [SMALL, LARGE], 15_000)).toBe(SMALL);
      expect(kept(own, [SMALL, LARGE], 17_000)).toBe(LARGE);
    }
  });
});
