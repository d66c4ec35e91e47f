import type { Page, PageRequest } from './directory.js';

export interface ScheduledAsked {
  /** Ids of the senders' tenants; undefined: of all. */
  readonly tenants?: readonly number[];
  /** A whole address, or the name of a client. */
  readonly from?: string;
  readonly to?: string;
}

/** A message that waits for its time. */
export interface ScheduledMessage {
  readonly id: string;
  /** The name of the sender's. */
  readonly tenant: string;
  readonly from: string;
  /** Addresses, whole. */
  readonly to: readonly string[];
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly deliverAt: number;
  readonly sentAt: number;
  /** Of its data. */
  readonly bytes: number;
}

/** What waits for its time, in many tenants. */
export interface ScheduledBrowsing {
  /** Soonest first. By sender or recipient a page looks through 20,000 at most, so it may be short, or empty, and not the last. */
  list(asked: ScheduledAsked, page: PageRequest): Promise<Page<ScheduledMessage>>;
}
