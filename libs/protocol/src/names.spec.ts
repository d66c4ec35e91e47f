import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKeepable, isLabel, isReserved, isType, readName, readTopic } from './names.js';

describe('a name', () => {
  it('may be in any script, with spaces inside', () => {
    for (const name of ['ivanov', 'Иванов Иван', 'a.b_c-d', '李雷', 'x'.repeat(128), 'ж'.repeat(128), '..a', '42']) expect(readName(name)).toBe(name);
  });

  it('is brought to NFC', () => {
    expect(readName('\u0418\u0306')).toBe('\u0419');
    expect(readName('e\u0301')).toBe('\u00e9');
  });

  it('has 128 code points at most, counted after NFC and not in UTF-16 units', () => {
    expect(readName('𝒳'.repeat(128))).toBe('𝒳'.repeat(128));
    expect(readName('𝒳'.repeat(129))).toBeUndefined();
    expect(readName('e\u0301'.repeat(128))).toBe('é'.repeat(128));
    expect(readName('ж'.repeat(129))).toBeUndefined();
    expect(readName('x'.repeat(129))).toBeUndefined();
  });

  it('is not empty, not only dots, and has no space at either end', () => {
    for (const name of ['', '.', '..', ' ', ' a', 'a ', '   ']) expect(readName(name)).toBeUndefined();
  });

  it('has no character that means something in an address, a path or a line', () => {
    for (const character of ['@', '/', '#', '*', '+', '%', '\\', ':', '\n', '\u0000', '\u0085', '\u200b', '\u00a0', '\ud800', '😀']) {
      expect(readName(`a${character}b`)).toBeUndefined();
    }
  });

  it('stays the same when it is read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const name = readName(text);
        if (name !== undefined) expect(readName(name)).toBe(name);
      }),
    );
  });
});

describe('a topic', () => {
  it('has levels, none of them empty, of dots alone, or with a space at either end', () => {
    expect(readTopic('orders/eu/Москва север')).toBe('orders/eu/Москва север');
    for (const topic of ['', '/', 'a/', '/a', 'a//b', 'a/../b', 'a/ b', 'a /b', 'a/+', 'a/#']) expect(readTopic(topic)).toBeUndefined();
  });
});

describe('a label', () => {
  it('is one of DNS', () => {
    for (const label of ['a', 'branch-7', '7', 'x'.repeat(63)]) expect(isLabel(label)).toBe(true);
    for (const label of ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'ж', 'x'.repeat(64), 'a\n']) expect(isLabel(label)).toBe(false);
  });
});

describe('other words', () => {
  it('types are 1 to 128 of a few characters', () => {
    for (const type of ['order.approved', 'a/b_c-D9', 'x'.repeat(128)]) expect(isType(type)).toBe(true);
    for (const type of ['', 'a b', 'тип', 'x'.repeat(129), 'a\n', 'a"b']) expect(isType(type)).toBe(false);
  });

  it('keeps to itself what begins with vestnik', () => {
    expect(isReserved('vestnik.receipt')).toBe(true);
    expect(isReserved('my-vestnik')).toBe(false);
  });

  it('keeps strings without control characters and lone surrogates', () => {
    for (const text of ['', 'Иванов 😀 "quoted"', '\u00a0']) expect(isKeepable(text)).toBe(true);
    for (const text of ['\u0000', 'a\nb', '\u007f', '\u0085', '\ud83d', '\ude00\ud83d']) expect(isKeepable(text)).toBe(false);
  });
});
