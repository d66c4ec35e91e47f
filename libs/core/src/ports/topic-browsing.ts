import type { Page, PageRequest } from './directory.js';

export interface TopicsAsked {
  /** Ids of tenants; undefined: of all. */
  readonly tenants?: readonly number[];
  /** A part of the name. */
  readonly search?: string;
}

export interface ListedTopic {
  /** The name of the tenant. */
  readonly tenant: string;
  readonly topic: string;
  /** Clients that are subscribed by its name or by a pattern, counted to 1,000; of patterns the first 20,000 subscriptions of a tenant count. */
  readonly subscribers: number;
  /** When a durable message last came; milliseconds since 1970. */
  readonly lastAt?: number;
  /** Id of the message that new subscribers may ask for. */
  readonly retained?: string;
}

/** Topics of many tenants. */
export interface TopicBrowsing {
  /** By tenant, in the order in which these were made, and name. By `search` a page looks through 100,000 at most, so it may be short and not the last. */
  list(asked: TopicsAsked, page: PageRequest): Promise<Page<ListedTopic>>;
}
