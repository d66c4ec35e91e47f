import { Problem } from '@vestnik/protocol';

/** Takes a tenant's lock until the end of the transaction. @throws Problem `unavailable` where somebody else keeps it for 10 s */
export async function lockTenant(run: (text: string, values: readonly unknown[]) => Promise<readonly unknown[]>, tenantId: number): Promise<void> {
  const [row] = await run('select cardinality(vestnik.lock_tenants(array[$1::int], 10000)) as busy', [tenantId]);
  if ((row as { busy: number }).busy > 0) throw new Problem('unavailable', 'the tenant is locked by something else; try again', { retryAfter: 2 });
}
