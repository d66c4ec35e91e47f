import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Principal, readCredential } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { type Edge, toProblem } from '../edge.js';
import { answerJson, answerProblem } from './answer.js';
import { Messages } from './messages.js';
import { withinLimits } from './rate-limit-fields.js';
import { readBody } from './read-body.js';

const PREFIX = '/v1/tenants/';
const INBOX = /^\/inbox\/([^/]+)$/;
const ONE = /^\/messages\/([^/]+)(\/recipients)?$/;

/** What {@link messageRoutes} answers, for whoever tells a wrong method from a wrong path. */
export const MESSAGE_ROUTES = [
  ['POST', '/v1/tenants/:tenant/messages'],
  ['POST', '/v1/tenants/:tenant/messages/batch'],
  ['GET', '/v1/tenants/:tenant/messages/:id'],
  ['DELETE', '/v1/tenants/:tenant/messages/:id'],
  ['GET', '/v1/tenants/:tenant/messages/:id/recipients'],
  ['GET', '/v1/tenants/:tenant/inbox/:id'],
] as const;

/**
 * The routes that stand in front of the framework, which would cost more than the push itself.
 * @returns a handler that says whether the request was its own
 */
export function messageRoutes(edge: Edge, messages: Messages): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const url = request.url ?? '';
    if (!url.startsWith(PREFIX)) return false;
    const question = url.indexOf('?');
    const path = question < 0 ? url : url.slice(0, question);
    const slash = path.indexOf('/', PREFIX.length);
    if (slash < 0) return false;
    const rest = path.slice(slash);
    const tenant = path.slice(PREFIX.length, slash);
    const { method } = request;
    const answer = (status: number, work: (principal: Principal, address: string | undefined) => string | Promise<string>) =>
      withPrincipal(edge, request, response, tenant, work).then(
        (body) => answerJson(response, status, body),
        (error: unknown) => answerProblem(request, response, toProblem(error, edge.log, `${method} ${rest}`)),
      );
    const inbox = INBOX.exec(rest);
    if (method === 'GET' && inbox !== null) {
      request.resume();
      void answer(200, (principal) => messages.received(principal, inbox[1] as string));
    } else if (method === 'POST' && rest === '/messages') {
      void answer(202, async (principal) => messages.send(principal, request.headers, await readBody(request)));
    } else if (method === 'POST' && rest === '/messages/batch') {
      void answer(202, async (principal, address) => messages.sendBatch(principal, request.headers, await readBody(request), address));
    } else {
      const match = ONE.exec(rest);
      const id = match?.[1];
      if (match === null || id === undefined || id === 'batch') return false;
      request.resume();
      if (method === 'GET' && match[2] !== undefined) {
        void answer(200, (principal) => messages.recipients(principal, id, new URLSearchParams(question < 0 ? '' : url.slice(question))));
      } else if (method === 'GET') {
        void answer(200, (principal) => messages.state(principal, id));
      } else if (method === 'DELETE' && match[2] === undefined) {
        void answer(200, (principal) => messages.withdraw(principal, id));
      } else {
        return false;
      }
    }
    return true;
  };
}

async function withPrincipal(
  edge: Edge,
  request: IncomingMessage,
  response: ServerResponse,
  tenant: string,
  work: (principal: Principal, address: string | undefined) => string | Promise<string>,
): Promise<string> {
  const principal = await principalOf(edge, tenant, request.headers.authorization);
  return withinLimits(edge, principal, request, response, (address) => work(principal, address));
}

/** Who presents this header. @throws Problem `unauthenticated`, `draining` */
export function principalOf(edge: Edge, tenant: string, authorization: string | undefined): Principal | Promise<Principal> {
  if (!edge.accepting()) throw new Problem('draining', 'this node is shutting down; try again', { retryAfter: 1 });
  const presented = readCredential(authorization);
  if (presented.kind !== 'credential') throw new Problem('unauthenticated', 'no valid token or key was presented');
  return edge.authenticator.known(tenant, presented.credential) ?? edge.authenticator.authenticate(tenant, presented.credential);
}
