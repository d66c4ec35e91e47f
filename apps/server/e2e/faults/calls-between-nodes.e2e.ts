import { TestPostgres, TestServer, type TestTenant } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Two nodes over one Postgres; the second is killed by the last of these tests. */
describe('a call between two nodes', () => {
  let postgres: TestPostgres;
  let here: TestServer;
  let there: TestServer;
  let tenant: TestTenant;
  let far: TestTenant;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    here = await TestServer.start({ databaseUrl: postgres.url });
    there = await TestServer.join(here);
    tenant = await here.createTenant('demo');
    far = tenant.at(there);
  });

  afterAll(async () => {
    await Promise.all([here?.close(), there?.close()]);
    await postgres?.close();
  });

  /** Asks again until the node has heard of the session on the other one. */
  async function callOnceKnown(params: Record<string, unknown>) {
    for (;;) {
      const answer = await tenant.api('POST', '/calls', params);
      if (answer.body.type !== 'urn:vestnik:problem:client-offline') return answer;
    }
  }

  /** As {@link callOnceKnown}, by a session of the other node; undefined where that ends first. */
  async function askOnceKnown(session: Awaited<ReturnType<TestTenant['connect']>>, params: Record<string, unknown>) {
    for (;;) {
      const reply = await session.ask('call', params);
      if (reply?.error?.data?.type !== 'client-offline') return reply;
    }
  }

  it('reaches the session on the other node, and its answer comes back byte for byte', async () => {
    const ivanov = await far.connect('ivanov');
    const answer = callOnceKnown({ to: 'ivanov', method: 'sum', params: { a: 1 } });
    const call = await ivanov.until('the call', ({ calls }) => calls[0]);
    expect(call.params).toMatchObject({ from: tenant.address('server'), method: 'sum', params: { a: 1 } });
    ivanov.sendText(`{"jsonrpc":"2.0","id":"${call.id}","result":{"n":12345678901234567890.10}}`);
    expect((await answer).text).toContain('{"result":{"n":12345678901234567890.10},"from":"ivanov@demo.');
    await ivanov.end();
  });

  it('is cancelled when its deadline passes, and interrupted when the session ends', async () => {
    const petrov = await far.connect('petrov');
    expect((await callOnceKnown({ to: 'petrov', method: 'm', timeout: 0.5 })).body.type).toBe('urn:vestnik:problem:call-timeout');
    await petrov.until('the cancel', ({ others, calls }) =>
      others.some(({ method, params }) => method === 'cancel' && (params as { id: string }).id === calls[0]?.id),
    );
    const interrupted = tenant.api('POST', '/calls', { to: 'petrov', method: 'm', timeout: 60 });
    await petrov.until('the second call', ({ calls }) => calls.length === 2);
    petrov.terminate();
    expect((await interrupted).body.type).toBe('urn:vestnik:problem:call-interrupted');
  });

  it('is interrupted when the node of the session is killed, and cancelled when the node of the caller is', async () => {
    const [ivanov, sidorov] = [await far.connect('ivanov'), await tenant.connect('sidorov')];
    const interrupted = callOnceKnown({ to: 'ivanov', method: 'm', timeout: 60 });
    await ivanov.until('the call', ({ calls }) => calls[0]);
    const fromThere = askOnceKnown(await far.connect('backend'), { to: 'sidorov', method: 'm', timeout: 60 });
    const { id } = await sidorov.until('the call from there', ({ calls }) => calls[0]);
    await there.kill();
    expect(await fromThere).toBeUndefined();
    expect((await interrupted).body.type).toBe('urn:vestnik:problem:call-interrupted');
    await sidorov.until('the cancel', ({ others }) => others.some(({ method, params }) => method === 'cancel' && (params as { id: string }).id === id), 20_000);
  });
});
