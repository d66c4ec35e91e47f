import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, runAs } from './account.js';
import { isReady } from './leftovers.js';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of the postmaster, from its start to its end. */
export interface Postmaster {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Resolves when it takes connections, or with how it ended if it ended before. */
  ready(): Promise<{ readonly kind: 'ready' } | { readonly kind: 'exited'; readonly exit: Exit; readonly output: string }>;
  signal(name: NodeJS.Signals): void;
}

/**
 * Becomes Postgres, leaving behind a watcher that shuts it down when our end of the pipe (3) closes.
 *
 * A line through the pipe ends the watcher alone: Postgres has ended, and its
 * number may belong to somebody else by now. `$$` stays the number of the
 * shell that turns into Postgres; the watcher is nobody's child, so that the
 * postmaster does not reap a process that it does not know.
 */
const TIED = `
( {
  if ! read -r _ <&3; then
    kill -INT $$
    waited=0
    while kill -0 $$ 2>/dev/null && [ $waited -lt 600 ]; do
      sleep 0.1
      waited=$((waited + 1))
      [ $waited -eq 300 ] && kill -QUIT $$
    done
    [ -n "$1" ] && rm -rf -- "$1"
  fi
} </dev/null >/dev/null 2>&1 & )
exec 3<&-
shift
exec "$@"
`;

/** Starts Postgres in a session of its own: a Ctrl-C at the terminal reaches us and not it. */
export function launch(options: {
  readonly account: Account;
  readonly postgres: string;
  readonly pgData: string;
  readonly socketFolder: string;
  /** Whether the watcher removes the socket's folder in the end. Not if the next run uses the same: that may have begun by then. */
  readonly folderIsOurs: boolean;
  readonly port: number;
  readonly log: (line: string) => void;
}): Postmaster {
  const { account, pgData, socketFolder, log } = options;
  const command = [
    '/bin/sh',
    '-c',
    TIED,
    'postgres-tied',
    options.folderIsOurs ? socketFolder : '',
    options.postgres,
    '-D',
    pgData,
    '-k',
    socketFolder,
    '-p',
    String(options.port),
  ];
  const { file, args, options: spawnOptions } = runAs(account, command);
  const child = spawn(file, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  const tie = child.stdio[3] as Writable;
  tie.on('error', () => undefined);

  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > 40) lastLines.shift();
      log(line);
    });
  }

  const exited = watchExit(child).then((exit) => {
    tie.end('ended\n');
    return exit;
  });
  return {
    pid: child.pid ?? -1,
    exited,
    ready: async () => {
      let exit: Exit | undefined;
      void exited.then((how) => {
        exit = how;
      });
      while (exit === undefined) {
        if (isReady(pgData, child.pid ?? -1)) return { kind: 'ready' };
        await delay(10);
      }
      return { kind: 'exited', exit, output: lastLines.join('\n') };
    },
    signal: (name) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(name);
    },
  };
}

function watchExit(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    // `close` comes after the last line of output, but backends that outlive a killed postmaster hold it open.
    child.on('exit', (code, signal) => setImmediate(() => resolve({ code, signal })));
    child.on('error', () => resolve({ code: 127, signal: null }));
  });
}
