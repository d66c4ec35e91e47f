import { TestPostgres, TestServer, type TestTenant } from '@vestnik/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a backend on the bus’s own Postgres', () => {
  let postgres: TestPostgres;
  let databaseUrl: string;
  let first: TestServer;
  let second: TestServer;
  let tenant: TestTenant;
  let backend: pg.Client;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    databaseUrl = await postgres.createDatabase();
    first = await TestServer.start({ databaseUrl });
    second = await TestServer.join(first);
    tenant = await first.createTenant('accounting');
    await postgres.query('create role accounting_app', [], databaseUrl);
    await postgres.query(`insert into vestnik.sql_sender (role, tenant, client) values ('accounting_app', 'accounting', 'server')`, [], databaseUrl);
    backend = new pg.Client({ connectionString: databaseUrl });
    await backend.connect();
    await backend.query('set session authorization accounting_app');
  });
  afterAll(async () => {
    await backend?.end();
    await Promise.all([first?.close(), second?.close()]);
    await postgres?.close();
  });

  const send = async (message: object): Promise<string> =>
    ((await backend.query<{ id: string }>('select vestnik.send($1, $2) as id', ['accounting', JSON.stringify(message)])).rows[0] as { id: string }).id;

  it('sends with its own transaction, and a client has it at once, on whichever node', async () => {
    const [here, there] = [await tenant.connect('ivanov'), await tenant.at(second).connect('ivanov')];
    await backend.query('begin');
    await send({ to: 'ivanov', type: 'order', data: 'rolled back' });
    await backend.query('rollback');
    await backend.query('begin');
    const id = await send({ to: 'ivanov', type: 'order', data: { sum: 1 }, correlationId: 'A-17' });
    await backend.query('commit');
    for (const socket of [here, there]) {
      const [message] = await socket.received(1);
      expect(message).toMatchObject({ id, from: tenant.address('server'), to: tenant.address('ivanov'), data: { sum: 1 }, correlationId: 'A-17' });
    }
    expect((await tenant.api('GET', `/messages/${id}`)).body).toMatchObject({ id, to: [{ address: tenant.address('ivanov') }] });
  });

  it('may ask what became of a message that nobody took', async () => {
    const id = await send({ to: 'somebody@elsewhere', type: 'order' });
    const last = await send({ to: 'petrov', type: 'order' });
    await expect.poll(async () => (await tenant.api('GET', `/messages/${last}`)).status, { timeout: 20_000 }).toBe(200);
    expect((await tenant.api('GET', `/messages/${id}`)).body).toMatchObject({ to: [{ state: 'refused', error: { type: 'recipient-refused' } }] });
  });

  it('loses nothing, and has nothing twice or out of order, when nodes are killed while they take what it sent', async () => {
    await backend.query(`select vestnik.send('accounting', json_build_object('to', 'anna', 'type', 't', 'data', n)) from generate_series(0, 3999) n`);
    await first.kill();
    await backend.query(`select vestnik.send('accounting', json_build_object('to', 'anna', 'type', 't', 'data', n)) from generate_series(4000, 5999) n`);
    await second.kill();
    await Promise.all([first.startAgain(), second.startAgain()]);
    const socket = await tenant.connect('anna', { window: 10_000 });
    expect((await socket.received(6_000, 60_000)).map(({ data }) => data)).toEqual(upTo(6_000));
    expect(await postgres.query('select count(*)::int as count from vestnik.outgoing', [], databaseUrl)).toEqual([{ count: 0 }]);
  }, 120_000);
});
