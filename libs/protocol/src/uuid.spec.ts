import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUuid, uuidv7Maker, uuidv7Time } from './uuid.js';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const fill = (byte: number) => (bytes: Uint8Array) => void bytes.fill(byte);

describe('ids', () => {
  it('have the form of RFC 9562, version 7, and carry their time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 48 - 1 }), fc.nat(255), (time, byte) => {
        const id = uuidv7Maker(() => time, fill(byte))();
        expect(id).toMatch(FORM);
        expect(isUuid(id)).toBe(true);
        expect(uuidv7Time(id)).toBe(time);
      }),
    );
  });

  it('grow, within a millisecond and when the clock goes back', () => {
    let time = 1_700_000_000_000;
    const make = uuidv7Maker(() => time, fill(0xff));
    let last = make();
    for (let n = 0; n < 10_000; n++) {
      if (n === 3_000) time -= 5_000;
      if (n === 9_000) time += 10_000;
      const id = make();
      expect(id > last).toBe(true);
      last = id;
    }
    expect(last).toMatch(FORM);
  });

  it('are unlike each other where only chance differs', () => {
    const make = (byte: number) => uuidv7Maker(() => 1, fill(byte))();
    expect(make(1)).not.toBe(make(2));
  });

  it('are told from other words', () => {
    for (const text of ['', 'batch', '0193F2A4-7C1E-7B6E-9A55-2F6D0C9D1E11', '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e1', '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11\n']) {
      expect(isUuid(text)).toBe(false);
    }
  });
});
