import { isPattern, Problem, topicMatches } from '@vestnik/protocol';
import type { Page, PageRequest } from '../ports/directory.js';
import type { MessageEntry, SubscriptionEntry } from '../ports/message-log.js';
import type { SubscriberRecord, Subscription, SubscriptionChange, Subscriptions, TopicRecord } from '../ports/subscriptions.js';
import { byCodePoint } from './code-points.js';
import { appendEntry, isOpen } from './entries.js';
import type { MailboxRow, MemoryBase, SubscriptionRow } from './memory-base.js';

/** Subscriptions in memory. */
export class MemorySubscriptions implements Subscriptions {
  constructor(private readonly base: MemoryBase) {}

  async subscribe(tenantId: number, clientId: number, pattern: string, limit: number): Promise<SubscriptionChange> {
    await this.base.enter('subscribe');
    await this.base.unheld(() => [tenantId]);
    const known = this.find(clientId, pattern);
    if (known !== undefined) return { position: known.since };
    const live = this.base.subscriptionsOf(clientId);
    if (live.length >= limit) throw tooMany(limit);
    if (!isPattern(pattern) && this.base.findMailbox(tenantId, 'topic', pattern) === undefined) this.base.addMailbox(tenantId, 'topic', pattern);
    const entry = appendEntry<SubscriptionEntry>(this.base, { kind: 'subscription', tenantId, mailboxId: clientId, pattern, began: true }, this.base.now());
    this.base.subscriptions.set(clientId, [...(this.base.subscriptions.get(clientId) ?? []), { tenantId, clientId, pattern, since: entry.position }]);
    return { position: entry.position, entry };
  }

  async unsubscribe(tenantId: number, clientId: number, pattern: string): Promise<SubscriptionChange> {
    await this.base.enter('unsubscribe');
    await this.base.unheld(() => [tenantId]);
    const known = this.find(clientId, pattern);
    if (known === undefined) return { position: this.base.logOf(tenantId).position };
    const entry = appendEntry<SubscriptionEntry>(this.base, { kind: 'subscription', tenantId, mailboxId: clientId, pattern, began: false }, this.base.now());
    known.until = entry.position;
    return { position: entry.position, entry };
  }

  private find(clientId: number, pattern: string): SubscriptionRow | undefined {
    return this.base.subscriptionsOf(clientId).find((row) => row.pattern === pattern);
  }

  async ofClient(tenantId: number, clientId: number, endedAfter = Number.POSITIVE_INFINITY): Promise<Subscription[]> {
    await this.base.enter('ofClient');
    return this.base.mailboxes.get(clientId)?.tenantId === tenantId ? this.base.subscriptionsSince(clientId, endedAfter) : [];
  }

  async retained(tenantId: number, pattern: string, limit: number): Promise<MessageEntry[]> {
    await this.base.enter('retained');
    return this.topics(tenantId)
      .filter((topic) => topicMatches(pattern, topic.name))
      .map((topic) => this.lastRetained(topic))
      .filter((entry) => entry !== undefined)
      .sort((a, b) => a.position - b.position)
      .slice(0, limit);
  }

  private lastRetained(topic: MailboxRow): MessageEntry | undefined {
    const last = this.base
      .boxOf(topic.id)
      .between(0)
      .findLast((entry): entry is MessageEntry => entry.kind === 'message' && this.base.retained.has(entry.position));
    return last !== undefined && isOpen(this.base, last, topic.id) ? last : undefined;
  }

  async listTopics(tenantId: number, { limit, cursor = '', search = '' }: PageRequest & { search?: string }): Promise<Page<TopicRecord>> {
    await this.base.enter('listTopics');
    const rows = this.topics(tenantId).filter(({ name }) => byCodePoint(name, cursor) > 0 && name.toLowerCase().includes(search.toLowerCase()));
    const items = rows.slice(0, limit).map((topic): TopicRecord => {
      const last = this.base
        .boxOf(topic.id)
        .between(0)
        .findLast((entry) => entry.kind === 'message');
      return {
        topic: topic.name,
        subscribers: new Set(this.rowsFor(tenantId, topic.name).map((row) => row.clientId)).size,
        lastAt: last?.at,
        retained: this.lastRetained(topic)?.message.id,
      };
    });
    return { items, next: rows.length > limit ? items.at(-1)?.topic : undefined };
  }

  async subscribers(tenantId: number, topic: string, { limit, cursor = '' }: PageRequest): Promise<Page<SubscriberRecord>> {
    await this.base.enter('subscribers');
    const all = this.rowsFor(tenantId, topic)
      .map(({ clientId, pattern }) => ({ client: this.base.mailboxes.get(clientId)?.name ?? '', clientId, pattern }))
      .map((record) => ({ record, key: `${record.client}/${record.pattern}` }))
      .filter(({ key }) => byCodePoint(key, cursor) > 0)
      .sort((a, b) => byCodePoint(a.key, b.key));
    const page = all.slice(0, limit);
    return { items: page.map(({ record }) => record), next: all.length > limit ? page.at(-1)?.key : undefined };
  }

  private topics(tenantId: number): MailboxRow[] {
    return [...this.base.mailboxes.values()]
      .filter((mailbox) => mailbox.tenantId === tenantId && mailbox.kind === 'topic')
      .sort((a, b) => byCodePoint(a.name, b.name));
  }

  private rowsFor(tenantId: number, topic: string): SubscriptionRow[] {
    return [...this.base.subscriptions.values()]
      .flat()
      .filter((row) => row.tenantId === tenantId && row.until === undefined && topicMatches(row.pattern, topic));
  }
}

export function tooMany(limit: number): Problem {
  return new Problem('conflict', `a client has ${limit} subscriptions at most; end some, or use a pattern such as orders/#`);
}
