import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresSettings, type RunningPostgres, startPostgres } from '@vestnik/store/embedded';
import pg from 'pg';

/**
 * A real Postgres for tests, in a folder of its own that is gone afterwards.
 *
 * Its address stays the same when it is killed and started again. It ends when this process does.
 */
export class TestPostgres {
  #running: RunningPostgres | undefined;
  #databases = 0;

  private constructor(
    private readonly folder: string,
    private readonly settings: PostgresSettings | undefined,
    private readonly lines: string[],
  ) {}

  /** @param options.folder where its data goes, such as a small file system; default: a new temporary folder */
  static async start(options: { readonly settings?: PostgresSettings; readonly folder?: string } = {}): Promise<TestPostgres> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'vestnik-pg-'));
    const postgres = new TestPostgres(folder, options.settings, []);
    try {
      await postgres.startAgain();
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    return postgres;
  }

  /** What Postgres wrote to its log. */
  get log(): string {
    return this.lines.join('\n');
  }

  get running(): RunningPostgres {
    if (this.#running === undefined) throw new Error('this Postgres is down');
    return this.#running;
  }

  /** The address of the database that is always there. The host before the path is passed over for the one after it. */
  get url(): string {
    return this.running.url.replace('@/', '@localhost/');
  }

  /** A fresh, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.query(`create database ${name}`);
    return this.url.replace(/@localhost\/[^?]*/, `@localhost/${name}`);
  }

  /** Runs one statement as the superuser. */
  async query<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values: readonly unknown[] = [], url = this.url): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  /** Begins a transaction, runs a statement in it, and leaves it open until `release`. */
  async hold(sql: string, url = this.url): Promise<{ release(): Promise<void> }> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    await client.query('begin');
    await client.query(sql);
    return {
      release: async () => {
        await client.query('rollback').catch(() => {});
        await client.end();
      },
    };
  }

  /** Terminates connections of others, each with the given probability; as a restart of a pooler or an administrator would. */
  async terminateConnections(probability = 1): Promise<number> {
    const rows = await this.query<{ done: boolean }>(
      `select pg_terminate_backend(a.pid) as done from pg_stat_activity a
        where a.pid <> pg_backend_pid() and a.backend_type = 'client backend' and random() < $1`,
      [probability],
    );
    return rows.length;
  }

  /** Kills all of Postgres at once: the postmaster is stopped first, so that it cannot clean up after its children. */
  async kill(): Promise<void> {
    const running = this.running;
    const { pid } = running;
    process.kill(pid, 'SIGSTOP');
    for (const child of childrenOf(pid)) process.kill(child, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    await running.exited;
    this.#running = undefined;
  }

  /** Shuts it down in order and keeps the data. */
  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  /** Starts it at the same address, after `kill` or `stop`. */
  async startAgain(): Promise<void> {
    this.#running = await startPostgres({
      dataDir: this.folder,
      settings: this.settings,
      socketFolder: join('/tmp', `${this.folder.slice(this.folder.lastIndexOf('/') + 1)}-socket`),
      restart: false,
      log: (line) => this.lines.push(line),
    });
  }

  /** Stops it and removes its folder. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false; // It has ended meanwhile.
      }
    });
}
