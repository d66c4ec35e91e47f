import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '@vestnik/protocol';
import { crossOrigin } from '../cors.js';
import { type Edge, toProblem } from '../edge.js';
import { Heartbeats } from '../heartbeats.js';
import { Polls } from '../long-poll/polls.js';
import { answerJson, answerProblem } from '../rest/answer.js';
import { requireJson } from '../rest/messages.js';
import { tellLimits } from '../rest/rate-limit-fields.js';
import { readBody } from '../rest/read-body.js';
import { principalOf } from '../rest/routes.js';
import { callerOf, carryOut } from '../rpc/rpc.js';
import type { ClientRequest } from './client-request.js';
import { openStream } from './events.js';

/** What {@link HttpClients} answers, for whoever tells a wrong method from a wrong path. */
export const CLIENT_ROUTES = [
  ['GET', '/v1/tenants/:tenant/events'],
  ['GET', '/v1/tenants/:tenant/inbox'],
  ['POST', '/v1/tenants/:tenant/rpc'],
] as const;

const PATH = /^\/v1\/tenants\/([^/]+)\/(events|inbox|rpc)$/;

/** What clients ask for by HTTP alone: streams, polls and methods (section 9 of the protocol), and CORS before all client calls. */
export class HttpClients {
  private readonly beats: Heartbeats;
  private readonly polls: Polls;
  private readonly crossOrigin: ReturnType<typeof crossOrigin>;

  /** @param commentMs a stream says so often that it is still there */
  constructor(
    private readonly edge: Edge,
    commentMs: number = LIMITS.commentSeconds * 1_000,
  ) {
    this.beats = new Heartbeats(commentMs, LIMITS.stuckSeconds * 1_000);
    this.polls = new Polls(edge);
    this.crossOrigin = crossOrigin(edge);
  }

  /** To stand in front of all other routes. @returns whether the request was its own */
  readonly handle = (request: IncomingMessage, response: ServerResponse<IncomingMessage>): boolean => {
    if (this.crossOrigin(request, response)) return true;
    const url = request.url ?? '';
    const question = url.indexOf('?');
    const match = PATH.exec(question < 0 ? url : url.slice(0, question));
    if (match === null) return false;
    const [, tenant = '', what = ''] = match;
    const asked: ClientRequest = { request, response, tenant, query: new URLSearchParams(question < 0 ? '' : url.slice(question + 1)) };
    if (what === 'rpc') {
      if (request.method !== 'POST') return false;
      void this.rpc(asked);
      return true;
    }
    if (request.method !== 'GET') return false;
    request.resume();
    if (what === 'events') void openStream(this.edge, this.beats, asked);
    else void this.polls.answer(asked);
    return true;
  };

  close(): void {
    this.beats.stop();
  }

  private async rpc(asked: ClientRequest): Promise<void> {
    const { request, response, tenant } = asked;
    try {
      const principal = await principalOf(this.edge, tenant, request.headers.authorization);
      const caller = callerOf(this.edge, principal, asked);
      requireJson(request.headers);
      const answer = await carryOut(this.edge, caller, await readBody(request));
      // Each method has counted for itself.
      tellLimits(this.edge, principal, caller.address, response);
      if (answer !== undefined) answerJson(response, 200, answer);
      else if (!response.destroyed) response.writeHead(204, { 'cache-control': 'no-store' }).end();
    } catch (error) {
      answerProblem(request, response, toProblem(error, this.edge.log, 'POST /rpc'));
    }
  }
}
