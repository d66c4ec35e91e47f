import type { IncomingMessage, ServerResponse } from 'node:http';
import { OrderedSends, type Principal } from '@vestnik/core';
import { LIMITS, parseJson, writeJson } from '@vestnik/protocol';
import { type Edge, toProblem } from '../edge.js';
import { answerJson, answerProblem } from './answer.js';
import { goneSignal } from './gone-signal.js';
import { requireJson } from './messages.js';
import { withinLimits } from './rate-limit-fields.js';
import { readBody } from './read-body.js';
import { principalOf } from './routes.js';

const CALLS = /^\/v1\/tenants\/([^/?]+)\/calls(?:\?|$)/;

/** What {@link callRoutes} answers, for whoever tells a wrong method from a wrong path. */
export const CALL_ROUTES = [['POST', '/v1/tenants/:tenant/calls']] as const;

/**
 * `POST …/calls`: calls a client and waits for its answer. A request that is given up cancels the call.
 * @returns a handler that says whether the request was its own
 */
export function callRoutes(edge: Edge): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const tenant = CALLS.exec(request.url ?? '')?.[1];
    if (tenant === undefined || request.method !== 'POST') return false;
    call(edge, tenant, request, response).then(
      (body) => answerJson(response, 200, body),
      (error: unknown) => answerProblem(request, response, toProblem(error, edge.log, 'POST /calls')),
    );
    return true;
  };
}

async function call(edge: Edge, tenant: string, request: IncomingMessage, response: ServerResponse): Promise<string> {
  const principal: Principal = await principalOf(edge, tenant, request.headers.authorization);
  return withinLimits(edge, principal, request, response, async (address) => {
    requireJson(request.headers);
    const text = await readBody(request);
    const params = parseJson(text, LIMITS.jsonDepth + 1);
    const caller = { principal, sends: new OrderedSends(), device: '', address, signal: goneSignal(response) };
    return writeJson(await edge.calls.call(caller, params, text));
  });
}
