import type { Push } from '../delivery/push.js';

/** A live session as transient messages reach it. */
export interface Receiver {
  readonly session: string;
  /** Hands it over now, or drops it where the session cannot take more. */
  transient(push: Push): void;
}

/** Which sessions of this node receive what is sent to a mailbox. */
export class Receivers {
  private readonly byMailbox = new Map<number, Set<Receiver>>();

  add(mailboxId: number, receiver: Receiver): void {
    let set = this.byMailbox.get(mailboxId);
    if (set === undefined) {
      set = new Set();
      this.byMailbox.set(mailboxId, set);
    }
    set.add(receiver);
  }

  remove(mailboxId: number, receiver: Receiver): void {
    const set = this.byMailbox.get(mailboxId);
    if (set?.delete(receiver) && set.size === 0) this.byMailbox.delete(mailboxId);
  }

  /** @param session only to this one */
  hand(mailboxId: number, session: string | undefined, push: Push): void {
    const set = this.byMailbox.get(mailboxId);
    if (set === undefined) return;
    for (const receiver of set) if (session === undefined || receiver.session === session) receiver.transient(push);
  }
}
