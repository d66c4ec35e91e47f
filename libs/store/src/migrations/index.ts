import type { MigrationInterface } from 'typeorm';
import { Directory0001 } from './0001-directory.js';
import { Log0002 } from './0002-log.js';
import { Topics0003 } from './0003-topics.js';
import { History0004 } from './0004-history.js';
import { Webhooks0005 } from './0005-webhooks.js';
import { PublishFromSql0006 } from './0006-publish-from-sql.js';
import { Links0007 } from './0007-links.js';
import { Outboxes0008 } from './0008-outboxes.js';
import { Transit0009 } from './0009-transit.js';

/** Where it is written down which migrations have run, in the schema of the bus. */
export const MIGRATION_TABLE = 'migration';

/**
 * All migrations, oldest first. One that was released is never changed: the next one mends it.
 *
 * TypeORM reads the order from the last 13 digits of `name`: `Log0002000000000002` comes after `Directory0001000000000001`.
 */
export const MIGRATIONS: readonly (new () => MigrationInterface)[] = [
  Directory0001,
  Log0002,
  Topics0003,
  History0004,
  Webhooks0005,
  PublishFromSql0006,
  Links0007,
  Outboxes0008,
  Transit0009,
];
