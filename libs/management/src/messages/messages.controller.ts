import { Controller, Header, Inject, Param, UseGuards } from '@nestjs/common';
import type {
  CommittedEntries,
  FoundMessage,
  Mailboxes,
  MessageBrowser,
  MessageHead,
  MessageOutcome,
  Page,
  PageRequest,
  RecipientOutcome,
  Tenants,
} from '@vestnik/core';
import { formatAddress, invalid, Problem, parseAddress, type WithdrawResult } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, tenantsOf } from '../access/caller.js';
import { Changes } from '../changes.js';
import { QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedLog, PORT } from '../ports.js';
import * as calls from './browsed-message-calls.js';
import { type Beginning, type Refused, recipientAnswerOf, refusedAnswerOf } from './message-life.js';

/** Recipients that are told with a message; the others by page. */
const SHOWN = 100;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A message as the caller may see it. */
interface Seen {
  readonly head: MessageHead;
  /** The tenant whose view it is: the sender's, or one that received it. */
  readonly tenantId: number;
  readonly own: boolean;
}

/** Messages of all tenants: finding them, their lives, their data, taking them back. */
@Controller()
@UseGuards(CallerGuard)
export class MessagesController {
  constructor(
    @Inject(PORT.messageBrowser) private readonly browser: MessageBrowser,
    @Inject(PORT.messageLog) private readonly log: ManagedLog,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.mailboxes) private readonly mailboxes: Mailboxes,
    @Inject(PORT.committed) private readonly committed: CommittedEntries,
    @Inject(PORT.installation) private readonly installation: string,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(calls.findMessages)
  async find(
    @CalledBy() caller: Caller,
    @QueryOf(calls.messageQuery) query: calls.MessageQuery,
  ): Promise<Page<calls.FoundMessageAnswer> & { searchedTo?: string }> {
    const { tenant, id, correlationId, type, state, limit, cursor } = query;
    const theirs = this.theirs(caller);
    const [asked] = tenant === undefined ? [] : [this.tenants.get(tenant)];
    const tenantIds = tenant === undefined ? theirs : asked === undefined || theirs?.includes(asked.id) === false ? [] : [asked.id];
    if (tenantIds?.length === 0) return { items: [] };
    const found = await this.browser.messages({
      tenantIds,
      id,
      correlationId,
      from: query.from === undefined ? undefined : await this.place(query.from, 'from'),
      to: query.to === undefined ? undefined : await this.place(query.to, 'to'),
      type,
      state,
      since: query.since === undefined ? undefined : Date.parse(query.since),
      until: query.until === undefined ? undefined : Date.parse(query.until),
      limit,
      cursor,
    });
    return { ...mapPage(found, (one) => this.foundAnswer(one)), ...(found.searchedTo === undefined ? {} : { searchedTo: timeOf(found.searchedTo) }) };
  }

  @Serves(calls.getMessageLife)
  async get(@CalledBy() caller: Caller, @Param('id') id: string): Promise<calls.MessageLifeAnswer> {
    const seen = await this.seen(caller, id);
    const outcome = await this.outcome(seen, id);
    const { message, deliverAt, expiresAt, counts } = outcome;
    const refused = (JSON.parse(outcome.refused ?? '[]') as Refused[]).map((one) => refusedAnswerOf(one, outcome, this.installation));
    const recipients = [...(await this.lives(id, outcome.recipients.slice(0, SHOWN), outcome)), ...refused];
    const tenant = this.tenants.byId(message.tenantId)?.name;
    return {
      id: message.id,
      ...(tenant === undefined ? {} : { tenant }),
      from: message.from,
      type: message.type,
      sentAt: timeOf(message.sentAt),
      ...(deliverAt === undefined ? {} : { deliverAt: timeOf(deliverAt) }),
      ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
      ...(message.correlationId === undefined ? {} : { correlationId: message.correlationId }),
      ...(message.collapseKey === undefined ? {} : { collapseKey: message.collapseKey }),
      ...(message.contentType === undefined ? {} : { contentType: message.contentType }),
      ...(message.traceparent === undefined ? {} : { traceparent: message.traceparent }),
      receipt: message.receipt,
      bytes: Buffer.byteLength(message.data),
      binary: message.contentType !== undefined,
      ...(seen.head.origin === undefined ? {} : { origin: seen.head.origin }),
      recipients: recipients.slice(0, SHOWN),
      ...(counts === undefined ? {} : { counts }),
      ...(outcome.recipients.length + refused.length > SHOWN ? { more: true } : {}),
    };
  }

  @Serves(calls.listMessageRecipients)
  async recipients(
    @CalledBy() caller: Caller,
    @Param('id') id: string,
    @QueryOf(calls.recipientsQuery) page: PageRequest,
  ): Promise<Page<calls.MessageRecipientAnswer>> {
    const seen = await this.seen(caller, id);
    const found = await this.log.recipients(seen.tenantId, id, page);
    if (found === undefined) throw unknownMessage();
    const { sentAt, deliverAt } = seen.head;
    const items = await this.lives(id, found.items, { message: { sentAt }, deliverAt });
    return { items, ...(found.next === undefined ? {} : { next: found.next }) };
  }

  /** The answer is written as text, so that the data leaves as it was sent. */
  @Serves(calls.getMessageData)
  @Header('content-type', 'application/json; charset=utf-8')
  async data(@CalledBy() caller: Caller, @Param('id') id: string): Promise<string> {
    const seen = await this.seen(caller, id);
    const { message } = await this.outcome(seen, id);
    await this.changes.record(caller, { action: 'message.read', subject: this.subjectOf(message) });
    const type = message.contentType === undefined ? '' : `,"contentType":${JSON.stringify(message.contentType)}`;
    return `{"data":${message.data}${type}}`;
  }

  @Serves(calls.withdrawForAll)
  async withdraw(@CalledBy() caller: Caller, @Param('id') id: string): Promise<WithdrawResult> {
    const { tenantId, own } = await this.seen(caller, id);
    // Whoever only received it may not take it from others.
    const done = own ? await this.log.withdraw(tenantId, undefined, id) : undefined;
    if (done === undefined) throw unknownMessage();
    this.committed.committed(done.entries);
    await this.changes.record(caller, { action: 'message.withdraw', subject: this.subjectOf(done.outcome.message) });
    return { to: done.outcome.recipients.map(({ address, state }) => ({ address, state })) };
  }

  private async lives(id: string, recipients: readonly RecipientOutcome[], beginning: Beginning): Promise<calls.MessageRecipientAnswer[]> {
    const open = recipients.filter(({ state, mailboxId }) => mailboxId > 0 && state === 'queued').map(({ mailboxId }) => mailboxId);
    const attempts = new Map((await this.browser.webhookAttempts(id, open)).map((one) => [one.clientId, one]));
    return recipients.map((one) => recipientAnswerOf(one, beginning, this.installation, attempts.get(one.mailboxId)));
  }

  /** Ids of the tenants that the caller may look into; undefined: all. */
  private theirs(caller: Caller): number[] | undefined {
    return tenantsOf(caller)?.flatMap((name) => this.tenants.get(name)?.id ?? []);
  }

  /** @throws Problem `not-found`, the same for unknown messages and those of others */
  private async seen(caller: Caller, id: string): Promise<Seen> {
    const head = UUID.test(id) ? await this.browser.head(id) : undefined;
    if (head === undefined) throw unknownMessage();
    const theirs = this.theirs(caller);
    if (theirs === undefined || theirs.includes(head.tenantId)) return { head, tenantId: head.tenantId, own: true };
    const received = head.tenantIds.find((tenantId) => theirs.includes(tenantId));
    if (received === undefined) throw unknownMessage();
    return { head, tenantId: received, own: false };
  }

  private async outcome({ tenantId }: Seen, id: string): Promise<MessageOutcome> {
    const outcome = await this.log.outcome(tenantId, id);
    if (outcome === undefined) throw unknownMessage();
    return outcome;
  }

  /** An address as it stands in messages, with its mailbox where that is here. */
  private async place(text: string, path: string): Promise<{ address: string; tenantId?: number; mailboxId?: number }> {
    const { addressee, tenant, path: there } = parseAddress(text, path);
    if (tenant === undefined) throw invalid('request-invalid', path, 'name the tenant: ivanov@demo');
    const whole = addressee.kind === 'session' ? { kind: 'client' as const, name: addressee.name } : addressee;
    if (there.length > 0 && there.join('.') !== this.installation) return { address: formatAddress(whole, tenant, there) };
    const address = formatAddress(whole, tenant, [this.installation]);
    const known = this.tenants.get(tenant);
    if (known === undefined) return { address };
    const [mailbox] = await this.mailboxes.find(known.id, whole.kind, [whole.kind === 'everyone' ? '' : whole.name]);
    return { address, tenantId: known.id, ...(mailbox === undefined ? {} : { mailboxId: mailbox.id }) };
  }

  private foundAnswer(found: FoundMessage): calls.FoundMessageAnswer {
    const tenant = this.tenants.byId(found.tenantId)?.name;
    return {
      id: found.id,
      ...(tenant === undefined ? {} : { tenant }),
      from: found.from,
      to: [...found.to],
      recipients: found.recipients,
      type: found.type,
      sentAt: timeOf(found.sentAt),
      state: found.state,
      ...(found.correlationId === undefined ? {} : { correlationId: found.correlationId }),
      ...(found.deliverAt === undefined ? {} : { deliverAt: timeOf(found.deliverAt) }),
      bytes: found.bytes,
    };
  }

  private subjectOf({ id, tenantId }: MessageOutcome['message']): string {
    const tenant = this.tenants.byId(tenantId)?.name;
    return tenant === undefined ? id : `${id}@${tenant}`;
  }
}

function unknownMessage(): Problem {
  return new Problem('not-found', 'there is no message of this id that you may see');
}
