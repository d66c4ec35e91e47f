import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LimitState, Principal } from '@vestnik/core';
import type { Edge } from '../edge.js';

/**
 * `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them: structured fields (RFC 9651), each limit
 * an item that is named by whose it is, with quota and window, and with what remains and the seconds until it is whole again.
 */
export function rateLimitFields(states: readonly LimitState[]): readonly (readonly [name: string, value: string])[] {
  if (states.length === 0) return NONE;
  return [
    ['ratelimit-policy', states.map(({ limited, quota, window }) => `"${limited}";q=${quota};w=${window}`).join(', ')],
    ['ratelimit', states.map(({ limited, remaining, reset }) => `"${limited}";r=${remaining};t=${reset}`).join(', ')],
  ];
}

const NONE: readonly (readonly [string, string])[] = [];

/**
 * Counts a request against the limits of whoever makes it, and tells with its answer how they stand, whatever becomes of it.
 *
 * @throws Problem `rate-limited`
 */
export async function withinLimits<Result>(
  edge: Edge,
  principal: Principal,
  request: IncomingMessage,
  response: ServerResponse,
  work: (address: string | undefined) => Result | Promise<Result>,
): Promise<Result> {
  const address = edge.addressOf(request);
  try {
    edge.limits.take(principal, address);
    return await work(address);
  } finally {
    tellLimits(edge, principal, address, response);
  }
}

/** Puts how the limits stand on an answer that has not begun. */
export function tellLimits(edge: Edge, principal: Principal, address: string | undefined, response: ServerResponse): void {
  if (response.headersSent) return;
  for (const [name, value] of rateLimitFields(edge.limits.statesOf(principal, address))) response.setHeader(name, value);
}
