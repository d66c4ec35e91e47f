import { randomInt } from 'node:crypto';
import type { Epoch } from '@vestnik/core';
import type { Sql, Statement } from './sql.js';

const LIST: Statement = { name: 'epochs', text: 'select e.epoch, e.begins from vestnik.epoch e order by e.begins, e.at' };

/** The timeline of Postgres grows when a standby takes over or a base is recovered to a point in time. */
const TIMELINE = `select timeline_id as timeline from pg_control_checkpoint()`;

export async function epochs(sql: Sql): Promise<Epoch[]> {
  return sql.rows<Epoch>(LIST);
}

/**
 * Begins a new epoch where history may have changed: no other node was alive, or Postgres's timeline is another one.
 * Positions that were given out under an epoch that the log does not know, or past its end, come from a
 * history that was lost: the base was restored.
 */
export async function beginEpoch(sql: Sql, alone: boolean): Promise<void> {
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
    if (!alone && last !== undefined && last.timeline === timeline) return;
    // No position is drawn while another node may append: its sends wait for nothing, they only keep the older epoch.
    await run(`insert into vestnik.epoch (epoch, begins, timeline, at) values ($1, nextval('vestnik.log_position'), $2, vestnik.now_ms())`, [
      randomInt(1, 2 ** 32 - 1),
      timeline,
    ]);
  });
}
