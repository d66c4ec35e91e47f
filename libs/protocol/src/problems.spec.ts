import { describe, expect, it } from 'vitest';
import { invalid, PROBLEMS, Problem, type ProblemKind } from './problems.js';

/** What clients in many languages were written against: a line may be added, none may change or go. */
const FIXED: Record<string, [status: number, rpc: number, close?: number]> = {
  'request-invalid': [400, -32602, 4400],
  'address-invalid': [400, -32001],
  'message-invalid': [400, -32002],
  'position-invalid': [400, -32003],
  unauthenticated: [401, -32010, 4401],
  'token-expired': [401, -32011, 4401],
  forbidden: [403, -32012, 4403],
  'scope-missing': [403, -32013, 4403],
  'recipient-refused': [403, -32014],
  'origin-refused': [403, -32015, 4403],
  'url-refused': [403, -32016],
  'not-found': [404, -32020],
  'tenant-unknown': [404, -32021, 4404],
  'data-too-large': [413, -32022, 1009],
  'installation-unknown': [404, -32023],
  'client-unknown': [404, -32030],
  'client-offline': [404, -32031],
  'method-unknown': [404, -32601],
  conflict: [409, -32040],
  'position-expired': [410, -32041],
  'idempotency-mismatch': [422, -32042],
  'call-failed': [422, -32043],
  'rate-limited': [429, -32050],
  'inbox-full': [429, -32051],
  'too-many-connections': [429, -32052, 4429],
  internal: [500, -32603, 1011],
  'call-interrupted': [502, -32060],
  unavailable: [503, -32061, 1013],
  draining: [503, -32062, 1012],
  'call-timeout': [504, -32063],
  'storage-full': [507, -32064],
  'too-slow': [408, -32070, 4408],
  replaced: [409, -32071, 4409],
  'closed-by-administrator': [403, -32072, 4410],
};

const kinds = Object.entries<ProblemKind>(PROBLEMS);

describe('the table of problems', () => {
  it.each(Object.entries(FIXED))('still says of %s what it said', (slug, fixed) => {
    const kind: ProblemKind | undefined = PROBLEMS[slug as keyof typeof PROBLEMS];
    expect([kind?.status, kind?.rpc, ...(kind?.close === undefined ? [] : [kind.close])]).toEqual(fixed);
  });

  it('names no problem that is not fixed here', () => {
    expect(kinds.map(([slug]) => slug).filter((slug) => !(slug in FIXED))).toEqual([]);
  });

  it('gives every problem a code of its own', () => {
    expect(new Set(kinds.map(([, { rpc }]) => rpc)).size).toBe(kinds.length);
  });

  it('keeps to the codes that JSON-RPC leaves to servers, or that it gives itself', () => {
    for (const [, { rpc }] of kinds) expect((rpc <= -32000 && rpc >= -32099) || [-32601, -32602, -32603].includes(rpc)).toBe(true);
  });

  it('calls nothing retryable that only a change of the request can mend', () => {
    for (const [slug, { status, retryable }] of kinds) if ([400, 401, 413, 422].includes(status)) expect([slug, retryable]).toEqual([slug, false]);
  });
});

describe('a problem', () => {
  const problem = new Problem('rate-limited', 'slow down', { retryAfter: 2 });

  it('is told over HTTP as RFC 9457 has it', () => {
    expect(problem.toHttp('/v1/x')).toEqual({
      type: 'urn:vestnik:problem:rate-limited',
      title: 'Too many requests',
      status: 429,
      detail: 'slow down',
      instance: '/v1/x',
      retryable: true,
      retryAfter: 2,
    });
  });

  it('is told over JSON-RPC by code and slug', () => {
    expect(problem.toRpc()).toEqual({
      code: -32050,
      message: 'Too many requests',
      data: { type: 'rate-limited', detail: 'slow down', retryable: true, retryAfter: 2 },
    });
  });

  it('of one field names it', () => {
    expect(invalid('message-invalid', 'to/0', 'is wrong')).toMatchObject({
      detail: 'to/0: is wrong',
      extra: { errors: [{ path: 'to/0', message: 'is wrong' }] },
    });
    expect(invalid('request-invalid', '', 'is wrong').detail).toBe('is wrong');
  });
});
