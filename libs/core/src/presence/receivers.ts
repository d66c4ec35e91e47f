import type { Push } from '../delivery/push.js';
import { MultiMap } from '../multi-map.js';

/** A live session as transient messages reach it. */
export interface Receiver {
  readonly session: string;
  /** Hands it over now, or drops it where the session cannot take more. */
  transient(push: Push): void;
}

/** Which sessions of this node receive what is sent to a mailbox. */
export class Receivers {
  private readonly byMailbox = new MultiMap<number, Receiver>();

  add(mailboxId: number, receiver: Receiver): void {
    this.byMailbox.add(mailboxId, receiver);
  }

  remove(mailboxId: number, receiver: Receiver): void {
    this.byMailbox.delete(mailboxId, receiver);
  }

  /** @param session only to this one */
  hand(mailboxId: number, session: string | undefined, push: Push): void {
    this.byMailbox.each(mailboxId, (receiver) => {
      if (session === undefined || receiver.session === session) receiver.transient(push);
    });
  }
}
