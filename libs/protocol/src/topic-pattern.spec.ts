import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPattern, patternCovers, patternsOverlap, readTopicPattern, topicMatches } from './topic-pattern.js';

/** More names than patterns use, and one level more than they have: what two patterns have in common shows within these. */
const NAMES = ['a', 'b', 'c'];
const DEEPEST = 4;

const TOPICS: readonly string[] = Array.from({ length: DEEPEST })
  .reduce<string[][]>(
    (levels) => [...levels, (levels.at(-1) as string[]).flatMap((topic) => NAMES.map((name) => (topic === '' ? name : `${topic}/${name}`)))],
    [['']],
  )
  .flatMap((level) => level.filter((topic) => topic !== ''));

const patterns = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', '+'), { maxLength: 3 }), fc.boolean())
  .filter(([levels, open]) => open || levels.length > 0)
  .map(([levels, open]) => [...levels, ...(open ? ['#'] : [])].join('/'));

/** What a pattern means, said level by level. */
function fits(pattern: readonly string[], topic: readonly string[]): boolean {
  const [wanted, ...others] = pattern;
  if (wanted === '#') return true;
  const [level, ...below] = topic;
  if (wanted === undefined || level === undefined) return wanted === level;
  return (wanted === '+' || wanted === level) && fits(others, below);
}

const fitting = (pattern: string) => TOPICS.filter((topic) => fits(pattern.split('/'), topic.split('/')));

describe('a pattern of topics', () => {
  it('fits what its levels say', () => {
    fc.assert(
      fc.property(patterns, (pattern) => {
        expect(TOPICS.filter((topic) => topicMatches(pattern, topic))).toEqual(fitting(pattern));
      }),
    );
  });

  it('overlaps another where some topic fits both', () => {
    fc.assert(
      fc.property(patterns, patterns, (one, other) => {
        const both = new Set(fitting(other));
        expect(patternsOverlap(one, other)).toBe(fitting(one).some((topic) => both.has(topic)));
      }),
      { numRuns: 500 },
    );
  });

  it('covers another where all that fits that one fits it', () => {
    fc.assert(
      fc.property(patterns, patterns, (wide, narrow) => {
        const all = new Set(fitting(wide));
        expect(patternCovers(wide, narrow)).toBe(fitting(narrow).every((topic) => all.has(topic)));
      }),
      { numRuns: 500, examples: [['+/#', '#']] },
    );
  });

  it('is read as it is, and is a pattern where it stands for more than one topic', () => {
    fc.assert(
      fc.property(patterns, (pattern) => {
        expect(readTopicPattern(pattern)).toBe(pattern);
        expect(isPattern(pattern)).toBe(/[+#]/.test(pattern));
      }),
    );
  });

  it.each([
    ['Заказы/Йод', 'Заказы/Йод'],
    ['Заказы/Йод/+'.normalize('NFD'), 'Заказы/Йод/+'],
    ['+/#', '+/#'],
    [`${'a'.repeat(126)}/#`, `${'a'.repeat(126)}/#`],
    [`${'a'.repeat(127)}/#`, undefined],
    ['a/#/b', undefined],
    ['##', undefined],
    ['a+', undefined],
    ['+a/b', undefined],
    ['a//+', undefined],
    ['/+', undefined],
    ['+/', undefined],
    ['+/ a', undefined],
    ['+/..', undefined],
    ['a/+/\u0000', undefined],
    ['', undefined],
  ])('%j is read as %j', (given, expected) => {
    expect(readTopicPattern(given)).toBe(expected);
  });
});
