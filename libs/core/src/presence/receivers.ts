import type { Push } from '../delivery/push.js';
import { MultiMap } from '../multi-map.js';
import { TopicRoutes } from '../topics/topic-routes.js';

/** A live session as transient messages reach it. */
export interface Receiver {
  readonly session: string;
  /** Hands it over now, or drops it where the session cannot take more. */
  transient(push: Push): void;
}

/** Which sessions of this node receive what is sent to a mailbox. */
export class Receivers {
  private readonly byMailbox = new MultiMap<number, Receiver>();
  private readonly byTopic = new Map<number, TopicRoutes<Receiver>>();

  add(mailboxId: number, receiver: Receiver): void {
    this.byMailbox.add(mailboxId, receiver);
  }

  remove(mailboxId: number, receiver: Receiver): void {
    this.byMailbox.delete(mailboxId, receiver);
  }

  listen(tenantId: number, pattern: string, receiver: Receiver): void {
    let routes = this.byTopic.get(tenantId);
    if (routes === undefined) {
      routes = new TopicRoutes();
      this.byTopic.set(tenantId, routes);
    }
    routes.add(pattern, receiver);
  }

  stopListening(tenantId: number, pattern: string, receiver: Receiver): void {
    const routes = this.byTopic.get(tenantId);
    routes?.remove(pattern, receiver);
    if (routes?.idle === true) this.byTopic.delete(tenantId);
  }

  handTopic(tenantId: number, topic: string, push: Push): void {
    for (const receiver of this.byTopic.get(tenantId)?.of(topic) ?? []) receiver.transient(push);
  }

  /** @param session only to this one */
  hand(mailboxId: number, session: string | undefined, push: Push): void {
    this.byMailbox.each(mailboxId, (receiver) => {
      if (session === undefined || receiver.session === session) receiver.transient(push);
    });
  }
}
