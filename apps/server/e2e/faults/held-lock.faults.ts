import { setTimeout as delay } from 'node:timers/promises';
import { TestPostgres, TestServer } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdTenantLock } from './held-lock.js';

describe('transactions of others that do not end', () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let url: string;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    url = await postgres.createDatabase();
    server = await TestServer.start({ databaseUrl: url });
  });
  afterAll(async () => {
    await server?.close();
    await postgres?.close();
  });

  it('hold a tenant’s lock for 30 seconds: the others go on', { timeout: 120_000 }, async () => {
    await holdTenantLock(postgres, server, url, 30_000);
  });

  it('stay idle for minutes: sends and acknowledgements go on, at the same pace', { timeout: 400_000 }, async () => {
    const tenant = await server.createTenant('busy');
    const client = await tenant.connect('ivanov', {}, { keepFrames: false });
    const idle = await postgres.hold('select txid_current(), count(*) from vestnik.tenant_head', url);
    const paces: number[] = [];
    for (let minute = 0; minute < 3; minute++) {
      const startedAt = performance.now();
      for (let times = 0; times < 2_000; times += 20) {
        await Promise.all(Array.from({ length: 20 }, () => tenant.send({ to: 'ivanov', type: 'hello' })));
        await client.until('all of them', ({ messages }) => messages.length >= times + 20);
        await client.call('ack', { position: client.messages.at(-1)?.position });
      }
      client.messages.length = 0;
      paces.push(performance.now() - startedAt);
      await delay(30_000);
    }
    await idle.release();
    expect(paces.at(-1)).toBeLessThan((paces[0] as number) * 3);
  });
});
