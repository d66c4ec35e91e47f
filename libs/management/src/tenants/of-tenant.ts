import type { Tenants } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { z } from 'zod';
import { type Caller, tenantsOf } from '../access/caller.js';

/** Of lists across tenants: those of one tenant only. */
export const ofTenantQuery = z.string().min(1).max(63).optional().describe('Of this tenant only.');

/**
 * The ids of the tenants of which a list is answered; undefined: of all.
 *
 * @param asked the one tenant that the caller asks for
 * @throws Problem `tenant-unknown` also where there is one that the caller must not know of
 */
export async function tenantsAskedFor(caller: Caller, asked: string | undefined, tenants: Tenants): Promise<readonly number[] | undefined> {
  const mine = tenantsOf(caller);
  if (asked === undefined) return mine?.map((name) => tenants.get(name)?.id).filter((id) => id !== undefined);
  if (mine?.includes(asked) === false) throw unknownTenant();
  if (tenants.get(asked) === undefined) await tenants.refresh(); // another node may have just made it
  const tenant = tenants.get(asked);
  if (tenant === undefined) throw unknownTenant();
  return [tenant.id];
}

function unknownTenant(): Problem {
  return new Problem('tenant-unknown', 'there is no tenant of this name');
}
