import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from './json-fault.js';

describe('where a text stops being JSON', () => {
  it.each([
    ['', 1, 1, 'nothing'],
    ['  \n ', 2, 2, 'nothing'],
    ['{"a": 1,\n "b" 2}', 2, 6, 'colon'],
    ['{"a": 1\n "b": 2}', 2, 2, 'comma'],
    ['{"a": 1,}', 1, 9, 'key'],
    ["{'a': 1}", 1, 2, 'key'],
    ['[1, 2,]', 1, 7, 'value'],
    ['{"a": }', 1, 7, 'value'],
    ['{"a": нет}', 1, 7, 'value'],
    ['{"a": 1} x', 1, 10, 'end'],
    ['{"a": 01}', 1, 8, 'comma'],
    ['{"a": 1', 1, 8, 'comma'],
    ['"abc', 1, 5, 'quote'],
    ['{"a": "one\ntwo"}', 1, 11, 'quote'],
    ['"\\x"', 1, 2, 'escape'],
    ['"a\tb"', 1, 3, 'control'],
    ['[1}', 1, 3, 'comma'],
  ] as const)('%j: line %i, column %i, %s', (text, line, column, expected) => {
    expect(jsonFault(text)).toMatchObject({ line, column, expected });
  });

  it('is nowhere in JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => jsonFault(text) === undefined));
  });

  it('is where it was broken, or at the beginning of the word or number that was', () => {
    const cut = fc.tuple(fc.json({ maxDepth: 4 }), fc.nat()).map(([text, place]) => ({ text, at: place % text.length }));
    fc.assert(
      fc.property(cut, ({ text, at }) => {
        const offset = jsonFault(`${text.slice(0, at)}\u0001${text.slice(at)}`)?.offset ?? Number.NaN;
        expect(offset).toBeLessThanOrEqual(at);
        expect(text.slice(offset, at)).toMatch(/^(?:[-+.\w]*|\\u?[0-9a-fA-F]{0,3})$/);
      }),
    );
  });

  it('does not stumble over what is nested without end', () => {
    expect(jsonFault('['.repeat(200_000))).toMatchObject({ offset: 200_000, expected: 'value' });
  });
});
