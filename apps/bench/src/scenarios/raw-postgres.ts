import type { Pool, PoolClient } from 'pg';
import { DATA_TEMPLATE } from '../load/marked-bytes.js';
import { latencies } from '../load/measure.js';
import { Tally } from '../load/tally.js';
import type { Durations, Figures } from '../scenario.js';

const TABLE = `create table if not exists raw (
  id bigserial primary key, recipient text not null, data text not null, at timestamptz not null default now())`;
const ONE = { name: 'one', text: 'insert into raw (recipient, data) values ($1, $2)', values: ['client-00001', DATA_TEMPLATE] };
const MANY = 'insert into raw (recipient, data) select r.recipient, r.data from unnest($1::text[], $2::text[]) as r (recipient, data)';

/** What one commit of one row takes, one after the other over one connection. */
export function insertSingly(pool: Pool, durations: Durations): Promise<Figures> {
  return insert(pool, durations, 1, 1, (connection) => connection.query(ONE));
}

/** What Postgres takes in batches, committed one by one over several connections. */
export function insertBatches(pool: Pool, durations: Durations, rows: number, connections: number): Promise<Figures> {
  const recipients = Array.from({ length: rows }, (_, i) => `client-${String(i).padStart(5, '0')}`);
  const data = Array.from({ length: rows }, () => DATA_TEMPLATE);
  return insert(pool, durations, rows, connections, (connection) => connection.query({ name: 'many', text: MANY, values: [recipients, data] }));
}

async function insert(
  pool: Pool,
  durations: Durations,
  rows: number,
  lanes: number,
  statement: (connection: PoolClient) => Promise<unknown>,
): Promise<Figures> {
  await pool.query(TABLE);
  const tally = new Tally();
  const warmUntil = performance.now() + durations.warmUpMs;
  const end = warmUntil + durations.windowMs;
  let inserted = 0;

  const lane = async (): Promise<void> => {
    const connection = await pool.connect();
    try {
      for (let at = performance.now(); at < end; at = performance.now()) {
        await statement(connection);
        if (at < warmUntil) continue;
        tally.took(performance.now() - at);
        inserted += rows;
      }
    } finally {
      connection.release();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const times = latencies(tally.takeLatencies());
  return { rate: inserted / (durations.windowMs / 1000), answerP50: times.p50 as number, ...times };
}
