import { randomInt } from 'node:crypto';
import type { Epoch } from '@vestnik/core';
import type { Sql, Statement } from './sql.js';

const LIST: Statement = { name: 'epochs', text: 'select e.epoch, e.begins from vestnik.epoch e order by e.begins, e.at' };

/** The timeline of Postgres grows when a standby takes over or a base is recovered to a point in time. */
const TIMELINE = `select timeline_id as timeline from pg_control_checkpoint()`;

export async function epochs(sql: Sql): Promise<Epoch[]> {
  return sql.rows<Epoch>(LIST);
}

/** What a node that connects knows of the history so far. */
export interface KnownHistory {
  /** No other node is alive, and this one has just started. */
  readonly alone: boolean;
  /** The furthest position that this node has seen: a log that does not reach so far is another one. */
  readonly seen: number;
}

/**
 * Begins a new epoch where history may have changed: no node was alive, the log is shorter than it was, or Postgres's timeline
 * is another one. A node that only lost its connection begins none: positions that the others give out would be taken for lost
 * until they had read of it.
 * Positions that were given out under an epoch that the log does not know, or past its end, come from a
 * history that was lost: the base was restored.
 */
export async function beginEpoch(sql: Sql, { alone, seen }: KnownHistory): Promise<void> {
  await sql.transaction(async (run) => {
    await run('select pg_advisory_xact_lock(8378, -2)');
    // Managed Postgres may forbid the function to ordinary users; then only the start of a lone node counts.
    await run('savepoint timeline');
    const timeline = await run<{ timeline: number }>(TIMELINE)
      .then((rows) => rows[0]?.timeline ?? 0)
      .catch(async () => {
        await run('rollback to savepoint timeline');
        return 0;
      });
    const [last] = await run<{ timeline: number }>('select e.timeline from vestnik.epoch e order by e.begins desc, e.at desc limit 1');
    const [log] = await run<{ last: string }>('select s.last_value as last from vestnik.log_position s');
    const shorter = Number(log?.last ?? 0) < seen;
    if (!alone && !shorter && last !== undefined && last.timeline === timeline) return;
    // No position is drawn while another node may append: its sends wait for nothing, they only keep the older epoch.
    await run(`insert into vestnik.epoch (epoch, begins, timeline, at) values ($1, nextval('vestnik.log_position'), $2, vestnik.now_ms())`, [
      randomInt(1, 2 ** 32 - 1),
      timeline,
    ]);
  });
}
