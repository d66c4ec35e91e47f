import type { Append } from '@vestnik/core';

type Run = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

const TAKE = 'select vestnik.take_outgoing($1::json) as skipped';

const DROP = `delete from vestnik.outgoing o using unnest($1::int[], $2::bigint[]) x(tenant_id, number)
  where o.tenant_id = x.tenant_id and o.number = x.number`;

/** Takes the staged messages of a batch, before its tenants are locked. @returns which ones must not go now */
export async function takeStaged(run: Run, batch: readonly Append[]): Promise<Set<number>> {
  const staged = batch.flatMap(({ message, staged: one }, n) => (one === undefined ? [] : [{ n, t: message.tenantId, s: one.number, f: one.first }]));
  const [row] = await run<{ skipped: number[] }>(TAKE, [JSON.stringify(staged)]);
  return new Set(row?.skipped);
}

/** Removes those from the stage that were appended. @param kept those that were not */
export async function dropStaged(run: Run, batch: readonly Append[], kept: ReadonlySet<number>): Promise<void> {
  const gone = batch.filter(({ staged }, n) => staged !== undefined && !kept.has(n));
  await run(DROP, [gone.map(({ message }) => message.tenantId), gone.map(({ staged }) => staged?.number)]);
}
