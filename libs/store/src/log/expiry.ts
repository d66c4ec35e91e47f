import type { LogEntry, NewOutcome } from '@vestnik/core';
import { recordOutcomes } from './outcomes.js';
import type { Sql, Statement } from './sql.js';

interface ExpiredRow {
  tenant_id: number;
  mailbox_id: number;
  position: number;
  message_id: string;
}

/** Entries with a ttl of their own that have expired. The time is taken once: asked anew for each row, it could not bound the index. */
const OWN: Statement = {
  name: 'expired-own',
  text: `select e.expires_at, e.tenant_id, e.mailbox_id, e.position, e.message_id,
      coalesce((select max(c.acknowledged) from vestnik.client_cursor c where c.client_id = e.mailbox_id), 0) >= e.position
        or exists (select from vestnik.log o where abs(o.mailbox_id) = e.mailbox_id and o.target = e.position and o.position > e.position) as ended
    from vestnik.expiry e where e.expires_at <= (select vestnik.now_ms())
    order by e.expires_at, e.tenant_id, e.position limit $1`,
};

const OWN_DONE: Statement = {
  name: 'expired-own-done',
  text: 'delete from vestnik.expiry e using unnest($1::bigint[], $2::int[], $3::bigint[]) x(expires_at, tenant_id, position) where e.expires_at = x.expires_at and e.tenant_id = x.tenant_id and e.position = x.position',
};

/**
 * Tenants whose log goes on behind what was swept, with anything but a message of the default ttl that is still alive.
 * One look-up a tenant: a search for the next such message would read all that was sent with a ttl of its own, every second.
 */
const TENANTS: Statement = {
  name: 'expired-tenants',
  text: `select h.tenant_id, h.swept_to from vestnik.tenant_head h
    where h.swept_to < h.position and exists (
      select from (
        select l.kind, l.flags, l.expires_at from vestnik.log l
        where l.tenant_id = h.tenant_id and l.position > h.swept_to
        order by l.position limit 1) x
      where x.kind <> 0 or x.flags & 1 <> 0 or x.expires_at <= vestnik.now_ms())`,
};

/** A slice of a tenant's log: with the default ttl entries expire in log order. Of the others nothing is asked. */
const SLICE: Statement = {
  name: 'expired-slice',
  text: `select x.mailbox_id, x.position, x.message_id, x.tenant_id, x.swept, x.expires_at <= x.now as expired,
      case when x.swept and x.expires_at <= x.now
        then coalesce((select max(c.acknowledged) from vestnik.client_cursor c where c.client_id = x.mailbox_id), 0) >= x.position
          or exists (select from vestnik.log o where abs(o.mailbox_id) = x.mailbox_id and o.target = x.position and o.position > x.position)
        else false end as ended
    from (
      select l.mailbox_id, l.position, l.message_id, l.tenant_id, l.kind = 0 and l.flags & 1 = 0 as swept, l.expires_at, (select vestnik.now_ms()) as now
      from vestnik.log l where l.tenant_id = $1 and l.position > $2 order by l.position limit $3) x
    order by x.position`,
};

const SWEPT: Statement = { name: 'swept', text: 'update vestnik.tenant_head h set swept_to = $2 where h.tenant_id = $1 and h.swept_to < $2' };

/**
 * Writes `expired` for what expired unacknowledged. Two nodes that do it at once disturb nobody: the first
 * recorded outcome stands.
 */
export async function expireDue(sql: Sql, installation: string, limit: number): Promise<{ entries: LogEntry[]; more: boolean }> {
  const own = await sql.rows<ExpiredRow & { expires_at: number; ended: boolean }>(OWN, [limit]);
  const { entries } = await recordOutcomes(sql, installation, own.filter((row) => !row.ended).map(toOutcome));
  if (own.length > 0) {
    await sql.rows(OWN_DONE, [own.map((row) => row.expires_at), own.map((row) => row.tenant_id), own.map((row) => row.position)]);
  }
  let more = own.length === limit;
  for (const { tenant_id: tenantId, swept_to: sweptTo } of await sql.rows<{ tenant_id: number; swept_to: number }>(TENANTS)) {
    const slice = await sql.rows<ExpiredRow & { swept: boolean; expired: boolean; ended: boolean }>(SLICE, [tenantId, sweptTo, limit]);
    const alive = slice.findIndex((row) => row.swept && !row.expired);
    const seen = alive < 0 ? slice : slice.slice(0, alive);
    const swept = await recordOutcomes(sql, installation, seen.filter((row) => row.swept && !row.ended).map(toOutcome));
    entries.push(...swept.entries);
    const last = seen.at(-1);
    if (last !== undefined) await sql.rows(SWEPT, [tenantId, last.position]);
    more ||= alive < 0 && slice.length === limit;
  }
  return { entries, more };
}

function toOutcome(row: ExpiredRow): NewOutcome {
  return { tenantId: row.tenant_id, mailboxId: row.mailbox_id, messageId: row.message_id, target: row.position, state: 'expired' };
}
