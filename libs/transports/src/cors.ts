import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '@vestnik/protocol';
import { type Edge, originAllowed } from './edge.js';
import { answerProblem } from './rest/answer.js';

/** The calls of clients, by what comes after `/v1/tenants/{tenant}`, with their methods. Management is for no other origin. */
const CLIENT_CALLS: readonly (readonly [RegExp, string])[] = [
  [/^\/(?:events|inbox)$/, 'GET'],
  [/^\/inbox\/[^/]+$/, 'GET'],
  [/^\/(?:rpc|calls)$/, 'POST'],
  [/^\/messages(?:\/batch)?$/, 'POST'],
  [/^\/messages\/[^/]+$/, 'GET, DELETE'],
  [/^\/messages\/[^/]+\/recipients$/, 'GET'],
];
const TENANT_PATH = /^\/v1\/tenants\/([^/?]+)(\/[^?]+)/;

const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, last-event-id, traceparent, vestnik-session';
const ANSWER_HEADERS = 'retry-after, ratelimit, ratelimit-policy, ratelimit-limit, ratelimit-remaining, ratelimit-reset, vestnik-connected';
/** Seconds for which a browser remembers what it was told; a change of `origins` holds for all after this. */
const MAX_AGE = '600';

/**
 * CORS (WHATWG Fetch, section 3.3) of every client call, by the tenant's `origins`. Stands in front of the routes: what it
 * lets pass carries its headers already, and what comes from a foreign origin is refused before anything is done for it.
 *
 * Credentials in the sense of browsers, cookies, are never allowed: a client shows a token.
 *
 * @returns a handler that says whether the request is answered
 */
export function crossOrigin(edge: Edge): (request: IncomingMessage, response: ServerResponse<IncomingMessage>) => boolean {
  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined) return false;
    const path = TENANT_PATH.exec(request.url ?? '');
    const [, tenant, rest] = path ?? [];
    const methods = rest === undefined ? undefined : CLIENT_CALLS.find(([pattern]) => pattern.test(rest))?.[1];
    if (methods === undefined) return false;
    response.setHeader('vary', 'Origin');
    if (!originAllowed(edge, tenant, origin)) {
      // The installation's own pages cross no border where they call it.
      if (edge.ownOrigins.includes(origin)) return false;
      request.resume();
      answerProblem(request, response, new Problem('origin-refused', 'pages of this origin may not call this tenant'));
      return true;
    }
    response.setHeader('access-control-allow-origin', origin);
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      request.resume();
      response.writeHead(204, {
        'access-control-allow-methods': methods,
        'access-control-allow-headers': REQUEST_HEADERS,
        'access-control-max-age': MAX_AGE,
      });
      response.end();
      return true;
    }
    response.setHeader('access-control-expose-headers', ANSWER_HEADERS);
    return false;
  };
}
