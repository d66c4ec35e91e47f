import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Append,
  type ClientSearch,
  type Log,
  type LogEntry,
  type Mailbox,
  type MessageEntry,
  type MessageSearch,
  TENANT_DEFAULTS,
  type Tenant,
} from '@vestnik/core';
import { uuidv7Maker } from '@vestnik/protocol';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource } from '../data-source.js';
import { PostgresTenantDirectory } from '../directory/tenant-directory.js';
import { type RunningPostgres, startPostgres } from '../embedded/index.js';
import { forgetTenant } from '../log/forget-tenant.js';
import { makePartitions } from '../log/partitions.js';
import { PostgresMessageLog } from '../log/postgres-message-log.js';
import { Sql } from '../log/sql.js';
import { PostgresMailboxes } from '../mailboxes/postgres-mailboxes.js';
import { migrate } from '../migrate.js';
import { PostgresBrowsing } from './postgres-browsing.js';

const folder = mkdtempSync(join(tmpdir(), 'vestnik-browsing-'));
const newId = uuidv7Maker(Date.now, (bytes) => void bytes.set(randomBytes(bytes.length)));
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let postgres: RunningPostgres;
let dataSource: DataSource;
let sql: Sql;
let log: PostgresMessageLog;
let mailboxes: PostgresMailboxes;
let directory: PostgresTenantDirectory;
let browsing: PostgresBrowsing;
let tenants = 0;
let sales: Tenant;
let stock: Tenant;
let server: Mailbox;
let anna: Mailbox;
let boris: Mailbox;

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: folder, pgBin: process.env.PG_BIN });
  dataSource = await createDataSource({ url: postgres.url, poolSize: 2 }).initialize();
  await migrate(dataSource);
  sql = new Sql({ url: postgres.url, connections: 4, synchronousCommit: 'off', onError: () => {} });
  await makePartitions(sql);
  log = new PostgresMessageLog(sql, sql, 'hq');
  mailboxes = new PostgresMailboxes(sql);
  directory = new PostgresTenantDirectory(dataSource, { now: Date.now }, [forgetTenant]);
});
afterAll(async () => {
  await sql?.end();
  await dataSource?.destroy();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Tenants of its own for each test; nothing is counted but by asking for it. */
beforeEach(async () => {
  sales = await directory.create(`sales-${++tenants}`, undefined, TENANT_DEFAULTS);
  stock = await directory.create(`stock-${tenants}`, undefined, TENANT_DEFAULTS);
  [server, anna, boris] = (await mailboxes.ensure(sales.id, 'client', ['server', 'anna', 'boris'])).map(({ mailbox }) => mailbox) as [
    Mailbox,
    Mailbox,
    Mailbox,
  ];
  const clock = { now: Date.now, monotonic: () => performance.now(), every: () => ({ cancel: () => {} }), after: () => ({ cancel: () => {} }) };
  browsing = new PostgresBrowsing(sql, 'hq', clock, silent);
});

afterEach(() => browsing.close());

type Part = Partial<Append['message']> & Pick<Append, 'refused' | 'waiting' | 'origin'>;

function append(to: readonly Mailbox[], { refused, waiting, origin, ...message }: Part = {}): Append {
  return {
    message: {
      id: newId(),
      tenantId: sales.id,
      senderId: server.id,
      from: `server@${sales.name}.hq`,
      type: 'order',
      data: '{"n":1}',
      receipt: false,
      ...message,
    },
    destinations: to.map(({ id, tenantId, name }) => ({ tenantId, mailboxId: id, to: `${name}@x.hq`, ttl: 1000, ttlIsDefault: false })),
    refused,
    waiting,
    origin,
  };
}

async function send(to: readonly Mailbox[], part: Part = {}): Promise<MessageEntry & { entries: readonly LogEntry[] }> {
  const [appended] = await log.append([append(to, part)]);
  const { entries } = appended as { entries: readonly LogEntry[] };
  return { ...(entries[0] as MessageEntry), entries };
}

async function acknowledge({ id, tenantId }: Mailbox, position: number): Promise<void> {
  await log.openCursor(tenantId, id, '');
  await log.moveCursors([{ clientId: id, tenantId, device: '', acknowledged: position, delivered: position }], true);
}

const everyone = (): ClientSearch => ({ tenantIds: [sales.id, stock.id], allTenants: false, sort: 'name', limit: 10 });
const names = async (search: Partial<ClientSearch> = {}) => (await browsing.clients({ ...everyone(), ...search })).items.map(({ name }) => name);

/** Pages on until there are no more. */
async function all<Item>(page: (cursor: string | undefined) => Promise<{ items: readonly Item[]; next?: string }>): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined, turn = 0; turn < 50; turn++) {
    const found = await page(cursor);
    items.push(...found.items);
    cursor = found.next;
    if (cursor === undefined) return items;
  }
  throw new Error('the pages do not end');
}

const ids = async (search: Partial<MessageSearch>, limit = 10) => (await all((cursor) => browsing.messages({ limit, cursor, ...search }))).map(({ id }) => id);

describe('clients', () => {
  it('are found by a part of the name or title in either case, Cyrillic too, and page by page', async () => {
    await mailboxes.ensure(sales.id, 'client', ['Иванов Пётр', 'a_c', 'abc']);
    await mailboxes.setTitle(sales.id, 'boris', 'Борис Йогурт (склад)');
    expect(await names({ search: 'иВАНОВ' })).toEqual(['Иванов Пётр']);
    expect(await names({ search: 'йогурт (С' })).toEqual(['boris']);
    expect(await names({ search: 'A_C' })).toEqual(['a_c']);
    expect(await names({ search: '.' })).toEqual([]);
    const paged = await all((cursor) => browsing.clients({ ...everyone(), limit: 2, cursor }));
    expect(paged.map(({ name }) => name)).toEqual(['a_c', 'abc', 'anna', 'boris', 'server', 'Иванов Пётр']);
  });

  it('are those of the tenants that are asked for, by name over all of them', async () => {
    await mailboxes.ensure(stock.id, 'client', ['anna', 'zoe']);
    expect(await names()).toEqual(['anna', 'anna', 'boris', 'server', 'zoe']);
    expect(await names({ tenantIds: [stock.id] })).toEqual(['anna', 'zoe']);
    expect((await names({ allTenants: true, limit: 1_000 })).filter((name) => name === 'zoe')).toEqual(['zoe']);
    const paged = await all((cursor) => browsing.clients({ ...everyone(), allTenants: true, limit: 1, cursor }));
    expect(paged.map(({ name }) => name)).toEqual(['anna', 'anna', 'boris', 'server', 'zoe']);
  });

  it('are narrowed to some, and to all but some', async () => {
    expect(await names({ only: new Set([anna.id, server.id]) })).toEqual(['anna', 'server']);
    expect(await names({ only: new Set() })).toEqual([]);
    expect(await names({ except: new Set([anna.id]) })).toEqual(['boris', 'server']);
    expect(await names({ only: new Set([anna.id, boris.id]), except: new Set([boris.id]) })).toEqual(['anna']);
    const many = new Set([anna.id, boris.id, ...Array.from({ length: 6_000 }, (_, n) => -n)]);
    expect(await names({ only: many })).toEqual(['anna', 'boris']);
  });

  it('refuses a cursor that none of its pages gave out', async () => {
    for (const cursor of ['nonsense', Buffer.from('[1]').toString('base64url'), Buffer.from('["a","b"]').toString('base64url')]) {
      await expect(browsing.clients({ ...everyone(), cursor })).rejects.toMatchObject({ slug: 'request-invalid' });
    }
  });
});

describe('a cursor that was tampered with', () => {
  const cursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
  const refused = expect.objectContaining({ slug: 'request-invalid' });

  it.each([
    ['name', ['\0', 1]],
    ['name', ['a', 1e15]],
    ['name', ['a', 1.5]],
    ['behind', [1e15, 1]],
    ['behind', [1.5, 1]],
    ['seen', [1, -1e15]],
    ['seen', ['a', 1]],
  ] as const)('is refused in the list of clients by %s: %j', async (sort, key) => {
    await expect(browsing.clients({ ...everyone(), sort, cursor: cursor(key) })).rejects.toEqual(refused);
  });

  it.each([
    ['all', {}, { at: ['abc'] }],
    ['all', {}, { at: ['17'] }],
    ['all', {}, { at: [null], last: '-' }],
    ['of tenants', { tenantIds: [1] }, { at: ['00000000-0000-0000-0000-000000000000'] }],
    ['of tenants', { tenantIds: [1] }, { at: ['99999999999999999999'] }],
    ['of tenants', { tenantIds: [1] }, { at: ['1', '1'] }],
  ])('is refused in the list of messages %s: %j %j', async (_, search, key) => {
    await expect(browsing.messages({ ...search, limit: 2, cursor: cursor(key) })).rejects.toEqual(refused);
  });
});

describe('what waits', () => {
  /** What is counted in the background, and what the log itself says. */
  async function counted(): Promise<Record<string, number | undefined>> {
    await browsing.countBacklog();
    const { items, asOf } = await browsing.clients(everyone());
    expect(asOf).toBeTypeOf('number');
    const truth = await log.countUnacknowledged(
      items.map(({ id }) => id),
      10_000,
    );
    for (const { id, name, waiting } of items) expect([name, waiting]).toEqual([name, truth.get(id)]);
    return Object.fromEntries(items.map(({ name, waiting }) => [name, waiting]));
  }

  it('is not told before it was counted', async () => {
    await dataSource.query('update vestnik.backlog_count set as_of = null, building_after = 0, building_since = null');
    await send([anna]);
    const { items, asOf } = await browsing.clients(everyone());
    expect([asOf, items[0]?.waiting]).toEqual([undefined, undefined]);
  });

  it('is counted as the log counts it, whatever happens between: more, acknowledged, ended, a client that is new', async () => {
    const first = await send([anna, boris]);
    await send([anna]);
    expect(await counted()).toEqual({ anna: 2, boris: 1, server: 0 });
    const third = await send([anna]);
    const [carol] = (await mailboxes.ensure(sales.id, 'client', ['carol'])).map(({ mailbox }) => mailbox) as [Mailbox];
    await send([carol]);
    expect(await counted()).toEqual({ anna: 3, boris: 1, carol: 1, server: 0 });
    await acknowledge(anna, first.position);
    expect(await counted()).toEqual({ anna: 2, boris: 1, carol: 1, server: 0 });
    await log.recordOutcomes([{ tenantId: sales.id, mailboxId: anna.id, messageId: third.message.id, target: third.position, state: 'withdrawn' }]);
    expect(await counted()).toEqual({ anna: 1, boris: 1, carol: 1, server: 0 });
    await send([anna]);
    expect(await counted()).toEqual({ anna: 2, boris: 1, carol: 1, server: 0 });
  });

  it('comes to its end where each turn has time for one piece only', async () => {
    await counted();
    // What asking has begun in the background is over.
    await browsing.countBacklog();
    const since = await log.now();
    const many = (
      await mailboxes.ensure(
        sales.id,
        'client',
        Array.from({ length: 450 }, (_, n) => `late-${n}`),
      )
    ).map(({ mailbox }) => mailbox);
    const { entries, message } = await send(many);
    await log.recordOutcomes(
      entries.map(({ mailboxId, position }) => ({ tenantId: sales.id, mailboxId, messageId: message.id, target: position, state: 'withdrawn' as const })),
    );
    let time = 0;
    const late = { now: Date.now, monotonic: () => (time += 60_000), every: () => ({ cancel: () => {} }), after: () => ({ cancel: () => {} }) };
    const slow = new PostgresBrowsing(sql, 'hq', late, silent);
    const turns = [];
    for (let turn = 0; turn < 5; turn++) {
      await slow.countBacklog();
      const [{ done }] = await dataSource.query('select k.as_of > $1 as done from vestnik.backlog_count k', [since]);
      turns.push(done);
    }
    await slow.close();
    expect(turns).toEqual([false, false, true, true, true]);
    expect(await counted()).toMatchObject({ 'late-0': 0 });
  });

  it('counts no receipts, and is brought up to date from where it was left', async () => {
    const message = await send([anna], { receipt: true });
    await counted();
    await acknowledge(anna, message.position);
    expect(await counted()).toEqual({ anna: 0, boris: 0, server: 0 });
    await dataSource.query('update vestnik.backlog_count set building_after = 0, building_since = null');
    await send([boris]);
    expect(await counted()).toEqual({ anna: 0, boris: 1, server: 0 });
  });

  it('sorts clients, leaves out those with less, and is summed up for each set of tenants', async () => {
    const [dora] = (await mailboxes.ensure(stock.id, 'client', ['dora'])).map(({ mailbox }) => mailbox) as [Mailbox];
    const oldest = await send([boris]);
    for (let n = 0; n < 3; n++) await send([anna]);
    for (let n = 0; n < 2; n++) await send([dora]);
    await counted();
    expect(await names({ sort: 'behind' })).toEqual(['anna', 'dora', 'boris', 'server']);
    expect(await names({ sort: 'behind', behind: 2 })).toEqual(['anna', 'dora']);
    expect(await names({ behind: 2, search: 'a' })).toEqual(['anna', 'dora']);
    expect(await names({ sort: 'behind', search: 'NN' })).toEqual(['anna']);
    const paged = await all((cursor) => browsing.clients({ ...everyone(), sort: 'behind', limit: 1, cursor }));
    expect(paged.map(({ name }) => name)).toEqual(['anna', 'dora', 'boris', 'server']);
    expect(await browsing.backlog([sales.id, stock.id], 2)).toMatchObject({
      messages: 6,
      clients: 3,
      oldest: { at: oldest.at },
      furthest: [
        { tenantId: sales.id, client: 'anna', waiting: 3 },
        { tenantId: stock.id, client: 'dora', waiting: 2 },
      ],
    });
    expect(await browsing.backlog([stock.id], 2)).toMatchObject({ messages: 2, clients: 1, furthest: [{ client: 'dora' }] });
  });

  it('sorts clients by when they were seen last', async () => {
    await counted();
    await mailboxes.seen([{ id: boris.id, at: Date.now() + 1_000 }]);
    await acknowledge(anna, 1);
    await counted();
    expect(await names({ sort: 'seen' })).toEqual(['boris', 'anna', 'server']);
  });

  it('goes with the client and with the tenant', async () => {
    await send([anna]);
    await counted();
    await mailboxes.forget(sales.id, 'anna');
    expect(await browsing.backlog([sales.id], 5)).toMatchObject({ messages: 0, clients: 0 });
    await send([boris]);
    await browsing.countBacklog();
    await directory.delete(sales.name);
    expect(await dataSource.query('select from vestnik.backlog where tenant_id = $1', [sales.id])).toEqual([]);
    expect(await dataSource.query('select from vestnik.backlog_head where tenant_id = $1', [sales.id])).toEqual([]);
  });

  it('is listed for one client, oldest first, with how often it was handed over', async () => {
    const sent = [await send([anna], { data: '"é"' }), await send([anna]), await send([anna])];
    await acknowledge(anna, 0);
    await log.moveCursors([{ clientId: anna.id, tenantId: sales.id, device: '', delivered: sent[0]?.position }], true);
    await log.handedAgain([{ clientId: anna.id, device: '', first: sent[0]?.position as number, last: sent[0]?.position as number }]);
    const listed = await all((cursor) => browsing.waiting(anna.id, { limit: 2, cursor }));
    expect(listed.map(({ id, attempts }) => [id, attempts])).toEqual([
      [sent[0]?.message.id, 2],
      [sent[1]?.message.id, 0],
      [sent[2]?.message.id, 0],
    ]);
    expect(listed[0]).toMatchObject({ position: sent[0]?.position, from: `server@${sales.name}.hq`, type: 'order', bytes: 4 });
    await acknowledge(anna, sent[1]?.position as number);
    expect((await browsing.waiting(anna.id, { limit: 5 })).items.map(({ id }) => id)).toEqual([sent[2]?.message.id]);
  });

  it('is purged: withdrawn with the reason, the senders hear of it, and what was acknowledged stays so', async () => {
    const [first, second, third] = [await send([anna]), await send([anna], { receipt: true }), await send([anna])];
    await acknowledge(anna, first.position);
    const purged = await browsing.purge(sales.id, anna.id, 1, 'purged by an administrator');
    expect([purged.messages, purged.more]).toEqual([1, true]);
    expect(purged.entries.map((entry) => (entry.kind === 'message' ? entry.message.type : entry.kind))).toEqual(['outcome', 'vestnik.receipt']);
    expect((await log.outcome(sales.id, second.message.id))?.recipients).toMatchObject([{ state: 'withdrawn', reason: 'purged by an administrator' }]);
    expect(await browsing.purge(sales.id, anna.id, 10, 'again')).toMatchObject({ messages: 1, more: false });
    expect((await log.outcome(sales.id, third.message.id))?.recipients).toMatchObject([{ state: 'withdrawn' }]);
    expect((await log.outcome(sales.id, first.message.id))?.recipients).toMatchObject([{ state: 'acknowledged' }]);
    expect(await browsing.purge(sales.id, anna.id, 10, 'again')).toEqual({ entries: [], messages: 0, more: false });
  });
});

describe('sending again', () => {
  it('copies what came after a position, in order, with new ids, and not what still waits or was withdrawn', async () => {
    const sent: MessageEntry[] = [];
    for (let n = 0; n < 5; n++) sent.push(await send([anna], { data: `${n}`, correlationId: `c-${n}`, receipt: true }));
    const [before, , withdrawn, last] = sent as [MessageEntry, MessageEntry, MessageEntry, MessageEntry];
    await log.recordOutcomes([{ tenantId: sales.id, mailboxId: anna.id, messageId: withdrawn.message.id, target: withdrawn.position, state: 'withdrawn' }]);
    await acknowledge(anna, last.position);
    const first = await browsing.resend({ tenantId: sales.id, clientId: anna.id, after: before.position, limit: 1 });
    expect([first.more, first.last]).toEqual([true, sent[1]?.position]);
    const rest = await browsing.resend({ tenantId: sales.id, clientId: anna.id, after: first.last, limit: 10 });
    expect([rest.more, rest.last]).toEqual([false, last.position]);
    const copies = [...first.entries, ...rest.entries] as MessageEntry[];
    expect(copies.map(({ message }) => [message.data, message.correlationId, message.receipt])).toEqual([
      ['1', 'c-1', false],
      ['3', 'c-3', false],
    ]);
    expect(copies.every(({ message }) => sent.every((one) => one.message.id !== message.id))).toBe(true);
    expect(copies.map(({ mailboxId }) => mailboxId)).toEqual([anna.id, anna.id]);
    expect((await browsing.waiting(anna.id, { limit: 10 })).items.map(({ id }) => id)).toEqual([
      sent[4]?.message.id,
      ...copies.map(({ message }) => message.id),
    ]);
  });

  it('leaves to the dead letters what the client refused', async () => {
    const { message, position } = await send([anna]);
    await log.recordOutcomes([{ tenantId: sales.id, mailboxId: anna.id, messageId: message.id, target: position, state: 'refused', reason: 'no such order' }]);
    await acknowledge(anna, position);
    expect((await browsing.resend({ tenantId: sales.id, clientId: anna.id, after: position - 1, limit: 10 })).entries).toEqual([]);
  });

  it('comes to an end, also where the client acknowledges the copies while it is gone through page by page', async () => {
    const sent: LogEntry[] = [];
    for (let n = 0; n < 3; n++) sent.push(await send([anna]));
    await acknowledge(anna, (sent.at(-1) as LogEntry).position);
    let after = (sent[0] as LogEntry).position - 1;
    let copies = 0;
    for (let pages = 0; pages < 10; pages++) {
      const { entries, last, more } = await browsing.resend({ tenantId: sales.id, clientId: anna.id, after, limit: 2 });
      copies += entries.length;
      await acknowledge(anna, (entries.at(-1) as LogEntry).position);
      after = last as number;
      if (!more) break;
    }
    expect(copies).toBe(3);
    expect(await browsing.resend({ tenantId: sales.id, clientId: anna.id, after, limit: 2 })).toEqual({ entries: [], more: false });
  });

  it('copies what came in a time', async () => {
    const { at, position } = await send([anna]);
    await acknowledge(anna, position);
    const none = await browsing.resend({ tenantId: sales.id, clientId: anna.id, since: at + 60_000, limit: 5 });
    expect(none).toEqual({ entries: [], more: false });
    expect((await browsing.resend({ tenantId: sales.id, clientId: anna.id, since: at, until: at, limit: 5 })).entries).toEqual([]);
    expect((await browsing.resend({ tenantId: sales.id, clientId: anna.id, since: at, limit: 5 })).entries).toHaveLength(1);
  });
});

describe('messages', () => {
  const whole = (name: string, tenant = sales) => `${name}@${tenant.name}.hq`;

  it('are found by id, correlation, sender, recipient, type and time, newest first, page by page', async () => {
    const sent: string[] = [];
    for (let n = 0; n < 7; n++) {
      const { message } = await send(n % 2 === 0 ? [anna] : [anna, boris], { type: n === 3 ? 'price' : 'order', correlationId: n < 2 ? 'A-17' : undefined });
      sent.unshift(message.id);
    }
    const ours = { tenantIds: [sales.id] };
    expect(await ids(ours, 2)).toEqual(sent);
    expect((await ids({}, 3)).filter((id) => sent.includes(id))).toEqual(sent);
    expect(await ids({ id: sent[2] })).toEqual([sent[2]]);
    expect(await ids({ id: sent[2], tenantIds: [stock.id] })).toEqual([]);
    expect(await ids({ correlationId: 'A-17', ...ours }, 1)).toEqual(sent.slice(5));
    expect(await ids({ ...ours, type: 'price' })).toEqual([sent[3]]);
    expect(await ids({ from: { address: whole('server'), tenantId: sales.id, mailboxId: server.id } }, 2)).toEqual(sent);
    expect(await ids({ to: { address: whole('boris'), mailboxId: boris.id } }, 2)).toEqual([sent[1], sent[3], sent[5]]);
    const until = Number.parseInt((sent[0] as string).replaceAll('-', '').slice(0, 12), 16) - 3_600_000;
    expect(await ids({ ...ours, until })).toEqual([]);
    expect(await ids({ ...ours, since: until })).toEqual(sent);
    expect(await ids({ to: { address: whole('boris'), mailboxId: boris.id }, since: until, until: until + 1 })).toEqual([]);
  });

  it('are shown with their recipients, size and state', async () => {
    const { message, position } = await send([anna, boris], { data: '"Привет"' });
    await acknowledge(anna, position);
    expect((await browsing.messages({ limit: 1, id: message.id })).items).toEqual([
      expect.objectContaining({
        id: message.id,
        tenantId: sales.id,
        from: whole('server'),
        to: [whole('anna'), whole('boris')],
        recipients: 2,
        type: 'order',
        state: 'queued',
        bytes: 14,
      }),
    ]);
    await acknowledge(boris, position + 1);
    expect((await browsing.messages({ limit: 1, id: message.id })).items).toMatchObject([{ state: 'acknowledged' }]);
  });

  it('of another tenant are not found by its other recipients', async () => {
    const [clerk] = (await mailboxes.ensure(stock.id, 'client', ['clerk'])).map(({ mailbox }) => mailbox) as [Mailbox];
    const refused = JSON.stringify([{ address: whole('nobody') }]);
    const { message } = await send([anna, clerk], { refused });
    for (const [to, tenant] of [[anna, sales] as const, [clerk, stock] as const]) {
      const search = { to: { address: whole(to.name, tenant), tenantId: tenant.id, mailboxId: to.id } };
      expect(await ids({ ...search, tenantIds: [sales.id] })).toEqual([message.id]);
      expect(await ids({ ...search, tenantIds: [stock.id] })).toEqual(to === clerk ? [message.id] : []);
    }
    expect(await ids({ to: { address: whole('nobody') }, tenantIds: [sales.id] })).toEqual([message.id]);
    expect(await ids({ to: { address: whole('nobody') }, tenantIds: [stock.id] })).toEqual([]);
  });

  it('of another tenant are shown with one’s own recipients only', async () => {
    const [dora] = (await mailboxes.ensure(stock.id, 'client', ['dora'])).map(({ mailbox }) => mailbox) as [Mailbox];
    const { message } = await send([anna, dora], { refused: JSON.stringify([{ address: 'secret@other.hq', state: 'refused' }]) });
    const alone = await send([dora]);
    expect((await browsing.messages({ limit: 5, tenantIds: [stock.id] })).items.map(({ id, to }) => [id, to])).toEqual([
      [alone.message.id, [whole('dora', stock)]],
      [message.id, [whole('dora', stock)]],
    ]);
    expect((await browsing.messages({ limit: 5, tenantIds: [sales.id] })).items.map(({ id, recipients }) => [id, recipients])).toEqual([
      [alone.message.id, 1],
      [message.id, 3],
    ]);
  });

  it('are found by state, also where it waits for its time, was refused, or came from another installation', async () => {
    const ours = { tenantIds: [sales.id] };
    const plain = await send([anna]);
    const ended = await send([anna]);
    await log.recordOutcomes([{ tenantId: sales.id, mailboxId: anna.id, messageId: ended.message.id, target: ended.position, state: 'withdrawn' }]);
    const refused = append([boris], { refused: JSON.stringify([{ address: whole('nobody'), state: 'refused', error: { type: 'x' } }]) });
    const waiting: Append = append([], { waiting: { dueAt: (await log.now()) + 60_000, to: [whole('boris')] } });
    const foreign = append([boris], { tenantId: 0, senderId: 0, from: 'eva@shop.branch-7', origin: 7 });
    await log.append([refused, waiting, foreign]);
    const newest = [foreign, waiting, refused].map(({ message }) => message.id);
    expect(await ids(ours, 2)).toEqual([...newest, ended.message.id, plain.message.id]);
    expect(await ids({ ...ours, state: 'withdrawn' })).toEqual([ended.message.id]);
    expect(await ids({ ...ours, state: 'scheduled' })).toEqual([waiting.message.id]);
    expect(await ids({ ...ours, state: 'queued' }, 1)).toEqual([foreign.message.id, refused.message.id, plain.message.id]);
    expect(await ids({ to: { address: whole('nobody') } })).toEqual([refused.message.id]);
    expect(await ids({ to: { address: whole('boris'), mailboxId: boris.id } })).toEqual(newest);
    expect(await ids({ from: { address: 'eva@shop.branch-7' } })).toEqual([foreign.message.id]);
    expect(await ids({ from: { address: whole('server'), tenantId: sales.id, mailboxId: server.id } }, 1)).toEqual([
      waiting.message.id,
      refused.message.id,
      ended.message.id,
      plain.message.id,
    ]);
    expect(await browsing.head(foreign.message.id)).toMatchObject({ tenantId: 0, tenantIds: [sales.id], sentAt: expect.any(Number), origin: 'branch-7' });
    expect((await browsing.messages({ limit: 1, id: waiting.message.id })).items).toMatchObject([{ state: 'scheduled', to: [whole('boris')], recipients: 1 }]);
  });

  it('to many stand there once, though they stand in the log for each recipient', async () => {
    const { message } = await send([anna, boris, server]);
    expect(await ids({ tenantIds: [sales.id] }, 1)).toEqual([message.id]);
  });

  it('are not looked through without end: a page that found nothing says how far it came and where to go on', async () => {
    await dataSource.query(
      `insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, sent_at)
        select vestnik.uuid7(), 0, 0, 'x', 'bulk', '1', vestnik.now_ms() from generate_series(1, 60000)`,
    );
    const { message } = await send([anna], { id: '01900000-0000-7000-8000-000000000001', type: 'needle' });
    const first = await browsing.messages({ limit: 10, type: 'needle' });
    expect([first.items, first.next, first.searchedTo]).toEqual([[], expect.any(String), expect.any(Number)]);
    expect(await ids({ type: 'needle' })).toEqual([message.id]);
  });
});
