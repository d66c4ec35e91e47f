import type { LogEntry, Page, PageRequest, ResendRequest, WaitingMessage } from '@vestnik/core';
import { lockTenant } from '../log/lock-tenant.js';
import { recordOutcomes } from '../log/outcomes.js';
import { readEntries } from '../log/read.js';
import type { Sql, Statement } from '../log/sql.js';
import { readKey, writeKey } from './list-key.js';

/** The copies of one resend hold no more data than this, but for the first. */
const RESEND_BYTES = 16 * 1024 * 1024;
/** Messages that are ended in one transaction: it holds the tenant's lock, which all who send to the tenant wait for. */
const PURGED_AT_ONCE = 50;

/** What `$1` has not acknowledged and nothing has ended; receipts count for no inbox. */
const WAITS = `l.mailbox_id = $1 and l.kind = 0 and l.flags & 4 = 0 and l.expires_at > (select vestnik.now_ms())
  and l.position > greatest($2, (select coalesce(max(c.acknowledged), 0) from vestnik.client_cursor c where c.client_id = $1))
  and not exists (select from vestnik.log o where abs(o.mailbox_id) = $1 and o.target = l.position and o.position > l.position)`;

const WAITING: Statement = {
  name: 'browse-waiting',
  text: `select x.position, x.message_id, x.expires_at, w.sender, w.type, octet_length(w.data) as bytes, w.sent_at,
      coalesce((select max(1 + (select count(*)::int from vestnik.handed_again a
          where a.client_id = $1 and a.last >= x.position and a.first <= x.position and a.device = c.device))
        from vestnik.client_cursor c where c.client_id = $1 and c.delivered >= x.position), 0) as attempts
    from (select l.position, l.message_id, l.expires_at from vestnik.log l where ${WAITS} order by l.position limit $3) x
    join vestnik.message w on w.id = x.message_id
    order by x.position`,
};

const TO_PURGE: Statement = {
  name: 'browse-to-purge',
  text: `select l.position, l.message_id from vestnik.log l where ${WAITS} order by l.position limit $3`,
};

interface WaitingRow {
  position: number;
  message_id: string;
  expires_at: number;
  sender: string;
  type: string;
  bytes: number;
  sent_at: number;
  attempts: number;
}

export async function listWaiting(sql: Sql, clientId: number, { limit, cursor }: PageRequest): Promise<Page<WaitingMessage>> {
  const after = readKey(cursor, (key): key is number => Number.isSafeInteger(key)) ?? 0;
  const rows = await sql.rows<WaitingRow>(WAITING, [clientId, after, limit + 1]);
  const items = rows.slice(0, limit).map((row) => ({
    position: row.position,
    id: row.message_id,
    from: row.sender,
    type: row.type,
    bytes: row.bytes,
    sentAt: row.sent_at,
    expiresAt: row.expires_at,
    attempts: row.attempts,
  }));
  return { items, ...(rows.length > limit ? { next: writeKey(items.at(-1)?.position) } : {}) };
}

/** A bit of `flags`: a copy that was sent again. What it is a copy of is there: whoever goes on page by page would never come to an end. */
const COPY = 32;

/** What came to the client and still counts; what waits for it is handed over anyway, and what it refused is replayed as a dead letter. */
const RESEND = `with source as materialized (
    select l.position, l.message_id from vestnik.log l
    cross join (select coalesce(max(c.acknowledged), 0) as acknowledged from vestnik.client_cursor c where c.client_id = $2) k
    left join lateral (
      select x.state from vestnik.log x where abs(x.mailbox_id) = $2 and x.target = l.position and x.position > l.position order by x.position limit 1
    ) o on true
    where l.mailbox_id = $2 and l.position > $3 and l.kind = 0 and l.flags & 4 = 0 and l.flags & ${COPY} = 0 and ($4::bigint is null or l.at >= $4) and ($5::bigint is null or l.at < $5)
      and case when o.state is null then l.position <= k.acknowledged or l.expires_at <= vestnik.now_ms() else o.state not in (2, 4, 5) end
    order by l.position limit $6 + 1
  ), sized as materialized (
    select s.position, w.*, vestnik.uuid7() as new_id, sum(octet_length(w.data)) over (order by s.position) - octet_length(w.data) as bytes_before,
      row_number() over (order by s.position) as nth
    from source s join vestnik.message w on w.id = s.message_id
  ), again as materialized (
    select s.*, vestnik.now_ms() as now, coalesce((t.settings->>'ttl')::bigint, 604800) as ttl
    from sized s join vestnik.tenant t on t.id = $1 where s.bytes_before < ${RESEND_BYTES} and s.nth <= $6
  ), placed as materialized (
    select a.*, vestnik.append_one($1, $2, 0, null, ${1 | COPY}, a.new_id, null, a.now, a.now + a.ttl * 1000, null) as new_position
    from (select * from again order by position) a
  ), kept as (
    insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, tenants, sent_at, correlation_id, content_type, traceparent, origin)
    select p.new_id, p.tenant_id, p.sender_id, p.sender, p.type, p.data, p.new_position, p.new_position,
      case when p.tenant_id <> $1 then array[$1::int] end, p.now, p.correlation_id, p.content_type, p.traceparent, p.origin
    from placed p
  ), expiring as (
    insert into vestnik.expiry (expires_at, tenant_id, mailbox_id, position, message_id)
    select p.now + p.ttl * 1000, $1, $2, p.new_position, p.new_id from placed p
  )
  select p.new_position, p.position, (select count(*) from source) > (select count(*) from placed) as more from placed p order by p.position`;

/** As the replay of a dead letter, for many. */
export async function resend(
  sql: Sql,
  installation: string,
  { tenantId, clientId, after = 0, since, until, limit }: ResendRequest,
): Promise<{ entries: LogEntry[]; last?: number; more: boolean }> {
  const rows = await sql.transaction(async (run) => {
    await lockTenant(run, tenantId);
    return run<{ new_position: number; position: number; more: boolean }>(RESEND, [tenantId, clientId, after, since ?? null, until ?? null, limit]);
  });
  const last = rows.at(-1);
  if (last === undefined) return { entries: [], more: false };
  const entries = await readEntries(
    sql,
    installation,
    rows.map((row) => ({ tenantId, position: row.new_position })),
  );
  return { entries: [...entries.values()], last: last.position, more: last.more };
}

export async function purge(
  sql: Sql,
  installation: string,
  tenantId: number,
  clientId: number,
  limit: number,
  reason: string,
): Promise<{ entries: LogEntry[]; messages: number; more: boolean }> {
  const rows = await sql.rows<{ position: number; message_id: string }>(TO_PURGE, [clientId, 0, limit + 1]);
  const entries: LogEntry[] = [];
  let messages = 0;
  for (let from = 0; from < Math.min(rows.length, limit); from += PURGED_AT_ONCE) {
    const done = await recordOutcomes(
      sql,
      installation,
      rows.slice(from, Math.min(limit, from + PURGED_AT_ONCE)).map((row) => ({
        tenantId,
        mailboxId: clientId,
        messageId: row.message_id,
        target: row.position,
        state: 'withdrawn' as const,
        reason,
      })),
    );
    entries.push(...done.entries);
    // What it acknowledged in this moment has not been taken from it.
    messages += done.entries.filter((entry) => entry.kind === 'outcome' && entry.state === 'withdrawn' && entry.mailboxId === clientId).length;
  }
  return { entries, messages, more: rows.length > limit };
}
