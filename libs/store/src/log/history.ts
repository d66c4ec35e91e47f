import type { HistoryItem, HistoryPage, HistoryQuery } from '@vestnik/core';
import { topicExpression, topicRange } from '../topics/topic-expression.js';
import { TOPICS_MAX } from '../topics/topic-mailboxes.js';
import { ENTRY_COLUMNS, ENTRY_JOINS, type EntryRow, toEntry } from './entries.js';
import type { Sql, Statement } from './sql.js';

/** A page ends after this much data, whatever its count of messages. */
const PAGE_BYTES = 1024 * 1024;
/** Where most that is looked at is somebody else's, more and more is looked at together. */
const CHUNK_GROWS = 4;
const CHUNK_MAX = 4_000;
/** Up to so many it is counted which of two places holds less. */
const COUNTED = 5_000;
const FIRST = 0;
const LAST = Number.MAX_SAFE_INTEGER;

/** A mailbox to look through, between two positions; the first is not looked at, the last is. */
interface Source {
  readonly id: number;
  readonly since: number;
  readonly until: number;
  /** For what this client sent there, else for what others did. */
  readonly sent: boolean;
}

const SUBSCRIPTIONS: Statement = {
  name: 'history-subscriptions',
  text: `select s.pattern, s.since, coalesce(s.until, ${LAST}) as until from vestnik.subscription s where s.client_id = $1 and s.tenant_id + 0 = $2`,
};

/** The topics of subscriptions, live and ended, each for as long as it was subscribed to; `$7`–`$9`: only those that fit a pattern too. */
const TOPICS: Statement = {
  name: 'history-topics',
  text: `select b.id, s.since, s.until
    from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) s(first, last, expression, since, until)
    cross join lateral (
      select m.id from vestnik.mailbox m
      where m.tenant_id = $1 and m.kind = 1 and m.name >= greatest(s.first collate "C", $7) and m.name <= least(s.last collate "C", $8)
        and (s.expression is null or m.name ~ s.expression) and ($9::text is null or m.name ~ $9)
      limit ${TOPICS_MAX + 1}
    ) b
    limit ${TOPICS_MAX + 1}`,
};

/**
 * How a key is to be judged: what others sent to a mailbox, what the client sent there, what it sent anywhere, what stands in the
 * tenant's log, what a partner sent anywhere.
 */
const [RECEIVED, SENT, MESSAGE, TENANT, PARTNER] = [0, 1, 2, 3, 4];

/** What became of an entry for its mailbox: nothing, or 1 read, 2 refused, 3 expired, 4 collapsed, 5 withdrawn. */
const OUTCOME = (mailbox: string) => `left join lateral (
    select o.state, o.at from vestnik.log o where abs(o.mailbox_id) = ${mailbox} and o.target = l.position and o.position > l.position order by o.position limit 1)`;

/** What was sent to everyone or to a topic expires in its mailbox for all who have not acknowledged it, and not for its sender. */
const STANDS_FOR_SENDER = `(case when b.kind = 0
    then coalesce(o.state < 3, l.expires_at > (select vestnik.now_ms())
      or exists (select from vestnik.client_cursor c where c.client_id = l.mailbox_id and c.acknowledged >= l.position))
    else coalesce(o.state <= 3, true) end)`;

/** The client's own word goes first; what ended a message for all of its mailbox does not count where this client had acknowledged it before. */
const STANDS_FOR_READER = `coalesce(p.state < 3,
    coalesce(o.state < 3, true)
      or exists (select from vestnik.cursor_move v where v.client_id = $2 and v.position >= l.position and v.acknowledged and v.at <= o.at))
  and (p.state is not null or l.expires_at > (select vestnik.now_ms())
    or exists (select from vestnik.client_cursor c where c.client_id = $2 and c.acknowledged >= l.position))`;

/**
 * Places first, from each source up to the limit, so that each index scan stops there; then what stands at each, without its
 * body. What does not stand comes too, so that the next chunk begins behind it.
 */
const look = (name: string, direction: 'asc' | 'desc'): Statement => ({
  name,
  text: `with keys as materialized (
      select k.place, max(k.mailbox_id) as mailbox_id, array_agg(k.way) as ways from (
        (select x.position as place, b.id as mailbox_id, case when b.sent then ${SENT} else ${RECEIVED} end as way
          from unnest($3::int[], $4::bigint[], $5::bigint[], $6::boolean[]) b(id, since, until, sent)
          cross join lateral (
            select l.position from vestnik.log l
            where l.mailbox_id = b.id and l.position > greatest(b.since, $7) and l.position < $8 and l.position <= b.until and l.kind = 0
            order by l.position ${direction} limit $9
          ) x)
        union all
        (select w.first_position, 0, ${MESSAGE} from vestnik.message w
          where w.sender_id = $2 and w.sender_id > 0 and w.first_position > $7 and w.first_position < $8
          order by w.first_position ${direction} limit case when $10 then $9 else 0 end)
        union all
        (select l.position, l.mailbox_id, ${TENANT} from vestnik.log l
          where l.tenant_id = $1 and l.position > $7 and l.position < $8
          order by l.position ${direction} limit case when $11 then $9 else 0 end)
        union all
        (select w.first_position, 0, ${PARTNER} from vestnik.message w
          where w.sender_id = $14 and w.sender_id > 0 and w.first_position > $7 and w.first_position < $8
          order by w.first_position ${direction} limit $9)
      ) k
      group by k.place order by k.place ${direction} limit $9
    )
    select k.place as key, coalesce(e.place, k.place) as place, e.tenant_id, e.position
    from keys k
    left join lateral (
      (select l.tenant_id, l.position, null::bigint as place from vestnik.log l
        join vestnik.message m on m.id = l.message_id
        join vestnik.mailbox b on b.id = l.mailbox_id
        ${OUTCOME('l.mailbox_id')} o on true
        ${OUTCOME('$2')} p on true
        where l.mailbox_id = k.mailbox_id and l.position = k.place and l.kind = 0 and case when m.sender_id = $2
          then ${SENT} = any(k.ways) and ${STANDS_FOR_SENDER}
          else ($12::text is null or m.sender = $12) and ${STANDS_FOR_READER}
            and (${RECEIVED} = any(k.ways) or (${TENANT} = any(k.ways) and b.kind = 1 and ($13::text is null or b.name ~ $13) and exists (
              select from vestnik.subscription s where s.client_id = $2 and s.since < l.position and (s.until is null or s.until > l.position)
                and (b.name = s.pattern or b.name ~ s.expression)))) end)
      union all
      (select l.tenant_id, l.position, case when $15::int is not null then l.position end from vestnik.message w
        join vestnik.log l on l.tenant_id = any(coalesce(w.tenants, array[w.tenant_id])) and l.position between w.first_position and w.last_position
          and l.message_id = w.id and l.kind = 0
        join vestnik.mailbox b on b.id = l.mailbox_id
        ${OUTCOME('l.mailbox_id')} o on true
        where ${MESSAGE} = any(k.ways) and w.sender_id = $2 and w.sender_id > 0 and w.first_position = k.place and ${STANDS_FOR_SENDER}
          and ($13::text is null or (b.kind = 1 and b.tenant_id = $1 and b.name ~ $13)) and ($15::int is null or l.mailbox_id = $15)
        order by l.position limit 1)
      union all
      (select l.tenant_id, l.position, l.position from vestnik.message w
        cross join lateral (
          -- Fenced off: on empty tables it looks as good to begin with all that stands in the mailbox.
          select x.* from vestnik.log x
          where x.mailbox_id = $2 and x.position between w.first_position and w.last_position and x.message_id = w.id and x.kind = 0
          offset 0
        ) l
        ${OUTCOME('l.mailbox_id')} o on true
        ${OUTCOME('$2')} p on true
        where ${PARTNER} = any(k.ways) and w.sender_id = $14 and w.sender_id > 0 and w.sender_id <> $2 and w.first_position = k.place
          and ${STANDS_FOR_READER})
    ) e on true
    order by k.place ${direction}`,
});

const NEWEST_FIRST = look('history-newest-first', 'desc');
const OLDEST_FIRST = look('history-oldest-first', 'asc');

const BODIES: Statement = {
  name: 'history-bodies',
  text: `select x.* from (
      select k.place, k.nth, ${ENTRY_COLUMNS},
        sum(coalesce(octet_length(m.data), 0)) over (order by k.nth) - coalesce(octet_length(m.data), 0) as bytes_before
      from unnest($1::int[], $2::bigint[], $3::bigint[]) with ordinality k(tenant_id, position, place, nth)
      join vestnik.log l on l.tenant_id = k.tenant_id and l.position = k.position
      ${ENTRY_JOINS}
    ) x
    where x.bytes_before < ${PAGE_BYTES}
    order by x.nth`,
};

/** How much there is to look through for one partner, each counted to a limit: mailboxes, and what was sent. */
const SIZES: Statement = {
  name: 'history-sizes',
  text: `select (select b.tenant_id from vestnik.mailbox b where b.id = $2) as partner_tenant,
    (select count(*)::int from (select from vestnik.log l where l.mailbox_id = $1 limit $3) x) as own_box,
    (select count(*)::int from (select from vestnik.log l where l.mailbox_id = $2 limit $3) x) as partner_box,
    (select count(*)::int from (select from vestnik.message w where w.sender_id = $1 and w.sender_id > 0 limit $3) x) as own_sent,
    (select count(*)::int from (select from vestnik.message w where w.sender_id = $2 and w.sender_id > 0 limit $3) x) as partner_sent`,
};

interface SizesRow {
  partner_tenant: number | null;
  own_box: number;
  partner_box: number;
  own_sent: number;
  partner_sent: number;
}

/** Where a message that is to be given stands. */
interface Found {
  readonly place: number;
  readonly tenant_id: number;
  readonly position: number;
}

/** Where a page is looked for. */
interface Search {
  readonly sources: readonly Source[];
  /** The tenant's log, for topics: they are too many to name. */
  readonly whole: boolean;
  /** What the client sent: to anybody, or to one mailbox. */
  readonly own: 'none' | 'all' | number;
  /** What another client sent to this one. */
  readonly partner?: number;
}

export async function history(sql: Sql, installation: string, query: HistoryQuery): Promise<HistoryPage> {
  const { part, order, limit } = query;
  const { after = FIRST, before = LAST } = query;
  const statement = order === 'oldest-first' ? OLDEST_FIRST : NEWEST_FIRST;
  let search = await searchOf(sql, query);
  const expression = part.kind === 'topic' && search.whole ? (topicExpression(part.pattern) ?? null) : null;
  const found: Found[] = [];
  let [low, high] = [after, before];
  // What was found before the way of looking changed is not found a second time.
  let bounds = { low, high };
  for (let chunk = limit + 1; ; chunk = Math.min(chunk * CHUNK_GROWS, CHUNK_MAX)) {
    const { sources, whole, own, partner } = search;
    const looked = await sql.rows<{ key: number; place: number; tenant_id: number | null; position: number | null }>(statement, [
      query.tenantId,
      query.clientId,
      sources.map(({ id }) => id),
      sources.map(({ since }) => since),
      sources.map(({ until }) => until),
      sources.map(({ sent }) => sent),
      low,
      high,
      chunk,
      own !== 'none',
      whole,
      part.kind === 'partner' ? part.address : null,
      expression,
      partner ?? null,
      typeof own === 'number' ? own : null,
    ]);
    for (const row of looked) if (row.position !== null && row.place > bounds.low && row.place < bounds.high) found.push(row as Found);
    if (looked.length < chunk || found.length > limit) break;
    const last = looked.at(-1)?.key ?? 0;
    if (order === 'oldest-first') low = last;
    else high = last;
    if (part.kind === 'partner' && chunk === limit + 1) {
      search = await narrower(sql, query, search);
      bounds = { low, high };
    }
  }
  const wanted = found.slice(0, limit);
  const items = wanted.length === 0 ? [] : await bodies(sql, installation, wanted);
  return { items, more: found.length > items.length };
}

/**
 * Looks for what passed between two where there is less to look through: in a mailbox, or among what the other one sent, so
 * that a backend with a million messages finds the three of one client.
 *
 * Only within a tenant: there every message takes its positions under the lock of both, so that the places of one lie all
 * before or all behind those of another, whichever of them it is found by.
 */
async function narrower(sql: Sql, { tenantId, clientId, part }: HistoryQuery, search: Search): Promise<Search> {
  if (part.kind !== 'partner' || part.mailboxId === undefined) return search;
  const { mailboxId } = part;
  const sizes = await sql.row<SizesRow>(SIZES, [clientId, mailboxId, COUNTED]);
  if (sizes === undefined || sizes.partner_tenant !== tenantId) return search;
  const byPartner = sizes.partner_sent < sizes.own_box;
  const byOwn = sizes.own_sent < sizes.partner_box;
  return {
    sources: search.sources.filter(({ sent }) => (sent ? !byOwn : !byPartner)),
    whole: false,
    own: byOwn ? mailboxId : 'none',
    partner: byPartner ? mailboxId : undefined,
  };
}

async function bodies(sql: Sql, installation: string, wanted: readonly Found[]): Promise<HistoryItem[]> {
  const rows = await sql.rows<EntryRow & { place: number }>(BODIES, [
    wanted.map((one) => one.tenant_id),
    wanted.map(({ position }) => position),
    wanted.map(({ place }) => place),
  ]);
  return rows.flatMap((row) => {
    const entry = toEntry(row, installation);
    return entry?.kind === 'message' ? [{ place: row.place, entry }] : [];
  });
}

async function searchOf(sql: Sql, query: HistoryQuery): Promise<Search> {
  const { clientId, everyoneId, since, part } = query;
  const own: Source = { id: clientId, since: 0, until: LAST, sent: false };
  if (part.kind === 'partner') {
    const there = part.mailboxId === undefined ? [] : [{ id: part.mailboxId, since: 0, until: LAST, sent: true }];
    return { sources: [own, ...there], whole: false, own: 'none' };
  }
  const topics = await topicSources(sql, query);
  const direct = part.kind === 'topic' ? [] : [own, { id: everyoneId, since, until: LAST, sent: false }];
  if (topics === 'many') return { sources: direct, whole: true, own: 'all' };
  return { sources: [...direct, ...topics], whole: false, own: part.kind === 'all' ? 'all' : 'none' };
}

async function topicSources(sql: Sql, { tenantId, clientId, part }: HistoryQuery): Promise<Source[] | 'many'> {
  const subscriptions = await sql.rows<{ pattern: string; since: number; until: number }>(SUBSCRIPTIONS, [clientId, tenantId]);
  const received = await topicsOf(sql, tenantId, subscriptions, part.kind === 'topic' ? part.pattern : '#');
  const sent = part.kind === 'topic' ? await topicsOf(sql, tenantId, [{ pattern: part.pattern, since: 0, until: LAST }], part.pattern) : [];
  if (received.length > TOPICS_MAX || sent.length > TOPICS_MAX) return 'many';
  return [...received.map((one) => ({ ...one, sent: false })), ...sent.map((one) => ({ ...one, sent: true }))];
}

async function topicsOf(
  sql: Sql,
  tenantId: number,
  subscriptions: readonly { readonly pattern: string; readonly since: number; readonly until: number }[],
  fitting: string,
): Promise<Omit<Source, 'sent'>[]> {
  if (subscriptions.length === 0) return [];
  const ranges = subscriptions.map(({ pattern }) => topicRange(pattern));
  const { first, last } = topicRange(fitting);
  return sql.rows(TOPICS, [
    tenantId,
    ranges.map((range) => range.first),
    ranges.map((range) => range.last),
    subscriptions.map(({ pattern }) => topicExpression(pattern) ?? null),
    subscriptions.map((one) => one.since),
    subscriptions.map((one) => one.until),
    first,
    last,
    topicExpression(fitting) ?? null,
  ]);
}
