import { PromiseBroken, type SimulationOptions, World } from './world.js';

/**
 * Runs one seed. Where a promise is broken the same seed is run again with its events written down, so that
 * what is thrown holds the last of them.
 *
 * @throws PromiseBroken
 */
export function simulate(options: SimulationOptions): World {
  try {
    const world = new World(options);
    world.run();
    return world;
  } catch (error) {
    if (!(error instanceof PromiseBroken)) throw error;
    const again = new World(options);
    again.tracing = true;
    again.run();
    throw error;
  }
}

/** The shape that belongs to a seed, so that a seed alone says everything. */
export function optionsOf(seed: number, steps: number): SimulationOptions {
  return { seed, steps, shape: seed % 2 === 0 ? 'hub' : 'pair', oldBackups: seed % 5 === 0 };
}
