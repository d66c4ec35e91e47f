import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mailbox, type MessageEntry, TENANT_DEFAULTS, type Tenant } from '@vestnik/core';
import { uuidv7Maker } from '@vestnik/protocol';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource } from '../data-source.js';
import { PostgresTenantDirectory } from '../directory/tenant-directory.js';
import { type RunningPostgres, startPostgres } from '../embedded/index.js';
import { makePartitions } from '../log/partitions.js';
import { PostgresMessageLog } from '../log/postgres-message-log.js';
import { Sql } from '../log/sql.js';
import { PostgresMailboxes } from '../mailboxes/postgres-mailboxes.js';
import { migrate } from '../migrate.js';
import { PostgresSubscriptions } from '../topics/postgres-subscriptions.js';
import { PostgresWebhooks } from '../webhooks/postgres-webhooks.js';
import { PostgresAttention } from './attention.js';
import { PostgresDeadLetterBrowsing } from './dead-letters.js';
import { PostgresScheduledBrowsing } from './scheduled.js';
import { PostgresTenantUsage } from './tenant-usage.js';
import { PostgresTopicBrowsing } from './topics.js';
import { PostgresWebhookBrowsing } from './webhooks.js';

const folder = mkdtempSync(join(tmpdir(), 'vestnik-browsing-'));
const newId = uuidv7Maker(Date.now, (bytes) => void bytes.set(randomBytes(bytes.length)));
const TABLES = 'vestnik.dead_letter, vestnik.scheduled, vestnik.webhook, vestnik.subscription, vestnik.backlog, vestnik.api_key';

let postgres: RunningPostgres;
let dataSource: DataSource;
let sql: Sql;
let log: PostgresMessageLog;
let mailboxes: PostgresMailboxes;
let tenants = 0;
let sales: Tenant;
let stock: Tenant;

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: folder, pgBin: process.env.PG_BIN });
  dataSource = await createDataSource({ url: postgres.url, poolSize: 3 }).initialize();
  await migrate(dataSource);
  sql = new Sql({ url: postgres.url, connections: 2, synchronousCommit: 'off', onError: () => {} });
  await makePartitions(sql);
  log = new PostgresMessageLog(sql, sql, 'hq');
  mailboxes = new PostgresMailboxes(sql);
});
afterAll(async () => {
  await sql?.end();
  await dataSource?.destroy();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Each test sees what it has made, and tenants of its own. */
beforeEach(async () => {
  await dataSource.query(`truncate ${TABLES}`);
  await dataSource.query('delete from vestnik.mailbox b where b.kind = 1');
  mailboxes.clearCache();
  const directory = new PostgresTenantDirectory(dataSource, { now: Date.now }, []);
  sales = await directory.create(`sales-${++tenants}`, undefined, TENANT_DEFAULTS);
  stock = await directory.create(`stock-${tenants}`, undefined, TENANT_DEFAULTS);
});

async function mailbox(tenant: Tenant, name: string, kind: Mailbox['kind'] = 'client'): Promise<Mailbox> {
  return ((await mailboxes.ensure(tenant.id, kind, [name]))[0] as { mailbox: Mailbox }).mailbox;
}

interface Wanted {
  readonly data?: string;
  readonly type?: string;
  readonly retain?: true;
}

async function send(tenant: Tenant, to: Mailbox, { data = '1', type = 'order', retain }: Wanted = {}): Promise<MessageEntry> {
  const sender = await mailbox(tenant, 'server');
  const message = { id: newId(), tenantId: tenant.id, senderId: sender.id, from: `server@${tenant.name}.hq`, type, data, receipt: false };
  const topic = to.kind === 'topic' ? to.name : undefined;
  const destination = { tenantId: to.tenantId, mailboxId: to.id, topic, to: `${to.name}@x`, ttl: 1000, ttlIsDefault: false };
  const [appended] = await log.append([{ message, destinations: [destination], retain }]);
  return (appended?.kind === 'appended' ? appended.entries[0] : undefined) as MessageEntry;
}

async function refuse(tenant: Tenant, client: string, reason: string, wanted: Wanted = {}): Promise<MessageEntry> {
  const entry = await send(tenant, await mailbox(tenant, client), wanted);
  await log.recordOutcomes([
    { tenantId: tenant.id, mailboxId: entry.mailboxId, messageId: entry.message.id, target: entry.position, state: 'refused', reason },
  ]);
  return entry;
}

describe('dead letters of many tenants', () => {
  const browsing = () => new PostgresDeadLetterBrowsing(sql);

  it('are counted by tenant and reason, most first, with how many clients and which types', async () => {
    for (const client of ['anna', 'anna', 'boris']) await refuse(sales, client, 'no such order', { type: `type.${client}` });
    await refuse(sales, 'anna', 'closed');
    for (let n = 0; n < 2; n++) await refuse(stock, 'anna', 'no such order');
    const { items, next } = await browsing().groups({}, { limit: 10 });
    expect(items).toMatchObject([
      { tenant: sales.name, reason: 'no such order', count: 3, clients: 2, types: ['type.anna', 'type.boris'] },
      { tenant: stock.name, reason: 'no such order', count: 2, clients: 1, types: ['order'] },
      { tenant: sales.name, reason: 'closed', count: 1, clients: 1 },
    ]);
    expect(next).toBeUndefined();
    expect(items[0]?.newestAt).toBeGreaterThanOrEqual(items[0]?.oldestAt as number);
    const counts = async (asked: Parameters<ReturnType<typeof browsing>['groups']>[0]) =>
      (await browsing().groups(asked, { limit: 10 })).items.map(({ tenant, count, types }) => [tenant, count, types]);
    expect(await counts({ tenants: [stock.id] })).toEqual([[stock.name, 2, ['order']]]);
    expect(await counts({ tenants: [sales.id], client: 'anna' })).toEqual([
      [sales.name, 2, ['type.anna']],
      [sales.name, 1, ['order']],
    ]);
    expect(await counts({ client: 'anna' })).toHaveLength(3);
    expect([await counts({ tenants: [] }), await counts({ client: 'nobody' })]).toEqual([[], []]);
  });

  it('are grouped by pages', async () => {
    for (const reason of ['a', 'a', 'b']) await refuse(sales, 'anna', reason);
    const first = await browsing().groups({}, { limit: 1 });
    expect(first.items).toMatchObject([{ reason: 'a' }]);
    expect(await browsing().groups({}, { limit: 1, cursor: first.next })).toMatchObject({ items: [{ reason: 'b' }], next: undefined });
    await expect(browsing().groups({}, { limit: 1, cursor: 'x' })).rejects.toMatchObject({ slug: 'request-invalid' });
  });

  it('are listed newest first, by whatever is asked for, and never with data', async () => {
    const first = await refuse(sales, 'anna', 'no such order', { data: '"äöü"' });
    await refuse(stock, 'anna', 'no such order');
    await refuse(sales, 'boris', 'r'.repeat(1_000));
    const page = await browsing().list({}, { limit: 2 });
    expect(page.items.map(({ tenant, client }) => [tenant, client])).toEqual([
      [sales.name, 'boris'],
      [stock.name, 'anna'],
    ]);
    const rest = await browsing().list({}, { limit: 2, cursor: page.next });
    expect(rest).toEqual({
      items: [
        {
          id: expect.any(String),
          tenant: sales.name,
          client: 'anna',
          messageId: first.message.id,
          from: `server@${sales.name}.hq`,
          type: 'order',
          reason: 'no such order',
          at: expect.any(Number),
          bytes: 8,
        },
      ],
      next: undefined,
    });
    const count = async (asked: Parameters<ReturnType<typeof browsing>['list']>[0]) => (await browsing().list(asked, { limit: 10 })).items.length;
    expect(await count({ tenants: [sales.id] })).toBe(2);
    expect([await count({ client: 'anna' }), await count({ tenants: [stock.id], client: 'anna' })]).toEqual([2, 1]);
    expect([await count({ reason: 'no such order' }), await count({ tenants: [stock.id], reason: 'no such order' })]).toEqual([2, 1]);
    expect([await count({ reason: 'r'.repeat(1_000) }), await count({ reason: 'no such' })]).toEqual([1, 0]);
    expect([await count({ client: 'anna', reason: 'no such order' }), await count({ client: 'boris', reason: 'no such order' })]).toEqual([2, 0]);
    expect(await count({ tenants: [] })).toBe(0);
  });

  it('whose reason is as long as it may be in four bytes a letter are kept', async () => {
    await refuse(sales, 'anna', '𝒜'.repeat(1_000));
    expect((await browsing().list({ reason: '𝒜'.repeat(1_000) }, { limit: 1 })).items).toHaveLength(1);
  });
});

describe('scheduled messages of many tenants', () => {
  const browsing = () => new PostgresScheduledBrowsing(sql);

  async function schedule(tenant: Tenant, inMs: number, to: readonly string[], from = 'server'): Promise<string> {
    const sender = await mailbox(tenant, from);
    const message = { id: newId(), tenantId: tenant.id, senderId: sender.id, from: `${from}@${tenant.name}.hq`, type: 'reminder', data: '[1]', receipt: false };
    await log.append([{ message, destinations: [], waiting: { dueAt: Date.now() + inMs, to: [...to] } }]);
    return message.id;
  }
  const ids = async (asked: Parameters<ReturnType<typeof browsing>['list']>[0], limit = 10, cursor?: string) =>
    (await browsing().list(asked, { limit, cursor })).items.map(({ id }) => id);

  it('are listed soonest first, by pages', async () => {
    const late = await schedule(sales, 90_000, ['anna@a.hq', 'boris@a.hq']);
    const soon = await schedule(stock, 30_000, ['anna@a.hq']);
    const middle = await schedule(sales, 60_000, ['anna@a.hq']);
    const first = await browsing().list({}, { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual([soon, middle]);
    const second = await browsing().list({}, { limit: 2, cursor: first.next });
    expect(second).toMatchObject({
      items: [{ id: late, tenant: sales.name, from: `server@${sales.name}.hq`, to: ['anna@a.hq', 'boris@a.hq'], type: 'reminder', bytes: 3 }],
      next: undefined,
    });
    expect(await ids({ tenants: [sales.id] })).toEqual([middle, late]);
    expect(await ids({ tenants: [sales.id, stock.id] }, 10, first.next)).toEqual([late]);
    await expect(ids({}, 10, 'nonsense')).rejects.toMatchObject({ slug: 'request-invalid' });
  });

  it('are picked by sender and recipient: a whole address, or the name of a client, not a part of it', async () => {
    const one = await schedule(sales, 10_000, ['ann@a.hq', 'boris "b"@a.hq']);
    const two = await schedule(sales, 20_000, ['anna@a.hq'], 'shop');
    await schedule(stock, 30_000, ['carla@ann.hq']);
    expect([await ids({ to: 'ann' }), await ids({ to: 'ann@a.hq' }), await ids({ to: 'anna' })]).toEqual([[one], [one], [two]]);
    expect([await ids({ from: 'shop' }), await ids({ from: `shop@${sales.name}.hq` }), await ids({ from: 'sho' })]).toEqual([[two], [two], []]);
    expect([await ids({ from: 'server', to: 'anna' }), await ids({ tenants: [stock.id], to: 'ann' })]).toEqual([[], []]);
    const page = await browsing().list({ from: 'server' }, { limit: 1 });
    expect(page.items.map(({ id }) => id)).toEqual([one]);
    expect(await ids({ from: 'server' }, 10, page.next)).toHaveLength(1);
  });
});

describe('webhooks of many tenants', () => {
  const browsing = () => new PostgresWebhookBrowsing(sql);

  it('are listed with what waits, by state and by a part of a name or of the URL', async () => {
    const webhooks = new PostgresWebhooks(sql);
    const made = [];
    for (const [tenant, client] of [
      [sales, 'Shop 1'],
      [sales, 'shop_2'],
      [stock, 'store'],
    ] as const) {
      const { id } = await mailbox(tenant, client);
      made.push({ tenant, id });
      await webhooks.put(tenant.id, id, { url: `https://${client.replace(' ', '-')}.example/in`, format: 'json-rpc' });
    }
    await webhooks.pause(sales.id, made[1]?.id as number, 'it moves');
    await dataSource.query('insert into vestnik.backlog (client_id, tenant_id, waiting, counted_to, acknowledged) values ($1, $2, 17, 1, 1)', [
      made[0]?.id,
      sales.id,
    ]);
    const list = async (asked: Parameters<ReturnType<typeof browsing>['list']>[0], limit = 10, cursor?: string) => browsing().list(asked, { limit, cursor });
    const names = async (...asked: Parameters<typeof list>) => (await list(...asked)).items.map(({ client }) => client);
    expect((await list({})).items).toMatchObject([
      { tenant: sales.name, client: 'Shop 1', waiting: 17, state: 'active' },
      { tenant: sales.name, client: 'shop_2', waiting: 0, state: 'paused', reason: 'it moves' },
      { tenant: stock.name, client: 'store', waiting: 0 },
    ]);
    const first = await list({}, 2);
    expect(await names({}, 2, first.next)).toEqual(['store']);
    expect([await names({ state: 'paused' }), await names({ state: 'failing' }), await names({ tenants: [stock.id] })]).toEqual([['shop_2'], [], ['store']]);
    expect([await names({ search: 'SHOP' }), await names({ search: 'p_2' }), await names({ search: 'store.exam' })]).toEqual([
      ['Shop 1', 'shop_2'],
      ['shop_2'],
      ['store'],
    ]);
    expect([await names({ search: 'shop', state: 'active' }), await names({ search: 'shop', tenants: [stock.id] })]).toEqual([['Shop 1'], []]);
    const searched = await list({ search: 'shop' }, 1);
    expect(await names({ search: 'shop' }, 1, searched.next)).toEqual(['shop_2']);
  });
});

describe('topics of many tenants', () => {
  const browsing = () => new PostgresTopicBrowsing(sql);

  it('are listed with who is subscribed once, by name or by any pattern, and what is retained', async () => {
    const subscriptions = new PostgresSubscriptions(sql, mailboxes, 'hq');
    const subscribe = async (tenant: Tenant, client: string, pattern: string) =>
      subscriptions.subscribe(tenant.id, (await mailbox(tenant, client)).id, pattern, 100);
    await subscribe(sales, 'anna', 'orders/eu/de');
    for (const pattern of ['orders/eu/de', 'orders/#', 'orders/+/de', '+/eu/#', '#']) await subscribe(sales, 'boris', pattern);
    await subscribe(sales, 'carla', 'orders/us/#');
    await subscribe(sales, 'dora', '+');
    await subscribe(sales, 'emil', 'orders/eu/#');
    await subscribe(stock, 'anna', 'orders/#');
    await subscriptions.unsubscribe(sales.id, (await mailbox(sales, 'emil')).id, 'orders/eu/#');
    const [orders, news] = [await mailbox(sales, 'orders', 'topic'), await mailbox(stock, 'orders/new_s', 'topic')];
    const retained = await send(stock, news, { retain: true });
    await send(sales, orders);
    const { items } = await browsing().list({}, { limit: 10 });
    expect(items).toMatchObject([
      { tenant: sales.name, topic: 'orders', subscribers: 2, lastAt: expect.any(Number), retained: undefined },
      { tenant: sales.name, topic: 'orders/eu/de', subscribers: 2, lastAt: undefined },
      { tenant: stock.name, topic: 'orders/new_s', subscribers: 1, retained: retained.message.id },
    ]);
    // As each tenant's own list has it.
    for (const tenant of [sales, stock]) {
      const own = (await subscriptions.listTopics(tenant.id, { limit: 10 })).items;
      expect(items.filter((one) => one.tenant === tenant.name).map(({ tenant: _, ...topic }) => topic)).toEqual(own);
    }

    const names = async (asked: Parameters<ReturnType<typeof browsing>['list']>[0], limit = 10, cursor?: string) =>
      (await browsing().list(asked, { limit, cursor })).items.map(({ topic }) => topic);
    const first = await browsing().list({}, { limit: 2 });
    expect(await names({}, 2, first.next)).toEqual(['orders/new_s']);
    expect([await names({ tenants: [stock.id] }), await names({ search: 'W_S' }), await names({ search: 'w%s' }), await names({ tenants: [] })]).toEqual([
      ['orders/new_s'],
      ['orders/new_s'],
      [],
      [],
    ]);
    const searched = await browsing().list({ tenants: [stock.id, sales.id], search: 'orders' }, { limit: 1 });
    expect(await names({ tenants: [stock.id, sales.id], search: 'orders' }, 10, searched.next)).toEqual(['orders/eu/de', 'orders/new_s']);
  });
});

describe('a cursor that was tampered with', () => {
  const refused = expect.objectContaining({ slug: 'request-invalid' });

  it.each(['2147483648 a', '1 \0', '1 a\0b'])('is refused in the list of topics: %j', async (text) => {
    const topics = new PostgresTopicBrowsing(sql);
    await expect(topics.list({}, { limit: 2, cursor: Buffer.from(text).toString('base64url') })).rejects.toEqual(refused);
  });

  it('is refused in the list of dead letters of a tenant, and leads behind the last webhook', async () => {
    await expect(log.listDeadLetters(sales.id, { limit: 2, cursor: 'x' })).rejects.toEqual(refused);
    const webhooks = new PostgresWebhookBrowsing(sql);
    expect(await webhooks.list({}, { limit: 2, cursor: '2147483648' })).toEqual({ items: [], next: undefined });
  });
});

describe('a topic in that list', () => {
  it.each([
    ['a/+', 'a/b'],
    ['a/#', 'a/b'],
    ['a/#', 'a'],
    ['+/b', 'a/b'],
    ['+/+', 'a/b'],
    ['+/#', 'a/b'],
    ['+/#', 'a'],
    ['#', 'a/b/c'],
    ['+', 'a'],
    ['a/b/#', 'a/b'],
    ['a/+/c', 'a/b/c'],
    ['+/b/#', 'a/b/c'],
  ])('counts who is subscribed to %s for %s', async (pattern, topic) => {
    const anna = await mailbox(sales, 'anna');
    await new PostgresSubscriptions(sql, mailboxes, 'hq').subscribe(sales.id, anna.id, pattern, 100);
    await mailbox(sales, topic, 'topic');
    await mailbox(sales, 'other/x/y/z', 'topic');
    const { items } = await new PostgresTopicBrowsing(sql).list({ search: topic }, { limit: 1 });
    expect(items).toMatchObject([{ topic, subscribers: 1 }]);
  });
});

describe('what a tenant uses', () => {
  it('is counted, and of messages estimated from what the database knows', async () => {
    const anna = await mailbox(sales, 'anna');
    await mailbox(sales, 'orders', 'topic');
    for (let n = 0; n < 300; n++) await send(sales, anna);
    await send(stock, await mailbox(stock, 'anna'));
    await refuse(sales, 'boris', 'closed');
    await new PostgresWebhooks(sql).put(sales.id, anna.id, { url: 'https://shop.example', format: 'json-rpc' });
    await dataSource.query(
      `insert into vestnik.api_key (id, tenant_id, title, client, scopes, hash, created_at, expires_at)
        values ('k1', $1, 'a', 'server', '{send}', '\\x01', 0, null), ('k2', $1, 'old', 'server', '{send}', '\\x02', 0, 5)`,
      [sales.id],
    );
    await dataSource.query(
      `insert into vestnik.backlog (client_id, tenant_id, waiting, oldest_at, counted_to, acknowledged) values ($1, $2, 300, 1000, 1, 1), (0, $2, 2, 500, 1, 1)`,
      [anna.id, sales.id],
    );
    await dataSource.query('analyze vestnik.message');
    const { storedMessages, acceptedLastDay, ...counted } = await new PostgresTenantUsage(sql).of(sales.id);
    expect(counted).toEqual({
      clients: 3,
      topics: 1,
      deadLetters: 1,
      scheduled: 0,
      webhooks: 1,
      keys: 1,
      waiting: 302,
      oldestWaitingAt: 500,
    });
    for (const estimate of [storedMessages, acceptedLastDay]) {
      expect(estimate).toBeGreaterThan(200);
      expect(estimate).toBeLessThan(400);
    }
    expect((await new PostgresTenantUsage(sql).of(stock.id)).storedMessages).toBeLessThan(100);
  });
});

describe('what somebody should look at', () => {
  it('is told by tenant: dead letters, webhooks that fail or are paused, keys that expire soon', async () => {
    for (let n = 0; n < 2; n++) await refuse(stock, 'anna', 'closed');
    await refuse(sales, 'anna', 'closed');
    const webhooks = new PostgresWebhooks(sql);
    for (const client of ['failing', 'paused', 'well']) {
      await webhooks.put(sales.id, (await mailbox(sales, client)).id, { url: 'https://shop.example', format: 'json-rpc' });
    }
    await webhooks.pause(sales.id, (await mailbox(sales, 'paused')).id, 'it moves');
    await dataSource.query(`update vestnik.webhook set state = 1, down_since = 77, last_error = 'the endpoint answered 500' where client_id = $1`, [
      (await mailbox(sales, 'failing')).id,
    ]);
    await dataSource.query(
      `insert into vestnik.api_key (id, tenant_id, title, client, scopes, hash, created_at, expires_at) values
        ('gone', $1, 'a', 's', '{}', '\\x01', 0, vestnik.now_ms() - 1000), ('soon', $1, 'Shop', 's', '{}', '\\x02', 0, vestnik.now_ms() + 60000),
        ('later', $1, 'a', 's', '{}', '\\x03', 0, vestnik.now_ms() + 9000000), ('never', $1, 'a', 's', '{}', '\\x04', 0, null)`,
      [sales.id],
    );
    const attention = new PostgresAttention(sql);
    expect(await attention.deadLetters()).toMatchObject([
      { tenantId: stock.id, count: 2 },
      { tenantId: sales.id, count: 1 },
    ]);
    expect(await attention.webhooks()).toMatchObject([
      { tenantId: sales.id, client: 'paused', state: 'paused', detail: 'it moves' },
      { tenantId: sales.id, client: 'failing', state: 'failing', since: 77, detail: 'the endpoint answered 500' },
    ]);
    expect(await attention.expiringKeys(600_000)).toEqual([{ id: 'soon', tenantId: sales.id, title: 'Shop', expiresAt: expect.any(Number) }]);
  });
});
