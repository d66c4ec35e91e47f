import type { Page, PageRequest } from '@vestnik/core';
import { invalid } from '@vestnik/protocol';

/**
 * A page of a list that is in memory whole.
 *
 * @param keyOf a key of an item, by which the list is ordered; unique
 */
export function pageOf<Item>(items: Iterable<Item>, keyOf: (item: Item) => string, { limit, cursor }: PageRequest): Page<Item> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const sorted = [...items].sort((a, b) => compare(keyOf(a), keyOf(b))).filter((item) => after === undefined || compare(keyOf(item), after) > 0);
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  return { items: page, ...(sorted.length > limit && last !== undefined ? { next: Buffer.from(keyOf(last)).toString('base64url') } : {}) };
}

function readCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (Buffer.from(key).toString('base64url') !== cursor) throw invalid('request-invalid', 'cursor', 'take it from next of the page before, as it is');
  return key;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The same page with other items. */
export function mapPage<From, To>(page: Page<From>, map: (item: From) => To): Page<To> {
  return { items: page.items.map(map), ...(page.next === undefined ? {} : { next: page.next }) };
}

/** Times leave as RFC 3339. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
