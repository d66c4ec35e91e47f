import { OrderedSends, type Principal } from '@vestnik/core';
import {
  invalid,
  isUuid,
  LIMITS,
  type OutgoingMessage,
  Problem,
  parseJson,
  rawElements,
  rawMember,
  readMessage,
  type SendAnswer,
  writeJson,
} from '@vestnik/protocol';
import { type Edge, toProblem } from '../edge.js';

const BATCH_DEPTH = LIMITS.jsonDepth + 3;

/** The headers of a request that matter for a message. */
export interface MessageHeaders {
  readonly 'content-type'?: string;
  readonly 'idempotency-key'?: string | readonly string[];
  readonly traceparent?: string | readonly string[];
}

/**
 * The calls for messages of section 6 of the protocol: text in, JSON text out. Knows no HTTP server, so that the fast
 * lane and the ordinary one carry out the same thing.
 *
 * Everything throws a Problem, at once or by its promise.
 */
export class Messages {
  constructor(private readonly edge: Edge) {}

  /** `POST …/messages` */
  send(principal: Principal, headers: MessageHeaders, text: string): string | Promise<string> {
    requireJson(headers);
    const value = parseJson(text, LIMITS.jsonDepth + 1);
    const message = withHeaders(headers, readMessage(value, rawMember(text, 'data')));
    const answer = this.edge.sending.send(principal, message);
    return answer instanceof Promise ? answer.then((sent) => JSON.stringify(sent)) : JSON.stringify(answer);
  }

  /** `POST …/messages/batch`; one bad message fails none of the others. */
  sendBatch(principal: Principal, headers: MessageHeaders, text: string): string | Promise<string> {
    requireJson(headers);
    const value = parseJson(text, BATCH_DEPTH);
    const messages = typeof value === 'object' && value !== null ? (value as { messages?: unknown }).messages : undefined;
    if (!Array.isArray(messages)) throw invalid('request-invalid', 'messages', 'a list of messages is required');
    if (messages.length === 0 || messages.length > LIMITS.batchMessages) throw invalid('request-invalid', 'messages', `1 to ${LIMITS.batchMessages} messages`);
    const recipients = messages.reduce((count: number, message: unknown) => count + recipientsOf(message), 0);
    if (recipients > LIMITS.batchRecipients) throw invalid('request-invalid', 'messages', `at most ${LIMITS.batchRecipients} recipients in all`);
    const raw = rawElements(rawMember(text, 'messages') ?? '[]');
    const sends = new OrderedSends();
    let waiting = false;
    const results = messages.map((message, at): SendAnswer | Record<string, unknown> | Promise<SendAnswer | Record<string, unknown>> => {
      try {
        const answer = sends.send(this.edge.sending, principal, readMessage(message, rawMember(raw[at] ?? '', 'data')));
        if (!(answer instanceof Promise)) return answer;
        waiting = true;
        return answer.catch((error: unknown) => toProblem(error, this.edge.log, 'messages/batch').toHttp());
      } catch (error) {
        return toProblem(error, this.edge.log, 'messages/batch').toHttp();
      }
    });
    return waiting ? Promise.all(results).then((settled) => JSON.stringify({ results: settled })) : JSON.stringify({ results });
  }

  /** `GET …/messages/{id}` */
  async state(principal: Principal, id: string): Promise<string> {
    return writeJson(await this.edge.states.ofTenant(principal, known(id)));
  }

  /** `GET …/messages/{id}/recipients` */
  async recipients(principal: Principal, id: string, query: URLSearchParams): Promise<string> {
    const limit = Number(query.get('limit') ?? LIMITS.pageItemsDefault);
    if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.pageItems) throw invalid('request-invalid', 'limit', `1 to ${LIMITS.pageItems}`);
    return JSON.stringify(await this.edge.states.recipients(principal, known(id), { limit, cursor: query.get('cursor') ?? undefined }));
  }

  /** `GET …/inbox/{id}`: a message whole, by its recipient. */
  received(principal: Principal, id: string): Promise<string> {
    return this.edge.states.received(principal, known(id));
  }

  /** `DELETE …/messages/{id}` */
  async withdraw(principal: Principal, id: string): Promise<string> {
    return JSON.stringify(await this.edge.states.withdraw(principal, known(id)));
  }
}

/** Ids that are none get the same answer as those that nobody knows. */
function known(id: string): string {
  if (!isUuid(id)) throw new Problem('not-found', 'there is no such message of yours');
  return id;
}

function recipientsOf(message: unknown): number {
  const to = typeof message === 'object' && message !== null ? (message as { to?: unknown }).to : undefined;
  return Array.isArray(to) ? to.length : 1;
}

function requireJson(headers: MessageHeaders): void {
  const type = headers['content-type'];
  if (type !== undefined && type !== 'application/json' && !/^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i.test(type)) {
    throw new Problem('request-invalid', `content-type: JSON is expected, not ${type.slice(0, 64)}`);
  }
}

/** `Idempotency-Key` (the IETF draft; `k-1` and `"k-1"` are the same) means `key`, and `traceparent` stands for the message’s own. */
function withHeaders(headers: MessageHeaders, message: OutgoingMessage): OutgoingMessage {
  const header = headers['idempotency-key'];
  const trace = headers.traceparent;
  if (header === undefined && trace === undefined) return message;
  const key = typeof header === 'string' ? header.replace(/^"(.*)"$/, '$1') : undefined;
  if (key !== undefined && (key === '' || key.length > LIMITS.keyCharacters)) {
    throw invalid('message-invalid', 'Idempotency-Key', `1 to ${LIMITS.keyCharacters} characters`);
  }
  if (key !== undefined && message.key !== undefined && message.key !== key) {
    throw invalid('message-invalid', 'key', 'it differs from the header Idempotency-Key');
  }
  const traceparent =
    message.traceparent ?? (typeof trace === 'string' && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(trace) ? trace : undefined);
  return { ...message, key: message.key ?? key, traceparent };
}
