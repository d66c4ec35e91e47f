import { patternCovers } from '@vestnik/protocol/topic-pattern';
import { expect, it } from 'vitest';
import { isShadowed, moved, rulingPlace, type TopicRule, topicOf } from './topic-rule.js';

const rule = (pattern: string): TopicRule => ({ pattern, subscribe: 'clients', publish: 'backend' });
const rules = [rule('orders/eu'), rule('orders/#'), rule('orders/+/new')];

it('finds the first rule that a topic fits', () => {
  expect(['orders/eu', 'orders/us/new', 'orders', 'prices'].map((topic) => rulingPlace(rules, topic))).toEqual([0, 1, 1, undefined]);
});

it('moves a rule by one place, and not beyond the ends', () => {
  expect(moved(rules, 1, -1).map(({ pattern }) => pattern)).toEqual(['orders/#', 'orders/eu', 'orders/+/new']);
  expect(moved(rules, 0, -1)).toEqual(rules);
  expect(moved(rules, 2, 1)).toEqual(rules);
});

it('says of a rule that one above it leaves nothing to it', () => {
  expect(rules.map((_, place) => isShadowed(rules, place, patternCovers))).toEqual([false, false, true]);
});

it('reads a topic with the sign of an address and without', () => {
  expect(topicOf('#orders/eu')).toBe('orders/eu');
  expect(topicOf('orders//eu')).toBeUndefined();
});
