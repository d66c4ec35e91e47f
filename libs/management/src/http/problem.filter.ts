import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { Log } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { PORT } from '../ports.js';
import { KnownRoutes } from './known-routes.js';
import { methodNotAllowed, PROBLEM_TYPE, type ProblemAnswer, problemAnswer, problemOfFramework } from './problem-answer.js';
import { type HttpReply, type HttpRequest, pathOf } from './request.js';

/** Answers every failure as a problem. What is no `Problem` is a bug: logged whole under an id, of which alone the caller is told. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    @Inject(KnownRoutes) private readonly routes: KnownRoutes,
    @Inject(PORT.log) private readonly log: Pick<Log, 'error'>,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<HttpRequest>();
    const reply = host.switchToHttp().getResponse<HttpReply>();
    const answer = this.answer(error, request);
    reply.code(answer.status).header('content-type', PROBLEM_TYPE).header('cache-control', 'no-store');
    for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
    reply.send(answer.body);
  }

  private answer(error: unknown, request: HttpRequest): ProblemAnswer {
    const path = pathOf(request.url);
    if (error instanceof Problem) return problemAnswer(error, path);
    const { status, code } = statusOf(error);
    if (status === 404) {
      const methods = this.routes.methodsOf(request.url);
      if (methods.length > 0) return methodNotAllowed(request.method, methods, path);
    }
    const problem = status === undefined ? undefined : problemOfFramework(status, code);
    return problemAnswer(problem ?? this.bug(error, request.method, path), path);
  }

  private bug(error: unknown, method: string, path: string): Problem {
    const id = randomUUID();
    this.log.error('a request failed', { id, method, path, error: wholeText(error) });
    return new Problem('internal', `the log has it under ${id}`, { id });
  }
}

/** The stack, and those of its causes. */
function wholeText(error: unknown): string {
  return inspect(error, { depth: 3, breakLength: 160 });
}

function statusOf(error: unknown): { status?: number; code?: string } {
  if (error instanceof HttpException) return { status: error.getStatus() };
  if (typeof error !== 'object' || error === null) return {};
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  if (typeof statusCode !== 'number' || typeof code !== 'string' || !code.startsWith('FST_')) return {};
  return { status: statusCode, code };
}
