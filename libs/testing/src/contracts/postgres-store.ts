import { SILENT } from '@vestnik/core';
import {
  createDataSource,
  forgetTenant,
  makePartitions,
  migrate,
  PostgresLinkDirectory,
  PostgresLinkLog,
  PostgresMailboxes,
  PostgresMessageLog,
  PostgresOutgoing,
  PostgresSubscriptions,
  PostgresTenantDirectory,
  PostgresTransit,
  PostgresWebhooks,
  Sql,
} from '@vestnik/store';
import pg from 'pg';
import { REAL_CLOCK } from './real-clock.js';
import type { StoreUnderTest } from './stage.js';
import { SMALL_TRANSIT } from './transit.js';

/** The store's time, which a test may let pass: everything in the store that decides by time asks this function. */
const MOVABLE_TIME = [
  'create table public.passed (ms bigint not null)',
  'insert into public.passed values (0)',
  `create or replace function vestnik.now_ms() returns bigint language sql volatile as $$
    select floor(extract(epoch from clock_timestamp()) * 1000)::bigint + (select p.ms from public.passed p)
  $$`,
];

/** The store in an empty Postgres database, as two nodes with connections of their own see it. */
export async function openPostgresStore(url: string): Promise<StoreUnderTest> {
  const dataSource = await createDataSource({ url, poolSize: 3 }).initialize();
  await migrate(dataSource);
  const sqlOf = (connections: number, synchronousCommit: 'on' | 'off') => new Sql({ url, connections, synchronousCommit, onError: () => {} });
  const [own, others, lazy] = [sqlOf(4, 'on'), sqlOf(4, 'on'), sqlOf(1, 'off')];
  await makePartitions(own);
  for (const statement of MOVABLE_TIME) await dataSource.query(statement);
  const outgoing = new PostgresOutgoing({ sql: own, directUrl: url, clock: REAL_CLOCK, log: SILENT });
  const mailboxes = new PostgresMailboxes(own);
  return {
    installation: 'hq',
    tenants: new PostgresTenantDirectory(dataSource, { now: Date.now }, [forgetTenant]),
    mailboxes,
    subscriptions: new PostgresSubscriptions(own, mailboxes, 'hq'),
    log: new PostgresMessageLog(own, lazy, 'hq'),
    otherNode: new PostgresMessageLog(others, lazy, 'hq'),
    webhooks: new PostgresWebhooks(own),
    links: new PostgresLinkDirectory(own),
    linkLog: new PostgresLinkLog(own, lazy, 'hq'),
    transit: new PostgresTransit(own, SMALL_TRANSIT),
    otherTransit: new PostgresTransit(others, SMALL_TRANSIT),
    outgoing,
    stage: async (tenant, client, texts) => {
      await dataSource.query('insert into vestnik.sql_sender (role, tenant, client) values (current_user, $1, $2) on conflict do nothing', [
        tenant.name,
        client,
      ]);
      const rows = (await dataSource.query('select vestnik.send($1, t.text) as id from unnest($2::text[]) with ordinality t(text, n) order by t.n', [
        tenant.name,
        texts,
      ])) as { id: string }[];
      return rows.map(({ id }) => id);
    },
    passTime: async (ms) => void (await dataSource.query('update public.passed set ms = ms + $1', [ms])),
    hold: async (tenantId) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock(8378, $1)', [tenantId]);
      return async () => {
        await client.query('rollback');
        await client.end();
      };
    },
    close: async () => {
      await outgoing.close();
      await Promise.all([own.end(), others.end(), lazy.end(), dataSource.destroy()]);
    },
  };
}
