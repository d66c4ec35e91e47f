import { randomBytes } from 'node:crypto';
import {
  type Append,
  type Appended,
  type CursorMove,
  type LinkDirectory,
  type LinkLog,
  type LogEntry,
  type Mailbox,
  type Mailboxes,
  type MessageEntry,
  type MessageLog,
  type NewOutcome,
  type Outgoing,
  type Subscription,
  type Subscriptions,
  TENANT_DEFAULTS,
  type Tenant,
  type TenantDirectory,
  type TenantSettings,
  type Transit,
  type WebhookDirectory,
} from '@vestnik/core';
import { type OutcomeState, uuidv7Maker } from '@vestnik/protocol';

/** A store under test, as two nodes of one installation see it. */
export interface StoreUnderTest {
  readonly installation: string;
  readonly tenants: TenantDirectory;
  readonly mailboxes: Mailboxes;
  readonly log: MessageLog;
  /** The same store as another node sees it, over connections of its own. */
  readonly otherNode: MessageLog;
  readonly webhooks: WebhookDirectory;
  readonly links: LinkDirectory;
  readonly linkLog: LinkLog;
  readonly transit: Transit;
  /** As another node sees it. */
  readonly otherTransit: Transit;
  readonly subscriptions: Subscriptions;
  readonly outgoing: Outgoing;
  /** Stages messages as a program does that sends from SQL, in one transaction. @returns their ids */
  stage(tenant: Tenant, client: string, texts: readonly string[]): Promise<string[]>;
  /** Lets the store's time pass. */
  passTime(ms: number): Promise<void>;
  /** Takes a tenant's lock, as another transaction would. @returns lets it go */
  hold(tenantId: number): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export type MakeStore = () => Promise<StoreUnderTest>;

/** What a send of a contract may ask for besides its recipients. */
export interface Wanted {
  readonly data?: string;
  readonly ttl?: number;
  readonly receipt?: boolean;
  readonly collapseKey?: string;
  readonly key?: string;
  readonly fingerprint?: string;
  readonly correlationId?: string;
  readonly retain?: true;
}

/** Tenants, clients and messages to try a store with. Every test takes tenants of its own. */
export class Stage {
  private static count = 0;
  private readonly names = new Map<number, string>();
  readonly newId = uuidv7Maker(Date.now, (bytes) => void bytes.set(randomBytes(bytes.length)));

  constructor(readonly store: StoreUnderTest) {}

  get log(): MessageLog {
    return this.store.log;
  }

  async tenant(settings: Partial<TenantSettings> = {}): Promise<Tenant> {
    const tenant = await this.store.tenants.create(`t${++Stage.count}`, undefined, { ...TENANT_DEFAULTS, ...settings });
    this.names.set(tenant.id, tenant.name);
    return tenant;
  }

  async client(tenant: Tenant, name: string): Promise<Mailbox> {
    const [found] = await this.store.mailboxes.ensure(tenant.id, 'client', [name]);
    return (found as { mailbox: Mailbox }).mailbox;
  }

  async topic(tenant: Tenant, name: string): Promise<Mailbox> {
    const [found] = await this.store.mailboxes.ensure(tenant.id, 'topic', [name]);
    return (found as { mailbox: Mailbox }).mailbox;
  }

  /** Subscribes a client. */
  async subscribe(client: Mailbox, pattern: string): Promise<Subscription> {
    const { position } = await this.store.subscriptions.subscribe(client.tenantId, client.id, pattern, 1_000);
    return { pattern, since: position };
  }

  async everyone(tenant: Tenant): Promise<Mailbox> {
    const [found] = await this.store.mailboxes.ensure(tenant.id, 'everyone', ['']);
    return (found as { mailbox: Mailbox }).mailbox;
  }

  /** A tenant with a sender and a recipient. */
  async pair(settings: Partial<TenantSettings> = {}): Promise<{ tenant: Tenant; sender: Mailbox; ivanov: Mailbox }> {
    const tenant = await this.tenant(settings);
    return { tenant, sender: await this.client(tenant, 'server'), ivanov: await this.client(tenant, 'ivanov') };
  }

  addressOf(mailbox: Mailbox): string {
    const local = mailbox.kind === 'everyone' ? '*' : mailbox.kind === 'topic' ? `#${mailbox.name}` : mailbox.name;
    return `${local}@${this.names.get(mailbox.tenantId)}.${this.store.installation}`;
  }

  append(from: Mailbox, to: readonly Mailbox[], wanted: Wanted = {}): Append {
    const { data = '{"n":1}', ttl, receipt = false, collapseKey, key, fingerprint = data, correlationId, retain } = wanted;
    const id = this.newId();
    return {
      message: { id, tenantId: from.tenantId, senderId: from.id, from: this.addressOf(from), type: 'test', data, receipt, collapseKey, correlationId },
      destinations: to.map((mailbox) => ({
        tenantId: mailbox.tenantId,
        mailboxId: mailbox.id,
        topic: mailbox.kind === 'topic' ? mailbox.name : undefined,
        to: this.addressOf(mailbox),
        ttl: ttl ?? TENANT_DEFAULTS.ttl,
        ttlIsDefault: ttl === undefined,
      })),
      retain,
      idempotency: key === undefined ? undefined : { key, fingerprint, answer: JSON.stringify({ id }) },
    };
  }

  /** One that waits for its time. */
  async appendWaiting(from: Mailbox, to: readonly Mailbox[], inMs: number, wanted: Wanted = {}): Promise<Append> {
    const dueAt = (await this.log.now()) + inMs;
    return { ...this.append(from, [], wanted), waiting: { dueAt, to: to.map((mailbox) => this.addressOf(mailbox)), ttl: wanted.ttl } };
  }

  /** Sends, and answers all entries that were appended by it. */
  async send(from: Mailbox, to: Mailbox | readonly Mailbox[], wanted: Wanted = {}): Promise<LogEntry[]> {
    const [appended] = await this.log.append([this.append(from, Array.isArray(to) ? (to as Mailbox[]) : [to as Mailbox], wanted)]);
    return entriesOf(appended as Appended);
  }

  /** Sends to one mailbox, and answers its entry. */
  async sendOne(from: Mailbox, to: Mailbox, wanted: Wanted = {}): Promise<MessageEntry> {
    return (await this.send(from, to, wanted))[0] as MessageEntry;
  }

  async acknowledge(client: Mailbox, position: number, device = ''): Promise<LogEntry[]> {
    await this.log.openCursor(client.tenantId, client.id, device);
    return this.move({ clientId: client.id, tenantId: client.tenantId, device, acknowledged: position });
  }

  move(...moves: CursorMove[]): Promise<LogEntry[]> {
    return this.log.moveCursors(moves, true);
  }

  outcome(entry: MessageEntry, state: OutcomeState, more: Partial<NewOutcome> = {}): NewOutcome {
    return { tenantId: entry.tenantId, mailboxId: entry.mailboxId, messageId: entry.message.id, target: entry.position, state, ...more };
  }

  end(entry: MessageEntry, state: OutcomeState, more: Partial<NewOutcome> = {}): ReturnType<MessageLog['recordOutcomes']> {
    return this.log.recordOutcomes([this.outcome(entry, state, more)]);
  }

  /** The whole log of a tenant. */
  whole(tenant: Tenant): Promise<LogEntry[]> {
    return this.log.tail(tenant.id, 0, 100_000);
  }

  /** Everything that a client would be handed now. */
  async waitingFor(client: Mailbox, others: readonly Mailbox[] = [], after = 0): Promise<LogEntry[]> {
    const upTo = await this.log.head(client.tenantId);
    const query = { tenantId: client.tenantId, clientId: client.id, mailboxes: this.mailboxesOf(client, others), after, upTo, limit: 10_000 };
    return (await this.log.replay(query)).entries;
  }

  /** As a session reads them: its own whole, everyone's from where the client became known. */
  mailboxesOf(client: Mailbox, others: readonly Mailbox[] = []): { id: number; since: number }[] {
    return [{ id: client.id, since: 0 }, ...others.map(({ id, kind }) => ({ id, since: kind === 'everyone' ? client.since : 0 }))];
  }

  /** The receipts that a sender has been sent: of which message, for whom, what. */
  async receipts(sender: Mailbox): Promise<{ id: string; recipient: string; state: string; reason?: string; device?: string; correlationId?: string }[]> {
    return (await this.waitingFor(sender)).flatMap((entry) =>
      entry.kind === 'message' && entry.message.type === 'vestnik.receipt' ? [JSON.parse(entry.message.data)] : [],
    );
  }
}

export function entriesOf(appended: Appended): LogEntry[] {
  if (appended.kind !== 'appended') throw new Error(`it was not appended: ${appended.kind}`);
  return [...appended.entries];
}

export function ids(entries: readonly LogEntry[]): string[] {
  return entries.flatMap((entry) => (entry.kind === 'message' ? [entry.message.id] : []));
}
