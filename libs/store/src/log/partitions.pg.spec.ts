import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogEntry, type Mailbox, type MessageEntry, TENANT_DEFAULTS, type Tenant } from '@vestnik/core';
import { uuidv7Maker } from '@vestnik/protocol';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource } from '../data-source.js';
import { PostgresTenantDirectory } from '../directory/tenant-directory.js';
import { type RunningPostgres, startPostgres } from '../embedded/index.js';
import { PostgresMailboxes } from '../mailboxes/postgres-mailboxes.js';
import { migrate } from '../migrate.js';
import { PostgresSubscriptions } from '../topics/postgres-subscriptions.js';
import { dropPartitions, makePartitions } from './partitions.js';
import { PostgresMessageLog } from './postgres-message-log.js';
import { Sql } from './sql.js';

const SIZE = 20;
const DAY_MS = 24 * 3600 * 1000;
const RETENTION_MS = 30 * DAY_MS;
const folder = mkdtempSync(join(tmpdir(), 'vestnik-partitions-'));
let passed = 0;
let newId: () => string;
let postgres: RunningPostgres;
let dataSource: DataSource;
let sql: Sql;
let log: PostgresMessageLog;
let mailboxes: PostgresMailboxes;
let tenant: Tenant;
let sender: Mailbox;
let anna: Mailbox;
let boris: Mailbox;
let databases = 0;

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: folder, pgBin: process.env.PG_BIN });
});
afterAll(async () => {
  await close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function close(): Promise<void> {
  await sql?.end();
  await dataSource?.destroy();
}

/** Each test has an empty database: which partitions there are is of the whole installation. */
beforeEach(async () => {
  const admin = await createDataSource({ url: postgres.url, poolSize: 1 }).initialize();
  await admin.query(`create database partitions_${++databases}`);
  await admin.destroy();
  const url = postgres.url.replace(/\/vestnik(\?|$)/, `/partitions_${databases}$1`);
  await close();
  passed = 0;
  newId = uuidv7Maker(
    () => Date.now() + passed,
    (bytes) => void bytes.set(randomBytes(bytes.length)),
  );
  dataSource = await createDataSource({ url, poolSize: 2 }).initialize();
  await migrate(dataSource);
  await dataSource.query(`create table public.passed as select 0::bigint as ms`);
  await dataSource.query(`create or replace function vestnik.now_ms() returns bigint language sql volatile as $$
    select floor(extract(epoch from clock_timestamp()) * 1000)::bigint + (select p.ms from public.passed p)
  $$`);
  sql = new Sql({ url, connections: 2, synchronousCommit: 'off', onError: () => {} });
  log = new PostgresMessageLog(sql, sql, 'hq');
  mailboxes = new PostgresMailboxes(sql);
  tenant = await new PostgresTenantDirectory(dataSource, { now: Date.now }).create('sales', undefined, TENANT_DEFAULTS);
  const made = await mailboxes.ensure(tenant.id, 'client', ['server', 'anna', 'boris']);
  [sender, anna, boris] = made.map(({ mailbox }) => mailbox) as [Mailbox, Mailbox, Mailbox];
  await makePartitions(sql, SIZE);
});

async function passTime(ms: number): Promise<void> {
  passed += ms;
  await dataSource.query('update public.passed set ms = $1', [passed]);
}

async function send(to: Mailbox, ttl?: number): Promise<MessageEntry> {
  const message = { id: newId(), tenantId: tenant.id, senderId: sender.id, from: 'server@sales.hq', type: 'test', data: '"body"', receipt: false };
  const destination = { tenantId: tenant.id, mailboxId: to.id, to: `${to.name}@sales.hq`, ttl: ttl ?? 7 * 24 * 3600, ttlIsDefault: ttl === undefined };
  const [appended] = await log.append([{ message, destinations: [destination] }]);
  if (appended?.kind !== 'appended') throw new Error('it was not appended');
  return appended.entries[0] as MessageEntry;
}

async function fill(to: Mailbox, count: number): Promise<MessageEntry[]> {
  const entries: MessageEntry[] = [];
  for (let n = 0; n < count; n++) entries.push(await send(to));
  return entries;
}

async function acknowledge(client: Mailbox, position: number): Promise<void> {
  await log.openCursor(tenant.id, client.id, '');
  await log.moveCursors([{ clientId: client.id, tenantId: tenant.id, device: '', acknowledged: position }], true);
}

async function replayed(client: Mailbox): Promise<LogEntry[]> {
  const upTo = await log.head(tenant.id);
  return (await log.replay({ tenantId: tenant.id, clientId: client.id, mailboxes: [{ id: client.id, since: 0 }], after: 0, upTo, limit: 1000 })).entries;
}

/** How many rows lie in a table itself. */
async function rowsIn(table: string): Promise<number> {
  const [row] = (await dataSource.query(`select count(*)::int as count from only vestnik.${table}`)) as { count: number }[];
  return row?.count ?? 0;
}

async function partitions(parent: string): Promise<string[]> {
  const rows = (await dataSource.query(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'vestnik.${parent}'::regclass order by c.oid`,
  )) as { name: string }[];
  return rows.map(({ name }) => name).filter((name) => !name.endsWith('_kept'));
}

describe('making partitions', () => {
  it('makes those of now and the next ones, once, also when several nodes do it', async () => {
    await Promise.all([makePartitions(sql, SIZE), makePartitions(sql, SIZE)]);
    expect(await partitions('log')).toEqual(['log_0', 'log_20', 'log_40']);
    for (const parent of ['message', 'cursor_move', 'idempotency']) expect(await partitions(parent)).toHaveLength(3);
    await fill(anna, 25);
    await makePartitions(sql, SIZE);
    expect(await partitions('log')).toEqual(['log_0', 'log_20', 'log_40', 'log_60']);
    expect([await rowsIn('log_0'), await rowsIn('log_20'), await rowsIn('log_kept')]).toEqual([19, 6, 0]);
  });

  it('takes in what came before its partition was made, and lets one that fails keep none of the others away', async () => {
    // A node whose clock is ahead by days makes ids of days that have no partition yet; nor was the log's made in time.
    passed = 5 * DAY_MS;
    const early = await fill(anna, 65);
    expect([await rowsIn('message_kept'), await rowsIn('log_kept')]).toEqual([65, 6]);
    await passTime(0);
    await makePartitions(sql, SIZE);
    expect([await rowsIn('message_kept'), await rowsIn('log_kept')]).toEqual([0, 0]);
    expect(await replayed(anna)).toEqual(early);
  });
});

describe('dropping partitions', () => {
  it('drops nothing that is younger than the retention, and nothing that is still being filled', async () => {
    await fill(anna, 30);
    await passTime(RETENTION_MS - DAY_MS);
    expect((await dropPartitions(sql, RETENTION_MS)).partitions.filter((name) => name.startsWith('log'))).toEqual([]);
    await passTime(2 * DAY_MS);
    expect((await dropPartitions(sql, RETENTION_MS)).partitions.filter((name) => name.startsWith('log'))).toEqual(['log_0']);
    expect(await partitions('log')).toEqual(['log_20', 'log_40']);
  });

  it('keeps what somebody may still get, at its position and with its body, and tells where a mailbox has lost entries', async () => {
    const long = 400 * 24 * 3600;
    const acknowledged = await send(anna, long);
    const waiting = await send(anna, long);
    const withdrawn = await send(anna, long);
    const expired = await send(anna);
    const late = await send(boris, long);
    await log.recordOutcomes([{ tenantId: tenant.id, mailboxId: anna.id, messageId: withdrawn.message.id, target: withdrawn.position, state: 'withdrawn' }]);
    await acknowledge(anna, acknowledged.position);
    await fill(sender, 25);
    await passTime(RETENTION_MS + 2 * DAY_MS);

    const { partitions: names, kept } = await dropPartitions(sql, RETENTION_MS);
    expect(names).toContain('log_0');
    expect(kept).toBe(2);
    expect(await rowsIn('log_kept')).toBe(2);
    expect(await replayed(anna)).toEqual([waiting]);
    expect(await replayed(boris)).toEqual([late]);
    expect(await log.droppedUpTo(anna.tenantId, [anna.id])).toBe(expired.position);
    expect(await log.droppedUpTo(boris.tenantId, [boris.id])).toBe(0);
    expect((await log.outcome(tenant.id, waiting.message.id))?.recipients).toMatchObject([{ state: 'queued' }]);

    // What has survived ends like any other, and then goes too.
    await acknowledge(anna, waiting.position);
    await dropPartitions(sql, RETENTION_MS);
    expect(await rowsIn('log_kept')).toBe(1);
    await passTime(400 * DAY_MS);
    await dropPartitions(sql, RETENTION_MS);
    expect([await rowsIn('log_kept'), await rowsIn('message_kept')]).toEqual([0, 0]);
    expect(await log.droppedUpTo(boris.tenantId, [boris.id])).toBe(late.position);
  });

  it('tells of no gap where a client has acknowledged all, though outcomes came after it', async () => {
    const entry = await send(anna);
    await acknowledge(anna, entry.position);
    await log.recordOutcomes([{ tenantId: tenant.id, mailboxId: anna.id, messageId: entry.message.id, target: entry.position, state: 'read' }]);
    await fill(sender, 25);
    await passTime(RETENTION_MS + DAY_MS);
    await dropPartitions(sql, RETENTION_MS);
    expect(await log.droppedUpTo(anna.tenantId, [anna.id])).toBe(entry.position);
  });

  it('tells of no gap where only subscriptions went, and of the losses of topics from where they began up to where they ended', async () => {
    const subscriptions = new PostgresSubscriptions(sql, mailboxes, 'hq');
    const [topic] = await mailboxes.ensure(tenant.id, 'topic', ['a/b']);
    if (topic === undefined) throw new Error('no topic was made');
    await subscriptions.subscribe(tenant.id, boris.id, 'a/b', 10);
    const lost = await send(topic.mailbox);
    const until = (await subscriptions.unsubscribe(tenant.id, boris.id, 'a/b')).position;
    const since = (await subscriptions.subscribe(tenant.id, boris.id, 'a/+', 10)).position;
    const [ended, live] = (await subscriptions.ofClient(tenant.id, boris.id, 0)).toReversed();
    expect([ended, live]).toMatchObject([{ until }, { since }]);
    await fill(sender, 25);
    await passTime(RETENTION_MS + DAY_MS);
    await dropPartitions(sql, RETENTION_MS);
    expect(await log.droppedUpTo(boris.tenantId, [boris.id])).toBe(0);
    expect(await log.droppedUpTo(tenant.id, [], [{ pattern: 'a/+', since }])).toBe(0);
    expect(await log.droppedUpTo(tenant.id, [], [{ pattern: 'a/b', since: lost.position - 1 }])).toBe(lost.position);
    expect(await log.droppedUpTo(tenant.id, [], [{ pattern: '#', since: 0, until: lost.position - 1 }])).toBe(lost.position - 1);
    expect(await log.droppedUpTo(tenant.id, [], [{ pattern: 'b/#', since: 0 }])).toBe(0);
    // The subscription that ended is known as long as anything that came before its end.
    expect(await subscriptions.ofClient(tenant.id, boris.id, 0)).toEqual([live]);
  });

  it('keeps messages and the times of states as long as the entries that they belong to', async () => {
    const entry = await send(anna);
    await acknowledge(anna, entry.position);
    const before = await log.outcome(tenant.id, entry.message.id);
    await passTime(RETENTION_MS * 2);
    expect((await dropPartitions(sql, RETENTION_MS)).partitions.filter((name) => !name.startsWith('idempotency'))).toEqual([]);
    expect(await rowsIn('message_kept')).toBe(0);
    expect(await log.outcome(tenant.id, entry.message.id)).toEqual(before);
  });

  it('keeps the body of a dead letter, and sends it again long after', async () => {
    const entry = await send(anna);
    await log.recordOutcomes([{ tenantId: tenant.id, mailboxId: anna.id, messageId: entry.message.id, target: entry.position, state: 'refused' }]);
    await fill(sender, 25);
    await passTime(RETENTION_MS + 2 * DAY_MS);
    await fill(sender, 1);
    await makePartitions(sql, SIZE);
    await dropPartitions(sql, RETENTION_MS);
    const [letter] = (await log.listDeadLetters(tenant.id, { limit: 10 })).items;
    expect(letter).toMatchObject({ messageId: entry.message.id, data: '"body"' });
    expect((await log.replayDeadLetter(tenant.id, letter?.id as string))?.entries).toHaveLength(1);
  });

  it('keeps of an outbox what may be sent again and whatever is open, from there on without a gap; and what was said goes', async () => {
    const now = Date.now();
    await sql.transaction(async (run) => {
      await run('insert into vestnik.outbox_head (remote, last) values (7, 6)');
      await run('insert into vestnik.outbox_sent (remote, sent, acknowledged) values (7, 6, 6)');
      await run(
        `insert into vestnik.outbox (remote, number, kind, message_id, tenant_id, bytes_to, at, expires_at, addresses, wire, states, state_at, details)
        select 7, x.number, 0, gen_random_uuid(), 1, 0, $1::bigint - x.days * 86400000::bigint, $1::bigint + 86400000, array[x.wire], array[x.wire], array[x.state], array[null::bigint], array[null]
        from (values (1, 40, 'a@t', 0::smallint), (2, 40, '#topic@t', null), (3, 40, 'b@t', null), (4, 40, 'c@t', 0), (5, 40, 'd@t', 0), (6, 1, 'e@t', 0))
          x(number, days, wire, state)`,
        [now],
      );
    });
    const numbers = async () =>
      (await sql.rows<{ number: number }>({ name: 'kept-numbers', text: 'select o.number from vestnik.outbox o order by o.number' })).map(
        ({ number }) => number,
      );
    await dropPartitions(sql, RETENTION_MS);
    expect(await numbers()).toEqual([3, 4, 5, 6]);
    await sql.rows({ name: 'end-third', text: 'update vestnik.outbox set states = array[0::smallint] where number = 3' });
    await dropPartitions(sql, RETENTION_MS);
    expect(await numbers()).toEqual([6]);
  });
});

describe('sweeping for expiry', () => {
  it('passes what has a ttl of its own once, and does not look at it again every second', async () => {
    for (let n = 0; n < 5; n++) await send(anna, 400 * 24 * 3600);
    while ((await log.expireDue(3)).more);
    const sweptTo = async () => ((await dataSource.query('select h.swept_to::int as at from vestnik.tenant_head h')) as { at: number }[])[0]?.at;
    expect(await sweptTo()).toBe(await log.head(tenant.id));
    const standing = await send(anna);
    await send(anna, 400 * 24 * 3600);
    await log.expireDue(3);
    expect(await sweptTo()).toBe(standing.previous);
  });
});
