import type { DeadLetter, DeadLetterChange, DeadLetterWhole, LogEntry, Page, PageRequest, WhichDeadLetters } from '@vestnik/core';
import { readListCursor } from '../directory/list-cursor.js';
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

const FIND: Statement = {
  name: 'dead-letter',
  text: `select d.id, b.name as client, d.message_id, w.sender, w.type, w.data, w.content_type, w.correlation_id, w.sent_at, d.reason, d.at
    from vestnik.dead_letter d
    left join vestnik.mailbox b on b.id = d.client_id
    left join vestnik.message w on w.id = d.message_id
    where d.tenant_id = $1 and d.id = $2`,
};

const DELETE: Statement = { name: 'delete-dead-letter', text: 'delete from vestnik.dead_letter d where d.tenant_id = $1 and d.id = $2 returning d.id' };

/** What is sent again together: more is left for the next call. */
const REPLAYED_BYTES_MAX = 8 * 1024 * 1024;

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

interface WholeRow extends Row {
  content_type: string | null;
  correlation_id: string | null;
  sent_at: number | null;
}

export async function listDeadLetters(sql: Sql, tenantId: number, page: PageRequest & { client?: string }): Promise<Page<DeadLetter>> {
  const rows = await sql.rows<Row>(LIST, [tenantId, readListCursor(page.cursor) ?? 0, page.limit + 1, page.client ?? null]);
  const items = rows.slice(0, page.limit).map(toDeadLetter);
  return { items, next: rows.length > page.limit ? items.at(-1)?.id : undefined };
}

export async function findDeadLetter(sql: Sql, tenantId: number, id: string): Promise<DeadLetterWhole | undefined> {
  const row = isId(id) ? await sql.row<WholeRow>(FIND, [tenantId, Number(id)]) : undefined;
  if (row === undefined) return undefined;
  return {
    ...toDeadLetter(row),
    contentType: row.content_type ?? undefined,
    correlationId: row.correlation_id ?? undefined,
    sentAt: row.sent_at ?? undefined,
  };
}

export async function deleteDeadLetter(sql: Sql, tenantId: number, id: string): Promise<boolean> {
  return isId(id) && (await sql.row(DELETE, [tenantId, Number(id)])) !== undefined;
}

export async function deleteDeadLetters(sql: Sql, tenantId: number, which: WhichDeadLetters, limit: number): Promise<number> {
  const { name, where, values } = fitting(tenantId, which);
  const text = `with gone as (
      delete from vestnik.dead_letter d where d.id in (select d.id from vestnik.dead_letter d where ${where} order by d.id limit $1) returning d.id
    ) select count(*)::int as count from gone`;
  return (await sql.row<{ count: number }>({ name: `delete-dead-letters-${name}`, text }, [limit, ...values]))?.count ?? 0;
}

export async function countDeadLetters(sql: Sql, tenantId: number, which: WhichDeadLetters, limit: number): Promise<number> {
  const { name, where, values } = fitting(tenantId, which);
  const text = `select count(*)::int as count from (select from vestnik.dead_letter d where ${where} limit $1) x`;
  return (await sql.row<{ count: number }>({ name: `count-dead-letters-${name}`, text }, [limit, ...values]))?.count ?? 0;
}

/**
 * Sends a dead letter again to the client that refused it, as a message of its own: the first one's state
 * is final, and the client drops an id that it has seen.
 */
export async function replayDeadLetter(
  sql: Sql,
  installation: string,
  tenantId: number,
  id: string,
  change: DeadLetterChange = {},
): Promise<{ entries: LogEntry[] } | undefined> {
  if (!isId(id)) return undefined;
  const entries = await replay(sql, installation, tenantId, { ids: [id] }, 1, change);
  return entries.length === 0 ? undefined : { entries };
}

export async function replayDeadLetters(
  sql: Sql,
  installation: string,
  tenantId: number,
  which: WhichDeadLetters,
  limit: number,
): Promise<{ entries: LogEntry[]; replayed: number }> {
  const entries = await replay(sql, installation, tenantId, which, limit, {});
  return { entries, replayed: entries.length };
}

async function replay(
  sql: Sql,
  installation: string,
  tenantId: number,
  which: WhichDeadLetters,
  limit: number,
  { type, data }: DeadLetterChange,
): Promise<LogEntry[]> {
  const { where, values } = fitting(tenantId, which, 6);
  const positions = await sql.transaction(async (run) => {
    await lockTenant(run, tenantId);
    const rows = await run<{ position: string }>(
      `with candidate as (
        select d.id, sum(octet_length(w.data)) over (order by d.id) - octet_length(w.data) as bytes_before
        from (
          select d.id, d.message_id from vestnik.dead_letter d
          where ${where} and exists (select from vestnik.message w where w.id = d.message_id) order by d.id limit $2
        ) d join vestnik.message w on w.id = d.message_id
      ), gone as (
        delete from vestnik.dead_letter d
        where d.id in (select c.id from candidate c where c.bytes_before <= $3) returning d.id as letter_id, d.client_id, d.message_id
      ), again as (
        select g.letter_id, g.client_id, w.*, vestnik.uuid7() as new_id, vestnik.now_ms() as now, coalesce((t.settings->>'ttl')::bigint, 604800) as ttl
        from gone g join vestnik.message w on w.id = g.message_id join vestnik.tenant t on t.id = $1
      ), placed as materialized (
        -- One after the other, in the order in which they were refused.
        select a.*, vestnik.append_one($1, a.client_id, 0, null, 1, a.new_id, null, a.now, a.now + a.ttl * 1000, null) as new_position
        from (select a.* from again a order by a.letter_id offset 0) a
      ), kept as (
        insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, tenants, sent_at, correlation_id, content_type, traceparent)
        select p.new_id, p.tenant_id, p.sender_id, p.sender, coalesce($4, p.type), coalesce($5, p.data), p.new_position, p.new_position,
          case when p.tenant_id <> $1 then array[$1::int] end, p.now, p.correlation_id, p.content_type, p.traceparent
        from placed p
      ), expiring as (
        insert into vestnik.expiry (expires_at, tenant_id, mailbox_id, position, message_id)
        select p.now + p.ttl * 1000, $1, p.client_id, p.new_position, p.new_id from placed p
      )
      select p.new_position as position from placed p order by p.new_position`,
      [tenantId, limit, REPLAYED_BYTES_MAX, type ?? null, data ?? null, ...values],
    );
    return rows.map(({ position }) => Number(position));
  });
  if (positions.length === 0) return [];
  const entries = await readEntries(
    sql,
    installation,
    positions.map((position) => ({ tenantId, position })),
  );
  return [...entries.values()];
}

interface Fitting {
  /** Of the way of looking: each is a statement of its own, with the one index that fits. */
  readonly name: string;
  readonly where: string;
  readonly values: readonly unknown[];
}

/** @param first the number of the first parameter */
function fitting(tenantId: number, { ids, client, reason }: WhichDeadLetters, first = 2): Fitting {
  const [tenant, name, why, id] = [0, 1, 2, 3].map((n) => `$${first + n}`);
  const clientId = `(select b.id from vestnik.mailbox b where b.tenant_id = ${tenant}::int and b.kind = 0 and b.name = ${name}::text)`;
  const [ofClient, ofReason, ofIds] = [client !== undefined, reason !== undefined, ids !== undefined];
  const values = [
    tenantId,
    ...(ofClient || ofReason || ofIds ? [client ?? null] : []),
    ...(ofReason || ofIds ? [reason ?? null] : []),
    ...(ids === undefined ? [] : [ids.filter(isId).map(Number)]),
  ];
  const [clientIs, reasonIs] = [`(${name}::text is null or d.client_id + 0 = ${clientId})`, `(${why}::text is null or d.reason = ${why}::text)`];
  if (ofIds) return { name: 'ids', where: `d.tenant_id = ${tenant}::int and d.id = any(${id}::bigint[]) and ${clientIs} and ${reasonIs}`, values };
  if (ofClient) {
    const where = `d.client_id = ${clientId} and d.tenant_id + 0 = ${tenant}::int`;
    return ofReason ? { name: 'client-reason', where: `${where} and d.reason = ${why}::text`, values } : { name: 'client', where, values };
  }
  if (ofReason) {
    const where = `d.tenant_id + 0 = ${tenant}::int and hashtextextended(d.reason, 0) = hashtextextended(${why}::text, 0) and d.reason = ${why}::text`;
    return { name: 'reason', where: `${where} and ${name}::text is null`, values };
  }
  return { name: 'all', where: `d.tenant_id = ${tenant}::int`, values };
}

function toDeadLetter(row: Row): DeadLetter {
  return {
    id: String(row.id),
    client: row.client ?? '',
    messageId: row.message_id,
    from: row.sender ?? '',
    type: row.type ?? '',
    data: row.data ?? 'null',
    reason: row.reason,
    at: row.at,
  };
}

function isId(id: string): boolean {
  return /^\d{1,15}$/.test(id);
}
