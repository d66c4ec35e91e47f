import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { Cores } from '../processes/cores.js';

/** Where and of what a run was made: figures of another machine cannot be compared with it. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly commit: string;
  readonly pinned: string;
  readonly at: string;
}

export function describeMachine(cores: Cores, now: Date): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    commit: commit(),
    pinned: cores === undefined ? 'no' : `server on core ${cores.server}, load generator on core ${cores.load}`,
    at: now.toISOString(),
  };
}

export function machineLine(machine: Machine): string {
  const { processor, cores, memoryGiB, system, node, commit: of, pinned, at } = machine;
  return `${at.slice(0, 10)}, commit ${of}, ${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}; pinned: ${pinned}.`;
}

function commit(): string {
  const git = (...command: string[]): string =>
    execFileSync('git', command, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}
