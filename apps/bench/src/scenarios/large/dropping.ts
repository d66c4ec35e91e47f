import { setTimeout as delay } from 'node:timers/promises';
import { dropPartitions } from '@vestnik/store';
import type { Durations, Figures } from '../../scenario.js';
import type { Recipients } from './appending.js';
import type { OpenLog } from './open-log.js';
import { spread } from './tries.js';

/** Drops what is past its retention while messages are appended one by one: what it took, and what survived. */
export interface Drop {
  readonly drop: Figures;
  readonly quietAppends: Figures;
  readonly appendsMeanwhile: Figures;
}

export async function dropUnderLoad(open: OpenLog, recipients: Recipients, retentionMs: number, durations: Durations): Promise<Drop> {
  let over = false;
  let times: number[] = [];
  const appending = (async () => {
    while (!over) {
      const begun = performance.now();
      await open.log.append(recipients.batch(1));
      times.push(performance.now() - begun);
    }
  })();
  await delay(durations.windowMs);
  const quiet = times;
  times = [];
  const begun = performance.now();
  // A failure of either ends both: appends that go on alone would go on for ever.
  const dropped = await dropPartitions(open.sql, retentionMs).finally(() => {
    over = true;
  });
  const tookMs = performance.now() - begun;
  await appending;
  if (!dropped.partitions.some((name) => name.startsWith('log_'))) throw new Error('no partition of the log was old enough');
  return {
    drop: { p50: tookMs, rows: dropped.kept },
    quietAppends: spread(Float64Array.from(quiet)),
    appendsMeanwhile: spread(Float64Array.from(times)),
  };
}
