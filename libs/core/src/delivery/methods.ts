import { ackSchema, idOnlySchema, Problem, parseWith, rawMember, readMessage, readSchema, refreshSchema, refuseSchema } from '@vestnik/protocol';
import type { MessageStates } from '../sending/message-states.js';
import type { Sending } from '../sending/sending.js';
import type { Session } from './session.js';

export interface MethodParts {
  readonly sending: Sending;
  readonly states: MessageStates;
}

/**
 * The methods of section 7 of the protocol that a session may call, whatever the transport.
 *
 * Sends of one session are accepted in the order of these calls.
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
  call(session: Session, method: string, params: unknown, raw: string | undefined, answered: boolean): unknown {
    switch (method) {
      case 'send':
        return this.send(session, params, raw);
      case 'ack': {
        const { position } = parseWith(ackSchema, params, 'request-invalid');
        return session.ack(position, answered)?.then(nothing) ?? {};
      }
      case 'read':
        return session.read(parseWith(readSchema, params, 'request-invalid').ids).then(nothing);
      case 'refuse': {
        const { id, reason } = parseWith(refuseSchema, params, 'request-invalid');
        return session.refuse(id, reason).then(nothing);
      }
      case 'state':
        return this.parts.states.own(session.principal, parseWith(idOnlySchema, params, 'request-invalid').id);
      case 'withdraw':
        return this.parts.states.withdraw(session.principal, parseWith(idOnlySchema, params, 'request-invalid').id);
      case 'refresh':
        return session.refresh(parseWith(refreshSchema, params, 'request-invalid').token);
      case 'ping':
        return { serverTime: new Date(this.parts.states.now()).toISOString() };
      case 'connect':
        throw new Problem('conflict', 'this connection has a session already');
      default:
        throw new Problem('method-unknown', `there is no method ${method.slice(0, 64)}`);
    }
  }

  private send(session: Session, params: unknown, raw: string | undefined): unknown {
    const message = readMessage(params, raw === undefined ? undefined : rawMember(raw, 'data'));
    return session.sends.send(this.parts.sending, session.principal, message);
  }
}

function nothing(): Record<string, never> {
  return {};
}
