import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { LIMITS, Problem, parseJson } from '@vestnik/protocol';
import { KnownRoutes } from './known-routes.js';
import { BODY_IS_JSON, PROBLEM_TYPE, problemAnswer, problemOfFramework } from './problem-answer.js';
import { keepBody } from './raw-body.js';
import { type HttpReply, JSON_TYPE, pathOf } from './request.js';

type FastifyOptions = Extract<NonNullable<ConstructorParameters<typeof FastifyAdapter>[0]>, { bodyLimit?: number }>;

/**
 * What the `FastifyAdapter` is made with: `new FastifyAdapter({ ...fastifyOptions, trustProxy })`.
 *
 * A name of 128 code points has up to 1,536 characters in a path, percent-encoded.
 */
export const fastifyOptions = {
  bodyLimit: LIMITS.requestBodyBytes,
  routerOptions: { maxParamLength: 2_000 },
  forceCloseConnections: true,
  frameworkErrors: (error, request, reply) => {
    const problem = problemOfFramework(error.statusCode ?? 400, error.code) ?? new Problem('request-invalid', 'the request is not well formed');
    const answer = problemAnswer(problem, pathOf(request.url));
    (reply as unknown as HttpReply).code(answer.status).header('content-type', PROBLEM_TYPE).send(answer.body);
  },
} as const satisfies FastifyOptions;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a JSON body once, its depth checked before it is parsed. An empty one is none. */
export function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  let text: string;
  try {
    text = UTF8.decode(body);
  } catch {
    throw new Problem('request-invalid', 'the body is not UTF-8');
  }
  return parseJson(text, LIMITS.jsonDepth);
}

/** Sets up what lies below the controllers. Call it once, before the application is initialised. */
export function configureHttp(app: NestFastifyApplication): void {
  const routes = app.get(KnownRoutes);
  const fastify = app.getHttpAdapter().getInstance();

  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'OPTIONS') routes.add(one, url);
  });
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    // Answers hold keys, tokens and other people's data.
    if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store');
  });

  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  app.useBodyParser(JSON_TYPE, { bodyLimit: LIMITS.requestBodyBytes }, async (request: unknown, body: Buffer) => {
    const value = parseBody(body);
    if (value !== undefined) keepBody(request as object, body);
    return value;
  });
  // The framework would read forms, and `curl -d` says that it sends one.
  app.useBodyParser('application/x-www-form-urlencoded', {}, async () => {
    throw new Problem('request-invalid', BODY_IS_JSON);
  });
}
