import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authenticator, readCredential } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import type { Metrics } from '../metrics.js';

export interface HealthParts {
  readonly metrics: Metrics;
  readonly authenticator: Authenticator;
  /** Whether the node takes requests: not while it starts or drains. */
  readonly accepting: () => boolean;
  /** @throws where the store cannot be reached */
  readonly askStore: () => Promise<unknown>;
}

/** What {@link healthRoutes} answers. */
export const HEALTH_ROUTES = [
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/metrics'],
] as const;

/** `GET /healthz`, `/readyz` and `/metrics`, in front of the framework: they must answer whatever else does not. */
export function healthRoutes(parts: HealthParts): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== '/healthz' && path !== '/readyz' && path !== '/metrics') return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    request.resume();
    if (path === '/healthz') answer(response, 200, { status: 'ok' });
    else if (path === '/readyz') void ready(parts, response);
    else void metrics(parts, request, response);
    return true;
  };
}

/** The metrics alone, without a key: for a port of their own. */
export function openMetrics(parts: HealthParts): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    request.resume();
    if (request.url?.split('?')[0] === '/metrics') void writeMetrics(parts, response);
    else answer(response, 404, { status: 'not-found' });
  };
}

async function ready({ accepting, askStore }: HealthParts, response: ServerResponse): Promise<void> {
  if (!accepting()) {
    answer(response, 503, { status: 'draining' });
    return;
  }
  try {
    await askStore();
    answer(response, 200, { status: 'ready' });
  } catch {
    answer(response, 503, { status: 'unavailable', waitingFor: 'postgres' });
  }
}

async function metrics(parts: HealthParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const presented = readCredential(request.headers.authorization);
    if (presented.kind !== 'credential') throw new Problem('unauthenticated', "an administrator's key is required");
    await parts.authenticator.administrator({ key: presented.credential });
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem('unavailable', 'the key could not be checked');
    response.writeHead(problem.kind.status, { 'content-type': 'application/problem+json; charset=utf-8' });
    response.end(JSON.stringify(problem.toHttp('/metrics')));
    return;
  }
  await writeMetrics(parts, response);
}

async function writeMetrics({ metrics: { registry } }: HealthParts, response: ServerResponse): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType });
  response.end(text);
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
