import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { depthOf, onOneLine, parseJson, rawElements, rawMember } from './raw-json.js';

/** Any JSON, written in different ways: white space between tokens, escapes in strings. */
const written = fc.tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t', ' \r\n'), fc.boolean()).map(([value, space, escaped]) => {
  const text = JSON.stringify(value, undefined, space);
  return escaped ? text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : text;
});

describe('slices of JSON', () => {
  it('are what JSON.parse finds, member by member and element by element', () => {
    fc.assert(
      fc.property(written, (text) => {
        const value: unknown = JSON.parse(text);
        if (Array.isArray(value)) {
          expect(rawElements(text).map((element) => JSON.parse(element) as unknown)).toEqual(value);
        } else if (typeof value === 'object' && value !== null) {
          for (const [key, member] of Object.entries(value)) expect(JSON.parse(rawMember(text, key) ?? '"nothing"')).toEqual(member);
          expect(rawMember(text, 'no member has this name')).toBeUndefined();
        } else {
          expect(rawMember(text, 'any')).toBeUndefined();
          expect(rawElements(text)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keep long numbers, escapes, key order and inner space byte for byte', () => {
    const data = '{"b": 12345678901234567890.00000000000000000001, "a":1e400, "t":"\\u0416\\/\\"}" , "b":[ 1,2 ]}';
    expect(rawMember(`{"to":"x","data": ${data} ,"type":"y"}`, 'data')).toBe(data);
    expect(rawElements(`[ ${data},${data} ]`)).toEqual([data, data]);
  });

  it('take the last of a key that comes twice, as JSON.parse does', () => {
    expect(rawMember('{"data":1,"data":2}', 'data')).toBe('2');
  });

  it('know a key by its meaning, not by how it is written', () => {
    expect(rawMember('{"d\\u0061ta":1}', 'data')).toBe('1');
    expect(rawMember('{"data\\"":1,"\\\\":2}', 'data')).toBeUndefined();
    expect(rawMember('{"data\\"":1,"\\\\":2}', '\\')).toBe('2');
  });

  it('are not misled by quotes, backslashes and brackets in strings', () => {
    expect(rawMember('{"a":"\\\\","data":"}]\\"{"}', 'data')).toBe('"}]\\"{"');
    expect(rawMember('{"a":"\\\\\\"","data":1}', 'data')).toBe('1');
  });

  it('do not go down: a member of a member is not found', () => {
    expect(rawMember('{"a":{"data":1}}', 'data')).toBeUndefined();
  });
});

describe('depth', () => {
  it('is that of objects and arrays, whatever stands in strings', () => {
    expect(depthOf('1')).toBe(0);
    expect(depthOf('{"a":[{}]}')).toBe(3);
    expect(depthOf('"[[[["')).toBe(0);
    expect(depthOf('{"[\\"[":"["}')).toBe(1);
  });

  it('is looked at before anything is parsed, and never throws', () => {
    expect(() => parseJson('['.repeat(100_000), 64)).toThrow(expect.objectContaining({ slug: 'request-invalid' }));
    expect(parseJson('[[1]]', 2)).toEqual([[1]]);
    expect(() => parseJson('[[1]]', 1)).toThrow(/nested 1 levels/);
    fc.assert(fc.property(fc.string(), (text) => void depthOf(text)));
  });

  it('of a hostile string is found in time that grows with its length alone', () => {
    expect(depthOf(`"${'\\"'.repeat(500_000)}`)).toBe(0);
    expect(depthOf(`"${'\\'.repeat(1_000_000)}"`)).toBe(0);
  });
});

describe('on one line', () => {
  it('means the same, has no line break, and leaves strings alone', () => {
    fc.assert(
      fc.property(written, (text) => {
        const line = onOneLine(text);
        expect(line).not.toMatch(/[\n\r]/);
        expect(JSON.parse(line)).toEqual(JSON.parse(text));
      }),
    );
    expect(onOneLine('{\n  "a b": " x ",\r\n\t"n": 1.000\n}')).toBe('{"a b":" x ","n":1.000}');
    expect(onOneLine('{ "a" : 1 }')).toBe('{ "a" : 1 }');
  });
});
