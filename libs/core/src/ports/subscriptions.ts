import type { Page, PageRequest } from './directory.js';
import type { MessageEntry, SubscriptionEntry } from './message-log.js';

/** What a client is subscribed to. */
export interface Subscription {
  /** A topic, or a pattern of topics. */
  readonly pattern: string;
  /** The position of the entry that began it: what came after is for the client. */
  readonly since: number;
  /** And of the one that ended it, where it has ended: what came between the two stays the client's. */
  readonly until?: number;
}

/** What came of subscribing, or of ending it. */
export interface SubscriptionChange {
  /** Where it begins, or ended; where nothing changed, where it had begun, or the end of the log. */
  readonly position: number;
  /** Undefined where nothing changed. */
  readonly entry?: SubscriptionEntry;
}

export interface TopicRecord {
  readonly topic: string;
  /** Clients that are subscribed to it, by its name or by a pattern. */
  readonly subscribers: number;
  /** When a durable message last came; milliseconds since 1970. */
  readonly lastAt?: number;
  /** The id of the message that new subscribers may ask for. */
  readonly retained?: string;
}

export interface SubscriberRecord {
  readonly client: string;
  readonly clientId: number;
  readonly pattern: string;
}

/**
 * Who is subscribed to which topics of a tenant.
 *
 * A subscription begins and ends with an entry in the client's own mailbox: a reader of the log passes none unread, so
 * whoever reads this store after it has learnt of a position knows all subscriptions up to there.
 */
export interface Subscriptions {
  /**
   * Begins a subscription; one that lives already stays as it is. On disk when it resolves.
   * @throws Problem `conflict` where the client has `limit` subscriptions
   */
  subscribe(tenantId: number, clientId: number, pattern: string, limit: number): Promise<SubscriptionChange>;
  unsubscribe(tenantId: number, clientId: number, pattern: string): Promise<SubscriptionChange>;
  /**
   * What a client is subscribed to now, in the order of the patterns; with `endedAfter` followed by what ended after that
   * position, as far as anything is kept that came before its end.
   */
  ofClient(tenantId: number, clientId: number, endedAfter?: number): Promise<Subscription[]>;
  /** The last retained message of each topic that fits, oldest first, at most `limit`; none that has ended or expired. */
  retained(tenantId: number, pattern: string, limit: number): Promise<MessageEntry[]>;
  /** The topics that were written to, or subscribed to by name, in the order of their names. */
  listTopics(tenantId: number, page: PageRequest & { search?: string }): Promise<Page<TopicRecord>>;
  /** Who is subscribed to a topic now, by name; a client that several of its subscriptions reach stands there for each. */
  subscribers(tenantId: number, topic: string, page: PageRequest): Promise<Page<SubscriberRecord>>;
}
