import { PROBLEMS, type ProblemSlug } from '@vestnik/protocol/problems';
import { afterClose } from '@vestnik/protocol/reconnect';
import type { Closed } from './connection.js';
import { VestnikError } from './vestnik-error.js';

/** What a client does after a connection, or an attempt at one, has ended. */
export type AfterDisconnect =
  | { readonly kind: 'stop'; readonly error: VestnikError }
  /** Come back, with `delayMsMin` added to the growing delay. */
  | { readonly kind: 'reconnect'; readonly delayMsMin: number; readonly freshToken: boolean; readonly error: VestnikError };

/**
 * Decides by the rules of the protocol, section 10.
 *
 * Where the bus refused `connect` and the close code was lost on the way, the problem stands in for it.
 *
 * @param renewable whether a fresh token can be had; without one there is no sense in coming back after 4401
 */
export function afterDisconnect(closed: Closed, renewable: boolean): AfterDisconnect {
  const code = codeOf(closed);
  const error = closed.error ?? errorOf(code, closed);
  const after = afterClose(code, closed.closing);
  const retryAfter = error.extra.retryAfter;
  if (after.kind === 'reconnect' && (renewable || !after.freshToken)) {
    const asked = typeof retryAfter === 'number' ? retryAfter * 1000 : 0;
    return { ...after, delayMsMin: Math.max(after.delayMsMin, asked), error };
  }
  return { kind: 'stop', error };
}

function codeOf({ code, closing, error }: Closed): number {
  if (closing !== undefined) return closing.code;
  if (code !== 1000 && code !== 1005 && code !== 1006) return code;
  if (error === undefined || !(error.slug in PROBLEMS)) return code;
  const { close, retryable } = PROBLEMS[error.slug as ProblemSlug] as { close?: number; retryable: boolean };
  return close ?? (retryable ? 1013 : 4400);
}

function errorOf(code: number, { reason, closing }: Closed): VestnikError {
  const slug = closing?.reason ?? reason;
  if (slug in PROBLEMS) {
    const { title, retryable } = PROBLEMS[slug as ProblemSlug];
    return new VestnikError(slug, closing?.detail ?? title, retryable);
  }
  return new VestnikError('unreachable', `the connection ended with code ${code}${reason === '' ? '' : ` (${reason})`}`, true);
}
