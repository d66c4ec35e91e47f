import type { Page, PageRequest } from './directory.js';
import type { Webhook } from './webhooks.js';

export interface WebhooksAsked {
  /** Ids of tenants; undefined: of all. */
  readonly tenants?: readonly number[];
  readonly state?: Webhook['state'];
  /** A part of the client's name or of the URL. */
  readonly search?: string;
}

export interface ListedWebhook extends Webhook {
  /** The name of the tenant. */
  readonly tenant: string;
  /** Direct messages that the client has not acknowledged, as they were counted last. */
  readonly waiting: number;
}

/** Webhooks of many tenants. */
export interface WebhookBrowsing {
  /** Oldest first. By `search` a page looks through 20,000 at most, so it may be short, or empty, and not the last. */
  list(asked: WebhooksAsked, page: PageRequest): Promise<Page<ListedWebhook>>;
}
