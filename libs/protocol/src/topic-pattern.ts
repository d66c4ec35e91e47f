import { readTopic } from './names.js';

/**
 * Reads a topic, or a pattern of topics: a whole level `+` stands for any one level, `#` as the last level for any
 * number of levels, also none. Names come out in NFC.
 *
 * @returns undefined where it is neither; a leading `#` belongs to addresses, not to topics
 */
export function readTopicPattern(text: string): string | undefined {
  const levels = text.split('/');
  // What stands for levels is put aside, so that the rest is checked as the name of a topic.
  const plain: string[] = [];
  for (const [at, level] of levels.entries()) {
    if (level === '#') {
      if (at !== levels.length - 1) return undefined;
    } else if (level !== '+') {
      plain.push(level);
    }
  }
  if (plain.length === levels.length) return readTopic(text);
  if (plain.length === 0) return [...text].length <= 128 ? text : undefined;
  const read = readTopic(plain.join('/'));
  if (read === undefined || [...text].length > 128) return undefined;
  const names = read.split('/');
  return levels.map((level) => (level === '+' || level === '#' ? level : (names.shift() as string))).join('/');
}

/** Whether it stands for more than the topic of that name. */
export function isPattern(pattern: string): boolean {
  return pattern === '+' || pattern === '#' || /(?:^|\/)[+#](?:\/|$)/.test(pattern);
}

/** Whether a topic fits a pattern. */
export function topicMatches(pattern: string, topic: string): boolean {
  if (pattern === topic) return true;
  const wanted = pattern.split('/');
  const levels = topic.split('/');
  for (let at = 0; at < wanted.length; at++) {
    if (wanted[at] === '#') return true;
    if (at >= levels.length || (wanted[at] !== '+' && wanted[at] !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}

/** Whether some topic fits both patterns. */
export function patternsOverlap(one: string, other: string): boolean {
  const a = one.split('/');
  const b = other.split('/');
  for (let at = 0; ; at++) {
    if (a[at] === '#' || b[at] === '#') return true;
    if (at >= a.length || at >= b.length) return a.length === b.length;
    if (a[at] !== '+' && b[at] !== '+' && a[at] !== b[at]) return false;
  }
}

/** Whether every topic that fits the second pattern fits the first. */
export function patternCovers(wide: string, narrow: string): boolean {
  // A topic has one level at least.
  if (wide === '+/#') return true;
  const a = wide.split('/');
  const b = narrow.split('/');
  for (let at = 0; ; at++) {
    if (a[at] === '#') return true;
    if (at >= a.length || at >= b.length) return a.length === b.length;
    if (b[at] === '#') return false;
    if (a[at] !== '+' && (b[at] === '+' || a[at] !== b[at])) return false;
  }
}
