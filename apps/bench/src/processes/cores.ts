import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Which processor core each part runs on, so that they do not get into each other's way; undefined where they cannot be chosen. */
export type Cores = { readonly server: number; readonly load: number } | undefined;

/** Server and load generator on a core each; the database goes where there is room. */
export function chooseCores(): Cores {
  const taskset = spawnSync('taskset', ['--version']);
  return taskset.status === 0 && availableParallelism() >= 2 ? { server: 0, load: 1 } : undefined;
}

/** Ties this process, which is the load generator, to its core. What it starts from now on must say where it runs. */
export function runOnLoadCore(cores: Cores): void {
  if (cores !== undefined) execFileSync('taskset', ['-a', '-c', '-p', String(cores.load), String(process.pid)], { stdio: 'ignore' });
}

/** The command line that runs Node with these arguments on the server's core. */
export function onServerCore(cores: Cores, nodeArguments: readonly string[]): readonly [string, ...string[]] {
  if (cores === undefined) return [process.execPath, ...nodeArguments];
  return ['taskset', '-c', String(cores.server), process.execPath, ...nodeArguments];
}
