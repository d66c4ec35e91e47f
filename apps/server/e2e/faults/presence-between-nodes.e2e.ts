import type { Presence } from '@vestnik/protocol';
import { type RawSocketClient, TestPostgres, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Two nodes over one Postgres; the second is killed by the last of these tests. */
describe('presence on two nodes', () => {
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

  const told = (client: RawSocketClient, name: string) =>
    client.others.flatMap(({ method, params }) => {
      const presence = params as Presence;
      return method === 'presence' && presence.client === tenant.address(name) ? [presence] : [];
    });

  async function watch(client: RawSocketClient, ...clients: string[]): Promise<Presence[]> {
    const answer = await client.ask('presence.watch', { clients });
    const result = answer?.result as { clients: Presence[] } | undefined;
    return result?.clients ?? [];
  }

  it('is told across them: coming, a status, and going; and since when is kept', async () => {
    const watcher = await tenant.connect('anna');
    expect(await watch(watcher, 'ivanov')).toEqual([{ client: tenant.address('ivanov'), online: false, sessions: 0 }]);
    const ivanov = await far.connect('ivanov');
    await watcher.until('ivanov online', (client) => told(client, 'ivanov').at(-1)?.online);
    await ivanov.ask('presence.set', { status: 'busy', text: 'on the phone' });
    expect(await watcher.until('busy', (client) => told(client, 'ivanov').find(({ status }) => status === 'busy'))).toMatchObject({
      online: true,
      text: 'on the phone',
      sessions: 1,
    });
    await ivanov.end();
    const gone = await watcher.until('ivanov offline', (client) => told(client, 'ivanov').find(({ online }) => !online));
    const seen = () => tenant.api('GET', '/clients/ivanov');
    await untilAsked('it is kept', async () => (await seen()).body.seenAt !== undefined && (await seen()).body.online === false, 10_000);
    expect(Math.abs(Date.parse((await seen()).body.seenAt as string) - Date.parse(gone.since as string))).toBeLessThan(60_000);
    await watcher.end();
  });

  it('leaves no ghost of a node that is killed', async () => {
    const watcher = await tenant.connect('anna');
    await Promise.all(['petrov', 'sidorov'].map((name) => far.connect(name)));
    const stays = await tenant.connect('sidorov');
    await untilAsked(
      'both nodes know of all',
      async () => {
        const answer = await watcher.ask('presence.get', { clients: ['petrov', 'sidorov'] });
        const clients = (answer?.result as { clients: Presence[] } | undefined)?.clients ?? [];
        return clients[0]?.sessions === 1 && clients[1]?.sessions === 2;
      },
      10_000,
    );
    await watch(watcher, 'petrov', 'sidorov');
    await there.kill();
    expect(await watcher.until('petrov offline', (client) => told(client, 'petrov').at(-1), 50_000)).toMatchObject({ online: false, sessions: 0 });
    expect(await watcher.until('one session of sidorov', (client) => told(client, 'sidorov').at(-1))).toMatchObject({ online: true, sessions: 1 });
    await stays.end();
  });
});
