import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Asked before this process is tied to one. */
const availableCores = availableParallelism();

/** Which processor core each part runs on, so that they do not get into each other's way; undefined where they cannot be chosen. */
export type Cores = { readonly server: number; readonly load: number } | undefined;

/** Server and load generator on a core each; the database goes where there is room. */
export function chooseCores(): Cores {
  const taskset = spawnSync('taskset', ['--version']);
  return taskset.status === 0 && availableCores >= 2 ? { server: 0, load: 1 } : undefined;
}

/** Ties this process, which is the load generator, to its core. What it starts from now on must say where it runs. */
export function runOnLoadCore(cores: Cores): void {
  if (cores !== undefined) tie(String(cores.load));
}

/** The command line that runs Node with these arguments on the server's core. */
export function onServerCore(cores: Cores, nodeArguments: readonly string[]): readonly [string, ...string[]] {
  if (cores === undefined) return [process.execPath, ...nodeArguments];
  return ['taskset', '-c', String(cores.server), process.execPath, ...nodeArguments];
}

/** Does something whose processes are to run on whatever core has room, though this process is tied to its own. */
export async function onAnyCore<T>(cores: Cores, work: () => Promise<T>): Promise<T> {
  if (cores === undefined) return work();
  tie(`0-${availableCores - 1}`);
  try {
    return await work();
  } finally {
    tie(String(cores.load));
  }
}

function tie(list: string): void {
  execFileSync('taskset', ['-a', '-c', '-p', list, String(process.pid)], { stdio: 'ignore' });
}
