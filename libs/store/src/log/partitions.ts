import type { Sql } from './sql.js';

/** How many positions one partition of the log holds. Large enough that a hundred million messages lie in some dozens. */
export const POSITIONS_PER_PARTITION = 4_000_000;
/** Partitions that are made before they are needed. */
const AHEAD = 2;
const DAY_MS = 24 * 3600 * 1000;

export interface PartitionOptions {
  readonly positionsPerPartition: number;
  /** Milliseconds; what is older than the longest retention of all tenants may go. */
  readonly retentionMs: number;
}

/** Makes partitions ahead. Safe to run on every node: a lock lets one work. */
export async function makePartitions(sql: Sql, positionsPerPartition = POSITIONS_PER_PARTITION): Promise<void> {
  await sql.transaction(async (run) => {
    await run(`set local lock_timeout = '5s'`);
    await run('select pg_advisory_xact_lock(8378, -3)');
    const [head] = await run<{ last: string }>('select last_value as last from vestnik.log_position');
    const made = new Set(
      (
        await run<{ name: string }>(
          `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'vestnik' and c.relispartition`,
        )
      ).map((row) => row.name),
    );
    const current = Math.floor(Number(head?.last ?? 0) / positionsPerPartition);
    for (let number = current; number <= current + AHEAD; number++) {
      const from = number * positionsPerPartition;
      const name = `log_${from}`;
      if (made.has(name)) continue;
      await run(`create table vestnik.${name} (like vestnik.log including defaults including constraints)
        with (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000)`);
      await run(`alter table vestnik.log attach partition vestnik.${name} for values from (${from}) to (${from + positionsPerPartition})`);
    }
    const [time] = await run<{ now: string }>('select vestnik.now_ms() as now');
    const today = Math.floor(Number(time?.now) / DAY_MS);
    for (let day = today; day <= today + AHEAD; day++) {
      const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
      const word = date.replaceAll('-', '');
      if (!made.has(`message_${word}`)) {
        await run(
          `create table vestnik.message_${word} partition of vestnik.message for values from ('${uuidAt(day * DAY_MS)}') to ('${uuidAt((day + 1) * DAY_MS)}')`,
        );
      }
      if (!made.has(`cursor_move_${word}`)) {
        await run(`create table vestnik.cursor_move_${word} partition of vestnik.cursor_move for values from (${day * DAY_MS}) to (${(day + 1) * DAY_MS})`);
      }
      if (!made.has(`idempotency_${word}`)) {
        await run(`create table vestnik.idempotency_${word} partition of vestnik.idempotency for values in ('${date}')`);
      }
    }
  });
}

/** What was dropped, for the log. */
export interface Dropped {
  readonly partitions: readonly string[];
  /** Entries that outlived their partition and moved to the side table. */
  readonly kept: number;
}

/**
 * Drops whole partitions whose newest row is past every tenant's retention. What must outlive its partition
 * (unexpired and unacknowledged, with its message) moves to the default partition first, keeping its position,
 * and up to where a mailbox has lost entries is written down, so that a gap is told exactly.
 */
export async function dropPartitions(sql: Sql, retentionMs: number): Promise<Dropped> {
  const dropped: string[] = [];
  let kept = 0;
  const [time] = await sql.rows<{ now: number }>({ name: 'now-for-drop', text: 'select vestnik.now_ms() as now' });
  const before = (time?.now ?? 0) - retentionMs;
  for (const { name, to } of await partitionsOf(sql, 'log')) {
    const done = await sql.transaction(async (run) => {
      await run(`set local lock_timeout = '2s'`);
      const [age] = await run<{ newest: string | null; last: string }>(
        `select (select max(l.at) from vestnik.${name} l) as newest, (select last_value from vestnik.log_position) as last`,
      );
      if (Number(age?.last) < Number(to) || (age?.newest !== null && Number(age?.newest) > before)) return false;
      await run(`insert into vestnik.mailbox_floor as f (mailbox_id, dropped_to)
        select l.mailbox_id, max(l.position) from vestnik.${name} l where not ${SURVIVES} group by l.mailbox_id
        on conflict (mailbox_id) do update set dropped_to = greatest(f.dropped_to, excluded.dropped_to)`);
      await run(`create temporary table survivors on commit drop as select l.* from vestnik.${name} l where ${SURVIVES}`);
      await run(`alter table vestnik.log detach partition vestnik.${name}`);
      const moved = await run<{ count: string }>(
        'with moved as (insert into vestnik.log select * from survivors returning 1) select count(*) as count from moved',
      );
      await run(`drop table vestnik.${name}`);
      kept += Number(moved[0]?.count ?? 0);
      return true;
    });
    if (!done) break;
    dropped.push(name);
  }
  for (const { name, to } of await partitionsOf(sql, 'message')) {
    if (dayOf(name) + DAY_MS > before) break;
    await sql.transaction(async (run) => {
      await run(`set local lock_timeout = '2s'`);
      await run(`create temporary table survivors on commit drop as select w.* from vestnik.${name} w
        where exists (select from vestnik.scheduled s where s.message_id = w.id)
          or exists (select from vestnik.log l where l.tenant_id = any(coalesce(w.tenants, array[w.tenant_id])) and l.position between w.first_position and w.last_position)`);
      await run(`alter table vestnik.message detach partition vestnik.${name}`);
      await run('insert into vestnik.message select * from survivors');
      await run(`drop table vestnik.${name}`);
    });
    dropped.push(name);
    void to;
  }
  for (const { name } of await partitionsOf(sql, 'cursor_move')) {
    if (dayOf(name) + DAY_MS > before) break;
    await sql.transaction(async (run) => void (await run(`drop table vestnik.${name}`)));
    dropped.push(name);
  }
  for (const { name } of await partitionsOf(sql, 'idempotency')) {
    if (dayOf(name) + 3 * DAY_MS > (time?.now ?? 0)) break;
    await sql.transaction(async (run) => void (await run(`drop table vestnik.${name}`)));
    dropped.push(name);
  }
  return { partitions: dropped, kept };
}

/** A message's entry that somebody may still get. */
const SURVIVES = `(l.kind = 0 and l.expires_at > vestnik.now_ms()
  and coalesce((select max(c.acknowledged) from vestnik.client_cursor c where c.client_id = l.mailbox_id), 0) < l.position
  and not exists (select from vestnik.log o where abs(o.mailbox_id) = l.mailbox_id and o.target = l.position and o.position > l.position))`;

async function partitionsOf(sql: Sql, table: string): Promise<{ name: string; to: number }[]> {
  const rows = await sql.rows<{ name: string }>(
    {
      name: 'partitions',
      text: `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent join pg_namespace n on n.oid = p.relnamespace
        where n.nspname = 'vestnik' and p.relname = $1 and c.relname <> $1 || '_kept'`,
    },
    [table],
  );
  const numbered = rows.map(({ name }) => ({ name, from: Number(name.slice(table.length + 1)) })).sort((a, b) => a.from - b.from);
  return numbered.map(({ name }, at) => ({ name, to: numbered[at + 1]?.from ?? Number.MAX_SAFE_INTEGER }));
}

function dayOf(name: string): number {
  const word = name.slice(name.lastIndexOf('_') + 1);
  return Date.parse(`${word.slice(0, 4)}-${word.slice(4, 6)}-${word.slice(6, 8)}T00:00:00Z`);
}

/** The lowest UUIDv7 of a moment. */
function uuidAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
