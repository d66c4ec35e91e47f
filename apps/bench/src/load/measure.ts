import { setTimeout as delay } from 'node:timers/promises';
import { cpuSeconds, residentKiB } from '../processes/usage.js';
import type { Durations, Figures } from '../scenario.js';
import type { Publisher } from './publisher.js';
import { percentile, type Tally } from './tally.js';

export interface Measurement {
  /** Process id of the server. */
  readonly pid: number;
  readonly tally: Tally;
  readonly publisher: Publisher;
  readonly durations: Durations;
  /** Deliveries that count so far: arrivals, unless something further is waited for. */
  readonly delivered?: () => number;
  /** CPU seconds of the database so far, where its work belongs to what is measured. */
  readonly databaseCpu?: () => number;
  /** Deliveries that one message makes. */
  readonly deliveriesEach?: number;
}

/**
 * Publishes for a while and measures in a window within.
 *
 * After the window everything that was sent has to arrive; what does not is an error, never a better figure.
 */
export async function measureDeliveries(measurement: Measurement): Promise<Figures> {
  const { pid, tally, publisher, durations, databaseCpu = () => Number.NaN, deliveriesEach = 1 } = measurement;
  const delivered = measurement.delivered ?? (() => tally.arrivals);
  let over = false;
  const sentBefore = tally.sent;
  const deliveredBefore = delivered();
  const failure: { error?: unknown } = {};
  const published = publisher
    .run(() => over)
    .catch((error: unknown) => {
      failure.error = error;
    });

  await delay(durations.warmUpMs);
  const before = { at: performance.now(), cpu: cpuSeconds(pid), database: databaseCpu(), load: process.cpuUsage(), delivered: delivered() };
  tally.recording = true;
  await delay(durations.windowMs);
  tally.recording = false;
  const seconds = (performance.now() - before.at) / 1000;
  const cpu = cpuSeconds(pid) - before.cpu;
  const database = databaseCpu() - before.database;
  const load = process.cpuUsage(before.load);
  const count = delivered() - before.delivered;
  const resident = residentKiB(pid);

  over = true;
  await published;
  if (failure.error !== undefined) throw failure.error;
  const due = (tally.sent - sentBefore) * deliveriesEach;
  await until(
    () => delivered() - deliveredBefore >= due,
    20_000,
    () => `${delivered() - deliveredBefore} of ${due} deliveries came`,
  );

  return {
    rate: count / seconds,
    perCpuSecond: count / cpu,
    cpuPer100k: (cpu / count) * 100_000,
    databaseCpuPer100k: (database / count) * 100_000,
    ...latencies(tally.takeLatencies()),
    residentMiB: resident / 1024,
    loadBusy: (load.user + load.system) / 1e6 / seconds,
  };
}

export function latencies(ascending: Float64Array): Figures {
  return { p50: percentile(ascending, 0.5), p99: percentile(ascending, 0.99), p999: percentile(ascending, 0.999) };
}

/** Waits until something is so; looks every few milliseconds, because it is counted too often to be told. */
export async function until(isSo: () => boolean, timeoutMs: number, describe: () => string): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${describe()}`);
    await delay(5);
  }
}
