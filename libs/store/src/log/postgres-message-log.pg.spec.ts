import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Append, type LogEntry, type Mailbox, type MessageEntry, TENANT_DEFAULTS, type Tenant } from '@vestnik/core';
import { LIMITS, uuidv7Maker } from '@vestnik/protocol';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataSource } from '../data-source.js';
import { PostgresTenantDirectory } from '../directory/tenant-directory.js';
import { type RunningPostgres, startPostgres } from '../embedded/index.js';
import { PostgresMailboxes } from '../mailboxes/postgres-mailboxes.js';
import { migrate } from '../migrate.js';
import { beginEpoch } from './epochs.js';
import { makePartitions } from './partitions.js';
import { PostgresMessageLog } from './postgres-message-log.js';
import { Sql, type Statement } from './sql.js';

const folder = mkdtempSync(join(tmpdir(), 'vestnik-log-'));
const newId = uuidv7Maker(Date.now, (bytes) => void bytes.set(randomBytes(bytes.length)));
let postgres: RunningPostgres;
let dataSource: DataSource;
let sql: Sql;
let log: PostgresMessageLog;
let mailboxes: PostgresMailboxes;
let tenant: Tenant;
let sender: Mailbox;
let clients: Mailbox[];

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: folder, pgBin: process.env.PG_BIN });
  dataSource = await createDataSource({ url: postgres.url, poolSize: 2 }).initialize();
  await migrate(dataSource);
  sql = new Sql({ url: postgres.url, connections: 4, synchronousCommit: 'on', onError: () => {} });
  await makePartitions(sql);
  log = new PostgresMessageLog(sql, sql, 'hq');
  mailboxes = new PostgresMailboxes(sql);
  tenant = await new PostgresTenantDirectory(dataSource, { now: Date.now }).create('sales', undefined, TENANT_DEFAULTS);
  const made = await mailboxes.ensure(tenant.id, 'client', ['server', 'anna', 'boris']);
  [sender, ...clients] = made.map(({ mailbox }) => mailbox) as [Mailbox, ...Mailbox[]];
});
afterAll(async () => {
  await sql?.end();
  await dataSource?.destroy();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function append(to: readonly Mailbox[], collapseKey?: string): Append {
  const message = { id: newId(), tenantId: tenant.id, senderId: sender.id, from: 'server@sales.hq', type: 'test', data: '1', receipt: false, collapseKey };
  const destinations = to.map(({ id, name }) => ({ tenantId: tenant.id, mailboxId: id, to: `${name}@sales.hq`, ttl: 1000, ttlIsDefault: false }));
  return { message, destinations };
}

async function send(to: readonly Mailbox[], collapseKey?: string): Promise<LogEntry[]> {
  const [appended] = await log.append([append(to, collapseKey)]);
  return [...(appended as { entries: readonly LogEntry[] }).entries];
}

/** Resolves when a statement that holds this text waits for a lock. */
async function waitsForLock(text: string): Promise<void> {
  for (;;) {
    const rows = (await dataSource.query(
      `select from pg_stat_activity a where a.wait_event_type = 'Lock' and a.pid <> pg_backend_pid() and position($1 in a.query) > 0`,
      [text],
    )) as unknown[];
    if (rows.length > 0) return;
  }
}

describe('locks', () => {
  it('takes the cursors of those whose messages collapse in one order, so that nobody waits in a circle', async () => {
    const [first, second] = [...clients].sort((a, b) => a.id - b.id) as [Mailbox, Mailbox];
    await send([second, first], 'price');
    for (const { id } of clients) await log.openCursor(tenant.id, id, '');
    // As a move of both cursors that has come half the way.
    const moving = new pg.Client({ connectionString: postgres.url });
    await moving.connect();
    try {
      await moving.query('begin');
      await moving.query(`set local deadlock_timeout = '60s'`);
      await moving.query('select from vestnik.client_cursor where client_id = $1 for update', [first.id]);
      const sending = send([second, first], 'price');
      await waitsForLock('vestnik.append');
      await moving.query(`set local lock_timeout = '2s'`);
      await moving.query('select from vestnik.client_cursor where client_id = $1 for update', [second.id]);
      await moving.query('commit');
      expect((await sending).map(({ kind }) => kind)).toEqual(['message', 'message', 'outcome', 'outcome']);
    } finally {
      await moving.end();
    }
  });

  it('withdraws a scheduled message also if it enters the log at that very moment', async () => {
    const [anna] = clients as [Mailbox];
    const waiting: Append = { ...append([]), waiting: { dueAt: (await log.now()) + 60_000, to: ['anna@sales.hq'] } };
    await log.append([waiting]);
    const entering: Append = { ...append([anna]), message: waiting.message, entering: true };
    // Another node lets it enter after this one has looked at it.
    const slow = Object.assign(Object.create(sql) as Sql, {
      row: async (statement: Statement, values: readonly unknown[]) => {
        if (statement.name === 'withdraw-scheduled') await log.append([entering]);
        return sql.row(statement, values);
      },
    });
    const done = await new PostgresMessageLog(slow, sql, 'hq').withdraw(tenant.id, sender.id, waiting.message.id);
    expect(done?.outcome.recipients).toMatchObject([{ address: 'anna@sales.hq', state: 'withdrawn' }]);
    expect(done?.entries).toMatchObject([{ kind: 'outcome', state: 'withdrawn', mailboxId: anna.id }]);
  });
});

describe('opening sessions', () => {
  it('keeps each client’s devices up to the limit', async () => {
    const [anna, boris] = clients as [Mailbox, Mailbox];
    const request = { tenantId: tenant.id, everyoneId: 0, since: 0, upTo: 0 };
    const devices = Array.from({ length: LIMITS.devicesPerClient + 3 }, (_, n) => ({ ...request, clientId: anna.id, device: `device ${n}` }));
    for (const device of devices) await log.open([device, { ...request, clientId: boris.id, device: 'only' }], 10);
    const named = async (name: string) =>
      ((await mailboxes.findClient(tenant.id, name))?.devices ?? []).map(({ device }) => device).filter((device) => device !== '');
    expect(await named('anna')).toHaveLength(LIMITS.devicesPerClient);
    expect(await named('anna')).toContain(devices.at(-1)?.device);
    expect(await named('boris')).toEqual(['only']);
  });
});

describe('epochs', () => {
  it('begins with the first node, anew when a lone node starts, and not when another is alive', async () => {
    await beginEpoch(sql, { alone: false, seen: 0 });
    const [first, ...none] = await log.epochs();
    expect(none).toEqual([]);
    await beginEpoch(sql, { alone: false, seen: 0 });
    expect(await log.epochs()).toEqual([first]);
    const [before] = (await send(clients.slice(0, 1))) as [MessageEntry];
    await beginEpoch(sql, { alone: true, seen: 0 });
    const [after] = (await send(clients.slice(0, 1))) as [MessageEntry];
    const epochs = await log.epochs();
    expect(epochs).toEqual([first, { epoch: expect.any(Number), begins: expect.any(Number) }]);
    expect(epochs[1]?.begins).toBeGreaterThan(before.position);
    expect(epochs[1]?.begins).toBeLessThan(after.position);
  });

  it('begins anew where the log does not reach as far as the node has seen: a backup was put back under it', async () => {
    const before = await log.epochs();
    const [entry] = (await send(clients.slice(0, 1))) as [MessageEntry];
    await beginEpoch(sql, { alone: false, seen: entry.position });
    expect(await log.epochs()).toHaveLength(before.length);
    await beginEpoch(sql, { alone: false, seen: entry.position + 1_000 });
    expect(await log.epochs()).toHaveLength(before.length + 1);
  });

  it('begins anew where Postgres has another timeline: a standby took over, or a backup was brought to a point in time', async () => {
    const before = await log.epochs();
    await dataSource.query('update vestnik.epoch set timeline = timeline + 1');
    await beginEpoch(sql, { alone: false, seen: 0 });
    expect(await log.epochs()).toHaveLength(before.length + 1);
  });
});
