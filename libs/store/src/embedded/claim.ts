import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { identify, type ProcessIdentity, stillLives } from './process-identity.js';

/** The right of this process to a data directory, written as a file that names the process. */
export interface Claim {
  release(): void;
}

/**
 * Claims a data directory for this process.
 *
 * The claim of a process that has died counts for nothing and is taken over.
 * That of a living one is waited for (it may be shutting down), and then refused.
 *
 * @throws EmbeddedPostgresError when another process has held it for `waitMs`
 */
export async function claim(file: string, waitMs: number): Promise<Claim> {
  const me = identify(process.pid);
  if (me === undefined) throw new EmbeddedPostgresError('This system does not tell when a process was started.');
  // One process may run several, each in a directory of its own, so the draft is named after both.
  const draft = `${file}.${process.pid}`;
  const waitUntil = performance.now() + waitMs;

  for (;;) {
    writeFileSync(draft, JSON.stringify(me), { mode: 0o644 });
    try {
      linkSync(draft, file);
      return releasable(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }

    const holder = readHolder(file);
    if (holder === undefined) continue;
    if (holder === 'unreadable' || !stillLives(holder)) {
      removeStale(file, holder);
      continue;
    }
    if (performance.now() > waitUntil) {
      throw new EmbeddedPostgresError(`The data directory is in use by process ${holder.pid}: stop that first, or give this one another data directory.`);
    }
    await delay(50);
  }
}

function releasable(file: string): Claim {
  let held = true;
  return {
    release: () => {
      // Once only: afterwards the file may be another process's claim.
      if (held) rmSync(file, { force: true });
      held = false;
    },
  };
}

type Holder = ProcessIdentity | 'unreadable' | undefined;

function readHolder(file: string): Holder {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { pid, born } = JSON.parse(text) as Partial<ProcessIdentity>;
    return Number.isSafeInteger(pid) && typeof born === 'string' ? { pid: pid as number, born } : 'unreadable';
  } catch {
    // A claim is linked into place whole; what cannot be read was left by a crash of the machine.
    return 'unreadable';
  }
}

/** Removes a dead claim, moving it aside first: if a living process was quicker, its claim is put back. */
function removeStale(file: string, seen: Holder): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (JSON.stringify(readHolder(aside)) !== JSON.stringify(seen)) {
    try {
      linkSync(aside, file);
    } catch {
      // A third process holds it by now; Postgres's own lock file decides between the two.
    }
  }
  rmSync(aside, { force: true });
}
