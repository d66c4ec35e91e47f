import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '@vestnik/core';
import { invalid, Problem, parseWith, sessionWordSchema } from '@vestnik/protocol';
import type { Edge } from '../edge.js';
import { withinLimits } from '../rest/rate-limit-fields.js';
import { principalOf } from '../rest/routes.js';

/** A request of a client for its stream, its inbox or its methods. */
export interface ClientRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse<IncomingMessage>;
  readonly tenant: string;
  readonly query: URLSearchParams;
}

/**
 * Who asks for a stream or a poll: by the header, or, since a browser's `EventSource` can send none, by the query
 * parameter `access_token`. The header decides where both are there.
 *
 * The request counts against the limits of whoever it is.
 *
 * @throws Problem `unauthenticated`, `draining`, `rate-limited`
 */
export async function listenerOf(edge: Edge, asked: ClientRequest): Promise<Principal> {
  const principal = await presentedBy(edge, asked);
  return withinLimits(edge, principal, asked.request, asked.response, () => principal);
}

function presentedBy(edge: Edge, { request, tenant, query }: ClientRequest): Principal | Promise<Principal> {
  const { authorization } = request.headers;
  const token = query.get('access_token') ?? '';
  if (authorization !== undefined || token === '') return principalOf(edge, tenant, authorization);
  // Addresses are written down in many places: a key, which does not expire, has no place there.
  if (token.startsWith('vk_') || !/^[\x21-\x7e]+$/.test(token)) throw new Problem('unauthenticated', 'access_token: a client token, never a key');
  return principalOf(edge, tenant, `Bearer ${token}`);
}

/**
 * The words that `Vestnik-Session` may mean, none where there is no such header. As a browser lets a page send ASCII
 * alone, a word may be percent-encoded there; else it is UTF-8.
 *
 * @throws Problem `request-invalid`
 */
export function sessionWordsOf({ headers }: IncomingMessage): string[] {
  const header = headers['vestnik-session'];
  if (header === undefined || header === '') return [];
  if (typeof header !== 'string') throw invalid('request-invalid', 'Vestnik-Session', 'given once');
  // Node reads headers as Latin-1.
  const plain = Buffer.from(header, 'latin1').toString('utf8');
  const decoded = percentDecoded(plain);
  const words = decoded === plain ? [plain] : [decoded, plain];
  return words.map((word) => parseWith(sessionWordSchema, word, 'request-invalid', 'Vestnik-Session'));
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Under which word the polls of a device go that name none: no client can name it so, since a word has no space at either end.
 */
export function pollWord(device: string | undefined): string {
  return ` inbox ${device ?? ''}`;
}
