import type { Which } from './dead-letter-queries.js';

/** What the address of the page names. */
export const FILTERS = ['tenant', 'client', 'reason', 'noReason', 'view'] as const;
export type FilterValues = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;

/** Which dead letters are meant. A client may refuse without a reason: an empty value would be taken for none asked for. */
export function whichOf({ tenant, client, reason, noReason }: FilterValues): Which {
  return { tenant, client, reason: noReason === 'true' ? '' : reason };
}

/** The address of what is meant. */
export function queryOf({ tenant, client, reason }: Which): Record<string, string | undefined> {
  return { tenant, client, reason, noReason: reason === '' ? 'true' : undefined };
}

/** Those of one reason, or each one where that was asked for; else they are grouped. */
export function isListed({ reason, noReason, view }: FilterValues): boolean {
  return view === 'each' || reason !== undefined || noReason === 'true';
}
