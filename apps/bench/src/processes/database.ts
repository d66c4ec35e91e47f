import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@vestnik/store/embedded';
import pg from 'pg';
import { beforeEnding } from './ending.js';
import { cpuSecondsOfFamily } from './usage.js';

/** The Postgres of a run: one for all sides, a database each. */
export interface Database {
  /** Makes an empty database. @returns its URL */
  create(name: string): Promise<string>;
  /** CPU seconds that all its processes have used so far. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export async function startDatabase(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'vestnik-bench-'));
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') });
  const stop = beforeEnding(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const { host, port, user, password, database } = postgres.connection;

  return {
    async create(name) {
      const client = new pg.Client({ host, port, user, password, database });
      await client.connect();
      await client.query(`drop database if exists ${name} with (force)`);
      await client.query(`create database ${name}`);
      await client.end();
      const account = password === undefined ? user : `${user}:${encodeURIComponent(password)}`;
      // A socket's folder cannot stand where the host does; as a parameter it wins over it.
      return `postgresql://${account}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
    },
    cpuSeconds: () => cpuSecondsOfFamily(postgres.pid),
    stop,
  };
}
