import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Edge } from '../edge.js';
import { Messages } from './messages.js';

const PREFIX = '/v1/tenants/';
const ONE = /^\/messages\/([^/]+)(\/recipients)?$/;

/**
 * The routes that stand in front of the framework.
 * @returns a handler that says whether the request was its own
 */
export function messageRoutes(edge: Edge): (request: IncomingMessage, response: ServerResponse) => boolean {
  const messages = new Messages(edge);
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
    if (rest === '/messages' && method === 'POST') {
      messages.send(request, response, tenant);
    } else if (rest === '/messages/batch' && method === 'POST') {
      messages.sendBatch(request, response, tenant);
    } else {
      const match = ONE.exec(rest);
      if (match === null || match[1] === 'batch') return false;
      const id = match[1] as string;
      if (method === 'GET' && match[2] !== undefined)
        messages.recipients(request, response, tenant, id, new URLSearchParams(question < 0 ? '' : url.slice(question)));
      else if (method === 'GET') messages.state(request, response, tenant, id);
      else if (method === 'DELETE' && match[2] === undefined) messages.withdraw(request, response, tenant, id);
      else return false;
    }
    return true;
  };
}
