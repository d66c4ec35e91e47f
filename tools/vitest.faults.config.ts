import { fileURLToPath } from 'node:url';
import base from '../vitest.config.js';

/** The long fault tests: one file at a time, because they starve and kill what they run on. */
export default {
  ...base,
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    ...base.test,
    include: ['apps/*/e2e/**/*.faults.ts', 'libs/*/src/**/*.faults.ts'],
    fileParallelism: false,
    testTimeout: 20 * 60_000,
    hookTimeout: 5 * 60_000,
  },
};
