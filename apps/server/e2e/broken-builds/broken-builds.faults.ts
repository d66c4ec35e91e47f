import { describe, it } from 'vitest';
import { expectFound } from './expect-found.js';
import { SLOW } from './mutations.js';

describe('the checker finds out the build that', () => {
  it.each(SLOW)('$name', { timeout: 180_000 }, (broken) => expectFound(broken));
});
