import type { Page, PageRequest } from './directory.js';

/** Of which dead letters an administrator wants to know. */
export interface DeadLettersAsked {
  /** Ids of tenants; undefined: of all. */
  readonly tenants?: readonly number[];
  /** The name of a client, of whichever of the tenants. */
  readonly client?: string;
  readonly reason?: string;
}

/** One of a list across tenants. */
export interface ListedDeadLetter {
  readonly id: string;
  /** Its name. */
  readonly tenant: string;
  readonly client: string;
  readonly messageId: string;
  /** Empty, as the type, where the message is gone. */
  readonly from: string;
  readonly type: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of its data. */
  readonly bytes: number;
}

/** Dead letters of one tenant with the same reason. */
export interface DeadLetterGroup {
  readonly tenant: string;
  readonly reason: string;
  readonly count: number;
  readonly clients: number;
  /** Of the newest ones; at most 5. */
  readonly types: readonly string[];
  readonly oldestAt: number;
  readonly newestAt: number;
}

/** Dead letters of many tenants, as administrators look at them. */
export interface DeadLetterBrowsing {
  /** Counts among the newest 100,000 that are asked for, most first. Pages are of how they are counted now: between two, a group may move. */
  groups(asked: Omit<DeadLettersAsked, 'reason'>, page: PageRequest): Promise<Page<DeadLetterGroup>>;
  /** Newest first. */
  list(asked: DeadLettersAsked, page: PageRequest): Promise<Page<ListedDeadLetter>>;
}
