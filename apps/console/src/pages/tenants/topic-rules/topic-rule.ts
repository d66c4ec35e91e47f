import { readName, readTopic } from '@vestnik/protocol/names';
import { readTopicPattern, topicMatches } from '@vestnik/protocol/topic-pattern';
import type { Tenant } from '../tenant-queries.js';

/** Who may subscribe to topics, and publish to them; of several the first match rules. */
export type TopicRule = Tenant['topics'][number];
export type MayUse = TopicRule['subscribe'];

export const isTopicPattern = (text: string): boolean => readTopicPattern(text) !== undefined;
export const isClientName = (text: string): boolean => readName(text) !== undefined;

/** A topic as people write it: with or without the `#` of an address. */
export function topicOf(text: string): string | undefined {
  return readTopic(text.startsWith('#') ? text.slice(1) : text);
}

/** The place of the rule that rules a topic; undefined where none does, and clients may both. */
export function rulingPlace(rules: readonly TopicRule[], topic: string): number | undefined {
  const place = rules.findIndex(({ pattern }) => topicMatches(pattern, topic));
  return place < 0 ? undefined : place;
}

/** The rules with one of them a place up or down; the same where it stands at the end. */
export function moved(rules: readonly TopicRule[], place: number, by: -1 | 1): TopicRule[] {
  const rule = rules[place];
  const other = rules[place + by];
  return rule === undefined || other === undefined ? [...rules] : rules.with(place, other).with(place + by, rule);
}

/** A rule that never rules, because one above it takes all that fits it. */
export function isShadowed(rules: readonly TopicRule[], place: number, covers: (wide: string, narrow: string) => boolean): boolean {
  const rule = rules[place];
  return rule !== undefined && rules.slice(0, place).some(({ pattern }) => covers(pattern, rule.pattern));
}
