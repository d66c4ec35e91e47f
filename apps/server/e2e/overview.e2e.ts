import { request } from 'node:http';
import { ask, TestPostgres, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

/* What administrators are told of the installation as a whole: two nodes over one Postgres. */

interface Stats {
  readonly now: { readonly sessions: number };
  readonly hour: { readonly accepted: number; readonly delivered: number; readonly refused: number };
  readonly nodes: number;
  readonly waiting: { readonly messages: number; readonly clients: number; readonly oldest?: { readonly client: string } };
  readonly postgres: {
    readonly version: string;
    readonly embedded: boolean;
    readonly sizeBytes: number;
    readonly partitions: number;
    readonly tables: unknown[];
  };
  readonly attention: { readonly kind: string }[];
}

let postgres: TestPostgres;
let here: TestServer;
let there: TestServer;
let demo: TestTenant;

beforeAll(async () => {
  postgres = await TestPostgres.start();
  here = await TestServer.start({ databaseUrl: postgres.url });
  there = await TestServer.join(here);
  demo = await here.createTenant('demo', { unknownClients: 'refuse' });
});
afterAll(async () => {
  await Promise.all([here?.close(), there?.close()]);
  await postgres?.close();
});

async function stats(server: TestServer): Promise<Stats> {
  return (await ask<Stats>(`${server.url}/v1/stats`, { credentials: server.adminKey })).body;
}

it('adds up what both nodes do, whichever is asked', async () => {
  const ivanov = await demo.at(there).connect('ivanov');
  await demo.send({ to: 'ivanov', type: 'order', data: 1 });
  await ivanov.until('the message', ({ messages }) => messages.length === 1);
  expect((await demo.api('POST', '/messages', { to: 'nobody', type: 'order' })).status).toBe(404);
  for (const server of [here, there]) {
    await untilAsked('the nodes know of each other', async () => (await stats(server)).nodes === 2);
    const { now, hour } = await stats(server);
    expect(now.sessions).toBe(1);
    expect(hour).toMatchObject({ accepted: 1, delivered: 1, refused: 1 });
  }
  const { body } = await ask<{ items: { self: boolean; sessions: number; version: string; memoryBytes: number }[] }>(`${here.url}/v1/nodes`, {
    credentials: here.adminKey,
  });
  expect(body.items.map(({ self, sessions }) => [self, sessions])).toEqual([
    [true, 0],
    [false, 1],
  ]);
  for (const { version, memoryBytes } of body.items) {
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(memoryBytes).toBeGreaterThan(10_000_000);
  }
  await ivanov.end();
});

it('says what waits, and how Postgres is', async () => {
  await demo.api('POST', '/tokens', { client: 'petrov' });
  await demo.send({ to: 'petrov', type: 'order', data: 1 });
  await untilAsked('it was counted', async () => (await stats(here)).waiting.messages >= 1);
  const { waiting, postgres: store } = await stats(here);
  expect(waiting.oldest?.client).toBeDefined();
  expect(store).toMatchObject({ embedded: false });
  expect(store.version).toMatch(/^\d+/);
  expect(store.sizeBytes).toBeGreaterThan(1_000_000);
  expect(store.partitions).toBeGreaterThan(0);
  expect(store.tables.length).toBeGreaterThan(3);
});

it('remembers calls of both nodes, and shows what happens on both as it happens', async () => {
  const sidorov = await demo.at(there).connect('sidorov');
  const happened: { kind: string; node: string }[] = [];
  const watching = request(`${here.url}/v1/tail?kinds=session-opened,delivered&tenant=demo`, { headers: { authorization: `Bearer ${here.adminKey}` } });
  const watched = new Promise<void>((resolve) => {
    watching.on('response', (answer) => {
      answer.on('error', () => {});
      answer.on('data', (bytes: Buffer) => {
        for (const [, data = ''] of bytes.toString().matchAll(/event: seen\ndata: (.*)\n/g)) happened.push(JSON.parse(data));
        if (happened.some(({ kind }) => kind === 'delivered')) resolve();
      });
    });
  });
  watching.on('error', () => {});
  watching.end();
  await untilAsked('the other node tells', async () => {
    await demo.send({ to: 'sidorov', type: 'order', data: 1 });
    return happened.length > 0;
  });
  await watched;
  watching.destroy();
  const { body } = await ask<{ items: { node: string; self: boolean }[] }>(`${here.url}/v1/nodes`, { credentials: here.adminKey });
  expect(happened[0]?.node).toBe(body.items.find(({ self }) => !self)?.node);

  await demo.at(there).api('POST', '/calls', { to: 'nobody', method: 'openForm' });
  const calls = await ask<{ items: { method: string; state: string; problem: string; tenant: string }[] }>(`${here.url}/v1/calls?failed=true`, {
    credentials: here.adminKey,
  });
  expect(calls.body.items[0]).toMatchObject({ method: 'openForm', state: 'failed', problem: 'client-offline', tenant: 'demo' });
  await sidorov.end();
});
