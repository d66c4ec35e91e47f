import type { LogEntry, MailboxSpan, MessageEntry, OutcomeEntry, ReplayQuery, Subscription } from '@vestnik/core';
import { LAST_POSITION, topicMailboxes, topicValues } from '../topics/topic-mailboxes.js';
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
    from unnest($2::int[], $3::bigint[], $8::bigint[]) b(id, since, until)
    cross join lateral (
      select l.position from vestnik.log l
      where l.mailbox_id = b.id and l.position > greatest(b.since, $4) and l.position <= least(b.until, $5)
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

/** Subscriptions as {@link topicValues} gives them. */
const topicsFrom = (first: number): string =>
  `unnest($${first}::text[], $${first + 1}::text[], $${first + 2}::text[], $${first + 3}::bigint[], $${first + 4}::bigint[]) t(first, last, expression, since, until)`;

/** Whether a subscription `t` is to the topic `b`. Expressions last: Postgres keeps few of them compiled. */
const FITS = `case when t.expression is null then b.name = t.first when b.name < t.first or b.name > t.last then false else b.name ~ t.expression end`;

/** Whether a topic `b` is one that the client was subscribed to when the entry `l` came. */
const subscribed = (first: number): string => `b.kind = 1 and exists (
      select from ${topicsFrom(first)} where t.since < l.position and t.until > l.position and ${FITS})`;

/** The topics of some entries that fit subscriptions; one subscription after another, so that each expression is compiled once. */
const subscribedIn = (entries: string, first: number): string => `topics as materialized (
      select b.id, b.name from (select distinct s.mailbox_id from ${entries} s) d join vestnik.mailbox b on b.id = d.mailbox_id and b.kind = 1
    ), fitting as materialized (
      select b.id, t.since, t.until from ${topicsFrom(first)} cross join lateral (select b.id from topics b where ${FITS} offset 0) b
    )`;

/** Entries of the tenant's log that are looked through at once, where the topics are too many to read each: more than a page has, and no more. */
const SLICE = 2_000;

const REPLAY_SLICE: Statement = {
  name: 'replay-slice',
  text: `with slice as materialized (
      select l.mailbox_id, l.position from vestnik.log l where l.tenant_id = $1 and l.position > $4 and l.position <= $5 order by l.position limit ${SLICE}
    ), ${subscribedIn('slice', 9)}, keys as materialized (
      select s.mailbox_id, s.position from slice s
      where exists (select from unnest($2::int[], $3::bigint[], $8::bigint[]) w(id, since, until) where w.id = s.mailbox_id and s.position > w.since and s.position <= w.until)
        or exists (select from fitting f where f.id = s.mailbox_id and s.position > f.since and s.position < f.until)
      order by s.position limit $6
    )
    select z.slice_end, z.slice_rows, x.* from (select max(s.position) as slice_end, count(*)::int as slice_rows from slice s) z
    left join (
      select ${ENTRY_COLUMNS}, ${OPEN} as open, sum(coalesce(octet_length(m.data), 0)) over (order by l.position) - coalesce(octet_length(m.data), 0) as bytes_before
      from keys k
      join vestnik.log l on l.tenant_id = $1 and l.mailbox_id = k.mailbox_id and l.position = k.position
      ${ENTRY_JOINS}
    ) x on x.bytes_before < ${PAGE_BYTES}
    order by x.position`,
};

/** Counted behind the filter: what has ended must not use up the limit. */
const COUNT_WAITING: Statement = {
  name: 'count-waiting',
  text: `select least(coalesce(sum(x.count), 0), $6)::int as count
    from unnest($2::int[], $3::bigint[], $8::bigint[]) b(id, since, until)
    cross join lateral (
      select count(*) as count from (
        select from vestnik.log l
        where l.tenant_id + 0 = $1 and l.mailbox_id = b.id and l.position > greatest(b.since, $4) and l.position <= least(b.until, $5) and l.kind = 0 and ${OPEN}
        limit $6
      ) y
    ) x`,
};

const OUTCOMES_SINCE: Statement = {
  name: 'outcomes-since',
  text: `select ${ENTRY_COLUMNS}
    from unnest($2::int[], $5::bigint[], $6::bigint[]) s(id, since, until)
    join vestnik.log l on l.tenant_id + 0 = $1 and l.mailbox_id + 0 = s.id and l.position > $3 and l.position <= $4 and l.kind = 1
      and l.target <= $3 and l.target > s.since and l.target < s.until and l.target is not null
    ${ENTRY_JOINS}
    order by l.position`,
};

const OUTCOMES_SLICE: Statement = {
  name: 'outcomes-slice',
  text: `with ended as materialized (
      select l.mailbox_id, l.position, l.target from vestnik.log l
      where l.tenant_id = $1 and l.position > $3 and l.position <= $4 and l.kind = 1 and l.target <= $3
    ), ${subscribedIn('ended', 5)}
    select ${ENTRY_COLUMNS}
    from ended e
    join vestnik.log l on l.tenant_id = $1 and l.mailbox_id = e.mailbox_id and l.position = e.position
    ${ENTRY_JOINS}
    where e.mailbox_id = any($2::int[]) or exists (select from fitting f where f.id = e.mailbox_id and e.target > f.since and e.target < f.until)
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

/** By the tenant's log, as the topics may be many; a message's entries stand close together. */
const LOCATE_TOPICS: Statement = {
  name: 'locate-topics',
  text: `select ${ENTRY_COLUMNS}
    from vestnik.message w
    join vestnik.log l on l.tenant_id = $1 and l.position between w.first_position and w.last_position and l.message_id = w.id and l.kind = 0
    ${ENTRY_JOINS}
    where w.id = any($2::uuid[]) and ${subscribed(3)}
    order by l.position`,
};

/**
 * What a topic lost before the client was subscribed to it is no loss of the client's. Topics are looked through only where
 * anything at all was dropped beyond what concerns the client.
 */
const DROPPED_TOPICS: Statement = {
  name: 'dropped-topics',
  text: `select coalesce(max(least(f.dropped_to, t.until)), 0) as dropped_to
    from (select t.* from ${topicsFrom(2)} where (select max(f.dropped_to) from vestnik.mailbox_floor f) > greatest(t.since, $7)) t
    cross join lateral (
      select f.dropped_to from vestnik.mailbox b join vestnik.mailbox_floor f on f.mailbox_id = b.id
      where b.tenant_id = $1 and b.kind = 1 and b.name >= t.first collate "C" and b.name <= t.last collate "C" and (t.expression is null or b.name ~ t.expression)
        and f.dropped_to > greatest(t.since, $7)
    ) f`,
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
  const { tenantId, topics, after, upTo } = query;
  const found = await topicMailboxes(sql, tenantId, topics, upTo - after);
  if (found === 'many') return replaySlice(sql, installation, query, topics ?? []);
  const rows = await sql.rows<EntryRow & { open: boolean }>(REPLAY, keyValues(withTopics(query, found), query.limit));
  return page(rows, installation, query);
}

/** @param end how far the log was looked through, where not all of it was */
function page(
  rows: readonly (EntryRow & { open: boolean })[],
  installation: string,
  query: ReplayQuery,
  end = query.upTo,
): { entries: LogEntry[]; scannedTo: number } {
  const last = rows.at(-1)?.position;
  // A page that was cut by count or by bytes ends at its last row; one that was not has seen all up to the end.
  const bytes = rows.reduce((sum, row) => sum + Buffer.byteLength(row.data ?? ''), 0);
  const full = rows.length >= query.limit || bytes >= PAGE_BYTES;
  return {
    entries: toEntries(
      rows.filter((row) => row.open),
      installation,
    ),
    scannedTo: full && last !== undefined ? last : end,
  };
}

async function replaySlice(
  sql: Sql,
  installation: string,
  query: ReplayQuery,
  topics: readonly Subscription[],
): Promise<{ entries: LogEntry[]; scannedTo: number }> {
  type Row = EntryRow & { open: boolean; slice_end: number | null; slice_rows: number };
  const rows = await sql.rows<Row>(REPLAY_SLICE, [...keyValues(query, query.limit), ...topicValues(topics)]);
  const [first] = rows;
  const end = first !== undefined && first.slice_rows >= SLICE && first.slice_end !== null ? first.slice_end : query.upTo;
  return page(
    rows.filter((row) => row.position !== null),
    installation,
    query,
    end,
  );
}

function withTopics<Query extends Pick<ReplayQuery, 'mailboxes'>>(query: Query, topics: readonly MailboxSpan[]): Query {
  return topics.length === 0 ? query : { ...query, mailboxes: [...query.mailboxes, ...topics] };
}

export async function countWaiting(sql: Sql, query: Omit<ReplayQuery, 'limit'>, limit: number): Promise<number> {
  const topics = await topicMailboxes(sql, query.tenantId, query.topics, query.upTo - query.after);
  if (topics === 'many') return countSlices(sql, query, limit);
  const row = await sql.row<{ count: number }>(COUNT_WAITING, keyValues(withTopics(query, topics), limit));
  return row?.count ?? 0;
}

async function countSlices(sql: Sql, query: Omit<ReplayQuery, 'limit'>, limit: number): Promise<number> {
  let count = 0;
  for (let after = query.after; after < query.upTo && count < limit; ) {
    const { entries, scannedTo } = await replaySlice(sql, '', { ...query, after, limit: 500 }, query.topics ?? []);
    count += entries.filter(({ kind }) => kind === 'message').length;
    after = scannedTo;
  }
  return Math.min(count, limit);
}

function keyValues(query: Omit<ReplayQuery, 'limit'>, limit: number): unknown[] {
  const spans: readonly MailboxSpan[] = query.mailboxes;
  return [
    query.tenantId,
    spans.map(({ id }) => id),
    spans.map(({ since }) => since),
    query.after,
    query.upTo,
    limit,
    query.clientId,
    spans.map(({ until }) => until ?? LAST_POSITION),
  ];
}

export async function outcomesSince(
  sql: Sql,
  installation: string,
  tenantId: number,
  mailboxIds: readonly number[],
  position: number,
  upTo: number,
  topics: readonly Subscription[] = [],
): Promise<OutcomeEntry[]> {
  const found = await topicMailboxes(sql, tenantId, topics, upTo - position);
  if (found === 'many') {
    const rows = await sql.rows<EntryRow>(OUTCOMES_SLICE, [tenantId, mailboxIds, position, upTo, ...topicValues(topics)]);
    return toEntries(rows, installation).filter((entry) => entry.kind === 'outcome');
  }
  const spans: readonly MailboxSpan[] = [...mailboxIds.map((id) => ({ id, since: 0 })), ...found];
  const rows = await sql.rows<EntryRow>(OUTCOMES_SINCE, [
    tenantId,
    spans.map(({ id }) => id),
    position,
    upTo,
    spans.map(({ since }) => since),
    spans.map(({ until }) => until ?? LAST_POSITION),
  ]);
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
  topics: readonly Subscription[] = [],
): Promise<Map<string, MessageEntry>> {
  const rows = await sql.rows<EntryRow>(LOCATE, [tenantId, mailboxIds, messageIds]);
  if (topics.length > 0) rows.push(...(await sql.rows<EntryRow>(LOCATE_TOPICS, [tenantId, messageIds, ...topicValues(topics)])));
  const found = new Map<string, MessageEntry>();
  for (const entry of toEntries(rows, installation)) {
    if (entry.kind === 'message' && !found.has(entry.message.id)) found.set(entry.message.id, entry);
  }
  return found;
}

export async function droppedUpTo(
  sql: Sql,
  tenantId: number,
  mailboxIds: readonly number[],
  topics: readonly Subscription[] = [],
  beyond = 0,
): Promise<number> {
  const own = (await sql.row<{ dropped_to: number }>(DROPPED, [mailboxIds]))?.dropped_to ?? 0;
  if (topics.length === 0) return own;
  return Math.max(own, (await sql.row<{ dropped_to: number }>(DROPPED_TOPICS, [tenantId, ...topicValues(topics), beyond]))?.dropped_to ?? 0);
}

export async function countUnacknowledged(sql: Sql, mailboxIds: readonly number[], limit: number): Promise<Map<number, number>> {
  const rows = await sql.rows<{ id: number; count: number }>(COUNT_UNACKNOWLEDGED, [mailboxIds, limit]);
  return new Map(rows.map((row) => [row.id, row.count]));
}

function toEntries(rows: readonly EntryRow[], installation: string): LogEntry[] {
  return rows.map((row) => toEntry(row, installation)).filter((entry) => entry !== undefined);
}
