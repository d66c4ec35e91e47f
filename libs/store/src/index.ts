export * from './data-source.js';
export * from './directory/index.js';
export { beginEpoch } from './log/epochs.js';
export { forgetTenant } from './log/forget-tenant.js';
export { type Dropped, dropPartitions, makePartitions } from './log/partitions.js';
export { PostgresMessageLog } from './log/postgres-message-log.js';
export { Sql, type SqlOptions } from './log/sql.js';
export { PostgresMailboxes } from './mailboxes/postgres-mailboxes.js';
export * from './migrate.js';
