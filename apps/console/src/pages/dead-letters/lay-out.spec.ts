import { onOneLine } from '@vestnik/protocol/raw-json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut } from './lay-out.js';

describe('JSON laid out in lines', () => {
  it('has each member on a line of its own, and numbers with all their digits', () => {
    expect(layOut('{"b": 12345678901234567890.10,"a":[ ],"c":[1,{"d":"x, {y}\\""}]}')).toBe(
      '{\n  "b": 12345678901234567890.10,\n  "a": [],\n  "c": [\n    1,\n    {\n      "d": "x, {y}\\""\n    }\n  ]\n}',
    );
  });

  it('is, put on one line as the server does it, the very text without its white space', () => {
    const written = fc.tuple(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t')).map(([value, space]) => ({
      plain: JSON.stringify(value),
      text: JSON.stringify(value, undefined, space),
    }));
    fc.assert(
      fc.property(written, ({ text, plain }) => {
        expect(onOneLine(layOut(text))).toBe(plain);
      }),
    );
  });
});
