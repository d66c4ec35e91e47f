import { ackSchema, idOnlySchema, Problem, parseWith, rawMember, readMessage, readSchema, refreshSchema, refuseSchema } from '@vestnik/protocol';
import type { CalledAnswer, Calls } from '../calling/calls.js';
import type { History } from '../history/history.js';
import type { RateLimiter } from '../limits/rate-limiter.js';
import type { Activity } from '../presence/activity.js';
import type { ClientPresence } from '../presence/client-presence.js';
import type { MessageStates } from '../sending/message-states.js';
import type { Sending } from '../sending/sending.js';
import type { Topics } from '../topics/topics.js';
import type { Caller } from './caller.js';
import type { ClientMethods } from './client-methods.js';
import { liveOf } from './live-of.js';
import type { Session } from './session.js';

/** What ends work, or keeps a connection, counts against no rate limit. */
const UNLIMITED: ReadonlySet<string> = new Set(['ack', 'ping', 'refresh']);

export interface MethodParts {
  readonly limits: RateLimiter;
  readonly sending: Sending;
  readonly clients: ClientMethods;
  readonly states: MessageStates;
  readonly calls: Calls;
  readonly activity: Activity;
  readonly topics: Topics;
  readonly history: History;
  readonly presence: ClientPresence;
}

/**
 * The methods of section 7 of the protocol, whatever the transport: of a live session, or of a client that calls by HTTP.
 *
 * Sends of one caller are accepted in the order of these calls.
 */
export class SessionMethods {
  constructor(private readonly parts: MethodParts) {}

  /**
   * @param params the parsed params
   * @param raw their JSON text, as it was sent
   * @param answered whether somebody waits for the result
   * @returns the result, or a promise of it where it has to wait
   * @throws Problem, at once or by the promise
   */
  call(caller: Caller, method: string, params: unknown, raw: string | undefined, answered: boolean): unknown {
    if (!UNLIMITED.has(method)) this.parts.limits.take(caller.principal, caller.address);
    if (caller.live !== undefined) this.parts.activity.called(caller.live, method);
    switch (method) {
      case 'send':
        return this.send(caller, params, raw);
      case 'ack': {
        const { position } = parseWith(ackSchema, params, 'request-invalid');
        if (caller.live === undefined) return this.parts.clients.ack(caller, position).then(nothing);
        return caller.live.ack(position, answered)?.then(nothing) ?? {};
      }
      case 'read': {
        const { ids } = parseWith(readSchema, params, 'request-invalid');
        return (caller.live?.read(ids) ?? this.parts.clients.read(caller, ids)).then(nothing);
      }
      case 'refuse': {
        const { id, reason } = parseWith(refuseSchema, params, 'request-invalid');
        return (caller.live?.refuse(id, reason) ?? this.parts.clients.refuse(caller, id, reason)).then(nothing);
      }
      case 'state':
        return this.parts.states.own(caller.principal, parseWith(idOnlySchema, params, 'request-invalid').id);
      case 'withdraw':
        return this.parts.states.withdraw(caller.principal, parseWith(idOnlySchema, params, 'request-invalid').id);
      case 'refresh':
        return liveOf(caller).refresh(parseWith(refreshSchema, params, 'request-invalid').token);
      case 'call':
        return this.parts.calls.call(caller, params, raw);
      case 'subscribe':
        return this.parts.topics.subscribe(caller, params);
      case 'unsubscribe':
        return this.parts.topics.unsubscribe(caller, params);
      case 'history':
        return this.parts.history.list(caller, params);
      case 'presence.set':
        return this.parts.presence.set(caller, params);
      case 'presence.get':
        return this.parts.presence.get(caller, params);
      case 'presence.watch':
        return this.parts.presence.watch(caller, params);
      case 'presence.unwatch':
        return this.parts.presence.unwatch(caller, params);
      case 'ping':
        return { serverTime: new Date(this.parts.states.now()).toISOString() };
      case 'connect':
        throw new Problem('conflict', 'this connection has a session already');
      default:
        throw new Problem('method-unknown', `there is no method ${method.slice(0, 64)}`);
    }
  }

  /** A session has answered a call that was pushed to it. */
  answered(session: Session, id: string, answer: CalledAnswer): void {
    this.parts.calls.answered(session, id, answer);
  }

  private send(caller: Caller, params: unknown, raw: string | undefined): unknown {
    const message = readMessage(params, raw === undefined ? undefined : rawMember(raw, 'data'));
    return caller.sends.send(this.parts.sending, caller.principal, message);
  }
}

function nothing(): Record<string, never> {
  return {};
}
