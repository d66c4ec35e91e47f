import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Problem, writeJson } from '@vestnik/protocol';

/** @param body JSON text */
export function answerJson(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  response.end(body);
}

/** Problem details (RFC 9457). What is left of a body that was not read is not waited for. */
export function answerProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): void {
  if (response.headersSent || response.destroyed) return;
  const path = request.url?.split('?')[0];
  const body = writeJson(problem.toHttp(path));
  const headers: Record<string, string | number> = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  };
  if (problem.kind.status === 401) headers['www-authenticate'] = 'Bearer';
  if (problem.extra.retryAfter !== undefined) headers['retry-after'] = Math.ceil(problem.extra.retryAfter);
  if (!request.complete) headers.connection = 'close';
  response.writeHead(problem.kind.status, headers);
  response.end(body);
}
