import { isReserved, LIMITS, Problem, parseWith, type SubscribeResult, subscribeSchema, unsubscribeSchema } from '@vestnik/protocol';
import { requireScope } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Caller } from '../delivery/caller.js';
import type { Delivery } from '../delivery/delivery.js';
import { liveOf } from '../delivery/live-of.js';
import type { Session } from '../delivery/session.js';
import type { Page, PageRequest } from '../ports/directory.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { MessageEntry, MessageLog } from '../ports/message-log.js';
import type { SubscriberRecord, Subscription, SubscriptionChange, Subscriptions, TopicRecord } from '../ports/subscriptions.js';
import { maySubscribe } from './topic-rules.js';

export interface TopicParts {
  readonly delivery: Delivery;
  readonly subscriptions: Subscriptions;
  readonly messageLog: Pick<MessageLog, 'replay' | 'droppedUpTo'>;
  readonly mailboxes: Mailboxes;
  readonly tenants: Tenants;
}

const PAGE = 500;
/** Topics whose last retained message is handed to one subscriber at once. */
const RETAINED_MAX = 1_000;

/** Subscriptions: they outlive sessions, and are made by clients or by their backends. */
export class Topics {
  constructor(private readonly parts: TopicParts) {}

  /**
   * `subscribe`. What is kept is handed over before it resolves, where the caller asks for it.
   *
   * @throws Problem `forbidden` where the tenant's rules say so, `position-expired`, `conflict` past the limit
   */
  async subscribe(caller: Caller, params: unknown): Promise<SubscribeResult> {
    requireScope(caller.principal, 'subscribe');
    const { topic, from, retained } = parseWith(subscribeSchema, params, 'request-invalid');
    const { principal } = caller;
    const tenant = this.parts.tenants.byId(principal.tenant.id) ?? principal.tenant;
    if (isReserved(topic)) throw new Problem('forbidden', 'topic: names that begin with vestnik are the bus’s own');
    if (!maySubscribe(tenant, principal, topic)) throw new Problem('forbidden', 'topic: the rules of this tenant do not let this client subscribe to it');
    const replays = from !== undefined && from !== 'now';
    if (replays || retained === true) requireScope(principal, 'receive');
    const session = replays || retained === true ? liveOf(caller) : caller.live;
    // Checked before anything is begun.
    const after = replays ? await this.readFrom(tenant.id, topic, from) : undefined;
    const own = await this.mailboxOf(tenant.id, principal.client);
    const { position } = await this.begin(tenant.id, own.id, topic);
    if (session !== undefined) {
      if (after !== undefined) await this.replay(session, topic, after, position);
      else if (retained === true) await this.handRetained(session, topic);
    }
    return { position: this.parts.delivery.epochs.format(position) };
  }

  async unsubscribe(caller: Caller, params: unknown): Promise<SubscribeResult> {
    requireScope(caller.principal, 'subscribe');
    const { topic } = parseWith(unsubscribeSchema, params, 'request-invalid');
    const { tenant, client } = caller.principal;
    const own = await this.mailboxOf(tenant.id, client);
    const { position } = await this.end(tenant.id, own.id, topic);
    return { position: this.parts.delivery.epochs.format(position) };
  }

  // What a backend does for its clients.

  /** Subscribes a client, known or not, whatever the tenant's rules for clients. @returns whether it is new */
  async subscribeClient(tenantId: number, client: string, pattern: string): Promise<boolean> {
    const { id } = await this.mailboxOf(tenantId, client);
    return (await this.begin(tenantId, id, pattern)).entry !== undefined;
  }

  /** @returns whether there was such a subscription */
  async unsubscribeClient(tenantId: number, client: string, pattern: string): Promise<boolean> {
    const [mailbox] = await this.parts.mailboxes.find(tenantId, 'client', [client]);
    return mailbox !== undefined && (await this.end(tenantId, mailbox.id, pattern)).entry !== undefined;
  }

  list(tenantId: number, page: PageRequest & { search?: string }): Promise<Page<TopicRecord>> {
    return this.parts.subscriptions.listTopics(tenantId, page);
  }

  subscribers(tenantId: number, topic: string, page: PageRequest): Promise<Page<SubscriberRecord>> {
    return this.parts.subscriptions.subscribers(tenantId, topic, page);
  }

  /** What a client is subscribed to. */
  ofClient(tenantId: number, clientId: number): Promise<readonly Subscription[]> {
    return this.parts.subscriptions.ofClient(tenantId, clientId);
  }

  private async begin(tenantId: number, clientId: number, pattern: string): Promise<SubscriptionChange> {
    const change = await this.parts.subscriptions.subscribe(tenantId, clientId, pattern, LIMITS.subscriptionsPerClient);
    if (change.entry !== undefined) this.parts.delivery.committed([change.entry]);
    return change;
  }

  private async end(tenantId: number, clientId: number, pattern: string): Promise<SubscriptionChange> {
    const change = await this.parts.subscriptions.unsubscribe(tenantId, clientId, pattern);
    if (change.entry !== undefined) this.parts.delivery.committed([change.entry]);
    return change;
  }

  private async mailboxOf(tenantId: number, client: string): Promise<{ id: number }> {
    const [found] = await this.parts.mailboxes.ensure(tenantId, 'client', [client]);
    if (found === undefined) throw new Error('a mailbox was neither found nor made');
    return found.mailbox;
  }

  /** The position after which what is kept is handed over. */
  private async readFrom(tenantId: number, pattern: string, from: string): Promise<number> {
    if (from === 'first') return 0;
    const { position, lost } = await this.parts.delivery.readPosition(from, 'from');
    const dropped = await this.parts.messageLog.droppedUpTo(tenantId, [], [{ pattern, since: 0 }], position);
    if (lost || dropped > position) {
      throw new Problem('position-expired', 'from: the log no longer reaches back to this position', { first: this.parts.delivery.epochs.format(dropped) });
    }
    return position;
  }

  private async replay(session: Session, pattern: string, after: number, upTo: number): Promise<void> {
    const { messageLog } = this.parts;
    const { tenantId, id: clientId } = session.mailbox;
    for (let at = after; at < upTo; ) {
      const { entries, scannedTo } = await messageLog.replay({
        tenantId,
        clientId,
        mailboxes: [],
        topics: [{ pattern, since: after }],
        after: at,
        upTo,
        limit: PAGE,
      });
      if (!(await this.hand(session, entries.filter(isMessage)))) return;
      at = scannedTo;
    }
  }

  private async handRetained(session: Session, pattern: string): Promise<void> {
    await this.hand(session, await this.parts.subscriptions.retained(session.mailbox.tenantId, pattern, RETAINED_MAX));
  }

  private async hand(session: Session, entries: readonly MessageEntry[]): Promise<boolean> {
    for (const entry of entries) if (!(await session.replay(entry))) return false;
    return true;
  }
}

function isMessage(entry: { readonly kind: string }): entry is MessageEntry {
  return entry.kind === 'message';
}
