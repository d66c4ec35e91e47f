import { type Addressee, formatAddress, type Problem } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import type { Clock } from '../ports/clock.js';
import type { Mailbox, Mailboxes } from '../ports/mailboxes.js';
import type { LogEntry, MessageEntry, OutcomeEntry } from '../ports/message-log.js';
import type { SessionSummary } from '../ports/node-bus.js';
import { type Counts, noCounts } from './figures.js';
import type { Happening } from './happenings.js';
import { RecentCalls } from './recent-calls.js';
import type { Watch } from './watch.js';

/** A session of this node, as far as it is told of. */
interface Watched {
  readonly session: string;
  readonly principal: Principal;
}

const LOOKED_UP_AT_ONCE = 10;
const RECIPIENTS_KNOWN = 1_000;

/**
 * Told of all that this node does: counts it, and shows it to whoever watches. With nobody watching it is a few
 * additions a message.
 */
export class Observer {
  readonly counts: Counts = noCounts();
  readonly calls = new RecentCalls();
  private readonly watches = new Set<Watch>();
  /** Addresses of mailboxes that were looked up, the last ones. */
  private readonly recipients = new Map<number, Promise<string | undefined>>();
  private lookingUp = 0;

  constructor(
    private readonly installation: string,
    private readonly mailboxes: Pick<Mailboxes, 'byId'>,
    private readonly tenants: Pick<Tenants, 'byId'>,
    private readonly clock: Clock,
  ) {}

  watch(watch: Watch): () => void {
    this.watches.add(watch);
    return () => {
      this.watches.delete(watch);
      watch.end();
    };
  }

  private see(happening: Omit<Happening, 'at'>): void {
    const seen: Happening = { at: this.clock.now(), ...happening };
    for (const watch of this.watches) watch.see(seen);
  }

  /** Entries that this node has committed. */
  committed(entries: readonly LogEntry[]): void {
    const { counts } = this;
    for (const entry of entries) {
      if (entry.kind === 'message') counts.accepted++;
      else if (entry.kind === 'outcome') {
        if (entry.state === 'refused') counts.refused++;
        else if (entry.state === 'expired') counts.expired++;
      }
    }
    if (this.watches.size > 0) for (const entry of entries) this.seeEntry(entry);
  }

  private seeEntry(entry: LogEntry): void {
    if (entry.kind === 'message') {
      const { message, to, tenantId } = entry;
      this.see({ kind: 'accepted', tenantId, id: message.id, from: message.from, to, type: message.type, bytes: Buffer.byteLength(message.data) });
    } else if (entry.kind === 'outcome') {
      void this.seeOutcome(entry);
    }
  }

  /** An outcome knows its recipient by number only: looked up for whoever will show it, and never for so many that senders wait for that. */
  private async seeOutcome({ state, mailboxId, tenantId, messageId, reason }: OutcomeEntry): Promise<void> {
    const seen = { at: this.clock.now(), kind: state, tenantId, id: messageId, reason };
    const isShown = [...this.watches].some((watch) => watch.hasRoomFor(seen));
    this.see({ ...seen, to: isShown ? await this.recipient(Math.abs(mailboxId)) : undefined });
  }

  private recipient(mailboxId: number): string | undefined | Promise<string | undefined> {
    const known = this.recipients.get(mailboxId);
    if (known !== undefined) return known;
    if (this.lookingUp >= LOOKED_UP_AT_ONCE) return undefined;
    this.lookingUp++;
    const name = this.mailboxes
      .byId(mailboxId)
      .then(
        (mailbox) => mailbox && this.wholeOf(mailbox.tenantId, addresseeOf(mailbox)),
        () => undefined,
      )
      .finally(() => this.lookingUp--);
    this.recipients.set(mailboxId, name);
    if (this.recipients.size > RECIPIENTS_KNOWN) this.recipients.delete(this.recipients.keys().next().value as number);
    return name;
  }

  /** To recipients at other installations. */
  forwarded(
    principal: Principal,
    message: { readonly id: string; readonly from: string; readonly type: string; readonly data: string },
    to: readonly string[],
  ): void {
    this.counts.accepted += to.length;
    if (this.watches.size === 0) return;
    const { id, from, type, data } = message;
    for (const address of to) this.see({ kind: 'forwarded', tenantId: principal.tenant.id, id, from, to: address, type, bytes: Buffer.byteLength(data) });
  }

  /** A message that is kept nowhere. */
  transient(principal: Principal, recipients: number): void {
    this.counts.transient += recipients;
    if (this.watches.size > 0) this.see({ kind: 'accepted', tenantId: principal.tenant.id, from: this.addressOf(principal), reason: 'transient' });
  }

  /** A durable message was handed to a session. */
  handedOver({ principal, session }: Watched, { message }: MessageEntry): void {
    this.counts.delivered++;
    if (this.watches.size === 0) return;
    const { id, from, type } = message;
    this.see({ kind: 'delivered', tenantId: principal.tenant.id, id, from, to: this.addressOf(principal), type, session });
  }

  /** A session has acknowledged so many of those that it was handed. */
  acknowledged({ principal, session }: Watched, count: number): void {
    this.counts.acknowledged += count;
    if (this.watches.size > 0) this.see({ kind: 'acknowledged', tenantId: principal.tenant.id, to: this.addressOf(principal), session, count });
  }

  /** A recipient, or a message as a whole, was refused at the door. */
  refused(principal: Principal, problem: Problem, to: string | undefined): void {
    this.counts.refused++;
    if (this.watches.size > 0) this.see({ kind: 'refused', tenantId: principal.tenant.id, from: this.addressOf(principal), to, reason: problem.slug });
  }

  called(tenantId: number, from: string, to: string, method: string): void {
    this.counts.calls++;
    if (this.watches.size > 0) this.see({ kind: 'call', tenantId, from, to, type: method });
  }

  session(kind: 'opened' | 'closed', { tenantId, session, client, transport, app }: SessionSummary): void {
    if (this.watches.size > 0)
      this.see({ kind: `session-${kind}`, tenantId, session, from: this.wholeOf(tenantId, { kind: 'client', name: client }), transport, type: app });
  }

  private wholeOf(tenantId: number, addressee: Addressee): string | undefined {
    const tenant = this.tenants.byId(tenantId)?.name;
    return tenant === undefined ? undefined : formatAddress(addressee, tenant, [this.installation]);
  }

  private addressOf({ client, tenant }: Principal): string {
    return `${client}@${tenant.name}.${this.installation}`;
  }
}

function addresseeOf({ kind, name }: Mailbox): Addressee {
  return kind === 'everyone' ? { kind } : { kind, name };
}
