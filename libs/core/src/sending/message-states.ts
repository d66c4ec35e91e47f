import { type MessageStatus, Problem, RawJson, type RecipientStatus, type WithdrawResult } from '@vestnik/protocol';
import { type Principal, requireScope } from '../access/principal.js';
import type { CommittedEntries } from '../delivery/entries.js';
import { messageParams } from '../delivery/push.js';
import type { Clock } from '../ports/clock.js';
import type { Page, PageRequest } from '../ports/directory.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { MessageLog, MessageOutcome, RecipientOutcome } from '../ports/message-log.js';
import type { Subscriptions } from '../ports/subscriptions.js';

/** What became of messages, as senders ask for it, and taking them back. */
export class MessageStates {
  constructor(
    private readonly log: MessageLog,
    private readonly mailboxes: Mailboxes,
    private readonly subscriptions: Pick<Subscriptions, 'ofClient'>,
    private readonly entries: CommittedEntries,
    private readonly clock: Clock,
    /** Writes a position as clients see it. */
    private readonly position: (position: number) => string,
  ) {}

  now(): number {
    return this.clock.now();
  }

  /** A message that this client sent itself. @throws Problem `not-found`, the same for unknown and foreign ids */
  async own(principal: Principal, id: string): Promise<MessageStatus> {
    const outcome = await this.log.outcome(principal.tenant.id, id);
    const [sender] = await this.mailboxes.find(principal.tenant.id, 'client', [principal.client]);
    if (outcome === undefined || outcome.message.tenantId !== principal.tenant.id || outcome.message.senderId !== sender?.id) throw notFound();
    return status(outcome, true);
  }

  /** A message that the tenant sent, or its own recipients of it. Needs the scope `read`; its data `read:data`. */
  async ofTenant(principal: Principal, id: string): Promise<MessageStatus> {
    requireScope(principal, 'read');
    const outcome = await this.log.outcome(principal.tenant.id, id);
    if (outcome === undefined) throw notFound();
    return status(outcome, principal.scopes.has('read:data'));
  }

  /** A message whole, as its recipient gets it: JSON text. @throws Problem `not-found` where it was not sent to this client */
  async received(principal: Principal, id: string): Promise<string> {
    requireScope(principal, 'receive');
    const tenantId = principal.tenant.id;
    const [own] = await this.mailboxes.find(tenantId, 'client', [principal.client]);
    const [everyone] = await this.mailboxes.find(tenantId, 'everyone', ['']);
    if (own === undefined || everyone === undefined) throw notFound();
    const topics = (await this.subscriptions.ofClient(tenantId, own.id, 0)).map((topic) => (topic.until === undefined ? { ...topic, since: 0 } : topic));
    // What came before a subscription that lives may have been handed over by it, as a replay.
    const entry = (await this.log.locate(tenantId, [own.id, everyone.id], [id], topics)).get(id);
    if (entry === undefined || (entry.mailboxId === everyone.id && entry.position <= own.since)) throw notFound();
    return messageParams(entry.message, entry.to, { position: this.position(entry.position), expiresAt: entry.expiresAt });
  }

  /** The recipients of a message by pages; of one to everyone each client that the tenant knew. */
  async recipients(principal: Principal, id: string, page: PageRequest): Promise<Page<RecipientStatus>> {
    requireScope(principal, 'read');
    const found = await this.log.recipients(principal.tenant.id, id, page);
    if (found === undefined) throw notFound();
    return { items: found.items.map(recipient), next: found.next };
  }

  /**
   * Withdraws a message from everyone who has not acknowledged it. A key with `send` may do so for all that its tenant sent
   * by keys; a client for its own messages.
   */
  async withdraw(principal: Principal, id: string): Promise<WithdrawResult> {
    requireScope(principal, 'send');
    const [sender] = await this.mailboxes.find(principal.tenant.id, 'client', [principal.client]);
    const anySender = principal.kind === 'key' && principal.scopes.has('manage');
    const done = sender === undefined && !anySender ? undefined : await this.log.withdraw(principal.tenant.id, anySender ? undefined : sender?.id, id);
    if (done === undefined) throw notFound();
    this.entries.committed(done.entries);
    return { to: done.outcome.recipients.map(({ address, state }) => ({ address, state })) };
  }
}

function notFound(): Problem {
  return new Problem('not-found', 'there is no such message of yours');
}

/** @param withData whether the contents may be told */
export function status(outcome: MessageOutcome, withData: boolean): MessageStatus {
  const { message } = outcome;
  const refused = outcome.refused === undefined ? [] : (JSON.parse(outcome.refused) as RecipientStatus[]);
  return {
    id: message.id,
    from: message.from,
    type: message.type,
    sentAt: time(message.sentAt),
    expiresAt: outcome.expiresAt === undefined ? undefined : time(outcome.expiresAt),
    deliverAt: outcome.deliverAt === undefined ? undefined : time(outcome.deliverAt),
    correlationId: message.correlationId,
    data: withData ? new RawJson(message.data) : undefined,
    to: [...outcome.recipients.map(recipient), ...refused],
    counts: outcome.counts,
  };
}

function recipient({ address, state, at, arrivedAt, reason, devices }: RecipientOutcome): RecipientStatus {
  return {
    address,
    state,
    at: at === undefined ? undefined : time(at),
    arrivedAt: arrivedAt === undefined ? undefined : time(arrivedAt),
    reason,
    devices:
      devices.length === 0
        ? undefined
        : devices.map((device) => ({
            device: device.device === '' ? undefined : device.device,
            state: device.state,
            at: device.at === undefined ? undefined : time(device.at),
            attempts: device.attempts,
          })),
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
