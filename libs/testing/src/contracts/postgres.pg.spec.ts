import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres } from '@vestnik/store/embedded';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import {
  describeLinkDirectory,
  describeLinkLog,
  describeMailboxes,
  describeMessageLog,
  describeOutgoing,
  describeTenantDirectory,
  describeTransit,
  describeWebhooks,
} from './describe-store.js';
import { openPostgresStore } from './postgres-store.js';

/** `PG_BIN` names the folder of another Postgres's programs: the contracts hold from 13 on. */
const folder = mkdtempSync(join(tmpdir(), 'vestnik-contracts-'));
let postgres: RunningPostgres;
let databases = 0;

beforeAll(async () => {
  postgres = await startPostgres({ dataDir: folder, pgBin: process.env.PG_BIN });
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function makeStore() {
  const name = `contracts_${++databases}`;
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return openPostgresStore(postgres.url.replace(/\/vestnik(\?|$)/, `/${name}$1`));
}

describeTenantDirectory('in Postgres', makeStore);
describeWebhooks('in Postgres', makeStore);
describeLinkDirectory('in Postgres', makeStore);
describeLinkLog('in Postgres', makeStore);
describeTransit('in Postgres', makeStore);
describeMailboxes('in Postgres', makeStore);
describeMessageLog('in Postgres', makeStore, 6);
describeOutgoing('in Postgres', makeStore);
