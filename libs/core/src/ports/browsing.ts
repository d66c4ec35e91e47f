import type { RecipientState } from '@vestnik/protocol';
import type { Page, PageRequest } from './directory.js';
import type { LogEntry } from './message-log.js';
import type { WebhookProgress } from './webhooks.js';

/*
 * What administrators look for over all tenants, in whatever is kept. No call reads without bound: each answers from an index, or looks through
 * so many rows at most and says where to go on. Nothing of this costs those who send and receive anything.
 */

/** Which clients are looked for. */
export interface ClientSearch extends PageRequest {
  /** Of these tenants. */
  readonly tenantIds: readonly number[];
  /** Whether these are all tenants of the installation. */
  readonly allTenants: boolean;
  /** Part of the name or title, in whichever case. */
  readonly search?: string;
  /** Of these clients only, such as those that are online. */
  readonly only?: ReadonlySet<number>;
  readonly except?: ReadonlySet<number>;
  /** Those that have so many messages waiting, or more. */
  readonly behind?: number;
  /** By name; most waiting first; seen last first. */
  readonly sort: 'name' | 'behind' | 'seen';
}

export interface FoundClient {
  readonly id: number;
  readonly tenantId: number;
  readonly name: string;
  readonly title?: string;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly seenAt?: number;
  /** Direct messages that nobody has acknowledged, counted to {@link BACKLOG_COUNTED}; absent until they were counted. */
  readonly waiting?: number;
  readonly oldestWaitingAt?: number;
  readonly webhook?: WebhookProgress['state'];
}

/** So far what waits for one client is counted. */
export const BACKLOG_COUNTED = 10_000;

/** What waits for the clients of some tenants. */
export interface BacklogSummary {
  /** Each client's counted to {@link BACKLOG_COUNTED}. */
  readonly messages: number;
  /** How many clients anything waits for. */
  readonly clients: number;
  readonly oldest?: { readonly tenantId: number; readonly client: string; readonly at: number };
  /** Those that most waits for, most first. */
  readonly furthest: readonly { readonly tenantId: number; readonly client: string; readonly waiting: number; readonly oldestAt?: number }[];
  /** When it was counted; absent until it was counted the first time: then the rest says nothing. */
  readonly asOf?: number;
}

/** A direct message that waits for a client. */
export interface WaitingMessage {
  readonly position: number;
  readonly id: string;
  readonly from: string;
  readonly type: string;
  /** Of its data. */
  readonly bytes: number;
  readonly sentAt: number;
  readonly expiresAt: number;
  /** How often it was handed over; 0: never. */
  readonly attempts: number;
}

/** Which of a client's messages are sent anew. */
export interface ResendRequest {
  readonly tenantId: number;
  readonly clientId: number;
  /** Those after this position, and those that came since; one of both at least. */
  readonly after?: number;
  readonly since?: number;
  readonly until?: number;
  readonly limit: number;
}

export interface ClientBrowser {
  /**
   * A page of clients. It may hold fewer than `limit` and still have a `next`. What waits is counted in the background, and only while somebody
   * asks: a client that nobody has counted yet is not found by what waits for it.
   */
  clients(search: ClientSearch): Promise<Page<FoundClient> & { readonly asOf?: number }>;
  backlog(tenantIds: readonly number[], furthest: number): Promise<BacklogSummary>;

  /** What waits for a client, oldest first. Receipts are not shown: they count for no inbox either. */
  waiting(clientId: number, page: PageRequest): Promise<Page<WaitingMessage>>;
  /**
   * Copies direct messages to a client, with new ids, in the order in which they came, all or nothing. Not what still waits for it, what it
   * refused, what was withdrawn or collapsed, and receipts.
   * @returns the entries of the copies; the position of the last message that was copied; whether there are more
   */
  resend(request: ResendRequest): Promise<{ readonly entries: LogEntry[]; readonly last?: number; readonly more: boolean }>;
  /** Withdraws what waits for a client, so many at most. @returns what was appended, receipts included; how many messages that were */
  purge(
    tenantId: number,
    clientId: number,
    limit: number,
    reason: string,
  ): Promise<{ readonly entries: LogEntry[]; readonly messages: number; readonly more: boolean }>;
}

/** Which messages are looked for. */
export interface MessageSearch extends PageRequest {
  /** What these tenants sent or received; absent: all. */
  readonly tenantIds?: readonly number[];
  readonly id?: string;
  readonly correlationId?: string;
  /** Whole address of the sender; with its tenant and its mailbox where it has them here. */
  readonly from?: { readonly address: string; readonly tenantId?: number; readonly mailboxId?: number };
  /** Whole address of a recipient; with its tenant and its mailbox where it has them here. To recipients of other tenants than `tenantIds` only what those sent is found. */
  readonly to?: { readonly address: string; readonly tenantId?: number; readonly mailboxId?: number };
  readonly type?: string;
  readonly state?: RecipientState;
  readonly since?: number;
  readonly until?: number;
}

export interface FoundMessage {
  readonly id: string;
  /** The sender's; 0: it came from another installation. */
  readonly tenantId: number;
  readonly from: string;
  /** The first five. */
  readonly to: readonly string[];
  /** How many addresses it was sent to. */
  readonly recipients: number;
  readonly type: string;
  readonly sentAt: number;
  /** Of the first recipient that has no final state, else of the last one; the first 20 are looked at. */
  readonly state: RecipientState;
  readonly correlationId?: string;
  readonly deliverAt?: number;
  readonly bytes: number;
}

/** What is known of a message beside what became of it. */
export interface MessageHead {
  /** The sender's; 0: it came from another installation. */
  readonly tenantId: number;
  /** The tenants in whose logs it stands. */
  readonly tenantIds: readonly number[];
  readonly sentAt: number;
  readonly deliverAt?: number;
  /** The name of the installation that it came from, as this one calls it. */
  readonly origin?: string;
}

/** How a webhook fares with a message. */
export interface WebhookAttempts {
  readonly clientId: number;
  readonly attempts: number;
  readonly error?: string;
  readonly at: number;
}

export interface MessageBrowser {
  /**
   * A page of messages, newest first. It may hold fewer than `limit`, or none, and still have a `next`.
   * @returns `searchedTo`: all that is newer was looked through; absent where everything was
   */
  messages(search: MessageSearch): Promise<Page<FoundMessage> & { readonly searchedTo?: number }>;
  head(id: string): Promise<MessageHead | undefined>;
  /** Of a message that webhooks have tried in vain so far. */
  webhookAttempts(id: string, clientIds: readonly number[]): Promise<WebhookAttempts[]>;
}
