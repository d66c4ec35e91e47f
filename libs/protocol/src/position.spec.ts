import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPosition, parsePosition } from './position.js';

describe('a position', () => {
  it('reads as it was written, over all epochs and places, in the characters that were promised', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.maxSafeNat(), (epoch, position) => {
        const text = formatPosition(epoch, position);
        expect(text).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
        expect(parsePosition(text)).toEqual({ epoch, position });
      }),
    );
  });

  it('is none where no bus wrote it', () => {
    for (const text of ['', 'AAAAAA', '0', 'garbage', 'AAAAAAAA', '______B', 'AAAAAA_________', 'AAAAAAB ', 'AAAAAAB\n', 'AAAAAA+', 'A'.repeat(300)]) {
      expect(parsePosition(text)).toBeUndefined();
    }
  });

  it('has one way to be written: whatever is read is written the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{7,15}$/), (text) => {
        const position = parsePosition(text);
        if (position !== undefined) expect(formatPosition(position.epoch, position.position)).toBe(text);
      }),
    );
  });
});
