import type { MigrationInterface } from 'typeorm';
import { Directory0001 } from './0001-directory.js';
import { Log0002 } from './0002-log.js';

/** Where it is written down which migrations have run, in the schema of the bus. */
export const MIGRATION_TABLE = 'migration';

/**
 * All migrations, oldest first. One that was released is never changed: the next one mends it.
 *
 * TypeORM reads the order from the last 13 digits of `name`: `Log0002000000000002` comes after `Directory0001000000000001`.
 */
export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [Directory0001, Log0002];
