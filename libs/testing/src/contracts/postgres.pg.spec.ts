import { afterAll, beforeAll } from 'vitest';
import { TestPostgres } from '../test-postgres.js';
import { describeMailboxes, describeMessageLog, describeTenantDirectory } from './describe-store.js';
import { openPostgresStore } from './postgres-store.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await TestPostgres.start();
});
afterAll(() => postgres?.close());

const makeStore = async () => openPostgresStore(await postgres.createDatabase());

describeTenantDirectory('in Postgres', makeStore);
describeMailboxes('in Postgres', makeStore);
describeMessageLog('in Postgres', makeStore, 6);
