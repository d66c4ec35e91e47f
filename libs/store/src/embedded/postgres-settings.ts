import { totalmem } from 'node:os';

/** Settings of Postgres by name, as in `postgresql.conf`. */
export type PostgresSettings = Readonly<Record<string, string | number | boolean>>;

const MIB = 1024 * 1024;

/**
 * The settings of a Postgres that holds the message log and shares its machine with us.
 *
 * What makes an acknowledged commit durable is written out, so that no other
 * file turns it off unseen.
 */
export function defaultSettings(memoryBytes: number): PostgresSettings {
  const sharedMiB = clamp(Math.floor(memoryBytes / 8 / MIB), 64, 1024);
  return {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    listen_addresses: '',
    max_connections: 100,
    shared_buffers: `${sharedMiB}MB`,
    effective_cache_size: `${Math.max(Math.floor(memoryBytes / 2 / MIB), 128)}MB`,
    work_mem: '8MB',
    maintenance_work_mem: `${clamp(sharedMiB / 4, 32, 256)}MB`,
    random_page_cost: 1.1,
    jit: 'off',
    // The log only grows: checkpoints that are far apart write each page once, and 2 GB is read back in seconds after a crash.
    max_wal_size: '2GB',
    min_wal_size: '256MB',
    wal_buffers: '16MB',
    checkpoint_timeout: '10min',
    checkpoint_completion_target: 0.9,
    wal_level: 'replica',
    // Cursors are small tables that change all the time: they are to be swept often and without pauses that let them grow.
    autovacuum_naptime: '15s',
    autovacuum_vacuum_cost_limit: 2000,
    log_line_prefix: '',
    log_checkpoints: 'off',
    log_min_messages: 'warning',
    // Statements hold what clients send; a log must not.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: 0,
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
}

/** The memory that this process may use: the container's if it is limited, else the machine's. */
export function availableMemory(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** A configuration file for Postgres. */
export function configurationFile(settings: PostgresSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => {
    if (!/^[a-z_][a-z0-9_.]*$/i.test(name)) throw new TypeError(`"${name}" is not the name of a Postgres setting.`);
    return `${name} = '${String(value).replaceAll("'", "''")}'`;
  });
  return `# Written anew at each start. For settings of your own use ALTER SYSTEM.\n${lines.join('\n')}\n`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(Math.floor(value), least), most);
}
