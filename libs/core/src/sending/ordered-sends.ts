import type { OutgoingMessage, SendAnswer } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { Sending } from './sending.js';

/** The sends of one connection, or of one batch: accepted in the order in which they were sent. */
export class OrderedSends {
  /** The last send that must be finished before the next one begins. */
  private before: Promise<unknown> | undefined;

  send(sending: Sending, principal: Principal, message: OutgoingMessage): SendAnswer | Promise<SendAnswer> {
    const { before } = this;
    const sent = before === undefined ? sending.sendKnown(principal, message) : undefined;
    if (sent !== undefined) return sent;
    // Something has to be asked of the store first: what is sent next waits for it.
    const turn = (before ?? Promise.resolve()).then(() => sending.send(principal, message));
    const settled: Promise<void> = turn.then(
      () => this.finished(settled),
      () => this.finished(settled),
    );
    this.before = settled;
    return turn;
  }

  private finished(settled: Promise<void>): void {
    if (this.before === settled) this.before = undefined;
  }
}
