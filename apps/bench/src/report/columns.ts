/** How a figure is shown: its heading, and its value. */
export interface Column {
  readonly heading: string;
  readonly show: (value: number) => string;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const decimals = (count: number) => (value: number) => value.toFixed(count);
const milliseconds = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

/** Every figure that a scenario may have. */
export const COLUMNS: Readonly<Record<string, Column>> = {
  rate: { heading: 'per second', show: whole },
  perCpuSecond: { heading: 'per server CPU second', show: whole },
  cpuPer100k: { heading: 'CPU s per 100,000', show: decimals(2) },
  databaseCpuPer100k: { heading: 'Postgres CPU s per 100,000', show: decimals(2) },
  p50: { heading: 'p50 ms', show: milliseconds },
  p99: { heading: 'p99 ms', show: milliseconds },
  p999: { heading: 'p99.9 ms', show: milliseconds },
  answerP50: { heading: 'answer p50 ms', show: milliseconds },
  acceptRate: { heading: 'accepted per second', show: whole },
  hereP50: { heading: 'p50 ms within one', show: milliseconds },
  addedMs: { heading: 'added p50 ms', show: milliseconds },
  addedCommits: { heading: 'added, in commits', show: decimals(1) },
  farCpuPer100k: { heading: 'CPU s per 100,000, far', show: decimals(2) },
  farResidentMiB: { heading: 'RSS MiB, far', show: whole },
  residentBeforeMiB: { heading: 'RSS MiB before', show: whole },
  farResidentBeforeMiB: { heading: 'RSS MiB before, far', show: whole },
  floodRate: { heading: 'flood per second', show: whole },
  longest: { heading: 'longest ms', show: milliseconds },
  rows: { heading: 'rows', show: whole },
  mib: { heading: 'MiB', show: whole },
  mibPerMillion: { heading: 'MiB per million messages', show: decimals(1) },
  residentMiB: { heading: 'RSS MiB', show: whole },
  loadBusy: { heading: 'load generator busy', show: (value) => `${Math.round(value * 100)} %` },
  kibEachHalf: { heading: 'KiB each, half open', show: decimals(1) },
  kibEachAll: { heading: 'KiB each, all open', show: decimals(1) },
  baseMiB: { heading: 'base MiB', show: whole },
  connectRate: { heading: 'connected per second', show: whole },
  connectedMs: { heading: 'all connected ms', show: whole },
  allHaveAllMs: { heading: 'all have all ms', show: whole },
  acknowledgedMs: { heading: 'all acknowledged ms', show: whole },
  cpuSeconds: { heading: 'server CPU s', show: decimals(2) },
};
