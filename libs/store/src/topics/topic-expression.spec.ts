import { topicMatches } from '@vestnik/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topicExpression, topicRange } from './topic-expression.js';

const names = fc.constantFrom('a', 'b', 'a.b', 'aXb', 'a b', 'a_b', 'a-b', 'ab', 'a0', 'Йод', 'йод', 'की');
const topics = fc.array(names, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
const patterns = fc
  .tuple(fc.array(fc.oneof(names, fc.constant('+')), { maxLength: 3 }), fc.boolean())
  .filter(([levels, open]) => open || levels.length > 0)
  .map(([levels, open]) => [...levels, ...(open ? ['#'] : [])].join('/'));

/** As Postgres orders names under collation C: by their bytes. */
const isWithin = (topic: string, { first, last }: { first: string; last: string }) =>
  Buffer.compare(Buffer.from(first), Buffer.from(topic)) <= 0 && Buffer.compare(Buffer.from(topic), Buffer.from(last)) <= 0;

describe('a pattern of topics for Postgres', () => {
  it('fits the same topics, all of which lie within its range', () => {
    fc.assert(
      fc.property(patterns, topics, (pattern, topic) => {
        const expression = topicExpression(pattern);
        // What these expressions are made of means the same to both.
        const fits = expression === undefined ? topic === pattern : new RegExp(expression, 'u').test(topic);
        expect(fits).toBe(topicMatches(pattern, topic));
        if (fits) expect(isWithin(topic, topicRange(pattern))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['orders/eu', 'orders/eu', true],
    ['orders/#', 'orders', true],
    ['orders/#', 'orders/eu/de', true],
    ['orders/#', 'orders2/eu', false],
    ['orders/+', 'orders', false],
    ['orders/+/x', 'ordersX/y/x', false],
    ['#', 'я', true],
  ])('%s has a range in which %s lies: %s', (pattern, topic, within) => {
    expect(isWithin(topic, topicRange(pattern))).toBe(within);
  });
});
