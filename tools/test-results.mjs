import { readFileSync } from 'node:fs';

/**
 * Counts what vitest wrote about a run.
 *
 * Whatever keeps a test from being run counts as a failure: a file that cannot
 * be loaded, an error outside of all tests, vitest itself ending early, a run
 * of no tests at all.
 *
 * @param {string} file the results as JSON
 * @param {number} exitCode vitest's
 * @returns {{ passed: number, failed: number, skipped: number, complaints: string[] }}
 */
export function countResults(file, exitCode) {
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, complaints: [`The tests did not run to their end (vitest ended with ${exitCode}).`] };
  }
  const passed = results.numPassedTests;
  const skipped = results.numPendingTests + results.numTodoTests;
  const complaints = [];
  let failed = results.numFailedTests;

  for (const suite of results.testResults) {
    const hasFailedTest = suite.assertionResults.some((test) => test.status === 'failed');
    if (suite.status !== 'failed' || hasFailedTest) continue;
    failed += 1;
    complaints.push(`${suite.name} failed outside of its tests.`);
  }
  if (passed + failed + skipped === 0) {
    failed += 1;
    complaints.push('There was no test to run.');
  } else if (failed === 0 && exitCode !== 0) {
    failed += 1;
    complaints.push(`Every test that ran has passed, and yet vitest ended with ${exitCode}: see the errors above.`);
  }
  return { passed, failed, skipped, complaints };
}

/** The last line of a test run, for people and programs. */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
