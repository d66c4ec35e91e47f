import { isPattern } from '@vestnik/protocol';

/** A pattern of topics as a regular expression of Postgres; nothing for the name of one topic. */
export function topicExpression(pattern: string): string | undefined {
  if (!isPattern(pattern)) return undefined;
  const levels = pattern.split('/');
  const open = levels.at(-1) === '#';
  if (open) levels.pop();
  const text = levels.map((level) => (level === '+' ? '[^/]+' : level.replace(/[.\\]/g, '\\$&'))).join('/');
  if (!open) return `^${text}$`;
  return text === '' ? '^' : `^${text}(/|$)`;
}

/** The part of the names' order in which all topics lie that fit: from the first to the last, both included. */
export function topicRange(pattern: string): { readonly first: string; readonly last: string } {
  if (!isPattern(pattern)) return { first: pattern, last: pattern };
  const levels = pattern.split('/');
  const fixed = levels.slice(
    0,
    levels.findIndex((level) => level === '+' || level === '#'),
  );
  if (fixed.length === 0) return { first: '', last: LAST };
  const name = fixed.join('/');
  // `a/#` fits `a` too, `a/+` does not.
  return { first: levels[fixed.length] === '#' ? name : `${name}/`, last: `${name}/${LAST}` };
}

/** Sorts after every character that a name may have. */
const LAST = '\u{10ffff}';
