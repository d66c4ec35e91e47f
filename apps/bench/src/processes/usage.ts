import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts process times in hundredths of a second for user space, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** CPU seconds, user and system, that the process has used so far; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  const fields = statFields(pid);
  return fields === undefined ? Number.NaN : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** What /proc says of a process, from its state on: 0 state, 1 parent, 11 to 14 its own and its ended children's ticks. */
function statFields(pid: number): readonly string[] | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  // The name before them may hold spaces; what follows its bracket does not.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** CPU seconds of a process and its children, those that have ended included; NaN where there is no /proc. */
export function cpuSecondsOfFamily(pid: number): number {
  const own = statFields(pid);
  if (own === undefined) return Number.NaN;
  let ticks = Number(own[11]) + Number(own[12]) + Number(own[13]) + Number(own[14]);
  for (const name of readdirSync('/proc')) {
    const fields = /^\d+$/.test(name) ? statFields(Number(name)) : undefined;
    if (fields !== undefined && Number(fields[1]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Resident memory in KiB; NaN where there is no /proc. */
export function residentKiB(pid: number): number {
  const status = readProc(`/proc/${pid}/status`);
  const resident = status === undefined ? undefined : /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return resident === undefined ? Number.NaN : Number(resident);
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
