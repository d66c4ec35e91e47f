import type fc from 'fast-check';

const { PROPERTY_SEED: SEED, PROPERTY_PATH: PATH, PROPERTY_REPLAY: REPLAY } = process.env;

/**
 * How a run is repeated: what a failure prints goes into the environment, as `PROPERTY_SEED`, `PROPERTY_PATH` and
 * `PROPERTY_REPLAY` (its `replayPath`).
 */
export function replayed(): { readonly run: fc.Parameters<unknown>; readonly commands: { readonly replayPath?: string } } {
  const seed = SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(SEED);
  console.log(`PROPERTY_SEED=${seed}`);
  return {
    run: { seed, ...(PATH === undefined ? {} : { path: PATH }), endOnFailure: PATH !== undefined },
    commands: REPLAY === undefined ? {} : { replayPath: REPLAY },
  };
}
