import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countResults, summaryLine } from './test-results.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vestnik-spec-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the last line of a test run', () => {
  it('counts what passed, failed and was skipped', () => {
    expect(lastLine({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 0 }, 0)).toBe('5 passed, 0 failed');
    expect(lastLine({ numPassedTests: 5, numFailedTests: 2, numPendingTests: 1 }, 1)).toBe('5 passed, 2 failed, 1 skipped');
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(lastLine({ numPassedTests: 5, testResults: [{ name: 'a.spec.ts', status: 'failed', assertionResults: [] }] }, 1)).toBe('5 passed, 1 failed');
  });

  it('counts an error outside of all tests as a failure', () => {
    expect(lastLine({ numPassedTests: 5 }, 1)).toBe('5 passed, 1 failed');
  });

  it('counts a run of no tests as a failure', () => {
    expect(lastLine({}, 0)).toBe('0 passed, 1 failed');
  });

  it('counts a run that was cut off as a failure', () => {
    expect(summaryLine(countResults(join(folder, 'nothing.json'), 137))).toBe('0 passed, 1 failed');
  });
});

function lastLine(results: object, exitCode: number): string {
  const file = join(folder, 'results.json');
  writeFileSync(file, JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [], ...results }));
  return summaryLine(countResults(file, exitCode));
}
