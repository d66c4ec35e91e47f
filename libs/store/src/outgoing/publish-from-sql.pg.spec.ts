import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authenticator, type Bus, type Clock, composeBus, type MessageEntry, SILENT, TENANT_DEFAULTS, type Tenant, Tenants } from '@vestnik/core';
import { MemoryNodeNetwork } from '@vestnik/core/memory';
import { uuidv7Maker } from '@vestnik/protocol';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDataSource } from '../data-source.js';
import { PostgresTenantDirectory } from '../directory/tenant-directory.js';
import { type RunningPostgres, startPostgres } from '../embedded/index.js';
import { makePartitions } from '../log/partitions.js';
import { PostgresMessageLog } from '../log/postgres-message-log.js';
import { Sql } from '../log/sql.js';
import { PostgresMailboxes } from '../mailboxes/postgres-mailboxes.js';
import { migrate } from '../migrate.js';
import { PostgresSubscriptions } from '../topics/postgres-subscriptions.js';
import { PostgresOutgoing } from './postgres-outgoing.js';

const CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, then) => {
    const timer = setTimeout(then, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  every: (periodMs, then) => {
    const timer = setInterval(then, periodMs);
    return { cancel: () => clearInterval(timer) };
  },
};

const folder = mkdtempSync(join(tmpdir(), 'vestnik-outgoing-'));
const newId = uuidv7Maker(Date.now, (bytes) => void bytes.set(randomBytes(bytes.length)));
let postgres: RunningPostgres;
let dataSource: DataSource;
let directory: PostgresTenantDirectory;
let counter = 0;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: folder, pgBin: process.env.PG_BIN });
  dataSource = await createDataSource({ url: postgres.url, poolSize: 2 }).initialize();
  await migrate(dataSource);
  const sql = new Sql({ url: postgres.url, connections: 1, synchronousCommit: 'on', onError: () => {} });
  await makePartitions(sql);
  await sql.end();
  directory = new PostgresTenantDirectory(dataSource, CLOCK);
  await dataSource.query(`create role accounting_app login`);
  await dataSource.query(`create role stranger login`);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await dataSource.query('delete from vestnik.sql_sender');
});
afterAll(async () => {
  await dataSource?.destroy();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A tenant for which the role `accounting_app` speaks as `server`. */
async function makeTenant(settings = {}): Promise<Tenant> {
  const tenant = await directory.create(`t${++counter}`, undefined, { ...TENANT_DEFAULTS, ...settings });
  await dataSource.query(`insert into vestnik.sql_sender (role, tenant, client) values ('accounting_app', $1, 'server')`, [tenant.name]);
  return tenant;
}

/** A connection of a program of its own, signed in under a role. */
async function program(role = 'accounting_app'): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => {});
  await client.connect();
  // As if it had signed in so: the role cannot go back.
  await client.query(`set session authorization ${role}`);
  closing.push(() => client.end().catch(() => {}));
  return client;
}

interface Node {
  readonly bus: Bus;
  readonly log: PostgresMessageLog;
  /** Ends it as a crash does: nothing is finished. */
  crash(): Promise<void>;
}

/** One node of the bus, over connections of its own. */
async function startNode(): Promise<Node> {
  const sql = new Sql({ url: postgres.url, connections: 4, synchronousCommit: 'on', onError: () => {} });
  const log = new PostgresMessageLog(sql, sql, 'hq');
  const mailboxes = new PostgresMailboxes(sql);
  const tenants = new Tenants(directory);
  await tenants.refresh();
  const outgoing = new PostgresOutgoing({ sql, directUrl: postgres.url, clock: CLOCK, log: SILENT });
  const bus = composeBus({
    installation: 'hq',
    messageLog: log,
    mailboxes,
    subscriptions: new PostgresSubscriptions(sql, mailboxes, 'hq'),
    outgoing,
    tenants,
    authenticator: { stillValid: () => Promise.resolve(true) } as unknown as Authenticator,
    bus: new MemoryNodeNetwork(CLOCK).join(`n${++counter}`),
    clock: CLOCK,
    log: SILENT,
    newSessionId: () => randomBytes(9).toString('base64url'),
    newId,
  });
  await bus.mover?.start();
  let ended = false;
  const crash = async () => {
    if (ended) return;
    ended = true;
    await outgoing.close();
    void bus.mover?.stop();
    await sql.end();
  };
  closing.push(async () => {
    if (!ended) await bus.mover?.stop();
    await crash();
  });
  return { bus, log, crash };
}

const send = async (client: pg.Client, tenant: Tenant, message: object | string, type = 'text'): Promise<string> =>
  (
    (await client.query(`select vestnik.send($1, $2::${type}) as id`, [tenant.name, typeof message === 'string' ? message : JSON.stringify(message)]))
      .rows[0] as { id: string }
  ).id;

/** Messages of the tenant's log, once there are so many. */
async function arrived(tenant: Tenant, count: number): Promise<MessageEntry[]> {
  const log = new PostgresMessageLogReader();
  for (;;) {
    const entries = await log.whole(tenant);
    if (entries.length >= count) return entries;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Reads logs past the nodes. */
class PostgresMessageLogReader {
  async whole(tenant: Tenant): Promise<MessageEntry[]> {
    const sql = new Sql({ url: postgres.url, connections: 1, synchronousCommit: 'on', onError: () => {} });
    try {
      const entries = await new PostgresMessageLog(sql, sql, 'hq').tail(tenant.id, 0, 100_000);
      return entries.filter((entry) => entry.kind === 'message');
    } finally {
      await sql.end();
    }
  }
}

const dataOf = (entries: readonly MessageEntry[]): unknown[] => entries.map(({ message }) => JSON.parse(message.data) as unknown);
const staged = async (): Promise<number> =>
  ((await dataSource.query('select count(*)::int as count from vestnik.outgoing')) as { count: number }[])[0]?.count as number;
const noneStaged = async (): Promise<void> => {
  while ((await staged()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('vestnik.send', () => {
  it('answers the id under which the message goes out, as the client that the role is mapped to, byte for byte', async () => {
    const tenant = await makeTenant();
    await startNode();
    const client = await program();
    const id = await send(client, tenant, '{"to":"ivanov","type":"order","data":{"b":1,  "a":12345678901234567890.10},"correlationId":"A-17"}');
    const json = await send(client, tenant, '{"to":"ivanov","type":"order","data":{"b":1,  "a":1e5}}', 'json');
    const jsonb = await send(client, tenant, '{"to":"ivanov","type":"order","data":{"b":1,  "a":1e5}}', 'jsonb');
    const entries = await arrived(tenant, 3);
    expect(entries.map(({ message }) => [message.id, message.from, message.data])).toEqual([
      [id, `server@${tenant.name}.hq`, '{"b":1,  "a":12345678901234567890.10}'],
      [json, `server@${tenant.name}.hq`, '{"b":1,  "a":1e5}'],
      [jsonb, `server@${tenant.name}.hq`, '{"a": 100000, "b": 1}'],
    ]);
    expect(entries[0]).toMatchObject({ to: `ivanov@${tenant.name}.hq`, message: { type: 'order', correlationId: 'A-17' } });
  });

  it('sends nothing where the transaction, or the part of it, is rolled back', async () => {
    const tenant = await makeTenant();
    await startNode();
    const client = await program();
    await client.query('begin');
    await send(client, tenant, { to: 'ivanov', type: 't', data: 'rolled back' });
    await client.query('rollback');
    await client.query('begin');
    await send(client, tenant, { to: 'ivanov', type: 't', data: 1 });
    await client.query('savepoint part');
    await send(client, tenant, { to: 'ivanov', type: 't', data: 'part' });
    await client.query('rollback to part');
    await send(client, tenant, { to: 'ivanov', type: 't', data: 2 });
    await client.query('commit');
    expect(dataOf(await arrived(tenant, 2))).toEqual([1, 2]);
  });

  it('waits for no other transaction that is open, and holds up none', async () => {
    const tenant = await makeTenant();
    await startNode();
    const [slow, quick] = [await program(), await program()];
    await slow.query('begin');
    await send(slow, tenant, { to: 'ivanov', type: 't', data: 'slow' });
    await send(quick, tenant, { to: 'ivanov', type: 't', data: 'quick' });
    expect(dataOf(await arrived(tenant, 1))).toEqual(['quick']);
    // The tenant's row is free too: its settings can be changed meanwhile.
    await directory.update(tenant.name, { title: 'changed', settings: {} });
    await slow.query('commit');
    expect(dataOf(await arrived(tenant, 2))).toEqual(['quick', 'slow']);
  });

  it.each([
    ['a role that is not mapped', 'stranger', (tenant: Tenant) => tenant.name],
    ['a tenant that it is not mapped to', 'accounting_app', () => 'other'],
  ])('refuses %s, in the same words whether the tenant is there', async (_, role, tenantOf) => {
    const tenant = await makeTenant();
    await directory.create('other', undefined, TENANT_DEFAULTS).catch(() => undefined);
    const client = await program(role);
    const named = tenantOf(tenant);
    const failed = (name: string) => client.query('select vestnik.send($1, $2)', [name, '{"to":"a","type":"t"}']).catch((error: pg.DatabaseError) => error);
    const there = (await failed(named)) as pg.DatabaseError;
    const nowhere = (await failed('nowhere')) as pg.DatabaseError;
    expect(there.code).toBe('42501');
    expect(there.message).toBe(`vestnik: the role ${role} may not send for the tenant ${named}`);
    expect(nowhere.message.replace('nowhere', named)).toBe(there.message);
    for (const table of ['outgoing', 'sql_sender', 'message', 'log', 'secret']) {
      await expect(client.query(`select 1 from vestnik.${table}`)).rejects.toThrow(/permission denied/);
    }
    await expect(
      client.query(`insert into vestnik.outgoing (tenant_id, id, client, broadcast, message) values (1, gen_random_uuid(), 'x', true, '{}')`),
    ).rejects.toThrow(/permission denied/);
  });

  it('goes by the role that is in force: who gives a right up by SET ROLE has it no more, and nobody takes one that is not theirs', async () => {
    const tenant = await makeTenant();
    await dataSource.query('grant stranger to accounting_app');
    const client = await program();
    await client.query('set role stranger');
    await expect(send(client, tenant, { to: 'ivanov', type: 't' })).rejects.toThrow('the role stranger may not send');
    await client.query('reset role');
    await send(client, tenant, { to: 'ivanov', type: 't' });
    const stranger = await program('stranger');
    await expect(stranger.query('set role accounting_app')).rejects.toThrow(/permission denied/);
    await expect(stranger.query(`select set_config('role', 'accounting_app', false)`)).rejects.toThrow(/permission denied/);
    await dataSource.query('revoke stranger from accounting_app');
    await startNode();
    await arrived(tenant, 1);
  });

  it('is not led astray by what stands in the caller’s search path', async () => {
    const tenant = await makeTenant();
    const client = await program();
    await client.query(`create temporary table tenant (id int, name text, settings jsonb)`);
    await client.query(`create function pg_temp.octet_length(text) returns int language sql as 'select 0'`);
    await client.query('set search_path = pg_temp, public');
    await expect(send(client, tenant, { to: 'ivanov', type: 't', data: 'x'.repeat(300_000) })).rejects.toThrow(/data: \d+ bytes/);
  });

  it.each([
    ['[]', /JSON object/],
    ['{', /json/],
    ['{"type":"t"}', /to: an address/],
    ['{"to":7,"type":"t"}', /to: an address/],
    ['{"to":[],"type":"t"}', /to: 1 to 1000/],
    ['{"to":["a",7],"type":"t"}', /to: 1 to 1000/],
    ['{"to":"a@B","type":"t"}', /"a@B" is not an address/],
    ['{"to":["a",""],"type":"t"}', /"" is not an address/],
    ['{"to":"a"}', /type:/],
    ['{"to":"a","type":"a b"}', /type:/],
    ['{"to":"a","type":"vestnik.receipt"}', /its own/],
    ['{"to":"a","type":"t","date":1}', /date: there is no such field/],
    ['{"to":"a","type":"t","durable":false}', /durable/],
    ['{"to":"a","type":"t","ttl":0}', /ttl/],
    ['{"to":"a","type":"t","ttl":"x"}', /ttl/],
    ['{"to":"a","type":"t","key":""}', /key/],
  ])('tells the caller at once what is wrong with %s', async (text, reason) => {
    const tenant = await makeTenant();
    const client = await program();
    await expect(send(client, tenant, text)).rejects.toThrow(reason);
    expect(await staged()).toBe(0);
  });
});

describe('what was sent from SQL', () => {
  it('keeps its order within a transaction of 10,000 rows', async () => {
    const tenant = await makeTenant();
    await startNode();
    const client = await program();
    await client.query(`select vestnik.send($1, json_build_object('to', 'ivanov', 'type', 't', 'data', n)) from generate_series(1, 10000) n`, [tenant.name]);
    expect(dataOf(await arrived(tenant, 10_000))).toEqual(Array.from({ length: 10_000 }, (_, n) => n + 1));
    await noneStaged();
  }, 60_000);

  it('keeps its order between transactions of which one ended before the other began, with four writers', async () => {
    const tenant = await makeTenant();
    await startNode();
    await startNode();
    const writers = await Promise.all([1, 2, 3, 4].map(() => program()));
    let clock = 0;
    const spans: { began: number; ended: number; from: number }[] = [];
    await Promise.all(
      writers.map(async (client) => {
        for (let n = 0; n < 40; n++) {
          const began = ++clock;
          await client.query('begin');
          const from = spans.length;
          const span = { began, ended: 0, from };
          spans.push(span);
          await send(client, tenant, { to: 'ivanov', type: 't', data: [from, 0] });
          await send(client, tenant, { to: 'ivanov', type: 't', data: [from, 1] });
          await client.query('commit');
          span.ended = ++clock;
        }
      }),
    );
    const order = dataOf(await arrived(tenant, 320)) as [number, number][];
    expect(order).toHaveLength(320);
    const placeOf = new Map(order.map(([from, n], at) => [`${from} ${n}`, at]));
    expect(placeOf.size).toBe(320);
    const place = (from: number, n: number) => placeOf.get(`${from} ${n}`) as number;
    for (const one of spans) {
      expect(place(one.from, 0)).toBeLessThan(place(one.from, 1));
      for (const other of spans) if (one.ended < other.began) expect(place(one.from, 1)).toBeLessThan(place(other.from, 0));
    }
  }, 60_000);

  it('goes out once and in order though the node that takes it dies in the middle and another one goes on', async () => {
    const tenant = await makeTenant();
    const client = await program();
    await client.query(`select vestnik.send($1, json_build_object('to', 'ivanov', 'type', 't', 'data', n)) from generate_series(1, 3000) n`, [tenant.name]);
    const first = await startNode();
    const second = await startNode();
    await arrived(tenant, 500);
    await dataSource.query(
      `select pg_terminate_backend(a.pid) from pg_stat_activity a where a.application_name like 'vestnik%' and a.pid <> pg_backend_pid() and random() < 0.5`,
    );
    await first.crash();
    expect(dataOf(await arrived(tenant, 3_000))).toEqual(Array.from({ length: 3_000 }, (_, n) => n + 1));
    await noneStaged();
    expect(second.bus.mover).toBeDefined();
  }, 60_000);

  it('is refused under its id with the reason where nobody takes it, tells by a receipt, and holds up nothing', async () => {
    const [tenant, closed] = [await makeTenant({ unknownClients: 'refuse' }), await makeTenant()];
    await dataSource.query(`insert into vestnik.mailbox (tenant_id, kind, name, since, created_at) values ($1, 0, 'ivanov', 0, 0)`, [tenant.id]);
    const { log } = await startNode();
    const client = await program();
    await client.query('begin');
    const foreign = await send(client, tenant, { to: `x@${closed.name}`, type: 't', data: 1, receipt: true });
    const unknown = await send(client, tenant, { to: 'nobody', type: 't', data: 2 });
    const wrong = await send(client, tenant, { to: '#a//b', type: 't', data: { n: 3 }, receipt: true });
    const first = await send(client, tenant, { to: 'ivanov', type: 't', data: 4, key: 'k' });
    const again = await send(client, tenant, { to: 'ivanov', type: 't', data: 4, key: 'k' });
    const broadcast = await send(client, tenant, { to: '*', type: 't' });
    const good = await send(client, tenant, { to: 'ivanov', type: 't', data: 5 });
    await client.query('commit');
    await noneStaged();
    const state = async (id: string) =>
      JSON.parse((await log.outcome(tenant.id, id))?.refused ?? 'null') as [{ state: string; error: Record<string, unknown> }] | null;
    expect(await state(foreign)).toMatchObject([{ state: 'refused', error: { type: 'recipient-refused' } }]);
    expect(await state(unknown)).toMatchObject([{ error: { type: 'client-unknown' } }]);
    expect(await state(wrong)).toMatchObject([{ address: '#a//b', error: { type: 'address-invalid' } }]);
    expect(await state(again)).toMatchObject([{ error: { type: 'conflict', duplicateOf: first } }]);
    expect(await state(broadcast)).toMatchObject([{ error: { type: 'scope-missing' } }]);
    expect(await state(good)).toBeNull();
    const entries = await arrived(tenant, 4);
    expect(entries.filter(({ message }) => message.type === 't').map(({ message }) => message.id)).toEqual([first, good]);
    const receipts = entries.filter(({ message }) => message.type === 'vestnik.receipt');
    expect(dataOf(receipts)).toMatchObject([
      { id: foreign, recipient: `x@${closed.name}`, state: 'refused' },
      { id: wrong, recipient: '#a//b', state: 'refused' },
    ]);
    expect(receipts.every(({ to }) => to === `server@${tenant.name}.hq`)).toBe(true);
  });

  it('waits for its time, expires, collapses and asks for receipts as any other message', async () => {
    const tenant = await makeTenant();
    const { log } = await startNode();
    const client = await program();
    await client.query('begin');
    const waits = await send(client, tenant, { to: 'ivanov', type: 't', deliverAt: new Date(Date.now() + 3_600_000).toISOString() });
    const old = await send(client, tenant, { to: 'ivanov', type: 't', collapseKey: 'price', ttl: 60 });
    const fresh = await send(client, tenant, { to: 'ivanov', type: 't', collapseKey: 'price', receipt: true });
    await client.query('commit');
    await noneStaged();
    const state = async (id: string) => (await log.outcome(tenant.id, id))?.recipients[0]?.state;
    expect(await state(waits)).toBe('scheduled');
    expect(await state(old)).toBe('collapsed');
    expect(await state(fresh)).toBe('queued');
    expect((await log.outcome(tenant.id, fresh))?.message.receipt).toBe(true);
  });
});
