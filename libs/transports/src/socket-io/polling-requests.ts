import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '@vestnik/protocol';
import type { Edge } from '../edge.js';
import { answerProblem } from '../rest/answer.js';
import type { Engine } from './engine.js';
import type { AnyOrigin } from './origins.js';

const METHODS = 'GET, POST';

/** Whether a path is Socket.IO's own. */
export function isSocketIo(url: string | undefined): boolean {
  return url !== undefined && /^\/socket\.io\/?(?:\?|$)/.test(url);
}

/** Answers the HTTP requests of long-polling: those of pages as CORS has it, and all by the engine. */
export function answerPolling(edge: Edge, engine: Engine, origins: AnyOrigin, request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  response.setHeader('vary', 'Origin');
  if (!origins.allows(origin)) {
    answerProblem(request, response, new Problem('origin-refused', 'pages of this origin may not connect'));
    return;
  }
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin);
    // Cookies count for nothing here; load balancers need theirs, since polling wants the same node again.
    response.setHeader('access-control-allow-credentials', 'true');
  }
  switch (request.method) {
    case 'OPTIONS':
      response.setHeader('access-control-allow-methods', METHODS);
      response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? 'authorization, content-type');
      response.setHeader('access-control-max-age', '600');
      response.writeHead(204).end();
      return;
    case 'GET':
    case 'POST':
      break;
    default:
      response.setHeader('allow', METHODS);
      response.writeHead(405, { 'content-length': 0 }).end();
      return;
  }
  if (!edge.accepting() && !/[?&]sid=/.test(request.url ?? '')) {
    answerProblem(request, response, new Problem('unavailable', 'this node takes no new connections now', { retryAfter: 1 }));
    return;
  }
  engine.handleRequest(request, response);
}
