import { invalid } from '@vestnik/protocol';
import type { Sql, Statement } from '../log/sql.js';

const ALL: Statement = { name: 'all-tenant-ids', text: 'select t.id from vestnik.tenant t' };

/** By the index of clients' names over all tenants. */
const CLIENTS: Statement = {
  name: 'clients-of-name',
  text: `select b.id from vestnik.mailbox b where b.kind = 0 and b.name || '' = $2 and ($1::int[] is null or b.tenant_id + 0 = any($1))`,
};

/** Ids of tenants that an administrator may see; where that is all: of all. */
export async function tenantIds(sql: Sql, tenants: readonly number[] | undefined): Promise<readonly number[]> {
  return tenants ?? (await sql.rows<{ id: number }>(ALL)).map(({ id }) => id);
}

export async function clientsNamed(sql: Sql, tenants: readonly number[] | undefined, name: string): Promise<readonly number[]> {
  return (await sql.rows<{ id: number }>(CLIENTS, [tenants ?? null, name])).map(({ id }) => id);
}

/** The last that was looked at before this page. @throws Problem `request-invalid` */
export function readCursor(cursor: string | undefined, form: RegExp): string[] | undefined {
  if (cursor === undefined) return undefined;
  const read = form.exec(Buffer.from(cursor, 'base64url').toString());
  if (read === null) throw invalid('request-invalid', 'cursor', 'take it from `next` of the page before');
  return read.slice(1);
}

export function writeCursor(...parts: readonly (string | number)[]): string {
  return Buffer.from(parts.join(' ')).toString('base64url');
}

/** A part of a name, for `like` on what is in lower case. */
export function likePart(search: string | undefined): string | undefined {
  return search === undefined || search === '' ? undefined : `%${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
}
