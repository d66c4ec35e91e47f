import { dropLogPartition, MESSAGE_SURVIVES, sweepKept, uuidAt } from './retention.js';
import type { Sql, Statement } from './sql.js';

/** How many positions one partition of the log holds. Large enough that a hundred million messages lie in some dozens. */
export const POSITIONS_PER_PARTITION = 4_000_000;
/** Partitions that are made before they are needed. */
const AHEAD = 2;
const DAY_MS = 24 * 3600 * 1000;

type Parent = 'log' | 'message' | 'cursor_move' | 'idempotency';

interface Partition {
  readonly parent: Parent;
  readonly name: string;
  /** As `attach partition` wants it. */
  readonly bounds: string;
  /** The same as a condition on rows. */
  readonly holds: string;
  readonly storage?: string;
}

const HEAD: Statement = { name: 'partition-head', text: 'select s.last_value as last, vestnik.now_ms() as now from vestnik.log_position s' };

const MADE: Statement = {
  name: 'partitions-made',
  text: `select c.relname as name, p.relname as parent from pg_inherits i
    join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent join pg_namespace n on n.oid = p.relnamespace
    where n.nspname = 'vestnik' and c.relkind = 'r' and c.relname <> p.relname || '_kept'`,
};

/**
 * Makes partitions ahead. Safe to run on every node: a lock lets one work. Each is made on its own, so that one
 * that cannot be made keeps none of the others away.
 */
export async function makePartitions(sql: Sql, positionsPerPartition = POSITIONS_PER_PARTITION): Promise<void> {
  const [head] = await sql.rows<{ last: number; now: number }>(HEAD);
  const made = new Set((await sql.rows<{ name: string }>(MADE)).map(({ name }) => name));
  let failure: unknown;
  for (const partition of wanted(head?.last ?? 0, head?.now ?? 0, positionsPerPartition)) {
    if (made.has(partition.name)) continue;
    await makeOne(sql, partition).catch((error: unknown) => {
      failure ??= error;
    });
  }
  if (failure !== undefined) throw failure;
}

function wanted(position: number, now: number, positionsPerPartition: number): Partition[] {
  const partitions: Partition[] = [];
  const current = Math.floor(position / positionsPerPartition);
  for (let number = current; number <= current + AHEAD; number++) {
    const [from, to] = [number * positionsPerPartition, (number + 1) * positionsPerPartition];
    partitions.push({
      ...range('log', String(from), 'position', String(from), String(to)),
      storage: 'with (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000)',
    });
  }
  const today = Math.floor(now / DAY_MS);
  for (let day = today; day <= today + AHEAD; day++) {
    const [from, to] = [day * DAY_MS, (day + 1) * DAY_MS];
    const date = new Date(from).toISOString().slice(0, 10);
    const word = date.replaceAll('-', '');
    partitions.push(range('message', word, 'id', `'${uuidAt(from)}'`, `'${uuidAt(to)}'`), range('cursor_move', word, 'at', String(from), String(to)), {
      parent: 'idempotency',
      name: `idempotency_${word}`,
      bounds: `in ('${date}')`,
      holds: `k.day = '${date}'`,
    });
  }
  return partitions;
}

function range(parent: Parent, word: string, column: string, from: string, to: string): Partition {
  return { parent, name: `${parent}_${word}`, bounds: `from (${from}) to (${to})`, holds: `k.${column} >= ${from} and k.${column} < ${to}` };
}

/** Rows that found no partition, because a clock was ahead or none was made in time, move into it from the default one. */
async function makeOne(sql: Sql, { parent, name, bounds, holds, storage = '' }: Partition): Promise<void> {
  await sql.transaction(async (run) => {
    await run(`set local lock_timeout = '5s'`);
    await run('select pg_advisory_xact_lock(8378, -3)');
    const [there] = await run<{ there: boolean }>(`select to_regclass('vestnik.${name}') is not null as there`);
    if (there?.there === true) return;
    await run(`create table vestnik.${name} (like vestnik.${parent} including defaults including constraints) ${storage}`);
    const [early] = await run<{ early: boolean }>(`select exists (select from vestnik.${parent}_kept k where ${holds}) as early`);
    if (early?.early === true) {
      // As attaching does anyway; so nothing more comes in between.
      await run(`lock table vestnik.${parent}_kept in access exclusive mode`);
      await run(`with early as (delete from vestnik.${parent}_kept k where ${holds} returning k.*) insert into vestnik.${name} select * from early`);
    }
    await run(`alter table vestnik.${parent} attach partition vestnik.${name} for values ${bounds}`);
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
 *
 * Messages and the times of states are kept as long as the entries that they belong to.
 */
export async function dropPartitions(sql: Sql, retentionMs: number): Promise<Dropped> {
  const dropped: string[] = [];
  let kept = 0;
  const [head] = await sql.rows<{ last: number; now: number }>(HEAD);
  const now = head?.now ?? 0;
  const before = now - retentionMs;
  const logs = await partitionsOf(sql, 'log');
  let oldest = now;
  for (const [at, name] of logs.entries()) {
    const end = logs[at + 1];
    const moved = end === undefined ? undefined : await dropLogPartition(sql, name, Number(wordOf(end)), before);
    if (moved === undefined) {
      oldest = await oldestIn(sql, name, now);
      break;
    }
    kept += moved;
    dropped.push(name);
  }
  await sweepKept(sql, before);

  const belonging = Math.min(before, oldest);
  for (const name of await partitionsOf(sql, 'message')) {
    if (endOfDay(name) > belonging) break;
    await dropMessagePartition(sql, name);
    dropped.push(name);
  }
  for (const name of await partitionsOf(sql, 'cursor_move')) {
    if (endOfDay(name) > belonging) break;
    await dropWhole(sql, name);
    dropped.push(name);
  }
  for (const name of await partitionsOf(sql, 'idempotency')) {
    if (endOfDay(name) + 2 * DAY_MS > now) break;
    await dropWhole(sql, name);
    dropped.push(name);
  }
  return { partitions: dropped, kept };
}

async function oldestIn(sql: Sql, name: string, now: number): Promise<number> {
  return sql.transaction(async (run) => {
    const [row] = await run<{ oldest: number | null }>(`select min(l.at) as oldest from vestnik.${name} l`);
    return row?.oldest ?? now;
  });
}

async function dropMessagePartition(sql: Sql, name: string): Promise<void> {
  await sql.transaction(async (run) => {
    await run(`set local lock_timeout = '2s'`);
    await run(`create temporary table survivors on commit drop as select w.* from vestnik.${name} w where ${MESSAGE_SURVIVES}`);
    await run(`alter table vestnik.message detach partition vestnik.${name}`);
    await run('insert into vestnik.message select * from survivors');
    await run(`drop table vestnik.${name}`);
  });
}

async function dropWhole(sql: Sql, name: string): Promise<void> {
  await sql.transaction(async (run) => {
    await run(`set local lock_timeout = '2s'`);
    await run(`drop table vestnik.${name}`);
  });
}

async function partitionsOf(sql: Sql, parent: Parent): Promise<string[]> {
  const rows = (await sql.rows<{ name: string; parent: string }>(MADE)).filter((row) => row.parent === parent);
  return rows.map(({ name }) => name).sort((a, b) => Number(wordOf(a)) - Number(wordOf(b)));
}

function wordOf(name: string): string {
  return name.slice(name.lastIndexOf('_') + 1);
}

function endOfDay(name: string): number {
  const word = wordOf(name);
  return Date.parse(`${word.slice(0, 4)}-${word.slice(4, 6)}-${word.slice(6, 8)}T00:00:00Z`) + DAY_MS;
}
