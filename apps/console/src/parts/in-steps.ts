/** What one call of many did, and what is left of all that was meant. */
export interface Step {
  readonly done: number;
  readonly left: number;
  /** There is no other call: what is left stays. */
  readonly last?: boolean;
}

/** What came of all calls together. */
export interface StepsOutcome {
  readonly done: number;
  readonly left: number;
  /** Somebody stopped it: what is left was not tried. */
  readonly stopped: boolean;
}

interface Steps {
  /** How many were meant when it began: what has come since is not for this time, or it would never end. */
  readonly all: number;
  readonly step: () => Promise<Step>;
  readonly stopped: () => boolean;
  /** Told after each call how many are done. */
  readonly tell: (done: number) => void;
}

/**
 * Does a great many things call by call, as the API takes them, until all are done that were there when it began.
 *
 * Ends too where a call does nothing: the next one would do nothing either.
 */
export async function inSteps({ all, step, stopped, tell }: Steps): Promise<StepsOutcome> {
  let done = 0;
  for (;;) {
    const answer = await step();
    done += answer.done;
    tell(done);
    if (answer.last === true || answer.left === 0 || answer.done === 0 || done >= all) return { done, left: answer.left, stopped: false };
    if (stopped()) return { done, left: answer.left, stopped: true };
  }
}
