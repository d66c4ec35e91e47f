import { type Log, SILENT } from '@vestnik/core';
import { type DataSource, MigrationExecutor } from 'typeorm';
import { rowsOf, SCHEMA } from './data-source.js';
import { MIGRATION_TABLE } from './migrations/index.js';

/** Key of the advisory lock under which migrations run: `vest` in ASCII. */
const MIGRATION_LOCK = 0x76657374;

/** A newer version of the bus was here: this one does not know what it would break. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';

  constructor(readonly unknown: readonly string[]) {
    super(`the database was migrated by a newer version (${unknown.join(', ')}); start that version, or restore a backup from before`);
  }
}

/**
 * Brings the schema up to date. Nodes that start at once wait for each other, so each migration runs once.
 * Where nothing is to be done no right to change the schema is needed.
 *
 * Wants a connection straight to Postgres: a pooler that hands out connections by the transaction loses the lock.
 *
 * @returns the names of the migrations that were run
 * @throws NewerSchemaError and changes nothing
 */
export async function migrate(dataSource: DataSource, log: Log = SILENT): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      const [found] = await rowsOf<{ schema: boolean }>(runner, 'select to_regnamespace($1) is not null as schema', [SCHEMA]);
      if (!found?.schema) await runner.query(`create schema ${SCHEMA}`);

      const unknown = await unknownMigrations(dataSource);
      if (unknown.length > 0) throw new NewerSchemaError(unknown);

      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      const done = (await executor.executePendingMigrations()).map((migration) => migration.name);
      if (done.length > 0) log.info('the database was migrated', { migrations: done });
      return done;
    } finally {
      // A lost connection has given back the lock by itself.
      await runner.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => {});
    }
  } finally {
    await runner.release();
  }
}

/** Migrations that have run here and that this version does not have. */
async function unknownMigrations(dataSource: DataSource): Promise<string[]> {
  const [table] = await rowsOf<{ exists: boolean }>(dataSource, 'select to_regclass($1) is not null as exists', [`${SCHEMA}.${MIGRATION_TABLE}`]);
  if (!table?.exists) return [];
  const known = new Set(dataSource.migrations.map((migration) => migration.name));
  const rows = await rowsOf<{ name: string }>(dataSource, `select m.name from ${SCHEMA}.${MIGRATION_TABLE} m order by m.id`);
  return rows.map((row) => row.name).filter((name) => !known.has(name));
}

/** Whether this version can work on the schema as it stands. Changes nothing. */
export async function schemaState(dataSource: DataSource): Promise<'current' | 'older' | 'newer'> {
  if ((await unknownMigrations(dataSource)).length > 0) return 'newer';
  return (await new MigrationExecutor(dataSource).getPendingMigrations()).length > 0 ? 'older' : 'current';
}
