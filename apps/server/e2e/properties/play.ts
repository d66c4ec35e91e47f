import fc from 'fast-check';
import type { Place } from '../conformance/place.js';
import { Model, Real } from './message-life-model.js';
import { replayed } from './replay.js';

export interface PlayOptions {
  readonly runs: number;
  /** No run begins after so long. */
  readonly seconds: number;
  /** How long the lists of commands are, in fast-check's words. */
  readonly size?: fc.SizeForArbitrary;
}

/** Plays lists of commands against a server and the model, and shrinks one that fails to the shortest that does. */
export async function play(place: Place, commands: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[], options: PlayOptions): Promise<void> {
  const { run, commands: replaying } = replayed();
  let [runs, messages] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: options.size ?? 'small', ...replaying }), async (list) => {
      const model = new Model();
      const real = await Real.start(place);
      try {
        await fc.asyncModelRun(() => ({ model, real }), list);
        await real.finish(model);
      } finally {
        real.leave();
      }
      runs++;
      messages += model.messages.length;
    }),
    { ...run, numRuns: options.runs, interruptAfterTimeLimit: options.seconds * 1_000 } as fc.Parameters<[Iterable<fc.AsyncCommand<Model, Real>>]>,
  );
  console.log(`${runs} runs, ${messages} messages`);
}
