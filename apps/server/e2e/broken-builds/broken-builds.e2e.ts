import { describe, it } from 'vitest';
import { expectFound } from './expect-found.js';
import { QUICK } from './mutations.js';

describe('the checker finds out the build that', () => {
  it.each(QUICK)('$name', { timeout: 60_000 }, (broken) => expectFound(broken));
});
