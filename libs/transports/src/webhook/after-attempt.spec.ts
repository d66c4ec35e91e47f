import { EgressFailure, FRESH_PROGRESS, type WebhookProgress } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { describe, expect, it } from 'vitest';
import { type Attempt, afterAttempt, judge } from './after-attempt.js';

const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3600_000;
const FAILED: Attempt = { kind: 'failed', error: 'the endpoint answered 500' };
const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers, body: Buffer.alloc(0) });

describe('an attempt', () => {
  it.each([200, 201, 202, 204, 299])('that is answered %d was taken', (status) => {
    expect(judge(answer(status), NOW)).toEqual({ kind: 'taken' });
  });

  it.each([100, 301, 307, 400, 401, 404, 429, 500, 503])('that is answered %d has failed', (status) => {
    expect(judge(answer(status), NOW)).toMatchObject({ kind: 'failed', error: expect.stringContaining(String(status)) });
  });

  it('that is answered 410 is the last', () => {
    expect(judge(answer(410), NOW)).toEqual({ kind: 'gone' });
  });

  it('that brought no answer has failed, in words that say nothing of this house', () => {
    expect(judge(new EgressFailure('timeout', 'no whole answer within 10 s'), NOW)).toEqual({ kind: 'failed', error: 'no whole answer within 10 s' });
    expect(judge(new Problem('url-refused', 'url: the bus may not fetch from there'), NOW)).toMatchObject({ kind: 'failed' });
    expect(() => judge(new TypeError('a bug'), NOW)).toThrow('a bug');
  });

  it.each([
    ['120', 120_000],
    [new Date(NOW + 30_000).toUTCString(), 30_000],
    ['999999999', 24 * HOUR],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    [new Date(NOW - 30_000).toUTCString(), undefined],
  ])('that is answered Retry-After %s says when to come again', (value, ms) => {
    expect(judge(answer(503, { 'retry-after': value }), NOW)).toMatchObject({ retryAfterMs: ms });
  });
});

describe('after an attempt', () => {
  /** What a message that always fails goes through. */
  const fail = (attemptsMax: number, chance: number) => {
    let progress: WebhookProgress = FRESH_PROGRESS;
    let now = NOW;
    const delays: number[] = [];
    for (;;) {
      const after = afterAttempt(progress, 'm', FAILED, { attemptsMax }, now, chance);
      progress = after.progress;
      if (after.kind !== 'retry') return { after, delays, lasted: now - NOW };
      delays.push((progress.nextAttemptAt as number) - now);
      now = progress.nextAttemptAt as number;
    }
  };

  it('the delay triples, and falls at random in its upper half', () => {
    expect(fail(5, 0).delays).toEqual([2_500, 7_500, 22_500, 67_500]);
    expect(fail(5, 0.999_999).delays.map((ms) => Math.round(ms / 1000))).toEqual([5, 15, 45, 135]);
  });

  it('twelve attempts take about a day, and then the message is given up', () => {
    for (const chance of [0, 0.5, 0.9]) {
      const { after, lasted } = fail(12, chance);
      expect(lasted / HOUR).toBeGreaterThan(12);
      expect(lasted / HOUR).toBeLessThan(36);
      expect(['give-up', 'pause']).toContain(after.kind);
    }
    expect(fail(12, 0).after).toMatchObject({ kind: 'give-up', reason: 'the webhook did not take it in 12 attempts: the endpoint answered 500' });
  });

  it('another message begins to count anew', () => {
    const first = afterAttempt(FRESH_PROGRESS, 'a', FAILED, { attemptsMax: 3 }, NOW, 0);
    const second = afterAttempt(first.progress, 'b', FAILED, { attemptsMax: 3 }, NOW, 0);
    expect(second.progress).toMatchObject({ failures: 1, failingId: 'b', downSince: NOW });
  });

  it('a success forgets all failures', () => {
    const failing = afterAttempt(FRESH_PROGRESS, 'a', FAILED, { attemptsMax: 3 }, NOW, 0).progress;
    expect(afterAttempt(failing, 'a', { kind: 'taken' }, { attemptsMax: 3 }, NOW, 0)).toEqual({ kind: 'next', progress: FRESH_PROGRESS });
  });

  it('the limit may have been lowered meanwhile', () => {
    const failing: WebhookProgress = { state: 'failing', failures: 9, failingId: 'a', givenUp: 0, downSince: NOW };
    expect(afterAttempt(failing, 'a', FAILED, { attemptsMax: 2 }, NOW, 0).kind).toBe('give-up');
  });
});
