import createClient, { type Middleware } from 'openapi-fetch';
import { problemOf } from './problem-error.js';
import type { components, paths } from './schema.js';

/** A schema of the server's OpenAPI document by its name: `Schema<'Tenant'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** Paths of the document that answer GET, with what they answer. */
export type Answer<Path extends keyof paths> = paths[Path] extends { get: { responses: { 200: { content: { 'application/json': infer Body } } } } }
  ? Body
  : never;

/** One item of a list: `Item<'/v1/clients'>`. */
export type Item<Path extends keyof paths> = Answer<Path> extends { items: readonly (infer One)[] } ? One : never;

/** The query of a list: `Query<'/v1/clients'>`. */
export type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Params } } } ? NonNullable<Params> : never;

let toldSignedOut: () => void = () => {};

/** Asks to be told when the session turns out to be over. One listener. */
export function onSignedOut(listener: () => void): void {
  toldSignedOut = listener;
}

const refusals: Middleware = {
  async onResponse({ response, schemaPath, request }) {
    if (response.ok) return undefined;
    const problem = await problemOf(response);
    // A wrong password, when signing in or changing it, is no session that has ended.
    const proves = (schemaPath === '/v1/session' && request.method === 'POST') || (schemaPath === '/v1/administrators/{name}' && request.method === 'PATCH');
    if (problem.status === 401 && !proves) toldSignedOut();
    throw problem;
  },
};

/** With a cookie whatever changes anything says that it is JSON, a body or none: no form of another page can say that. */
const proof: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && !request.headers.has('content-type')) request.headers.set('content-type', 'application/json');
    return request;
  },
};

/**
 * The public HTTP API with the cookie of whoever is signed in.
 *
 * Whatever is not 2xx is thrown as a `ProblemError`.
 */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin', headers: { accept: 'application/json' } });
api.use(proof, refusals);

/** The body of an answer: `await answerOf(api.GET('/v1/links', { signal }))`. */
export async function answerOf<Body>(call: Promise<{ data?: Body; response: Response }>): Promise<Body> {
  const { data } = await call;
  // Undefined only where the answer has no body (204): everything else was thrown.
  return data as Body;
}
