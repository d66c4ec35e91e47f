import { expect } from 'vitest';
import { Chance } from './mutate.js';

const { FUZZ_SEED: SEED, FUZZ_SECONDS: SECONDS } = process.env;
const MEBIBYTE = 1024 * 1024;

export interface FuzzOptions {
  /** Memory in use now, in bytes; its floor may not rise by more than `growthBytesMax` between the first and the last third. */
  readonly memory: () => Promise<number> | number;
  readonly growthBytesMax?: number;
}

/**
 * Repeats a step for 60 s (`FUZZ_SECONDS`), with chance from a seed that is printed; `FUZZ_SEED` repeats a run.
 *
 * @param step tries one or a few inputs; it throws where an invariant does not hold
 */
export async function fuzzFor(what: string, options: FuzzOptions, step: (chance: Chance) => Promise<void> | void): Promise<void> {
  const chance = new Chance(SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(SEED));
  const lengthMs = Number(SECONDS ?? 60) * 1_000;
  console.log(`${what}: FUZZ_SEED=${chance.seed}`);
  const startedAt = Date.now();
  const floors = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let steps = 0;
  let measuredAt = 0;
  for (let now = startedAt; now < startedAt + lengthMs; now = Date.now()) {
    for (let n = 0; n < 20; n++, steps++) await step(chance);
    if (now - measuredAt < 250) continue;
    measuredAt = now;
    await new Promise((resolve) => setImmediate(resolve));
    const third = Math.min(2, Math.floor(((now - startedAt) / lengthMs) * 3));
    floors[third] = Math.min(floors[third] as number, await options.memory());
  }
  const [first, , last] = floors as [number, number, number];
  console.log(`${what}: ${steps} steps, memory from ${Math.round(first / MEBIBYTE)} to ${Math.round(last / MEBIBYTE)} MiB`);
  expect(last - first, `memory of ${what}, in bytes`).toBeLessThan(options.growthBytesMax ?? 32 * MEBIBYTE);
}
