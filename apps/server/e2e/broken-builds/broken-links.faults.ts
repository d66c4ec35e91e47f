import { PROGRAM } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { copyBuild } from './build-copy.js';
import { LINKS } from './link-mutations.js';

describe('the checker over both ends of a link finds out the build that', () => {
  it.each(LINKS)('$name', { timeout: 180_000 }, async (broken) => {
    const copy = copyBuild(broken);
    try {
      const found = await broken.play(copy.program);
      console.info(`the build that ${broken.name}: ${found.length} found; ${found[0] ?? 'no fault found'}`);
      expect(found.length).toBeGreaterThan(0);
    } finally {
      copy.remove();
    }
  });

  it.each(LINKS)('and finds nothing of the kind in a build that is whole: $name', { timeout: 180_000 }, async ({ play }) => {
    expect(await play(PROGRAM)).toEqual([]);
  });
});
