import { expect, it } from 'vitest';
import { quantile, summaryOf } from './summary.js';

it('sums up calls by method, the most called first', () => {
  const calls = [
    { method: 'stock', state: 'answered', durationMs: 10 },
    { method: 'stock', state: 'failed', durationMs: 30 },
    { method: 'stock', state: 'open', durationMs: 9_000 },
    { method: 'print', state: 'open' },
    { method: 'alarm', state: 'failed', durationMs: 5 },
  ] as const;
  expect(summaryOf(calls)).toEqual([
    { method: 'stock', calls: 3, open: 1, failed: 1, failedShare: 0.5, median: 10, p95: 30 },
    { method: 'alarm', calls: 1, open: 0, failed: 1, failedShare: 1, median: 5, p95: 5 },
    { method: 'print', calls: 1, open: 1, failed: 0, failedShare: undefined, median: undefined, p95: undefined },
  ]);
});

it('takes a value that there was', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([quantile(hundred, 0.5), quantile(hundred, 0.95), quantile([7], 0.95), quantile([], 0.5)]).toEqual([50, 95, 7, undefined]);
});
