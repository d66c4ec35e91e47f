import { topicMatches } from '@vestnik/protocol';
import type { LinkEntry, LinkStatus, StateHome } from '../ports/link-log.js';
import type { Mailbox } from '../ports/mailboxes.js';
import type { Epoch, HandedAgain, LogEntry, MessageEntry, NewOutcome, OutcomeEntry, StoredMessage } from '../ports/message-log.js';
import type { StagedMessage } from '../ports/outgoing.js';
import type { Subscription } from '../ports/subscriptions.js';
import type { Tenant } from '../ports/tenant.js';
import { type MailboxSpan, mergeSpans } from '../topics/spans.js';
import { byCodePoint } from './code-points.js';
import { SortedList } from './sorted-list.js';

export interface MemoryBaseOptions {
  /** The installation's name, as it stands in whole addresses. */
  readonly installation: string;
  /** The store's time; milliseconds since 1970. */
  readonly now: () => number;
  /** Makes ids for what the store itself sends, receipts and replays: UUIDv7. */
  readonly newId: () => string;
  /** Awaited before each operation of the log, so that a simulation can hold it back or let it fail. */
  readonly gate?: (operation: string) => Promise<void>;
}

/** What is known of one tenant's log as a whole. */
export interface TenantLog {
  position: number;
  readonly entries: SortedList<LogEntry>;
  /** Entries with the default ttl up to here have been looked at for expiry. */
  sweptTo: number;
  /** The latest expiry of an entry with the default ttl. */
  defaultExpires: number;
}

export interface MailboxRow extends Mailbox {
  title?: string;
  readonly createdAt: number;
  seenAt?: number;
  revokedBefore?: number;
}

/** A message as it was sent, with where its entries lie. */
export interface SentRow {
  message: StoredMessage;
  places: MessageEntry[];
  readonly deliverAt?: number;
  /** The remote that it came from. */
  readonly origin?: number;
  refused?: string;
  /** Of a scheduled one that was withdrawn before it entered the log. */
  withdrawn?: { readonly at: number; readonly to: readonly string[] };
}

export interface CursorRow {
  readonly clientId: number;
  readonly tenantId: number;
  readonly device: string;
  acknowledged: number;
  delivered: number;
  at: number;
  /** When it moved: the times of states. */
  readonly moves: { readonly position: number; readonly acknowledged: boolean; readonly at: number }[];
}

export interface ScheduledRow {
  readonly messageId: string;
  readonly tenantId: number;
  readonly dueAt: number;
  readonly to: readonly string[];
  readonly ttl?: number;
  readonly retain?: true;
}

export interface SubscriptionRow {
  readonly tenantId: number;
  readonly clientId: number;
  readonly pattern: string;
  readonly since: number;
  /** Where it ended. */
  until?: number;
}

export interface DeadLetterRow {
  readonly id: number;
  readonly tenantId: number;
  readonly clientId: number;
  readonly messageId: string;
  readonly reason: string;
  readonly at: number;
}

export interface ExpiryRow extends Pick<NewOutcome, 'tenantId' | 'mailboxId' | 'messageId' | 'target'> {
  readonly expiresAt: number;
}

/** One number of an outbox: a message with what became of it for each recipient, or something else. */
export type OutboxRow =
  | {
      readonly kind: 'message';
      readonly bytes: number;
      readonly at: number;
      readonly message: StoredMessage;
      readonly expiresAt: number;
      readonly addresses: readonly string[];
      readonly wire: readonly string[];
      readonly ends: (Omit<StateHome, 'id' | 'to'> | undefined)[];
      /** Before it was sent: its number stands for nothing. */
      ended?: boolean;
    }
  | { readonly kind: 'other'; readonly bytes: number; readonly at: number; readonly entry: LinkEntry };

/** What waits for another installation, by number. */
export interface OutboxRows {
  readonly rows: Map<number, OutboxRow>;
  last: number;
  sent: number;
  acknowledged: number;
  readonly epochs: { readonly epoch: number; readonly starts: number }[];
  /** When the far side had which. */
  readonly arrived: { readonly number: number; readonly at: number }[];
}

export interface LeaseRow {
  readonly node: string;
  readonly generation: number;
  until: number;
  status?: Omit<LinkStatus, 'link' | 'generation' | 'node'>;
}

/**
 * The installation's store, in memory: what the log, the mailboxes and the tenants in memory share. Several nodes
 * of one process may stand on one base, as they stand on one Postgres.
 *
 * What is written in one call is written in one turn of the event loop, so every call is a transaction.
 */
export class MemoryBase {
  readonly tenants = new Map<number, Tenant>();
  readonly logs = new Map<number, TenantLog>();
  readonly mailboxes = new Map<number, MailboxRow>();
  readonly mailboxIds = new Map<string, number>();
  /** The entries of each mailbox. */
  readonly boxes = new Map<number, SortedList<LogEntry>>();
  readonly messages = new Map<string, SentRow>();
  /** The outcome that stands, by mailbox and position of the message. */
  readonly outcomes = new Map<string, OutcomeEntry>();
  /** Positions of the entries that do not expire in log order, or are the bus's own. */
  readonly ownTtl = new Set<number>();
  readonly cursors = new Map<number, Map<string, CursorRow>>();
  readonly idempotency = new Map<string, { readonly clientId: number; readonly fingerprint: string; readonly answer: string; readonly at: number }>();
  readonly collapseSlots = new Map<string, { readonly position: number; readonly messageId: string }>();
  readonly scheduled = new Map<string, ScheduledRow>();
  /** What was sent past the API and waits to be taken, by number. */
  readonly outgoing = new Map<number, StagedMessage>();
  /** Told when something was staged. */
  readonly onStaged = new Set<() => void>();
  readonly expiries = new SortedList<ExpiryRow>((row) => row.expiresAt);
  /** By mailbox and position: whose sender waits for a receipt. */
  readonly receiptsDue = new Map<number, Map<number, { readonly messageId: string; readonly senderTenantId: number }>>();
  readonly handedAgain: HandedAgain[] = [];
  readonly deadLetters = new Map<number, DeadLetterRow>();
  readonly floors = new Map<number, number>();
  /** By client, those that have ended too. */
  readonly subscriptions = new Map<number, SubscriptionRow[]>();
  /** Positions of messages that are kept for new subscribers. */
  readonly retained = new Set<number>();
  readonly epochs: Epoch[] = [];
  /** By remote. */
  readonly outboxes = new Map<number, OutboxRows>();
  /** By remote, and epoch. */
  readonly receiveCursors = new Map<number, Map<number, number>>();
  /** By remote: what became of messages from there, on its way into the outbox to there. */
  readonly homeward = new Map<number, StateHome[]>();
  /** By link. */
  readonly leases = new Map<string, LeaseRow>();
  version = 1;
  private readonly held = new Map<number, Promise<void>>();
  private position = 0;
  private lastId = 0;

  constructor(readonly options: MemoryBaseOptions) {}

  get installation(): string {
    return this.options.installation;
  }

  now(): number {
    return this.options.now();
  }

  async enter(operation: string): Promise<void> {
    await this.options.gate?.(operation);
  }

  nextId(): number {
    return ++this.lastId;
  }

  nextPosition(): number {
    return ++this.position;
  }

  /** Begins a new epoch, as the start of a lone node does. */
  beginEpoch(epoch: number): void {
    this.epochs.push({ epoch, begins: this.nextPosition() });
  }

  addTenant(tenant: Tenant): void {
    this.tenants.set(tenant.id, tenant);
    this.logs.set(tenant.id, { position: 0, entries: new SortedList((entry) => entry.position), sweptTo: 0, defaultExpires: 0 });
    this.addMailbox(tenant.id, 'everyone', '');
  }

  /** @throws where the tenant has no log: it was deleted meanwhile */
  logOf(tenantId: number): TenantLog {
    const log = this.logs.get(tenantId);
    if (log === undefined) throw new Error(`tenant ${tenantId} has no head: it was deleted while a message came in`);
    return log;
  }

  addMailbox(tenantId: number, kind: Mailbox['kind'], name: string): MailboxRow {
    const log = this.logOf(tenantId);
    const mailbox: MailboxRow = { id: this.nextId(), tenantId, kind, name, since: log.position, createdAt: this.now() };
    this.mailboxes.set(mailbox.id, mailbox);
    this.mailboxIds.set(mailboxKey(tenantId, kind, name), mailbox.id);
    return mailbox;
  }

  findMailbox(tenantId: number, kind: Mailbox['kind'], name: string): MailboxRow | undefined {
    const id = this.mailboxIds.get(mailboxKey(tenantId, kind, name));
    return id === undefined ? undefined : this.mailboxes.get(id);
  }

  removeMailbox(mailbox: MailboxRow): void {
    this.mailboxes.delete(mailbox.id);
    this.mailboxIds.delete(mailboxKey(mailbox.tenantId, mailbox.kind, mailbox.name));
    this.cursors.delete(mailbox.id);
    this.receiptsDue.delete(mailbox.id);
    this.subscriptions.delete(mailbox.id);
  }

  /** The whole address of a mailbox. */
  addressOf(mailboxId: number, tenantId: number): string {
    const mailbox = this.mailboxes.get(mailboxId);
    const local = mailbox?.kind === 'everyone' ? '*' : mailbox?.kind === 'topic' ? `#${mailbox.name}` : (mailbox?.name ?? '');
    return `${local}@${this.tenants.get(tenantId)?.name}.${this.installation}`;
  }

  /** The topic's name, where it is a topic's mailbox. */
  topicOf(mailboxId: number): string | undefined {
    const mailbox = this.mailboxes.get(mailboxId);
    return mailbox?.kind === 'topic' ? mailbox.name : undefined;
  }

  /** The subscriptions of a client that have not ended, in the order of their patterns. */
  subscriptionsOf(clientId: number): SubscriptionRow[] {
    return (this.subscriptions.get(clientId) ?? []).filter((row) => row.until === undefined).sort((a, b) => byCodePoint(a.pattern, b.pattern));
  }

  /** As {@link subscriptionsOf}, and those that ended after a position. */
  subscriptionsSince(clientId: number, endedAfter: number): Subscription[] {
    const ended = (this.subscriptions.get(clientId) ?? []).filter(({ until }) => until !== undefined && until > endedAfter);
    return [...this.subscriptionsOf(clientId), ...ended].map(({ pattern, since, until }) =>
      until === undefined ? { pattern, since } : { pattern, since, until },
    );
  }

  /** The mailboxes of the topics that fit, each from where subscriptions to it began, up to where they ended. */
  topicMailboxes(tenantId: number, topics: readonly Subscription[]): MailboxSpan[] {
    if (topics.length === 0) return [];
    const spans = [...this.mailboxes.values()].flatMap((mailbox) => {
      if (mailbox.tenantId !== tenantId || mailbox.kind !== 'topic') return [];
      return topics.flatMap(({ pattern, since, until }) => (topicMatches(pattern, mailbox.name) ? [{ id: mailbox.id, since, until }] : []));
    });
    return mergeSpans(spans);
  }

  boxOf(mailboxId: number): SortedList<LogEntry> {
    let box = this.boxes.get(mailboxId);
    if (box === undefined) {
      box = new SortedList((entry) => entry.position);
      this.boxes.set(mailboxId, box);
    }
    return box;
  }

  cursorsOf(clientId: number): CursorRow[] {
    return [...(this.cursors.get(clientId)?.values() ?? [])];
  }

  /** What any device of the client has acknowledged. */
  furthest(clientId: number): number {
    return this.cursorsOf(clientId).reduce((furthest, cursor) => Math.max(furthest, cursor.acknowledged), 0);
  }

  /** When a device of the client first moved past a position, as far as is known. */
  movedPast(clientId: number, position: number, device?: string, acknowledgedOnly = true): number | undefined {
    let first: number | undefined;
    for (const cursor of this.cursorsOf(clientId)) {
      if (device !== undefined && cursor.device !== device) continue;
      for (const move of cursor.moves) {
        if (move.position >= position && (move.acknowledged || !acknowledgedOnly) && (first === undefined || move.at < first)) first = move.at;
      }
    }
    return first;
  }

  /**
   * Takes a tenant's lock, as another transaction would: sends that touch the tenant are `busy`, outcomes and receipts wait.
   * @returns lets it go
   */
  hold(tenantId: number): () => void {
    let release = () => {};
    const gone = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.held.set(tenantId, gone);
    return () => {
      if (this.held.get(tenantId) === gone) this.held.delete(tenantId);
      release();
    };
  }

  isHeld(tenantId: number): boolean {
    return this.held.has(tenantId);
  }

  /** Resolves in a turn in which nobody holds any of these tenants. */
  async unheld(tenants: () => Iterable<number>): Promise<void> {
    for (;;) {
      const waiting = [...tenants()].map((tenant) => this.held.get(tenant)).find((held) => held !== undefined);
      if (waiting === undefined) return;
      await waiting;
    }
  }
}

export function mailboxKey(tenantId: number, kind: Mailbox['kind'], name: string): string {
  return `${tenantId} ${kind} ${name}`;
}

export function placeKey(mailboxId: number, position: number): string {
  return `${mailboxId} ${position}`;
}
