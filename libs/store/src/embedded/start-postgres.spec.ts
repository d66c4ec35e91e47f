import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftovers } from './leftovers.js';
import { type RunningPostgres, type StartPostgresOptions, startPostgres } from './start-postgres.js';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

let home: string;
let started: RunningPostgres[];
let children: ChildProcess[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vestnik-spec-'));
  chmodSync(home, 0o755);
  started = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(started.map((postgres) => postgres.stop()));
  rmSync(home, { recursive: true, force: true });
});

describe('the embedded Postgres', () => {
  it('keeps what was written over a stop and a start', async () => {
    const first = await start();
    await query(first, 'create table kept (n int)');
    await query(first, 'insert into kept values (41)');
    await first.stop();
    expect(existsSync(first.connection.host)).toBe(false);
    expect(leftovers(pgData())).toEqual([]);

    const second = await start();
    expect(await query(second, 'select n from kept')).toEqual([{ n: 41 }]);
  });

  it('is durable, in UTF-8, and knows upper and lower case of Cyrillic', async () => {
    const postgres = await start();
    expect(
      await query(
        postgres,
        `select current_setting('fsync') fsync, current_setting('synchronous_commit') sync, current_setting('server_encoding') encoding,
                current_setting('data_checksums') checksums, lower('ИВАНОВ Ё') lower, 'Я' < 'а' by_code_point, current_database() database`,
      ),
    ).toEqual([{ fsync: 'on', sync: 'on', encoding: 'UTF8', checksums: 'on', lower: 'иванов ё', by_code_point: true, database: 'vestnik' }]);
    expect(postgres.version).toMatch(/^18\./);
  });

  it('listens on a socket in a folder of its own, and asks for the password', async () => {
    const postgres = await start();
    expect(statSync(postgres.connection.host).mode & 0o777).toBe(0o700);
    expect(await query(postgres, "select current_setting('listen_addresses') as open")).toEqual([{ open: '' }]);
    const stranger = new pg.Client({ ...postgres.connection, password: 'guessed' });
    await expect(stranger.connect()).rejects.toThrow(/password authentication failed/);
  });

  it('answers under its URL', async () => {
    const postgres = await start();
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it('takes settings besides its own', async () => {
    const postgres = await start({ settings: { max_connections: 17, 'vestnik.word': "it's" } });
    expect(await query(postgres, "select current_setting('max_connections') a, current_setting('vestnik.word') b")).toEqual([{ a: '17', b: "it's" }]);
  });

  it('works from a directory whose path is too long for a socket', async () => {
    const deep = join(home, ...Array.from({ length: 8 }, (_, index) => `${index}-каталог`));
    const postgres = await start({ dataDir: deep });
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is started again at the same address when it is killed, with everything that was committed', async () => {
    let ranAgain: () => void;
    const runsAgain = new Promise<void>((resolve) => {
      ranAgain = resolve;
    });
    const postgres = await start({
      log: (line) => {
        if (line === 'Postgres runs again.') ranAgain();
      },
    });
    await query(postgres, 'create table kept (n int)');
    await query(postgres, 'insert into kept select generate_series(1, 1000)');
    const pidBefore = postgres.pid;
    process.kill(pidBefore, 'SIGKILL');
    await runsAgain;
    expect(postgres.pid).not.toBe(pidBefore);
    expect(await query(postgres, 'select count(*)::int n from kept')).toEqual([{ n: 1000 }]);
  });

  it('tells that it has ended where it is not to be started again', async () => {
    const postgres = await start({ restart: false });
    process.kill(postgres.pid, 'SIGKILL');
    expect(await postgres.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const second = await start();
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses data that another living process works on', async () => {
    await start();
    await expect(startPostgres({ dataDir: dataDir(), claimWaitMs: 100 })).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it('refuses data of another version of Postgres', async () => {
    mkdirSync(pgData(), { recursive: true, mode: 0o700 });
    writeFileSync(join(pgData(), 'PG_VERSION'), '12\n');
    await expect(startPostgres({ dataDir: dataDir() })).rejects.toThrow(/belong to Postgres 12/);
  });

  it('starts over when its first start was cut off half-way', async () => {
    mkdirSync(join(dataDir(), 'postgres.new', 'base'), { recursive: true });
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('starts although postmaster.pid names a living process that is another', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(pgData(), 'postmaster.pid'), `${process.ppid}\n${pgData()}\n1\n5432\n/tmp\n\n1 1\nready\n`);
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('the process that started it', () => {
  it('takes Postgres with it when it is killed, and a start right after that waits and finds everything', async () => {
    const child = await startInChild(dataDir());
    const [before] = leftovers(pgData());
    expect(before).toBeDefined();
    child.process.kill('SIGKILL');

    const postgres = await start();
    expect(await query(postgres, 'select n from kept')).toEqual([{ n: 7 }]);
    expect(leftovers(pgData())).not.toContain(before);
    // The watcher that shut the old one down clears up after it.
    await expect.poll(() => existsSync(child.host), { timeout: 10_000 }).toBe(false);
  });

  it('takes Postgres with it also when nobody starts again', async () => {
    const child = await startInChild(dataDir());
    child.process.kill('SIGKILL');
    await expect.poll(() => [leftovers(pgData()).length, existsSync(child.host)], { timeout: 10_000 }).toEqual([0, false]);
  });

  it('leaves a socket folder that was given to the next run', async () => {
    const socketFolder = join(home, 'socket');
    const child = await startInChild(dataDir(), {}, { socketFolder });
    expect(child.host).toBe(socketFolder);
    const [watcher] = watchersOf(dataDir());
    child.process.kill('SIGKILL');
    const postgres = await start({ socketFolder });
    await expect.poll(() => existsSync(`/proc/${watcher}`), { timeout: 10_000 }).toBe(false);
    expect(await query(postgres, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('may be killed together with Postgres', async () => {
    const child = await startInChild(dataDir());
    for (const pid of leftovers(pgData())) process.kill(pid, 'SIGKILL');
    child.process.kill('SIGKILL');
    expect(await query(await start(), 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('keeps Postgres when the terminal interrupts its process group', async () => {
    const child = await startInChild(dataDir(), { detached: true });
    const processes = leftovers(pgData());
    expect(processes).not.toEqual([]);
    for (const pid of processes) expect(processGroup(pid)).not.toBe(child.process.pid);
    process.kill(-(child.process.pid as number), 'SIGINT');
    await child.told('interrupted');
    expect(leftovers(pgData())).not.toEqual([]);
  });

  it.runIf(isRoot)('may be an ordinary user', async () => {
    mkdirSync(dataDir());
    chownSync(dataDir(), NOBODY, NOBODY);
    const child = await startInChild(dataDir(), { uid: NOBODY, gid: NOBODY });
    expect(statSync(pgData()).uid).toBe(NOBODY);
    expect(processOwner(leftovers(pgData())[0] as number)).toBe(NOBODY);
    child.process.kill('SIGKILL');

    // The same data, now as root: they stay their owner's.
    const postgres = await start();
    expect(await query(postgres, 'select n from kept')).toEqual([{ n: 7 }]);
    expect(processOwner(postgres.pid)).toBe(NOBODY);
  });

  it.runIf(isRoot)('as root runs Postgres as another account that can reach the data', async () => {
    const postgres = await start();
    expect(processOwner(postgres.pid)).not.toBe(0);
    expect(statSync(pgData()).uid).toBe(processOwner(postgres.pid));
  });

  it.runIf(isRoot)('as root runs Postgres in a user namespace where only root can reach the data', async () => {
    chmodSync(home, 0o700);
    const postgres = await start();
    expect(statSync(pgData()).uid).toBe(0);
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
    await postgres.stop();

    // And where others can reach them later, they are still root's and still work.
    chmodSync(home, 0o755);
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it.runIf(isRoot)('in a user namespace takes Postgres with it too', async () => {
    chmodSync(home, 0o700);
    const child = await startInChild(dataDir());
    child.process.kill('SIGKILL');
    await expect.poll(() => leftovers(pgData()).length, { timeout: 10_000 }).toBe(0);
  });
});

const systemBin = '/usr/lib/postgresql/15/bin';

describe('a Postgres of the system', () => {
  it.runIf(existsSync(systemBin))('is run in the same way', async () => {
    const postgres = await start({ pgBin: systemBin });
    expect(postgres.version).toMatch(/^15\./);
    expect(await query(postgres, "select lower('ИВАНОВ') as lower")).toEqual([{ lower: 'иванов' }]);
  });
});

function dataDir(): string {
  return join(home, 'data');
}

function pgData(): string {
  return join(dataDir(), 'postgres');
}

async function start(options: Partial<StartPostgresOptions> = {}): Promise<RunningPostgres> {
  const postgres = await startPostgres({ dataDir: dataDir(), ...options });
  started.push(postgres);
  return postgres;
}

async function query(postgres: RunningPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client(postgres.connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function processOwner(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** The shells that hold the other end of the pipe. */
function watchersOf(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes('postgres-tied') && command.includes(directory);
      } catch {
        return false;
      }
    });
}

function processGroup(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

interface Child {
  readonly process: ChildProcess;
  readonly host: string;
  told(word: string): Promise<void>;
}

/** Another process that starts Postgres, writes a row and says so. */
async function startInChild(
  directory: string,
  options: { readonly uid?: number; readonly gid?: number; readonly detached?: boolean } = {},
  postgresOptions: Partial<StartPostgresOptions> = {},
): Promise<Child> {
  const module = new URL('./start-postgres.ts', import.meta.url).href;
  const script = `
    import pg from 'pg';
    const { startPostgres } = await import(${JSON.stringify(module)});
    process.on('SIGINT', () => console.log('interrupted'));
    const postgres = await startPostgres(${JSON.stringify({ dataDir: directory, ...postgresOptions })});
    const client = new pg.Client(postgres.connection);
    await client.connect();
    await client.query('create table kept (n int)');
    await client.query('insert into kept values (7)');
    console.log('host ' + postgres.connection.host);
    setInterval(() => undefined, 1000);
  `;
  const child = spawn(process.execPath, ['--conditions=source', '--import', '@oxc-node/core/register', '--input-type=module', '--eval', script], {
    ...options,
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const said: string[] = [];
  const waiting = new Set<() => void>();
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => {
      said.push(line);
      for (const wake of waiting) wake();
    });
  }
  child.on('close', () => {
    ended = true;
    for (const wake of waiting) wake();
  });
  const told = async (word: string): Promise<string> => {
    for (;;) {
      const line = said.find((one) => one.startsWith(word));
      if (line !== undefined) return line;
      if (ended) throw new Error(`The child has ended: ${said.join('\n')}`);
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
      });
    }
  };
  const host = (await told('host ')).slice('host '.length);
  return { process: child, host, told: async (word) => void (await told(word)) };
}
