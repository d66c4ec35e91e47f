import { describe, expect, it } from 'vitest';
import { formatOf } from './format.js';

const en = formatOf('en');
const ru = formatOf('ru');
/** Intl separates with spaces of several kinds. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('formats', () => {
  it('say sizes in the largest unit that leaves a number above one', () => {
    expect([0, 1_023, 1_536, 5 * 1_024 ** 3].map(en.bytes).map(plain)).toEqual(['0 byte', '1,023 byte', '1.5 kB', '5 GB']);
    expect(plain(ru.bytes(1_536))).toBe('1,5 кБ');
  });

  it('say durations in at most two units, and never sixty of the smaller', () => {
    expect([3, 4_210, 200_000, 3_599_600, 187_200_000].map(en.duration).map(plain)).toEqual(['3 ms', '4.2 secs', '3 mins 20 secs', '60 mins', '2 days 4 hrs']);
    expect(plain(ru.duration(200_000))).toBe('3 мин 20 с');
  });

  it('say how long ago something was in the language', () => {
    const now = Date.parse('2026-11-22T18:00:00Z');
    expect(en.relative('2026-11-22T17:57:00Z', now)).toBe('3 minutes ago');
    expect(ru.relative('2026-11-22T20:00:00Z', now)).toBe('через 2 часа');
    expect(en.relative(now - 2_000, now)).toBe('now');
  });
});
