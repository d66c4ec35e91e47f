import type { OutcomeState, RecipientState } from '@vestnik/protocol';
import type { Page, PageRequest } from './directory.js';
import type { HistoryStore } from './history.js';
import type { Subscription } from './subscriptions.js';

/** A message as it is kept: once, however many it was sent to. */
export interface StoredMessage {
  /** UUIDv7. */
  readonly id: string;
  /** The sender's tenant and client. */
  readonly tenantId: number;
  readonly senderId: number;
  /** Whole address of the sender. */
  readonly from: string;
  readonly type: string;
  /** JSON text, as it was sent. */
  readonly data: string;
  readonly collapseKey?: string;
  readonly correlationId?: string;
  readonly contentType?: string;
  readonly traceparent?: string;
  readonly receipt: boolean;
  /** When it was accepted; milliseconds since 1970, the store's time. */
  readonly sentAt: number;
}

/** A place in a tenant's log. */
export interface EntryPlace {
  readonly tenantId: number;
  readonly position: number;
  /** The position of the tenant's entry before this one: how a reader knows that it has missed none. */
  readonly previous: number;
  readonly mailboxId: number;
  /** The topic's name, where it is a topic's mailbox. */
  readonly topic?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface MessageEntry extends EntryPlace {
  readonly kind: 'message';
  /** Whole address that it was sent to. */
  readonly to: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Whoever gets it may have had it before a restore. */
  readonly redelivered?: true;
  readonly message: StoredMessage;
}

/** What became of a message; it stands in the mailbox whose recipients it concerns. */
export interface OutcomeEntry extends EntryPlace {
  readonly kind: 'outcome';
  readonly state: OutcomeState;
  readonly messageId: string;
  /** Position of the message's entry. */
  readonly target: number;
  readonly reason?: string;
  readonly device?: string;
  /** The session that caused it: it need not be told. */
  readonly session?: string;
}

/** A subscription that began or ended, in the client's own mailbox: no feed passes it unread. */
export interface SubscriptionEntry extends EntryPlace {
  readonly kind: 'subscription';
  /** A topic, or a pattern of topics. */
  readonly pattern: string;
  readonly began: boolean;
}

export type LogEntry = MessageEntry | OutcomeEntry | SubscriptionEntry;

/** One place that a message goes to. */
export interface Destination {
  readonly tenantId: number;
  readonly mailboxId: number;
  /** The topic's name, where it is one. */
  readonly topic?: string;
  /** Whole address. */
  readonly to: string;
  /** Seconds from now, or from `deliverAt`. */
  readonly ttl: number;
  /** The tenant's default: such entries expire in log order and are swept so. */
  readonly ttlIsDefault: boolean;
}

/** Recipients at another installation: one entry of the outbox to it. */
export interface Forward {
  readonly remoteId: number;
  /** Whole, as the sender is told of them. */
  readonly addresses: readonly string[];
  /** As they are written there, in the same order. */
  readonly wire: readonly string[];
  /** Seconds from now. */
  readonly ttl: number;
}

/** A send that is ready to be committed. */
export interface Append {
  /** Of a message from another installation tenant and sender are 0. */
  readonly message: Omit<StoredMessage, 'sentAt'>;
  readonly destinations: readonly Destination[];
  readonly forwards?: readonly Forward[];
  /** The remote that it came from; it has its `sentAt` already. */
  readonly origin?: number;
  /** It was here before, and that was lost with a restore. */
  readonly redelivered?: true;
  /** The recipients that did not take it, as the sender was told: JSON text. */
  readonly refused?: string;
  /** It waits outside the log, without destinations, and is resolved anew when it is due. */
  readonly waiting?: { readonly dueAt: number; readonly to: readonly string[]; readonly ttl?: number; readonly retain?: true };
  /** To topics: new subscribers may ask for the last such message. */
  readonly retain?: true;
  /** It was waiting and is due: it enters the log once, whoever tries first. */
  readonly entering?: true;
  /** It was sent from SQL: it leaves the stage as it enters the log, once, and after all from `first` on that stand before it there. */
  readonly staged?: { readonly number: number; readonly first: number };
  /** Under a key: what is answered to whoever repeats it. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string; readonly answer: string };
}

/** The locks of outboxes come after those of all tenants, and are taken like them. */
export const OUTBOX_LOCKS = 1_000_000_000;

/**
 * The tenants whose locks an append takes: where it goes, and its own where that keeps something about it; and the outboxes,
 * past {@link OUTBOX_LOCKS}.
 */
export function lockedTenants(append: Append): number[] {
  const tenants = append.destinations.map((destination) => destination.tenantId);
  const { message, idempotency, waiting, forwards } = append;
  if (idempotency !== undefined || waiting !== undefined || message.collapseKey !== undefined || message.receipt) {
    if (message.tenantId > 0) tenants.push(message.tenantId);
  }
  if (forwards !== undefined) for (const { remoteId } of forwards) tenants.push(OUTBOX_LOCKS + remoteId);
  return tenants;
}

/** What became of an append. */
export type Appended =
  | { readonly kind: 'appended'; readonly entries: readonly LogEntry[] }
  /** The key was used before: for this message, or for another one. */
  | { readonly kind: 'duplicate'; readonly answer: string }
  | { readonly kind: 'mismatch' }
  /** It was waiting or staged, and is not any more: entered by another node, or withdrawn. Of a staged one also: not its turn yet. */
  | { readonly kind: 'gone' }
  /** A tenant's lock was not had in time; nothing was written for this one. */
  | { readonly kind: 'busy' };

/** A send whose time has come. */
export interface DueSend {
  readonly message: StoredMessage;
  readonly to: readonly string[];
  readonly ttl?: number;
  readonly retain?: true;
}

/** Which outcomes to write for a message: one for each of its mailboxes. */
export interface NewOutcome {
  readonly tenantId: number;
  /** The mailbox that the outcome concerns: the recipient's, or a topic's. */
  readonly mailboxId: number;
  readonly messageId: string;
  readonly target: number;
  readonly state: OutcomeState;
  readonly reason?: string;
  readonly device?: string;
  readonly session?: string;
}

/** What the client's last word moves its cursor to. */
export interface CursorMove {
  readonly clientId: number;
  readonly tenantId: number;
  readonly device: string;
  readonly acknowledged?: number;
  readonly delivered?: number;
}

/** What a session was handed though one of the same device had been before: the messages from one position to another, both included. */
export interface HandedAgain {
  readonly clientId: number;
  readonly device: string;
  readonly first: number;
  readonly last: number;
}

/** A session that opens: what it has to know of the log before anything is pushed. */
export interface OpeningRequest {
  readonly tenantId: number;
  readonly clientId: number;
  readonly device: string;
  /** The mailbox of everyone, and from where on it concerns this client. */
  readonly everyoneId: number;
  readonly since: number;
  /** The position that the client gave. */
  readonly given?: number;
  /** Where the tenant's log ends for now. */
  readonly upTo: number;
}

export interface Opening extends OpenCursor {
  /** Where its feed starts: what was given, else what was acknowledged. */
  readonly start: number;
  /** How many messages wait between there and `upTo`, counted to a limit. */
  readonly missed: number;
  /** Up to where entries of its mailboxes were dropped. */
  readonly droppedTo: number;
  /** Whether outcomes of messages up to `start` came after it. */
  readonly outcomes: boolean;
  /**
   * What the client is subscribed to: all that began up to `upTo`, and perhaps later ones; and what it was subscribed to until
   * later than `start`. The other answers count them.
   */
  readonly topics: readonly Subscription[];
}

export interface OpenCursor {
  readonly acknowledged: number;
  readonly delivered: number;
}

export interface RecipientOutcome {
  /** Both 0 where it is at another installation. */
  readonly tenantId: number;
  readonly mailboxId: number;
  readonly address: string;
  /** Of one at another installation: when that had it on its disk. */
  readonly arrivedAt?: number;
  readonly position?: number;
  readonly state: RecipientState;
  readonly at?: number;
  readonly reason?: string;
  /** When it came into the mailbox, or into the outbox. */
  readonly queuedAt?: number;
  readonly devices: readonly {
    device: string;
    state: 'delivered' | 'acknowledged';
    at?: number;
    /** Of one that has acknowledged it: when it was handed over, where that was another time. */
    deliveredAt?: number;
    /** How often it was handed over. */
    attempts: number;
  }[];
}

export interface MessageOutcome {
  readonly message: StoredMessage;
  readonly expiresAt?: number;
  readonly deliverAt?: number;
  readonly refused?: string;
  readonly recipients: readonly RecipientOutcome[];
  /** Of `*` and topics. */
  readonly counts?: Partial<Record<RecipientState, number>>;
}

export interface DeadLetter {
  readonly id: string;
  readonly client: string;
  readonly messageId: string;
  readonly from: string;
  readonly type: string;
  readonly data: string;
  readonly reason: string;
  readonly at: number;
}

/** A dead letter with all that is known of its message. */
export interface DeadLetterWhole extends DeadLetter {
  readonly contentType?: string;
  readonly correlationId?: string;
  /** Absent where the message is gone. */
  readonly sentAt?: number;
}

/** What is to be different when a dead letter is sent again. */
export interface DeadLetterChange {
  readonly type?: string;
  /** JSON text. */
  readonly data?: string;
}

/** Dead letters of one tenant: those that fit all that is named; nothing named: all. */
export interface WhichDeadLetters {
  readonly ids?: readonly string[];
  /** Name of the client that could not take them. */
  readonly client?: string;
  readonly reason?: string;
}

/** Where positions begin to belong to an epoch. */
export interface Epoch {
  readonly epoch: number;
  readonly begins: number;
}

/**
 * The durable messages of each tenant, in one order that every reader agrees on, and how far each
 * client has come in them.
 *
 * A reader that has seen position n of a tenant will never be shown a smaller one of it later: a
 * position becomes visible only after all those before it. Everything about resuming rests on this.
 */
export interface MessageLog extends HistoryStore {
  /**
   * Commits a batch in one transaction, on disk when it resolves. The results are in the order given;
   * entries of one tenant have growing positions in that order.
   *
   * @throws Problem `unavailable` when the store cannot be reached: nothing was written, or all was; `storage-full`.
   *   Anything else that is thrown concerns some message of the batch, and nothing was written.
   */
  append(batch: readonly Append[]): Promise<Appended[]>;

  /** The tenant's last position, 0 when it has none. */
  head(tenantId: number): Promise<number>;
  /** The last positions of several tenants, in one query: how nodes poll. */
  heads(tenantIds: readonly number[]): Promise<Map<number, number>>;

  /** The whole log of a tenant after a position, in order: how a node's tail catches up. */
  tail(tenantId: number, after: number, limit: number): Promise<LogEntry[]>;

  /**
   * What stands in some mailboxes after a position and up to another, in order: messages that have not
   * expired and have no outcome for this client, and the outcomes and subscriptions.
   * @returns `scannedTo`: all up to there has been looked at; `upTo` when the page was not full
   */
  replay(query: ReplayQuery): Promise<{ entries: LogEntry[]; scannedTo: number }>;

  /** How many messages {@link replay} would give, counted to `limit`. */
  countWaiting(query: Omit<ReplayQuery, 'limit'>, limit: number): Promise<number>;

  /** The outcomes after a position that concern messages up to it. */
  outcomesSince(tenantId: number, mailboxIds: readonly number[], position: number, upTo: number, topics?: readonly Subscription[]): Promise<OutcomeEntry[]>;

  /**
   * The lowest position that the mailboxes may still have lost nothing from: entries before it were dropped.
   * @param beyond what topics lost up to here need not be told
   */
  droppedUpTo(tenantId: number, mailboxIds: readonly number[], topics?: readonly Subscription[], beyond?: number): Promise<number>;

  /** Opens sessions, many in one query: after a cut thousands come back at once. Cursors are made as by {@link openCursor}. */
  open(requests: readonly OpeningRequest[], missedLimit: number): Promise<Opening[]>;

  /** The cursor of a device, made where it is new: it starts after what any device of the client has acknowledged. */
  openCursor(tenantId: number, clientId: number, device: string): Promise<OpenCursor>;

  /**
   * Moves cursors forward, never back; on disk when it resolves if `sync`. Writes the receipts that are due.
   * @returns the entries that were appended: receipts
   */
  moveCursors(moves: readonly CursorMove[], sync: boolean): Promise<LogEntry[]>;

  /** Notes what was handed over again: the attempts of states. What a crash takes with it is not counted. */
  handedAgain(ranges: readonly HandedAgain[]): Promise<void>;

  /**
   * Records outcomes; the first recorded wins, and what a cursor covers is acknowledged already (that may only become `read`).
   * @returns for each whether it was written, the state that stands, and all entries that were appended (outcomes, receipts)
   */
  recordOutcomes(outcomes: readonly NewOutcome[]): Promise<{ states: RecipientState[]; entries: LogEntry[] }>;

  /** Where the messages of these ids stand for a client: in its own mailbox, in everyone's, in its topics'. */
  locate(tenantId: number, mailboxIds: readonly number[], messageIds: readonly string[], topics?: readonly Subscription[]): Promise<Map<string, MessageEntry>>;

  /** What became of a message, or undefined where the tenant neither sent nor received it. */
  outcome(tenantId: number, messageId: string): Promise<MessageOutcome | undefined>;

  /** Its recipients by pages, those of `*` one by one; undefined as for {@link outcome}. */
  recipients(tenantId: number, messageId: string, page: PageRequest): Promise<Page<RecipientOutcome> | undefined>;

  /**
   * Withdraws a message that this client of this tenant sent (`senderId` undefined: any client of it) from all that have not acknowledged it.
   * @returns undefined where there is no such message of theirs
   */
  withdraw(tenantId: number, senderId: number | undefined, messageId: string): Promise<{ outcome: MessageOutcome; entries: LogEntry[] } | undefined>;

  listDeadLetters(tenantId: number, page: PageRequest & { client?: string }): Promise<Page<DeadLetter>>;
  findDeadLetter(tenantId: number, id: string): Promise<DeadLetterWhole | undefined>;
  /** @returns undefined where there is no such dead letter; it is gone when the replay was appended */
  replayDeadLetter(tenantId: number, id: string, change?: DeadLetterChange): Promise<{ entries: LogEntry[] } | undefined>;
  /** As {@link replayDeadLetter}, oldest first, all that are answered or none; as many as `limit` and a fair amount of data allow. Those whose message is gone stay. */
  replayDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<{ entries: LogEntry[]; replayed: number }>;
  deleteDeadLetter(tenantId: number, id: string): Promise<boolean>;
  /** Oldest first. @returns how many are gone */
  deleteDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<number>;
  /** Counted to `limit`. */
  countDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<number>;

  /** All epochs that the log knows, oldest first. */
  epochs(): Promise<Epoch[]>;

  /** What waits and is due, oldest first, and when the next one will be. */
  due(limit: number): Promise<{ sends: DueSend[]; nextDueAt?: number }>;

  /** Writes `expired` for what has expired unacknowledged. */
  expireDue(limit: number): Promise<{ entries: LogEntry[]; more: boolean }>;

  /** The store's time; milliseconds since 1970. */
  now(): Promise<number>;

  /** How many direct messages wait unacknowledged in these mailboxes, each counted to `limit`. */
  countUnacknowledged(mailboxIds: readonly number[], limit: number): Promise<Map<number, number>>;
  /** How many messages of a tenant wait for their time, counted to `limit`. */
  countScheduled(tenantId: number, limit: number): Promise<number>;
}

export interface ReplayQuery {
  readonly tenantId: number;
  /** The client whose outcomes count besides those of the mailboxes. */
  readonly clientId: number;
  /** Mailboxes to read, each from its own position where that is later than `after`. */
  readonly mailboxes: readonly { readonly id: number; readonly since: number }[];
  /** Topics to read besides, each from where its subscription began, up to where it ended. */
  readonly topics?: readonly Subscription[];
  readonly after: number;
  readonly upTo: number;
  readonly limit: number;
}
