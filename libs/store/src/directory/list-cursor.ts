import type { Page } from '@vestnik/core';
import { invalid } from '@vestnik/protocol';

/** The cursor of a list that goes by a growing number: that number of the last item given. */
export function readListCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const number = /^[0-9]{1,15}$/.test(cursor) ? Number(cursor) : undefined;
  if (number === undefined) throw invalid('request-invalid', 'cursor', 'take it from `next` of the page before');
  return number;
}

/** @param rows up to `limit` + 1 of them: one more than is given says that there is a next page */
export function pageOf<Row, Item>(rows: readonly Row[], limit: number, number: (row: Row) => number, item: (row: Row) => Item): Page<Item> {
  const given = rows.slice(0, limit);
  const last = given.at(-1);
  return { items: given.map(item), next: rows.length > limit && last !== undefined ? String(number(last)) : undefined };
}
