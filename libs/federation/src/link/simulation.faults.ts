import { describe, test } from 'vitest';
import { optionsOf, simulate } from '../spec/simulation/simulate.js';

const STEPS = 1_000_000;
const SEEDS = 100;

/**
 * Other seeds each time; a failing one is in the message, with the last of its events. It is run again by
 * `VESTNIK_SIMULATION_SEED=… VESTNIK_SIMULATION_STEPS=1000000 npx vitest run libs/federation/src/link/simulation.spec.ts`.
 */
describe('links under faults, simulated for long', () => {
  const first = Date.now() % 1_000_000_000;
  for (let n = 0; n < SEEDS; n++) {
    test(`seed ${first + n} keeps every promise`, () => void simulate(optionsOf(first + n, STEPS)));
  }
});
