import { ask, TestPostgres, TestServer, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('while Postgres is away', () => {
  let postgres: TestPostgres;
  let server: TestServer;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    server = await TestServer.start({ databaseUrl: await postgres.createDatabase() });
  });
  afterAll(async () => {
    await server?.close();
    await postgres?.close();
  });

  it('sends are told unavailable and when to come back, the process lives, and all heals within five seconds', async () => {
    const tenant = await server.createTenant('sales');
    const { pid } = server;
    const client = await tenant.connect('ivanov');
    await postgres.stop();
    const startedAt = performance.now();
    const answer = await tenant.api('POST', '/messages', { to: 'ivanov', type: 'hello', data: 1 });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(answer).toMatchObject({ status: 503, body: { type: 'urn:vestnik:problem:unavailable', retryable: true } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    await untilAsked('not ready', async () => (await ask(`${server.url}/readyz`)).status === 503);
    expect((await ask(`${server.url}/healthz`)).status).toBe(200);

    await postgres.startAgain();
    await untilAsked(
      'a send is accepted again',
      async () => (await tenant.api('POST', '/messages', { to: 'ivanov', type: 'hello', data: 2 })).status === 202,
      5_000,
    );
    await untilAsked('ready again', async () => (await ask(`${server.url}/readyz`)).status === 200, 5_000);
    const back = client.close === undefined ? client : await tenant.connect('ivanov');
    await back.until('the message', ({ messages }) => messages.some(({ data }) => data === 2), 5_000);
    expect(server.pid).toBe(pid);
    expect(server.running).toBe(true);
  });

  it('connections that are terminated at random are replaced', async () => {
    const tenant = await server.createTenant('accounting');
    const client = await tenant.connect('ivanov');
    for (let times = 0; times < 5; times++) {
      await postgres.terminateConnections();
      await untilAsked(
        'a send is accepted',
        async () => (await tenant.api('POST', '/messages', { to: 'ivanov', type: 'hello', data: times })).status === 202,
        5_000,
      );
    }
    const back = client.close === undefined ? client : await tenant.connect('ivanov');
    await back.until('the last message', ({ messages }) => messages.some(({ data }) => data === 4), 5_000);
  });
});
