import { describeCounts } from '@vestnik/testing';
import { expect } from 'vitest';
import { runLoad } from '../nothing-lost/run.js';
import { copyBuild } from './build-copy.js';
import type { BrokenBuild } from './mutations.js';

/** Runs the load against a broken build and expects the checker to find it out. */
export async function expectFound(broken: BrokenBuild): Promise<void> {
  const copy = copyBuild(broken);
  try {
    const { verdict, failures } = await runLoad({ ...broken.run, server: { ...broken.run.server, program: copy.program } });
    console.info(`the build that ${broken.name}: ${describeCounts(verdict.counts)}; ${verdict.faults[0] ?? 'no fault found'}`);
    expect(verdict.counts.accepted, failures.join('\n')).toBeGreaterThan(0);
    const found = broken.counted.reduce((sum, count) => sum + verdict.counts[count], 0);
    expect(found, `${broken.counted.join(' + ')} of the build that ${broken.name}`).toBeGreaterThan(0);
  } finally {
    copy.remove();
  }
}
