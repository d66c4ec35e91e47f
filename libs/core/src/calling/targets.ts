import { type Address, LIMITS } from '@vestnik/protocol';
import type { Delivery } from '../delivery/delivery.js';
import type { SessionSummary } from '../ports/node-bus.js';
import type { Subscriptions } from '../ports/subscriptions.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import type { Callable } from '../sending/resolve.js';

export interface TargetParts {
  readonly sessions: SessionRegistry;
  readonly delivery: Delivery;
  readonly subscriptions: Pick<Subscriptions, 'subscribers'>;
}

/** Finds the sessions that an address stands for. */
export class Targets {
  constructor(private readonly parts: TargetParts) {}

  /**
   * All live sessions behind an address; nobody's are none.
   *
   * @param except the session that calls: it is called only where it is named
   */
  sessionsOf(called: Callable, { addressee }: Address, except: string | undefined): readonly SessionSummary[] | Promise<readonly SessionSummary[]> {
    const others = (sessions: readonly SessionSummary[]) => (except === undefined ? sessions : sessions.filter(({ session }) => session !== except));
    switch (addressee.kind) {
      case 'session':
        return this.session(called, addressee.session);
      case 'client':
        return called.mailbox === undefined ? [] : others(this.parts.sessions.ofClient(called.mailbox.id));
      case 'everyone':
        return others(this.parts.sessions.ofTenant(called.tenant.id));
      case 'topic':
        return this.topicSessions(called.tenant.id, addressee.name).then(others);
    }
  }

  /** The sessions of those who are subscribed to a topic. */
  private async topicSessions(tenantId: number, topic: string): Promise<readonly SessionSummary[]> {
    const { subscriptions, sessions } = this.parts;
    const clients = new Set<number>();
    let cursor: string | undefined;
    do {
      const { items, next } = await subscriptions.subscribers(tenantId, topic, { limit: LIMITS.pageItems, cursor });
      for (const { clientId } of items) clients.add(clientId);
      cursor = next;
    } while (cursor !== undefined);
    return [...clients].flatMap((clientId) => sessions.ofClient(clientId));
  }

  /** Of several sessions the one that last sent anything of its own; its opening counts as that too. */
  lastActive(sessions: readonly SessionSummary[]): SessionSummary | undefined {
    let last: SessionSummary | undefined;
    let lastAt = Number.NEGATIVE_INFINITY;
    for (const summary of sessions) {
      // Of its own sessions this node knows more than it has told the others. A webhook is called where nobody is there.
      const at =
        summary.transport === 'webhook' ? 0 : Math.max(summary.since, summary.activeAt ?? 0, this.parts.delivery.session(summary.session)?.activeAt ?? 0);
      if (at >= lastAt) {
        last = summary;
        lastAt = at;
      }
    }
    return last;
  }

  private session(called: Callable, session: string): readonly SessionSummary[] {
    const summary = this.parts.sessions.find(session)?.summary;
    return summary === undefined || summary.clientId !== called.mailbox?.id ? [] : [summary];
  }
}
