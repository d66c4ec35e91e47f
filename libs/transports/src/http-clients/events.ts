import { sessionEnd } from '@vestnik/core';
import { eventsQuerySchema, type Problem, parseWith, positionSchema, queryFields } from '@vestnik/protocol';
import { type Edge, toProblem } from '../edge.js';
import type { Heartbeats } from '../heartbeats.js';
import { JSON_LINES } from '../json-lines/format.js';
import { answerProblem } from '../rest/answer.js';
import { SSE } from '../sse/format.js';
import { type ClientRequest, listenerOf } from './client-request.js';
import { Stream, streamHeaders } from './stream.js';

/** `GET …/events`: server-sent events, or JSON lines where the request accepts those. */
export async function openStream(edge: Edge, beats: Heartbeats, asked: ClientRequest): Promise<void> {
  const { request, response, query } = asked;
  const accept = request.headers.accept ?? '';
  const format = /\bapplication\/x-ndjson\b/i.test(accept) ? JSON_LINES : SSE;
  try {
    const principal = await listenerOf(edge, asked);
    const { after, ack, session: word, ...options } = parseWith(eventsQuerySchema, queryFields(query), 'request-invalid');
    // A browser resends the address as it was, and beside it the last id that it saw.
    const lastId = lastEventId(request.headers['last-event-id']);
    const position = lastId ?? after;
    if (position !== undefined) edge.delivery.epochs.read(position, lastId === undefined ? 'after' : 'Last-Event-ID');
    const stream = new Stream(edge, response, format, beats, ack === 'auto');
    const address = edge.addressOf(request);
    const wishes = { ...options, position, word, transport: format.transport, address };
    const opened = await edge.delivery.open(principal, wishes, stream);
    if (ack === 'auto' && position !== undefined && principal.scopes.has('receive')) void opened.session.ack(position, false);
    stream.begin(opened);
  } catch (error) {
    const problem = toProblem(error, edge.log, 'GET /events');
    response.setHeader('referrer-policy', 'no-referrer');
    if (format === SSE && problem.kind.retryable && /\btext\/event-stream\b/i.test(accept)) comeBackLater(asked, problem);
    else answerProblem(request, response, problem);
  }
}

/**
 * What passes. A browser's `EventSource` gives up for good at whatever is not 200, and comes back by itself after a
 * stream that ends: so whoever asks for events by their type is told by an event.
 */
function comeBackLater({ response }: ClientRequest, problem: Problem): void {
  if (response.headersSent || response.destroyed) return;
  const after = problem.extra.retryAfter ?? 2;
  response.writeHead(200, { ...streamHeaders(SSE), connection: 'close' });
  response.end(SSE.closing({ ...sessionEnd(problem.slug, problem.detail), reconnect: true, after }));
}

/** @throws Problem `request-invalid` */
function lastEventId(header: string | readonly string[] | undefined): string | undefined {
  return typeof header !== 'string' || header === '' ? undefined : parseWith(positionSchema, header, 'request-invalid', 'Last-Event-ID');
}
