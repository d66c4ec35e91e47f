import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Account, chooseAccount, giveTo } from './account.js';
import { findBinaries, type PostgresBinaries } from './binaries.js';
import { type Claim, claim } from './claim.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { DATABASE_USER, initialise, readPassword, SETTINGS_FILE } from './initialise.js';
import { type Exit, launch, type Postmaster } from './launch.js';
import { awaitLeftovers, SOCKET_FOLDER_PREFIX } from './leftovers.js';
import { availableMemory, configurationFile, defaultSettings, type PostgresSettings } from './postgres-settings.js';

/** Where and how an embedded Postgres runs. */
export interface StartPostgresOptions {
  /** Its files go to `postgres` in here. Made if it is not there; any length of path will do. */
  readonly dataDir: string;
  /** Gets each line that Postgres or the launcher has to say. */
  readonly log?: ((line: string) => void) | undefined;
  /** Settings of Postgres besides or instead of our own. */
  readonly settings?: PostgresSettings | undefined;
  /** The folder of another Postgres's `initdb` and `postgres`, instead of the one that is installed with us. */
  readonly pgBin?: string | undefined;
  /** Where the socket goes, if the address has to be the same at each start: an absolute path of at most 90 bytes. Default: a new folder under the system's temporary one. */
  readonly socketFolder?: string | undefined;
  /** The number in the socket's name, and the TCP port if `settings.listen_addresses` opens one. */
  readonly port?: number | undefined;
  /** Whether Postgres is started again, at the same address, when it ends without having been asked to. */
  readonly restart?: boolean | undefined;
  /** How long another living process may hold the data directory before the start fails. */
  readonly claimWaitMs?: number | undefined;
}

/** How to reach the database with `pg` or TypeORM. */
export interface PostgresConnection {
  /** The folder of the Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

/** A Postgres that runs, and is ours. */
export interface RunningPostgres {
  readonly connection: PostgresConnection;
  /** The same as a URL that `pg` and `psql` understand. Holds the password. */
  readonly url: string;
  /** The postmaster's; another one after a restart. */
  readonly pid: number;
  readonly version: string;
  /** Shuts it down in order; its address and its claim to the data are gone when this resolves. May be called more than once. */
  stop(): Promise<void>;
  /** Resolves when it is down for good: stopped, or ended by itself with `restart: false`. */
  readonly exited: Promise<Exit>;
}

const DATABASE = 'vestnik';
const STOP = { abortMs: 30_000, killMs: 40_000 } as const;
const RESTART = { delayMsFirst: 100, delayMsMax: 5_000, startMsMax: 60_000 } as const;
/** What a start says while children of a postmaster that was killed are still ending. */
const STILL_ENDING = /pre-existing shared memory block|lock file ".*" already exists/;

/**
 * Starts a real Postgres in a data directory, over a Unix socket only.
 *
 * It lives as long as this process: it is tied to us by a pipe and shuts down
 * by itself when we are killed, and a start waits for what is left of an
 * earlier run. If it is killed itself it recovers and is started again at the
 * same address, until `stop` is called.
 *
 * @throws EmbeddedPostgresError with a reason for the operator
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  const log = options.log ?? (() => undefined);
  // Others may pass through, so that another account can run Postgres; they may not look.
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const held = await claim(join(dataDir, 'postgres.lock'), options.claimWaitMs ?? 15_000);
  try {
    return await startClaimed(options, dataDir, held, log);
  } catch (error) {
    held.release();
    throw error;
  }
}

async function startClaimed(options: StartPostgresOptions, dataDir: string, held: Claim, log: (line: string) => void): Promise<RunningPostgres> {
  const pgData = join(dataDir, 'postgres');
  const binaries = findBinaries({ pgBin: options.pgBin, copyInto: dataDir });
  const account = chooseAccount(binaries.postgres, dataDir, pgData);
  await awaitLeftovers(pgData, undefined, log);
  if (existsSync(pgData)) giveTo(account, pgData);
  await initialise(binaries, account, pgData);
  writeSettings(account, pgData, options.settings ?? {});

  const socketFolder = makeSocketFolder(account, options.socketFolder);
  const postgres = new EmbeddedPostgres({
    binaries,
    account,
    pgData,
    socketFolder,
    folderIsOurs: options.socketFolder === undefined,
    port: options.port ?? 5432,
    restart: options.restart ?? true,
    log,
    held,
  });
  try {
    await postgres.start();
    await makeDatabase(postgres.connection);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return postgres;
}

function writeSettings(account: Account, pgData: string, settings: PostgresSettings): void {
  const file = join(pgData, SETTINGS_FILE);
  writeFileSync(file, configurationFile({ ...defaultSettings(availableMemory()), ...settings }), { mode: 0o600 });
  giveTo(account, file);
}

/** A folder that only we and Postgres can enter. Its path is short: a socket's may have 107 bytes (103 on macOS). */
function makeSocketFolder(account: Account, wanted: string | undefined): string {
  let folder: string;
  if (wanted === undefined) {
    const base = Buffer.byteLength(tmpdir()) <= 60 && mayBeReached(account, tmpdir()) ? tmpdir() : '/tmp';
    folder = mkdtempSync(join(base, SOCKET_FOLDER_PREFIX));
  } else {
    if (Buffer.byteLength(wanted) > 86) throw new EmbeddedPostgresError(`The path of the socket's folder is longer than 86 bytes: ${wanted}`);
    mkdirSync(wanted, { recursive: true, mode: 0o700 });
    folder = wanted;
  }
  chmodSync(folder, 0o700);
  giveTo(account, folder);
  return folder;
}

/** A temporary folder of root's own is no place for another account's socket. */
function mayBeReached(account: Account, folder: string): boolean {
  return account.kind !== 'account' || folder === '/tmp';
}

interface Parts {
  readonly binaries: PostgresBinaries;
  readonly account: Account;
  readonly pgData: string;
  readonly socketFolder: string;
  readonly folderIsOurs: boolean;
  readonly port: number;
  readonly restart: boolean;
  readonly log: (line: string) => void;
  readonly held: Claim;
}

class EmbeddedPostgres implements RunningPostgres {
  readonly connection: PostgresConnection;
  readonly exited: Promise<Exit>;
  #postmaster: Postmaster | undefined;
  #stopping: Promise<void> | undefined;
  readonly #interrupt = new AbortController();
  #isGone: (exit: Exit) => void = () => undefined;

  constructor(private readonly parts: Parts) {
    this.connection = { host: parts.socketFolder, port: parts.port, user: DATABASE_USER, database: DATABASE, password: readPassword(parts.pgData) };
    this.exited = new Promise((resolve) => {
      this.#isGone = resolve;
    });
  }

  get pid(): number {
    return this.#postmaster?.pid ?? -1;
  }

  get version(): string {
    return this.parts.binaries.version;
  }

  get url(): string {
    const { host, port, user, database, password } = this.connection;
    return `postgresql://${user}:${encodeURIComponent(password)}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
  }

  /** Starts the postmaster and waits until it takes connections. What is left of a killed one is waited for. */
  async start(): Promise<void> {
    const { binaries, account, pgData, socketFolder, port, log } = this.parts;
    const giveUpAt = performance.now() + RESTART.startMsMax;
    for (;;) {
      await awaitLeftovers(pgData, socketFolder, log);
      this.#interrupt.signal.throwIfAborted();
      // A lock file there names a process that has ended; its number may have been given to another.
      for (const file of readdirSync(socketFolder)) rmSync(join(socketFolder, file), { force: true });
      const postmaster = launch({ account, postgres: binaries.postgres, pgData, socketFolder, folderIsOurs: this.parts.folderIsOurs, port, log });
      this.#postmaster = postmaster;
      const outcome = await postmaster.ready();
      if (outcome.kind === 'ready') {
        void postmaster.exited.then((exit) => this.#onExit(exit));
        return;
      }
      if (!STILL_ENDING.test(outcome.output) || performance.now() > giveUpAt) {
        throw new EmbeddedPostgresError(`Postgres did not start (${describeExit(outcome.exit)}):\n${outcome.output}`);
      }
      await delay(100, undefined, { signal: this.#interrupt.signal });
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#interrupt.abort();
    let exit: Exit = { code: null, signal: null };
    if (this.#postmaster !== undefined) {
      const postmaster = this.#postmaster;
      postmaster.signal('SIGINT');
      const hurry = [setTimeout(() => postmaster.signal('SIGQUIT'), STOP.abortMs), setTimeout(() => postmaster.signal('SIGKILL'), STOP.killMs)];
      exit = await postmaster.exited;
      for (const timer of hurry) clearTimeout(timer);
    }
    this.#leave(exit);
  }

  /** Gives up the address and the claim. */
  #leave(exit: Exit): void {
    rmSync(this.parts.socketFolder, { recursive: true, force: true });
    this.parts.held.release();
    this.#isGone(exit);
  }

  async #onExit(exit: Exit): Promise<void> {
    if (this.#stopping !== undefined) return;
    this.parts.log(`Postgres has ended (${describeExit(exit)}) without having been asked to.`);
    if (!this.parts.restart) {
      this.#stopping = Promise.resolve();
      this.#leave(exit);
      return;
    }
    // Never given up: a full disk is freed one day, and the bus is to heal without a hand.
    for (let delayMs: number = RESTART.delayMsFirst; this.#stopping === undefined; delayMs = Math.min(delayMs * 2, RESTART.delayMsMax)) {
      try {
        await this.start();
        this.parts.log('Postgres runs again.');
        return;
      } catch (error) {
        if (this.#stopping !== undefined) return;
        this.parts.log(error instanceof Error ? error.message : String(error));
        await delay(delayMs, undefined, { signal: this.#interrupt.signal }).catch(() => undefined);
      }
    }
  }
}

async function makeDatabase(connection: PostgresConnection): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database d where d.datname = $1', [DATABASE]);
    // `create database` takes no placeholder; the name is a constant of ours.
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function describeExit(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code}` : exit.signal;
}
