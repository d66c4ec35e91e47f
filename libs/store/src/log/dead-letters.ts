import type { DeadLetter, LogEntry, Page, PageRequest } from '@vestnik/core';
import { lockTenant } from './lock-tenant.js';
import { readEntries } from './read.js';
import type { Sql, Statement } from './sql.js';

const LIST: Statement = {
  name: 'dead-letters',
  text: `select d.id, b.name as client, d.message_id, w.sender, w.type, w.data, d.reason, d.at
    from vestnik.dead_letter d
    left join vestnik.mailbox b on b.id = d.client_id
    left join vestnik.message w on w.id = d.message_id
    where d.tenant_id = $1 and d.id > $2 and ($4::text is null or b.name = $4)
    order by d.id limit $3`,
};

const DELETE: Statement = { name: 'delete-dead-letter', text: 'delete from vestnik.dead_letter d where d.tenant_id = $1 and d.id = $2 returning d.id' };

interface Row {
  id: number;
  client: string | null;
  message_id: string;
  sender: string | null;
  type: string | null;
  data: string | null;
  reason: string;
  at: number;
}

export async function listDeadLetters(sql: Sql, tenantId: number, page: PageRequest & { client?: string }): Promise<Page<DeadLetter>> {
  const rows = await sql.rows<Row>(LIST, [tenantId, Number(page.cursor ?? 0), page.limit + 1, page.client ?? null]);
  const items = rows.slice(0, page.limit).map((row) => ({
    id: String(row.id),
    client: row.client ?? '',
    messageId: row.message_id,
    from: row.sender ?? '',
    type: row.type ?? '',
    data: row.data ?? 'null',
    reason: row.reason,
    at: row.at,
  }));
  return { items, next: rows.length > page.limit ? items.at(-1)?.id : undefined };
}

export async function deleteDeadLetter(sql: Sql, tenantId: number, id: string): Promise<boolean> {
  return /^\d{1,15}$/.test(id) && (await sql.row(DELETE, [tenantId, Number(id)])) !== undefined;
}

/**
 * Sends a dead letter again to the client that refused it, as a message of its own: the first one's state
 * is final, and the client drops an id that it has seen.
 */
export async function replayDeadLetter(sql: Sql, installation: string, tenantId: number, id: string): Promise<{ entries: LogEntry[] } | undefined> {
  if (!/^\d{1,15}$/.test(id)) return undefined;
  const position = await sql.transaction(async (run) => {
    await lockTenant(run, tenantId);
    const [row] = await run<{ position: string }>(
      `with gone as (
        delete from vestnik.dead_letter d
        where d.tenant_id = $1 and d.id = $2 and exists (select from vestnik.message w where w.id = d.message_id) returning d.client_id, d.message_id
      ), again as (
        select g.client_id, w.*, vestnik.uuid7() as new_id, vestnik.now_ms() as now, coalesce((t.settings->>'ttl')::bigint, 604800) as ttl
        from gone g join vestnik.message w on w.id = g.message_id join vestnik.tenant t on t.id = $1
      ), placed as materialized (
        select a.*, vestnik.append_one($1, a.client_id, 0, null, 1, a.new_id, null, a.now, a.now + a.ttl * 1000, null) as new_position from again a
      ), kept as (
        insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, tenants, sent_at, correlation_id, content_type, traceparent)
        select p.new_id, p.tenant_id, p.sender_id, p.sender, p.type, p.data, p.new_position, p.new_position,
          case when p.tenant_id <> $1 then array[$1::int] end, p.now, p.correlation_id, p.content_type, p.traceparent
        from placed p
      ), expiring as (
        insert into vestnik.expiry (expires_at, tenant_id, mailbox_id, position, message_id)
        select p.now + p.ttl * 1000, $1, p.client_id, p.new_position, p.new_id from placed p
      )
      select p.new_position as position from placed p`,
      [tenantId, Number(id)],
    );
    return row === undefined ? undefined : Number(row.position);
  });
  if (position === undefined) return undefined;
  const entries = await readEntries(sql, installation, [{ tenantId, position }]);
  return { entries: [...entries.values()] };
}
