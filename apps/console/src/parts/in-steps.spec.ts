import { describe, expect, it } from 'vitest';
import { inSteps, type Step } from './in-steps.js';

function served(answers: readonly Step[]) {
  let calls = 0;
  const told: number[] = [];
  return {
    told,
    calls: () => calls,
    step: () => Promise.resolve(answers[calls++] ?? { done: 0, left: 0 }),
    tell: (done: number) => void told.push(done),
  };
}

describe('many things, done call by call', () => {
  it('go on until nothing is left, and tell how far they are', async () => {
    const server = served([
      { done: 1_000, left: 1_412 },
      { done: 1_000, left: 412 },
      { done: 412, left: 0 },
    ]);
    expect(await inSteps({ all: 2_412, stopped: () => false, ...server })).toEqual({ done: 2_412, left: 0, stopped: false });
    expect(server.told).toEqual([1_000, 2_000, 2_412]);
  });

  it('end with what was there at the beginning, however much has come since', async () => {
    const server = served(Array.from({ length: 9 }, () => ({ done: 1_000, left: 1_000 })));
    expect(await inSteps({ all: 2_000, stopped: () => false, ...server })).toEqual({ done: 2_000, left: 1_000, stopped: false });
    expect(server.calls()).toBe(2);
  });

  it('end where a call does nothing', async () => {
    const server = served([
      { done: 3, left: 5 },
      { done: 0, left: 5 },
    ]);
    expect(await inSteps({ all: 8, stopped: () => false, ...server })).toEqual({ done: 3, left: 5, stopped: false });
    expect(server.calls()).toBe(2);
  });

  it('can be stopped between two calls', async () => {
    const server = served([
      { done: 1_000, left: 2_000 },
      { done: 1_000, left: 1_000 },
    ]);
    expect(await inSteps({ all: 3_000, stopped: () => server.calls() === 1, ...server })).toEqual({ done: 1_000, left: 2_000, stopped: true });
  });
});
