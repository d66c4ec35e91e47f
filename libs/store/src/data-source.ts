import { type Log, SILENT } from '@vestnik/core';
import pg from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { DIRECTORY_ENTITIES } from './directory/entities.js';
import { MIGRATION_TABLE, MIGRATIONS } from './migrations/index.js';

/** The Postgres schema that holds everything of the bus. */
export const SCHEMA = 'vestnik';

export interface StoreSettings {
  /** `postgres://…`; a Unix socket is `postgres://user@%2Fsome%2Ffolder/database`. */
  readonly url: string;
  /** Connections that one node keeps open at most. */
  readonly poolSize?: number;
  /** As `pg_stat_activity` shows it. */
  readonly applicationName?: string;
  readonly connectTimeoutMs?: number;
  readonly log?: Log;
}

/** Oid of int8. Positions and times fit into 53 bits, so they come out as numbers, in raw queries and entities alike. */
const INT8 = 20;
const readInt8 = (text: string): number => Number(text);
const TYPES = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? readInt8 : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * Everything that reaches Postgres, over one pool. Not connected yet: call `initialize()`, then `migrate()`.
 *
 * A connection that breaks is put down in the log and never ends the process, whoever holds it at that moment;
 * what was under way on it fails with its own error.
 */
export function createDataSource(settings: StoreSettings): DataSource {
  const log = settings.log ?? SILENT;
  return new DataSource({
    type: 'postgres',
    driver: { ...pg, Pool: poolThatSurvives(log) },
    schema: SCHEMA,
    entities: [...DIRECTORY_ENTITIES],
    migrations: [...MIGRATIONS],
    migrationsTableName: MIGRATION_TABLE,
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    logging: false,
    poolSize: settings.poolSize ?? 10,
    connectTimeoutMS: settings.connectTimeoutMs ?? 5_000,
    applicationName: settings.applicationName ?? 'vestnik',
    poolErrorHandler: () => {},
    // Not `url`: what TypeORM makes of it leaves out sockets and parameters that the driver understands.
    extra: { connectionString: settings.url, keepAlive: true, idleTimeoutMillis: 60_000, types: TYPES },
  });
}

/** The pool hears only of connections that lie idle; one that is checked out tells whoever listens to it, or ends the process. */
function poolThatSurvives(log: Log): typeof pg.Pool {
  return class extends pg.Pool {
    constructor(config?: pg.PoolConfig) {
      super(config);
      this.on('connect', (client) => client.on('error', (error) => log.warn('a connection to Postgres broke', { error: error.message })));
      this.on('error', () => {});
    }
  };
}

/** The pool under a data source that is initialized, for what is faster without TypeORM. */
export function poolOf(dataSource: DataSource): pg.Pool {
  return (dataSource.driver as unknown as { master: pg.Pool }).master;
}

/**
 * The rows of any statement, in a transaction or without.
 *
 * TypeORM's own `query()` answers rows for `select` and `insert` but `[rows, count]` for `update` and `delete`;
 * here it is rows always, so `update` and `delete` need `returning`.
 */
export async function rowsOf<Row>(on: DataSource | EntityManager | QueryRunner, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  const runner = 'release' in on && 'connect' in on ? (on as QueryRunner) : (on as EntityManager).queryRunner;
  if (runner !== undefined) return (await runner.query(sql, [...values], true)).records as Row[];
  const own = ('createQueryRunner' in on ? (on as DataSource) : (on as EntityManager).dataSource).createQueryRunner();
  try {
    return (await own.query(sql, [...values], true)).records as Row[];
  } finally {
    await own.release();
  }
}

/** The store's clock, milliseconds since 1970: the time that decides. */
export async function storeTime(dataSource: DataSource): Promise<number> {
  const [row] = await rowsOf<{ now: number }>(dataSource, 'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now');
  return (row as { now: number }).now;
}
