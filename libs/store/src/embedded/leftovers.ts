import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { isAlive } from './process-identity.js';

/** How long what is left of an earlier run is waited for, and when it is told to hurry. */
const PATIENCE = { askAgainMs: 2_000, abortMs: 20_000, killMs: 40_000, giveUpMs: 60_000 } as const;

export const SOCKET_FOLDER_PREFIX = 'vestnik-pg-';

/**
 * Waits until nothing of an earlier run works on the data any more, and clears up after it.
 *
 * To be called by whoever holds the claim to the data directory: a Postgres
 * that still runs there belongs to a process that was killed. It shuts down by
 * itself, as its pipe has closed; if it does not, it is told to, with growing
 * insistence (fast, immediate, kill). Recovery makes good for the last two.
 *
 * @param socketFolder the one in use, which is left where it is
 */
export async function awaitLeftovers(pgData: string, socketFolder: string | undefined, log: (line: string) => void): Promise<void> {
  const started = performance.now();
  let asked: 'nothing' | NodeJS.Signals = 'nothing';

  for (let rest = leftovers(pgData); rest.length > 0; rest = leftovers(pgData)) {
    const waitedMs = performance.now() - started;
    const due = insistence(waitedMs);
    if (due === 'give-up') throw new EmbeddedPostgresError(`Process ${rest.join(', ')} of an earlier Postgres still runs in ${pgData}.`);
    if (due !== 'nothing' && due !== asked) {
      log(`An earlier Postgres (process ${rest.join(', ')}) still runs in ${pgData}: sending it ${due}.`);
      const postmaster = postmasterPid(pgData);
      for (const pid of due === 'SIGKILL' || postmaster === undefined || !rest.includes(postmaster) ? rest : [postmaster]) signal(pid, due);
      asked = due;
    }
    await delay(20);
  }
  clearUp(pgData, socketFolder);
}

function insistence(waitedMs: number): 'nothing' | 'give-up' | NodeJS.Signals {
  if (waitedMs > PATIENCE.giveUpMs) return 'give-up';
  if (waitedMs > PATIENCE.killMs) return 'SIGKILL';
  if (waitedMs > PATIENCE.abortMs) return 'SIGQUIT';
  if (waitedMs > PATIENCE.askAgainMs) return 'SIGINT';
  return 'nothing';
}

/**
 * The processes that work on the data: the postmaster and, where the system shows them, its children.
 *
 * On Linux they are known by their working directory, which is the data. The
 * number in `postmaster.pid` alone would not do: in a container a number is
 * soon given to another process.
 */
export function leftovers(pgData: string): readonly number[] {
  if (!existsSync(pgData)) return [];
  if (process.platform === 'linux') {
    const real = realpathSync(pgData);
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid && workingDirectory(pid) === real && /^postgres\b/.test(processName(pid)));
  }
  const pid = postmasterPid(pgData);
  return pid !== undefined && isAlive(pid) ? [pid] : [];
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function processName(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}

/** The number in `postmaster.pid`, whether or not such a process lives. */
export function postmasterPid(pgData: string): number | undefined {
  const pid = Number(postmasterFile(pgData)[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** Whether the postmaster with this number has said that it takes connections. */
export function isReady(pgData: string, pid: number): boolean {
  const lines = postmasterFile(pgData);
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** Lines: process, data directory, start, port, socket folder, listen address, shared memory key, status. */
function postmasterFile(pgData: string): readonly string[] {
  try {
    return readFileSync(join(pgData, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function clearUp(pgData: string, socketFolder: string | undefined): void {
  const folder = postmasterFile(pgData)[4];
  if (folder !== undefined && folder !== socketFolder && basename(folder).startsWith(SOCKET_FOLDER_PREFIX)) rmSync(folder, { recursive: true, force: true });
  // Nobody works on the data (Linux shows that), so the lock file is of no more use; with a number that was given anew it would only stand in the way.
  if (process.platform === 'linux') rmSync(join(pgData, 'postmaster.pid'), { force: true });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}
