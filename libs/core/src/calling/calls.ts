import { type CallResult, Problem } from '@vestnik/protocol';
import type { Caller } from '../delivery/caller.js';
import type { Delivery } from '../delivery/delivery.js';
import type { Session } from '../delivery/session.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { NodeBus } from '../ports/node-bus.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import type { Resolver } from '../sending/resolve.js';

export interface CallParts {
  readonly delivery: Delivery;
  readonly resolver: Resolver;
  readonly mailboxes: Mailboxes;
  readonly sessions: SessionRegistry;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a called session answered: JSON text as it was sent. */
export type CalledAnswer = { readonly result: string } | { readonly error: string };

/** Calls to live sessions: never stored, never repeated by the bus. */
export class Calls {
  constructor(protected readonly parts: CallParts) {}

  /**
   * Calls a client and waits.
   *
   * @param params what came as the params of `call`, parsed
   * @param raw their JSON text, as it was sent
   * @param signal aborted when nobody waits for the answer any more
   */
  async call(_caller: Caller, _params: unknown, _raw: string | undefined, _signal?: AbortSignal): Promise<CallResult> {
    throw new Problem('method-unknown', 'calls are not there yet');
  }

  /** A session has answered a call that was pushed to it. */
  answered(_session: Session, _id: string, _answer: CalledAnswer): void {}
}
