import { TestPostgres, TestServer } from '@vestnik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { holdTenantLock } from './held-lock.js';

describe('a tenant whose lock is held by something else', () => {
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

  it('waits alone: the others go on, and nothing of it is lost', async () => {
    await holdTenantLock(postgres, server, url, 2_000);
  });
});
