import { describe, expect, it } from 'vitest';
import { asProblem, ProblemError, problemOf } from './problem-error.js';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });

describe('what the server refuses', () => {
  it('is a problem with its slug, detail, fields and time to wait', async () => {
    const problem = await problemOf(
      answer(429, { type: 'urn:vestnik:problem:rate-limited', detail: 'slow down', retryAfter: 7, errors: [{ path: 'name', message: 'is wrong' }, 3, null] }),
    );
    expect(problem).toMatchObject({ slug: 'rate-limited', detail: 'slow down', status: 429, retryAfter: 7, errors: [{ path: 'name', message: 'is wrong' }] });
    expect(problem.retryable).toBe(true);
  });

  it('is read by its status where something else than our server answered', async () => {
    expect(await problemOf(answer(502, '<h1>Bad Gateway</h1>', { 'retry-after': '30' }))).toMatchObject({
      slug: 'unavailable',
      detail: undefined,
      retryAfter: 30,
    });
    expect((await problemOf(answer(401, null))).slug).toBe('unauthenticated');
    expect((await problemOf(answer(404, { type: 'urn:vestnik:problem:constructor' }))).slug).toBe('not-found');
    expect((await problemOf(answer(418, []))).slug).toBe('internal');
  });

  it('is told apart from nobody answering', () => {
    expect(asProblem(new TypeError('Failed to fetch')).slug).toBe('unreachable');
    expect(asProblem(new RangeError('x')).slug).toBe('internal');
    const problem = new ProblemError('conflict', 'x', 409);
    expect(asProblem(problem)).toBe(problem);
  });
});
