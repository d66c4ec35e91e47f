import type { Sql } from './sql.js';

/** A message's entry that somebody may still get. */
const ENTRY_SURVIVES = `(l.kind = 0 and l.expires_at > (select vestnik.now_ms())
  and coalesce((select max(c.acknowledged) from vestnik.client_cursor c where c.client_id = l.mailbox_id), 0) < l.position
  and not exists (select from vestnik.log o where abs(o.mailbox_id) = l.mailbox_id and o.target = l.position and o.position > l.position))`;

/** A message that waits for its time, stands in the log or in an outbox, or may be sent again. */
export const MESSAGE_SURVIVES = `(exists (select from vestnik.scheduled s where s.message_id = w.id)
  or w.id in (select d.message_id from vestnik.dead_letter d)
  or exists (select from vestnik.outbox o where o.message_id = w.id)
  or exists (select from vestnik.log l where l.tenant_id = any(coalesce(w.tenants, array[w.tenant_id]))
    and l.position between w.first_position and w.last_position and l.message_id = w.id))`;

/**
 * Outcomes that go with their messages leave no gap: a client that has all messages has lost nothing that it could show.
 * Nor do subscriptions, which are known without their entries.
 */
const LEAVES_GAP = 'l.kind = 0';

/**
 * Drops a partition of the log whose positions all lie in the past and whose newest entry was appended before a moment.
 * @param end where the next partition begins
 * @returns how many entries moved to the side table; undefined where it is too young
 */
export async function dropLogPartition(sql: Sql, name: string, end: number, before: number): Promise<number | undefined> {
  return sql.transaction(async (run) => {
    await run(`set local lock_timeout = '2s'`);
    // All of it is read, and by an index that is one random read an entry.
    await run('set local enable_seqscan = on');
    const [age] = await run<{ newest: number | null; last: number }>(
      `select (select max(l.at) from vestnik.${name} l) as newest, (select s.last_value from vestnik.log_position s) as last`,
    );
    if (age === undefined || age.last < end || (age.newest !== null && age.newest > before)) return undefined;
    await run(`create temporary table survivors on commit drop as select l.* from vestnik.${name} l where ${ENTRY_SURVIVES}`);
    // Of all others the gap is told: judged a second time, one that expired meanwhile would neither survive nor be told.
    await run(`insert into vestnik.mailbox_floor as f (mailbox_id, dropped_to)
      select l.mailbox_id, max(l.position) from vestnik.${name} l
      where ${LEAVES_GAP} and not exists (select from survivors s where s.mailbox_id = l.mailbox_id and s.position = l.position) group by l.mailbox_id
      on conflict (mailbox_id) do update set dropped_to = greatest(f.dropped_to, excluded.dropped_to)`);
    await run(`alter table vestnik.log detach partition vestnik.${name}`);
    const [moved] = await run<{ count: number }>(
      'with moved as (insert into vestnik.log select * from survivors returning 1) select count(*)::int as count from moved',
    );
    await run(`drop table vestnik.${name}`);
    return moved?.count ?? 0;
  });
}

/** What outlived its partition and has ended since goes from the side tables: they hold little, so row by row. */
export async function sweepKept(sql: Sql, before: number): Promise<void> {
  await sql.transaction(async (run) => {
    await run(
      `with gone as (delete from vestnik.log_kept l where l.at <= $1 and not ${ENTRY_SURVIVES} returning l.mailbox_id, l.position, l.kind)
      insert into vestnik.mailbox_floor as f (mailbox_id, dropped_to)
      select l.mailbox_id, max(l.position) from gone l where ${LEAVES_GAP} group by l.mailbox_id order by l.mailbox_id
      on conflict (mailbox_id) do update set dropped_to = greatest(f.dropped_to, excluded.dropped_to)`,
      [before],
    );
  });
  await sql.transaction(async (run) => {
    // What the far side has, and has said the last word of: from the beginning on, as numbers that are kept have no gaps. What became
    // of a message to many is never said, nor of one that expired long ago. Of a link that was removed nothing waits.
    await run(
      `delete from vestnik.outbox o using (
        select s.remote, coalesce(least(case when r.id is null then h.last + 1 else s.acknowledged end, (
          select min(k.number) from vestnik.outbox k where k.remote = s.remote and (k.at >= $1 or k.kind = 0 and k.expires_at >= $1 and exists (
            select from unnest(k.states, k.wire) x(state, wire) where x.state is null and x.wire !~ '^[#*]')))), s.acknowledged) as first
        from vestnik.outbox_sent s join vestnik.outbox_head h on h.remote = s.remote left join vestnik.remote r on r.id = s.remote) x
      where x.remote = o.remote and o.number < x.first`,
      [before],
    );
    // A link that was removed may never be there again.
    await run('delete from vestnik.homeward h where h.at < $1 and not exists (select from vestnik.remote r where r.id = h.remote)', [before]);
    await run('delete from vestnik.outbox_ack a where a.at < $1', [before]);
    await run(
      `delete from vestnik.outbox_epoch e using vestnik.outbox_sent s where s.remote = e.remote and e.at < $1
      and exists (select from vestnik.outbox_epoch n where n.remote = e.remote and n.starts > e.starts and n.starts <= s.acknowledged)`,
      [before],
    );
    await run(`delete from vestnik.message_kept w where w.id < $1::uuid and not ${MESSAGE_SURVIVES}`, [uuidAt(before)]);
    await run('delete from vestnik.cursor_move_kept v where v.at < $1', [before]);
    await run('delete from vestnik.handed_again a where a.at < $1', [before]);
    // Nothing is left that somebody may have been sent while it lasted.
    await run(`delete from vestnik.subscription s where s.until is not null
      and not exists (select from vestnik.log l where l.tenant_id = s.tenant_id and l.position < s.until)`);
    await run('delete from vestnik.idempotency_kept i where i.at < vestnik.now_ms() - 3 * 86400000::bigint');
  });
}

/** The lowest UUIDv7 of a moment. */
export function uuidAt(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
