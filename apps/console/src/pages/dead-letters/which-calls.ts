import { answerOf, api } from '../../api/client.js';
import type { Step } from '../../parts/in-steps.js';
import type { Letter } from './dead-letter-queries.js';

/** What is done to many dead letters. */
export type Deed = 'replay' | 'discard';

/** One call for those of one tenant, oldest first, at most 1,000. */
export async function callFor(
  deed: Deed,
  tenant: string,
  body: { readonly client?: string; readonly reason?: string; readonly ids?: string[] },
): Promise<Step> {
  const params = { path: { tenant } };
  if (deed === 'replay') {
    const { replayed, left } = await answerOf(api.POST('/v1/tenants/{tenant}/dead-letters/replay', { params, body }));
    return { done: replayed, left };
  }
  const { discarded, left } = await answerOf(api.POST('/v1/tenants/{tenant}/dead-letters/discard', { params, body }));
  return { done: discarded, left };
}

/** The ids of chosen letters by their tenants: a call is for one tenant. */
export function idsByTenant(letters: readonly Pick<Letter, 'tenant' | 'id'>[]): ReadonlyMap<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { tenant, id } of letters) ids.set(tenant, [...(ids.get(tenant) ?? []), id]);
  return ids;
}
