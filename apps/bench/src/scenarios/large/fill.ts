import { makePartitions, type Sql } from '@vestnik/store';
import pg from 'pg';
import { FILL_CURSORS, FILL_EXPIRY, FILL_LOG, FILL_MESSAGES, FILL_MOVES, type Shape, shapeFunctions } from './shape.js';

const DAY_MS = 24 * 3600 * 1000;
const POSITIONS_AT_ONCE = 250_000;

/** Whose log was filled. */
export interface Filled {
  readonly tenantId: number;
  readonly senderId: number;
  readonly everyoneId: number;
  /** Ids of clients are consecutive. */
  readonly firstClient: number;
}

/** Makes a tenant with its clients. */
export async function makeTenant(client: pg.Client, shape: Pick<Shape, 'clients' | 'ttlMs' | 'retentionMs'>): Promise<Filled> {
  const settings = { ttl: shape.ttlMs / 1000, retention: shape.retentionMs / 1000 };
  const [tenant] = (
    await client.query<{ id: number }>(`insert into vestnik.tenant (name, settings, created_at) values ('large', $1, vestnik.now_ms()) returning id`, [
      settings,
    ])
  ).rows;
  const tenantId = tenant?.id as number;
  const named = `insert into vestnik.mailbox (tenant_id, kind, name, title, since, created_at)`;
  await client.query(`${named} values ($1, 0, 'server', null, 0, vestnik.now_ms())`, [tenantId]);
  await client.query(
    `${named} select $1, 0, 'client-' || lpad(i::text, 7, '0'), case when i % 3 = 0 then 'Клиент ' || i end, 0, vestnik.now_ms()
      from generate_series(0, $2::int - 1) i order by i`,
    [tenantId, shape.clients],
  );
  const [made] = (
    await client.query<{ sender: number; everyone: number; first: number; last: number }>(
      `select max(b.id) filter (where b.name = 'server') as sender, max(b.id) filter (where b.kind = 2) as everyone,
        min(b.id) filter (where b.name like 'client-%') as first, max(b.id) filter (where b.name like 'client-%') as last
      from vestnik.mailbox b where b.tenant_id = $1`,
      [tenantId],
    )
  ).rows;
  if (made === undefined || made.last - made.first + 1 !== shape.clients) throw new Error('the ids of the clients are not consecutive');
  return { tenantId, senderId: made.sender, everyoneId: made.everyone, firstClient: made.first };
}

/** Writes a log as appending would have left it. Two connections: one for entries, one for messages. */
export async function fill(url: string, sql: Sql, shape: Shape, tell: (line: string) => void): Promise<Filled> {
  const [one, two] = await Promise.all([connect(url), connect(url)]);
  try {
    tell(`making ${shape.clients.toLocaleString('en')} clients`);
    const filled = await makeTenant(one, shape);
    await makePast(one, sql, shape);
    for (const text of shapeFunctions(shape, filled.firstClient, filled.everyoneId)) await one.query(text);
    await Promise.all([
      inSlices('entries', shape, tell, (from, to) => one.query(FILL_LOG, [filled.tenantId, from, to, shape.ttlMs])),
      inSlices('messages', shape, tell, (from, to) => two.query(FILL_MESSAGES, [filled.tenantId, from, to, filled.senderId])),
    ]);
    await settle(one, shape, filled, tell);
    return filled;
  } finally {
    await Promise.all([one.end(), two.end()]);
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: `-c synchronous_commit=off -c work_mem=256MB -c maintenance_work_mem=256MB` });
  await client.connect();
  return client;
}

/** The partitions of days and positions that have passed. */
async function makePast(client: pg.Client, sql: Sql, shape: Shape): Promise<void> {
  for (let position = 1; position <= shape.last; position += shape.positionsPerPartition) {
    await client.query(`select setval('vestnik.log_position', $1)`, [position]);
    await makePartitions(sql, shape.positionsPerPartition);
  }
  const today = Math.floor(Date.now() / DAY_MS);
  for (let day = Math.floor(shape.begins / DAY_MS); day < today; day++) {
    const [from, to] = [day * DAY_MS, (day + 1) * DAY_MS];
    const word = new Date(from).toISOString().slice(0, 10).replaceAll('-', '');
    await client.query(`create table vestnik.message_${word} partition of vestnik.message for values from ('${lowestId(from)}') to ('${lowestId(to)}')`);
    await client.query(`create table vestnik.cursor_move_${word} partition of vestnik.cursor_move for values from (${from}) to (${to})`);
  }
}

function lowestId(ms: number): string {
  return ms.toString(16).padStart(12, '0').padEnd(32, '0');
}

async function inSlices(what: string, { last }: Shape, tell: (line: string) => void, write: (from: number, to: number) => Promise<unknown>): Promise<void> {
  const begun = performance.now();
  for (let from = 1, slice = 1; from <= last; from += POSITIONS_AT_ONCE, slice++) {
    const to = Math.min(last, from + POSITIONS_AT_ONCE - 1);
    await write(from, to);
    if (slice % 4 === 0 || to === last)
      tell(`${what}: ${to.toLocaleString('en')} of ${last.toLocaleString('en')} positions, ${Math.round((performance.now() - begun) / 1000)} s`);
  }
}

async function settle(client: pg.Client, shape: Shape, filled: Filled, tell: (line: string) => void): Promise<void> {
  tell('expiry, cursors and their moves');
  const absent = filled.firstClient + shape.present;
  await client.query(FILL_EXPIRY);
  await client.query(FILL_CURSORS, [filled.tenantId, filled.firstClient, absent]);
  await client.query(FILL_MOVES, [shape.last, filled.firstClient, absent]);
  await client.query(`select setval('vestnik.log_position', $1)`, [shape.last]);
  await client.query('update vestnik.tenant_head h set position = $2, swept_to = $3, default_expires = $4 where h.tenant_id = $1', [
    filled.tenantId,
    shape.last,
    shape.sweptTo,
    shape.begins + shape.last * shape.stepMs + shape.ttlMs,
  ]);
  await client.query('drop schema bench cascade');
  tell('vacuum and analyze');
  await client.query('vacuum (analyze)');
  await client.query('checkpoint');
}
