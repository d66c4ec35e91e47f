import { type EgressAnswer, EgressFailure, type WebhookProgress } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';

/** What one attempt came to. */
export type Attempt =
  | { readonly kind: 'taken' }
  /** The endpoint wants no more, ever. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly error: string; readonly retryAfterMs?: number };

/** What becomes of the message that was tried, and how the webhook goes on. */
export type AfterAttempt =
  | { readonly kind: 'next'; readonly progress: WebhookProgress }
  | { readonly kind: 'retry'; readonly progress: WebhookProgress }
  /** It is a dead letter. */
  | { readonly kind: 'give-up'; readonly reason: string; readonly progress: WebhookProgress }
  /** It waits, with all after it. */
  | { readonly kind: 'pause'; readonly progress: WebhookProgress };

export interface AttemptPolicy {
  readonly attemptsMax: number;
}

/** 5 s, 15 s, 45 s … to 8 h: twelve attempts take about a day. */
const DELAY_MS_FIRST = 5_000;
const DELAY_FACTOR = 3;
const DELAY_MS_MAX = 8 * 3600_000;
const RETRY_AFTER_MS_MAX = 24 * 3600_000;
const GIVEN_UP_MAX = 5;
const DOWN_MS_MAX = 24 * 3600_000;
const ERROR_CHARACTERS_MAX = 200;

/** Reads an answer, or why there was none. @throws what is neither, which is a bug */
export function judge(outcome: EgressAnswer | Error, now: number): Attempt {
  if (outcome instanceof Problem) return { kind: 'failed', error: outcome.detail };
  if (outcome instanceof EgressFailure) return { kind: 'failed', error: outcome.message };
  if (outcome instanceof Error) throw outcome;
  const { status, headers } = outcome;
  if (status >= 200 && status < 300) return { kind: 'taken' };
  if (status === 410) return { kind: 'gone' };
  const redirect = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return { kind: 'failed', error: `the endpoint answered ${status}${redirect}`, retryAfterMs: retryAfter(headers['retry-after'], now) };
}

/**
 * Decides what becomes of a message after an attempt.
 *
 * The delay triples each time and falls at random in its upper half; `Retry-After` makes it longer, up to a day. A
 * webhook pauses where the endpoint says that it is gone, where five messages in a row were given up, and where
 * nothing was taken for a day: then what waits stays in the log.
 *
 * @param chance a random number in [0, 1)
 */
export function afterAttempt(before: WebhookProgress, messageId: string, attempt: Attempt, policy: AttemptPolicy, now: number, chance: number): AfterAttempt {
  if (attempt.kind === 'taken') return { kind: 'next', progress: { state: 'active', failures: 0, givenUp: 0 } };
  const downSince = before.downSince ?? now;
  if (attempt.kind === 'gone') {
    const lastError = 'the endpoint answered 410';
    return {
      kind: 'pause',
      progress: { state: 'paused', reason: `${lastError}: it wants no more`, lastError, failures: 0, downSince, givenUp: before.givenUp },
    };
  }
  const lastError = attempt.error.slice(0, ERROR_CHARACTERS_MAX);
  const failures = (before.failingId === messageId ? before.failures : 0) + 1;
  if (failures >= policy.attemptsMax) {
    const givenUp = before.givenUp + 1;
    const reason = `the webhook did not take it in ${failures} ${failures === 1 ? 'attempt' : 'attempts'}: ${lastError}`;
    const rest = { lastError, failures: 0, downSince, givenUp };
    return givenUp >= GIVEN_UP_MAX
      ? { kind: 'give-up', reason, progress: { state: 'paused', reason: `${givenUp} messages in a row were not taken: ${lastError}`, ...rest } }
      : { kind: 'give-up', reason, progress: { state: 'failing', ...rest } };
  }
  const failing = { lastError, failures, failingId: messageId, downSince, givenUp: before.givenUp };
  if (now - downSince >= DOWN_MS_MAX) return { kind: 'pause', progress: { state: 'paused', reason: `nothing was taken for a day: ${lastError}`, ...failing } };
  const delayMsFull = Math.min(DELAY_MS_FIRST * DELAY_FACTOR ** (failures - 1), DELAY_MS_MAX);
  const delayMs = Math.max((delayMsFull / 2) * (1 + chance), attempt.retryAfterMs ?? 0);
  return { kind: 'retry', progress: { state: 'failing', ...failing, nextAttemptAt: Math.round(now + delayMs) } };
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, RETRY_AFTER_MS_MAX) : undefined;
}
