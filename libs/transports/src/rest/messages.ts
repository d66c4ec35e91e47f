import type { IncomingMessage, ServerResponse } from 'node:http';
import { OrderedSends, type Principal, readCredential, writeJson } from '@vestnik/core';
import {
  invalid,
  isUuid,
  LIMITS,
  membersOf,
  type OutgoingMessage,
  Problem,
  parseJson,
  rawElements,
  rawMember,
  readMessage,
  type SendAnswer,
} from '@vestnik/protocol';
import { type Edge, toProblem } from '../edge.js';
import { answerJson, answerProblem } from './answer.js';
import { readBody } from './read-body.js';

const BATCH_DEPTH = LIMITS.jsonDepth + 3;

/** The calls for messages of section 6 of the protocol, on the bare HTTP server: the framework would cost more than the push itself. */
export class Messages {
  constructor(private readonly edge: Edge) {}

  /** `POST …/messages` */
  send(request: IncomingMessage, response: ServerResponse, tenant: string): void {
    this.withPrincipal(request, response, tenant, (principal) => {
      readBody(request, (wrong, text) => {
        if (wrong !== undefined) return answerProblem(request, response, wrong);
        try {
          requireJson(request);
          const value = parseJson(text, LIMITS.jsonDepth + 1);
          const message = withHeaders(request, readMessage(value, rawMember(text, 'data')));
          const answer = this.edge.sending.send(principal, message);
          if (answer instanceof Promise) {
            answer.then(
              (sent) => answerJson(response, 202, JSON.stringify(sent)),
              (error: unknown) => this.fail(request, response, error),
            );
          } else {
            answerJson(response, 202, JSON.stringify(answer));
          }
        } catch (error) {
          this.fail(request, response, error);
        }
      });
    });
  }

  /** `POST …/messages/batch` */
  sendBatch(request: IncomingMessage, response: ServerResponse, tenant: string): void {
    this.withPrincipal(request, response, tenant, (principal) => {
      readBody(request, (wrong, text) => {
        if (wrong !== undefined) return answerProblem(request, response, wrong);
        try {
          requireJson(request);
          this.answerBatch(response, principal, text);
        } catch (error) {
          this.fail(request, response, error);
        }
      });
    });
  }

  private answerBatch(response: ServerResponse, principal: Principal, text: string): void {
    const value = parseJson(text, BATCH_DEPTH);
    const messages = typeof value === 'object' && value !== null ? (value as { messages?: unknown }).messages : undefined;
    if (!Array.isArray(messages)) throw invalid('request-invalid', 'messages', 'a list of messages is required');
    if (messages.length === 0 || messages.length > LIMITS.batchMessages) throw invalid('request-invalid', 'messages', `1 to ${LIMITS.batchMessages} messages`);
    const recipients = messages.reduce((count: number, message: unknown) => count + recipientsOf(message), 0);
    if (recipients > LIMITS.batchRecipients) throw invalid('request-invalid', 'messages', `at most ${LIMITS.batchRecipients} recipients in all`);
    const list = membersOf(text).findLast((member) => member.key === 'messages');
    const raw = list === undefined ? [] : rawElements(text.slice(list.from, list.to));
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
    if (!waiting) answerJson(response, 202, JSON.stringify({ results }));
    else void Promise.all(results).then((settled) => answerJson(response, 202, JSON.stringify({ results: settled })));
  }

  /** `GET …/messages/{id}` */
  state(request: IncomingMessage, response: ServerResponse, tenant: string, id: string): void {
    this.withPrincipal(request, response, tenant, (principal) => {
      this.answer(request, response, async () => writeJson(await this.edge.states.ofTenant(principal, known(id))));
    });
  }

  /** `GET …/messages/{id}/recipients` */
  recipients(request: IncomingMessage, response: ServerResponse, tenant: string, id: string, query: URLSearchParams): void {
    this.withPrincipal(request, response, tenant, (principal) => {
      this.answer(request, response, async () => {
        const limit = Number(query.get('limit') ?? LIMITS.pageItemsDefault);
        if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.pageItems) throw invalid('request-invalid', 'limit', `1 to ${LIMITS.pageItems}`);
        return JSON.stringify(await this.edge.states.recipients(principal, known(id), { limit, cursor: query.get('cursor') ?? undefined }));
      });
    });
  }

  /** `DELETE …/messages/{id}` */
  withdraw(request: IncomingMessage, response: ServerResponse, tenant: string, id: string): void {
    this.withPrincipal(request, response, tenant, (principal) => {
      this.answer(request, response, async () => JSON.stringify(await this.edge.states.withdraw(principal, known(id))));
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse, work: () => Promise<string>): void {
    request.resume();
    work().then(
      (body) => answerJson(response, 200, body),
      (error: unknown) => this.fail(request, response, error),
    );
  }

  private withPrincipal(request: IncomingMessage, response: ServerResponse, tenant: string, then: (principal: Principal) => void): void {
    const { authenticator } = this.edge;
    if (!this.edge.accepting()) {
      this.fail(request, response, new Problem('draining', 'this node is shutting down; try again', { retryAfter: 1 }));
      return;
    }
    const presented = readCredential(request.headers.authorization);
    if (presented.kind !== 'credential') {
      this.fail(request, response, new Problem('unauthenticated', 'a valid token or key is required'));
      return;
    }
    const principal = authenticator.known(tenant, presented.credential);
    if (principal !== undefined) {
      then(principal);
      return;
    }
    authenticator.authenticate(tenant, presented.credential).then(then, (error: unknown) => this.fail(request, response, error));
  }

  private fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    answerProblem(request, response, toProblem(error, this.edge.log, request.method ?? ''));
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

function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i.test(type)) {
    throw new Problem('request-invalid', `content-type: JSON is expected, not ${type.slice(0, 64)}`);
  }
}

/** `Idempotency-Key` (the IETF draft; `k-1` and `"k-1"` are the same) means `key`, and `traceparent` stands for the message’s own. */
function withHeaders(request: IncomingMessage, message: OutgoingMessage): OutgoingMessage {
  const header = request.headers['idempotency-key'];
  const trace = request.headers.traceparent;
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
