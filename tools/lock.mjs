import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Does something while no other process of this checkout does it.
 *
 * The lock is a file that names its holder. One whose holder has died, killed
 * perhaps in the middle of an installation, counts for nothing.
 *
 * @template T
 * @param {string} file
 * @param {() => T | Promise<T>} action
 * @param {(pid: number) => void} onWait told once, when another process has to be waited for
 * @returns {Promise<T>}
 */
export async function withLock(file, action, onWait) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, born: born(process.pid) });
  const draft = `${file}.${process.pid}`;
  let told = false;

  for (;;) {
    writeFileSync(draft, mine);
    try {
      // A link is made whole or not at all, so nobody ever reads half a lock.
      linkSync(draft, file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }

    const text = readIfThere(file);
    if (text === undefined) continue;
    const holder = parse(text);
    if (holder === undefined || born(holder.pid) !== holder.born) {
      removeStale(file, text);
      continue;
    }
    if (!told) onWait(holder.pid);
    told = true;
    await delay(100);
  }

  try {
    return await action();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Removes a dead lock, moving it aside first: if a living process was quicker, its lock is put back. */
function removeStale(file, seen) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readIfThere(aside) !== seen) {
    try {
      linkSync(aside, file);
    } catch {
      // A third process holds it by now. Both will install the same thing.
    }
  }
  rmSync(aside, { force: true });
}

/** When a process was started, in the words of the system; `undefined` if there is none. Numbers are given anew, this is not. */
function born(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    if (process.platform === 'win32') {
      process.kill(pid, 0);
      return 'unknown';
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
