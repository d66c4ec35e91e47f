export { EmbeddedPostgresError } from './embedded-postgres-error.js';
export type { Exit } from './launch.js';
export type { PostgresSettings } from './postgres-settings.js';
export { type PostgresConnection, type RunningPostgres, type StartPostgresOptions, startPostgres } from './start-postgres.js';
