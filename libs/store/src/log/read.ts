import type { LogEntry, MessageEntry, OutcomeEntry, ReplayQuery } from '@vestnik/core';
import { ENTRY_COLUMNS, ENTRY_JOINS, type EntryRow, toEntry } from './entries.js';
import type { Sql, Statement } from './sql.js';

/** A page ends after this much data, whatever its count of messages. */
const PAGE_BYTES = 1024 * 1024;

const READ: Statement = {
  name: 'read',
  text: `select ${ENTRY_COLUMNS}
    from unnest($1::int[], $2::bigint[]) k(tenant_id, position)
    join vestnik.log l on l.tenant_id = k.tenant_id and l.position = k.position
    ${ENTRY_JOINS}
    order by l.position`,
};

const TAIL: Statement = {
  name: 'tail',
  text: `select ${ENTRY_COLUMNS}
    from (select * from vestnik.log where tenant_id = $1 and position > $2 order by position limit $3) l
    ${ENTRY_JOINS}
    order by l.position`,
};

/**
 * Keys first, a lateral per mailbox so that each index scan stops at the limit, then bodies by key. One
 * `mailbox_id = any(…) order by position` would read the whole backlog for every page.
 */
const KEYS = `select k.mailbox_id, k.position
  from (
    select b.id as mailbox_id, x.position
    from unnest($2::int[], $3::bigint[]) b(id, since)
    cross join lateral (
      select l.position from vestnik.log l
      where l.mailbox_id = b.id and l.position > greatest(b.since, $4) and l.position <= $5
      order by l.position limit $6
    ) x
  ) k
  order by k.position limit $6`;

/** A message with an outcome, for this client or for all of its mailbox, is not handed out any more. */
const OPEN = `(l.kind <> 0 or (l.expires_at > (select vestnik.now_ms()) and not exists (
    select from vestnik.log o where abs(o.mailbox_id) in ($7, l.mailbox_id) and o.target = l.position and o.position > l.position)))`;

const REPLAY: Statement = {
  name: 'replay',
  text: `with keys as materialized (${KEYS})
    select x.* from (
      select ${ENTRY_COLUMNS}, ${OPEN} as open, sum(coalesce(octet_length(m.data), 0)) over (order by l.position) - coalesce(octet_length(m.data), 0) as bytes_before
      from keys k
      join vestnik.log l on l.tenant_id = $1 and l.mailbox_id = k.mailbox_id and l.position = k.position
      ${ENTRY_JOINS}
    ) x
    where x.bytes_before < ${PAGE_BYTES}
    order by x.position`,
};

/** Counted behind the filter: what has ended must not use up the limit. */
const COUNT_WAITING: Statement = {
  name: 'count-waiting',
  text: `select least(coalesce(sum(x.count), 0), $6)::int as count
    from unnest($2::int[], $3::bigint[]) b(id, since)
    cross join lateral (
      select count(*) as count from (
        select from vestnik.log l
        where l.tenant_id + 0 = $1 and l.mailbox_id = b.id and l.position > greatest(b.since, $4) and l.position <= $5 and l.kind = 0 and ${OPEN}
        limit $6
      ) y
    ) x`,
};

const OUTCOMES_SINCE: Statement = {
  name: 'outcomes-since',
  text: `select ${ENTRY_COLUMNS}
    from vestnik.log l ${ENTRY_JOINS}
    where l.tenant_id + 0 = $1 and l.mailbox_id + 0 = any($2::int[]) and l.position > $3 and l.position <= $4 and l.kind = 1 and l.target <= $3
    order by l.position`,
};

const HEADS: Statement = { name: 'heads', text: 'select h.tenant_id, h.position from vestnik.tenant_head h where h.tenant_id = any($1::int[])' };

const LOCATE: Statement = {
  name: 'locate',
  text: `select ${ENTRY_COLUMNS}
    from vestnik.message w
    join vestnik.log l on l.tenant_id = $1 and l.mailbox_id = any($2::int[]) and l.position between w.first_position and w.last_position
      and l.message_id = w.id and l.kind = 0
    ${ENTRY_JOINS}
    where w.id = any($3::uuid[])
    order by l.position`,
};

const DROPPED: Statement = {
  name: 'dropped',
  text: 'select coalesce(max(f.dropped_to), 0) as dropped_to from vestnik.mailbox_floor f where f.mailbox_id = any($1::int[])',
};

const COUNT_UNACKNOWLEDGED: Statement = {
  name: 'count-unacknowledged',
  text: `select b.id, x.count
    from unnest($1::int[]) b(id)
    join vestnik.mailbox m on m.id = b.id
    cross join lateral (
      select count(*)::int as count from (
        select from vestnik.log l
        where l.mailbox_id = b.id and l.kind = 0 and l.flags & 4 = 0 and l.expires_at > (select vestnik.now_ms())
          and l.position > coalesce((select max(c.acknowledged) from vestnik.client_cursor c where c.client_id = b.id), 0)
          and not exists (select from vestnik.log o where abs(o.mailbox_id) = b.id and o.target = l.position and o.position > l.position)
        limit $2
      ) y
    ) x`,
};

/** Entries by tenant and position. */
export async function readEntries(sql: Sql, installation: string, places: readonly { tenantId: number; position: number }[]): Promise<Map<number, LogEntry>> {
  const rows = await sql.rows<EntryRow>(READ, [places.map((place) => place.tenantId), places.map((place) => place.position)]);
  return new Map(toEntries(rows, installation).map((entry) => [entry.position, entry]));
}

export async function tail(sql: Sql, installation: string, tenantId: number, after: number, limit: number): Promise<LogEntry[]> {
  return toEntries(await sql.rows<EntryRow>(TAIL, [tenantId, after, limit]), installation);
}

export async function replay(sql: Sql, installation: string, query: ReplayQuery): Promise<{ entries: LogEntry[]; scannedTo: number }> {
  const rows = await sql.rows<EntryRow & { open: boolean }>(REPLAY, [...keyValues(query, query.limit), query.clientId]);
  const last = rows.at(-1)?.position;
  // A page that was cut by count or by bytes ends at its last row; one that was not has seen all up to the end.
  const bytes = rows.reduce((sum, row) => sum + Buffer.byteLength(row.data ?? ''), 0);
  const full = rows.length >= query.limit || bytes >= PAGE_BYTES;
  return {
    entries: toEntries(
      rows.filter((row) => row.open),
      installation,
    ),
    scannedTo: full && last !== undefined ? last : query.upTo,
  };
}

export async function countWaiting(sql: Sql, query: Omit<ReplayQuery, 'limit'>, limit: number): Promise<number> {
  const row = await sql.row<{ count: number }>(COUNT_WAITING, [...keyValues(query, limit), query.clientId]);
  return row?.count ?? 0;
}

function keyValues(query: Omit<ReplayQuery, 'limit'>, limit: number): unknown[] {
  return [query.tenantId, query.mailboxes.map((mailbox) => mailbox.id), query.mailboxes.map((mailbox) => mailbox.since), query.after, query.upTo, limit];
}

export async function outcomesSince(
  sql: Sql,
  installation: string,
  tenantId: number,
  mailboxIds: readonly number[],
  position: number,
  upTo: number,
): Promise<OutcomeEntry[]> {
  const rows = await sql.rows<EntryRow>(OUTCOMES_SINCE, [tenantId, mailboxIds, position, upTo]);
  return toEntries(rows, installation).filter((entry) => entry.kind === 'outcome');
}

export async function heads(sql: Sql, tenantIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await sql.rows<{ tenant_id: number; position: number }>(HEADS, [tenantIds]);
  return new Map(rows.map((row) => [row.tenant_id, row.position]));
}

export async function locate(
  sql: Sql,
  installation: string,
  tenantId: number,
  mailboxIds: readonly number[],
  messageIds: readonly string[],
): Promise<Map<string, MessageEntry>> {
  const rows = await sql.rows<EntryRow>(LOCATE, [tenantId, mailboxIds, messageIds]);
  const found = new Map<string, MessageEntry>();
  for (const entry of toEntries(rows, installation)) {
    if (entry.kind === 'message' && !found.has(entry.message.id)) found.set(entry.message.id, entry);
  }
  return found;
}

export async function droppedUpTo(sql: Sql, mailboxIds: readonly number[]): Promise<number> {
  return (await sql.row<{ dropped_to: number }>(DROPPED, [mailboxIds]))?.dropped_to ?? 0;
}

export async function countUnacknowledged(sql: Sql, mailboxIds: readonly number[], limit: number): Promise<Map<number, number>> {
  const rows = await sql.rows<{ id: number; count: number }>(COUNT_UNACKNOWLEDGED, [mailboxIds, limit]);
  return new Map(rows.map((row) => [row.id, row.count]));
}

function toEntries(rows: readonly EntryRow[], installation: string): LogEntry[] {
  return rows.map((row) => toEntry(row, installation)).filter((entry) => entry !== undefined);
}
