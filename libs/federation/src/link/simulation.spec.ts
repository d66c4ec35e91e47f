import { describe, expect, test } from 'vitest';
import { optionsOf, simulate } from '../spec/simulation/simulate.js';
import { type Broken, PromiseBroken } from '../spec/simulation/world.js';

const STEPS = 100_000;
const SEEDS = Array.from({ length: 16 }, (_, n) => n + 1);
const BROKEN: readonly Broken[] = ['acknowledges-before-commit', 'cursor-apart', 'numbers-again', 'sent-after-wire', 'redelivered-untold'];

describe('links under faults, simulated', () => {
  const replayed = process.env.VESTNIK_SIMULATION_SEED;

  test.runIf(replayed !== undefined)('the seed of VESTNIK_SIMULATION_SEED keeps every promise', () => {
    simulate(optionsOf(Number(replayed), Number(process.env.VESTNIK_SIMULATION_STEPS ?? STEPS)));
  });

  test.each(SEEDS)('seed %i keeps every promise, and comes to rest', (seed) => {
    const world = simulate(optionsOf(seed, STEPS));
    expect(world.stepped).toBeGreaterThanOrEqual(STEPS);
  });

  test.each(BROKEN)('it notices a build that is broken: %s', (broken) => {
    const found = SEEDS.some((seed) => {
      try {
        simulate({ ...optionsOf(seed, STEPS), broken });
        return false;
      } catch (error) {
        if (!(error instanceof PromiseBroken)) throw error;
        return true;
      }
    });
    expect(found).toBe(true);
  });

  test('the same seed is the same run', () => {
    const runs = [1, 2].map(() => {
      const world = simulate(optionsOf(6, 20_000));
      return [world.stepped, world.clock, [...world.reports]];
    });
    expect(runs[0]).toEqual(runs[1]);
  });
});
