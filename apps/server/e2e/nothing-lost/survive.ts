import { assertNothingWrong, describeCounts } from '@vestnik/testing';
import { expect } from 'vitest';
import { type RunOptions, type RunOutcome, runLoad } from './run.js';

/** Runs the load and expects that all was accepted at last, that nothing went wrong, and that there was something to judge. */
export async function survive(options: RunOptions): Promise<RunOutcome> {
  const outcome = await runLoad(options);
  const { counts } = outcome.verdict;
  console.info(describeCounts(counts));
  expect(outcome.failures).toEqual([]);
  assertNothingWrong(outcome.verdict);
  expect(counts.accepted).toBe(counts.attempted);
  if (options.topics === true) {
    // Messages reach several subscribers, each of whom has come and gone meanwhile.
    expect(counts.received).toBeGreaterThan(counts.attempted);
    expect(Math.min(...outcome.subscribers.map(({ changes }) => changes))).toBeGreaterThan(6);
  }
  return outcome;
}
