import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MailboxSpan, mergeSpans } from './spans.js';

const spans = fc.array(
  fc
    .record({ id: fc.nat({ max: 2 }), since: fc.nat({ max: 12 }), length: fc.option(fc.integer({ min: 1, max: 6 })) })
    .map(({ id, since, length }): MailboxSpan => ({ id, since, until: length === null ? undefined : since + length })),
  { maxLength: 8 },
);

/** The places that stand after the beginning and before the end of a span. */
function covered(list: readonly MailboxSpan[]): string[] {
  return list.flatMap(({ id, since, until = 30 }) => Array.from({ length: until - since - 1 }, (_, at) => `${id} ${since + 1 + at}`));
}

describe('merged spans', () => {
  it('cover what the spans cover, each place once', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const merged = covered(mergeSpans(list));
        expect(new Set(merged).size).toBe(merged.length);
        // A place at which one ends and another begins is the entry that says so: no topic has it.
        expect(covered(list).filter((place) => !merged.includes(place))).toEqual([]);
        const ends = new Set(list.map(({ id, until }) => `${id} ${until}`));
        expect(merged.filter((place) => !covered(list).includes(place) && !ends.has(place))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
