import { assertNothingWrong } from '@vestnik/testing';
import { describe, it } from 'vitest';
import { runLoad } from '../nothing-lost/run.js';
import { copyBuild } from './build-copy.js';
import { expectFound } from './expect-found.js';
import { SLOW } from './mutations.js';

describe('the checker finds out the build that', () => {
  it.each(SLOW)('$name', { timeout: 180_000 }, (broken) => expectFound(broken));

  it('and finds nothing wrong with a copy that was not changed', async () => {
    const copy = copyBuild({ name: 'is whole', changes: [] });
    try {
      const { verdict } = await runLoad({ messages: 20, dropEvery: 9, server: { program: copy.program } });
      assertNothingWrong(verdict);
    } finally {
      copy.remove();
    }
  });
});
