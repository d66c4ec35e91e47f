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
import { cloudEventMode, readBinaryCloudEvent, readCloudEvent } from './cloud-events.js';

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

  /** `POST …/messages`: a message, or a CloudEvent. */
  send(principal: Principal, headers: MessageHeaders, text: string): string | Promise<string> {
    const message = withHeaders(headers, readOne(headers, text));
    const answer = this.edge.sending.send(principal, message);
    return answer instanceof Promise ? answer.then((sent) => JSON.stringify(sent)) : JSON.stringify(answer);
  }

  /** `POST …/messages/batch`; one bad message fails none of the others. */
  sendBatch(principal: Principal, headers: MessageHeaders, text: string, address?: string): string | Promise<string> {
    const { messages, raw, read } = readList(headers, text);
    if (messages.length === 0 || messages.length > LIMITS.batchMessages) throw invalid('request-invalid', 'messages', `1 to ${LIMITS.batchMessages} messages`);
    const recipients = messages.reduce((count: number, message: unknown) => count + recipientsOf(message), 0);
    if (recipients > LIMITS.batchRecipients) throw invalid('request-invalid', 'messages', `at most ${LIMITS.batchRecipients} recipients in all`);
    // The request itself was counted as one.
    this.edge.limits.take(principal, address, messages.length - 1);
    const sends = new OrderedSends();
    let waiting = false;
    const results = messages.map((message, at): SendAnswer | Record<string, unknown> | Promise<SendAnswer | Record<string, unknown>> => {
      try {
        const answer = sends.send(this.edge.sending, principal, read(message, raw[at] ?? ''));
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

function readOne(headers: MessageHeaders, text: string): OutgoingMessage {
  switch (modeOf(headers)) {
    case 'structured':
      return readCloudEvent(parseJson(text, LIMITS.jsonDepth + 1), text);
    case 'binary':
      return readBinaryCloudEvent(headers as Record<string, unknown>, text);
    case 'batch':
      throw new Problem('request-invalid', 'content-type: a batch of events goes to messages/batch');
    default:
      requireJson(headers);
      return readMessage(parseJson(text, LIMITS.jsonDepth + 1), rawMember(text, 'data'));
  }
}

/** The elements of a batch, each with its JSON text, and how they are read. */
interface List {
  readonly messages: readonly unknown[];
  readonly raw: readonly string[];
  readonly read: (message: unknown, text: string) => OutgoingMessage;
}

function readList(headers: MessageHeaders, text: string): List {
  if (modeOf(headers) === 'batch') {
    const messages = parseJson(text, BATCH_DEPTH);
    if (!Array.isArray(messages)) throw invalid('request-invalid', '', 'a list of events is required');
    return { messages, raw: rawElements(text), read: readCloudEvent };
  }
  requireJson(headers);
  const value = parseJson(text, BATCH_DEPTH);
  const messages = typeof value === 'object' && value !== null ? (value as { messages?: unknown }).messages : undefined;
  if (!Array.isArray(messages)) throw invalid('request-invalid', 'messages', 'a list of messages is required');
  return { messages, raw: rawElements(rawMember(text, 'messages') ?? '[]'), read: (message, one) => readMessage(message, rawMember(one, 'data')) };
}

/** The commonest type is known without looking further; that of binary mode says nothing. */
function modeOf(headers: MessageHeaders): ReturnType<typeof cloudEventMode> {
  return headers['content-type'] === 'application/json' && !('ce-specversion' in headers) ? undefined : cloudEventMode(headers as Record<string, unknown>);
}

/** Ids that are none get the same answer as those that nobody knows. */
function known(id: string): string {
  if (!isUuid(id)) throw new Problem('not-found', 'there is no such message of yours');
  return id;
}

function recipientsOf(message: unknown): number {
  const to = typeof message === 'object' && message !== null ? (message as { to?: unknown }).to : undefined;
  return Array.isArray(to) ? to.length : typeof to === 'string' ? to.split(',').length : 1;
}

/** @throws Problem `request-invalid` where a body says that it is something else */
export function requireJson(headers: MessageHeaders): void {
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
