import { ackSchema, idOnlySchema, Problem, parseWith, rawMember, readMessage, readSchema, refreshSchema, refuseSchema } from '@vestnik/protocol';
import type { CalledAnswer, Calls } from '../calling/calls.js';
import type { History } from '../history/history.js';
import type { ClientPresence } from '../presence/client-presence.js';
import type { MessageStates } from '../sending/message-states.js';
import type { Sending } from '../sending/sending.js';
import type { Topics } from '../topics/topics.js';
import type { Caller } from './caller.js';
import type { Session } from './session.js';

export interface MethodParts {
  readonly sending: Sending;
  readonly states: MessageStates;
  readonly calls: Calls;
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
    switch (method) {
      case 'send':
        return this.send(caller, params, raw);
      case 'ack': {
        const { position } = parseWith(ackSchema, params, 'request-invalid');
        return liveOf(caller).ack(position, answered)?.then(nothing) ?? {};
      }
      case 'read':
        return liveOf(caller)
          .read(parseWith(readSchema, params, 'request-invalid').ids)
          .then(nothing);
      case 'refuse': {
        const { id, reason } = parseWith(refuseSchema, params, 'request-invalid');
        return liveOf(caller).refuse(id, reason).then(nothing);
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

/** @throws Problem `request-invalid` where only a live session can do this */
export function liveOf(caller: Caller): Session {
  if (caller.live === undefined) throw new Problem('request-invalid', 'this needs a session: open a stream or a poll first, and name it');
  return caller.live;
}

function nothing(): Record<string, never> {
  return {};
}
