import { Problem, type ProblemSlug } from '@vestnik/protocol';

/** A failure as it leaves over HTTP. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, `application/problem+json` (RFC 9457). */
  readonly body: string;
}

export const BODY_IS_JSON = 'the body is JSON: send it with the header content-type: application/json';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** @param path of the request, without its query */
export function problemAnswer(problem: Problem, path: string): ProblemAnswer {
  const { retryAfter } = problem.extra;
  return {
    status: problem.kind.status,
    headers: {
      ...(problem.kind.status === 401 ? { 'www-authenticate': 'Bearer realm="vestnik"' } : {}),
      ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
    },
    body: JSON.stringify(problem.toHttp(path)),
  };
}

/** The path is served, but not with this method (RFC 9110, 15.5.6): the standard wants its own status and `Allow`. */
export function methodNotAllowed(method: string, allowed: readonly string[], path: string): ProblemAnswer {
  const problem = new Problem('method-unknown', `${method} is not served here; ${allowed.join(', ')} ${allowed.length === 1 ? 'is' : 'are'}`);
  return { status: 405, headers: { allow: allowed.join(', ') }, body: JSON.stringify({ ...problem.toHttp(path), status: 405 }) };
}

/** What a failure of the framework means to the caller; undefined: it is a bug. */
export function problemOfFramework(status: number, code: string | undefined): Problem | undefined {
  switch (code) {
    case 'FST_ERR_BAD_URL':
      return new Problem('request-invalid', 'the path is not percent-encoded UTF-8');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('request-invalid', 'a part of the path is too long');
  }
  const slug = SLUGS[status];
  if (slug !== undefined) return new Problem(slug, DETAILS[status] ?? 'the request cannot be served');
  return status >= 400 && status < 500 ? new Problem('request-invalid', 'the request is not well formed') : undefined;
}

const SLUGS: Readonly<Record<number, ProblemSlug>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'data-too-large',
  415: 'request-invalid',
  429: 'rate-limited',
  503: 'unavailable',
};

const DETAILS: Readonly<Record<number, string>> = {
  404: 'there is no such path; what there is stands in /v1/openapi.json',
  413: 'a request body has 8 MiB at most',
  415: BODY_IS_JSON,
};
