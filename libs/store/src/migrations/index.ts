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
import { Administrators0010 } from './0010-administrators.js';
import { Browsing0011 } from './0011-browsing.js';
import { Overviews0012 } from './0012-overviews.js';

/** Where it is written down which migrations have run, in the schema of the bus. */
export const MIGRATION_TABLE = 'migration';

/**
 * All migrations, oldest first. One that was released is never changed: the next one mends it.
 *
 * TypeORM reads the order from the last 13 digits of `name`: `Log0002000000000002` comes after `Directory0001000000000001`.
 * From the tenth on they are written `…9000000000010`, so as to come after `…9000000000009`.
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
  Administrators0010,
  Browsing0011,
  Overviews0012,
];
