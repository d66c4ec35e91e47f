import { invalid } from '@vestnik/protocol';

/** Writes where a page ended as a cursor that means nothing to whoever carries it. */
export function writeKey(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Whether a text of a cursor can be asked for: Postgres keeps no NUL. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

/** Whether a number of a cursor can be an id of a client, tenant or webhook. */
export function isId(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= ID_MAX;
}

/** Of a Postgres `integer`. */
export const ID_MAX = 2_147_483_647;

/** @throws Problem `request-invalid` where it is none of ours */
export function readKey<Key>(cursor: string | undefined, fits: (key: unknown) => key is Key): Key | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (fits(key)) return key;
  } catch {
    // As one that does not fit.
  }
  throw invalid('request-invalid', 'cursor', 'take it from next of the page before, as it is');
}
