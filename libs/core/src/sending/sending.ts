import { type Address, fingerprint, LIMITS, type OutgoingMessage, Problem, type RecipientAnswer, type SendAnswer } from '@vestnik/protocol';
import { type Principal, requireScope } from '../access/principal.js';
import type { Tenants } from '../access/tenants.js';
import { binaryOf, messageParams, Push } from '../delivery/push.js';
import type { Observer } from '../observing/observer.js';
import type { Clock } from '../ports/clock.js';
import type { Mailboxes } from '../ports/mailboxes.js';
import type { Append, MessageLog } from '../ports/message-log.js';
import type { NodeBus } from '../ports/node-bus.js';
import type { Receivers } from '../presence/receivers.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import { Inboxes } from './inboxes.js';
import type { Intake } from './intake.js';
import type { Outboxes } from './outboxes.js';
import { destinationOf, type ElseWhere, forwardsOf, type Resolved, type Resolver, refusal } from './resolve.js';

export interface SendingParts {
  readonly resolver: Resolver;
  readonly mailboxes: Mailboxes;
  readonly tenants: Tenants;
  readonly intake: Intake;
  readonly log: Pick<MessageLog, 'countScheduled' | 'countUnacknowledged'>;
  readonly sessions: SessionRegistry;
  readonly receivers: Receivers;
  readonly bus: NodeBus;
  /** What waits for other installations. */
  readonly outboxes: Outboxes;
  /** Hands a transient message to another installation. @returns why it could not */
  readonly tellElsewhere: (to: ElseWhere, message: TransientMessage) => Problem | undefined;
  readonly clock: Clock;
  /** Told of all that happens. */
  readonly observer: Observer;
  /** Makes ids: UUIDv7, growing. */
  readonly newId: () => string;
  /** Told of each message that was taken. */
  readonly onAccepted?: (durable: boolean, recipients: number) => void;
  /** Told of each recipient that a message was refused for, by its whole address, or of a message that was refused as a whole. */
  readonly onRefused?: (principal: Principal, problem: Problem, to: string | undefined) => void;
}

/** A message that was staged from SQL: it has its id already, and leaves the stage as it is stored. */
export interface Staged {
  readonly id: string;
  readonly number: number;
  readonly first: number;
}

/** A message that is kept nowhere, on its way to another installation. */
export interface TransientMessage extends Pick<OutgoingMessage, 'type' | 'data' | 'correlationId' | 'contentType' | 'traceparent'> {
  readonly id: string;
  /** Whole address of the sender. */
  readonly from: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

type Reached = Extract<Resolved, { kind: 'mailbox' }>;

/** Takes messages: checks what depends on the tenant, finds the recipients, stores and hands over. */
export class Sending {
  /** Idempotency keys whose first send is under way. */
  private readonly underWay = new Map<string, string>();

  private readonly inboxes: Inboxes;

  constructor(private readonly parts: SendingParts) {
    this.inboxes = new Inboxes(parts.log, parts.clock);
  }

  /**
   * Sends a message that was read at the door. Answers without waiting where nothing has to be asked of the store:
   * a transient message to known clients.
   *
   * @throws Problem of the first recipient, where none takes it
   */
  send(principal: Principal, message: OutgoingMessage, staged?: Staged): SendAnswer | Promise<SendAnswer> {
    return this.sendKnown(principal, message, staged) ?? this.resolveAndSend(principal, message, staged);
  }

  /** Asks the store for what {@link sendKnown} has to know, so that many sends are asked for together. Never throws. */
  async prepare(principal: Principal, to: readonly Address[]): Promise<void> {
    try {
      if (this.sender(principal) === undefined) await this.makeSender(principal);
      const resolved = await Promise.all(to.map((address) => this.parts.resolver.resolve(principal, address)));
      await Promise.all(resolved.map((one) => this.unlessFull(one)));
    } catch {
      // The send itself says what is wrong.
    }
  }

  /**
   * As {@link send}, where this node knows the sender and all recipients: such sends are accepted in the order of the calls.
   *
   * @returns undefined where the store has to be asked first; nothing was sent
   */
  sendKnown(principal: Principal, message: OutgoingMessage, staged?: Staged): SendAnswer | Promise<SendAnswer> | undefined {
    this.checkTold(principal, message);
    if (message.durable && this.sender(principal) === undefined) return undefined;
    const resolved: Resolved[] = [];
    for (const address of message.to) {
      const one = this.parts.resolver.resolveKnown(principal, address);
      if (one === undefined || (message.durable && !this.hasRoom(one))) return undefined;
      resolved.push(one);
    }
    return this.sendResolved(principal, message, resolved, staged);
  }

  private checkTold(principal: Principal, message: OutgoingMessage): void {
    try {
      this.check(principal, message);
    } catch (error) {
      if (error instanceof Problem) this.refused(principal, error, undefined);
      throw error;
    }
  }

  private refused(principal: Principal, problem: Problem, to: string | undefined): void {
    this.parts.observer.refused(principal, problem, to);
    this.parts.onRefused?.(principal, problem, to);
  }

  private check(principal: Principal, message: OutgoingMessage): void {
    requireScope(principal, 'send');
    const { settings } = this.parts.tenants.byId(principal.tenant.id) ?? principal.tenant;
    // A character is three bytes of UTF-8 at most.
    if (message.data.length * 3 > settings.maxDataBytes) {
      const bytes = Buffer.byteLength(message.data);
      if (bytes > settings.maxDataBytes) {
        throw new Problem('data-too-large', `data: ${bytes} bytes, where the tenant allows ${settings.maxDataBytes}`, {
          errors: [{ path: 'data', message: `at most ${settings.maxDataBytes} bytes` }],
          limit: settings.maxDataBytes,
        });
      }
    }
    if (message.ttl !== undefined && message.ttl > settings.ttlMax) {
      throw new Problem('message-invalid', `ttl: at most ${settings.ttlMax} seconds in this tenant`, {
        errors: [{ path: 'ttl', message: `at most ${settings.ttlMax}` }],
      });
    }
    if (message.deliverAt !== undefined && message.deliverAt > this.parts.clock.now() + LIMITS.deliverAheadSeconds * 1000) {
      throw new Problem('message-invalid', 'deliverAt: at most a year ahead', { errors: [{ path: 'deliverAt', message: 'at most a year ahead' }] });
    }
  }

  private async resolveAndSend(principal: Principal, message: OutgoingMessage, staged?: Staged): Promise<SendAnswer> {
    const resolved = await Promise.all(message.to.map((address) => this.parts.resolver.resolve(principal, address)));
    return this.sendResolved(principal, message, message.durable ? await Promise.all(resolved.map((one) => this.unlessFull(one))) : resolved, staged);
  }

  /** Whether it is known here that a recipient's inbox takes one more; topics and everyone have none. */
  private hasRoom(one: Resolved): boolean {
    if (one.kind === 'remote') return this.parts.outboxes.full(one.remote) === undefined;
    return !isDirect(one) || this.inboxes.known(one.mailbox.id, one.tenant.settings.maxInbox);
  }

  private async unlessFull(one: Resolved): Promise<Resolved> {
    if (one.kind === 'remote') {
      const full = this.parts.outboxes.full(one.remote);
      return full === undefined ? one : { kind: 'refused', address: one.address, problem: full };
    }
    if (!isDirect(one) || !(await this.inboxes.isFull(one.mailbox.id, one.tenant.settings.maxInbox))) return one;
    const problem = new Problem('inbox-full', `the recipient has ${one.tenant.settings.maxInbox} messages that it has not acknowledged`, { retryAfter: 60 });
    return { kind: 'refused', address: one.address, problem };
  }

  private sendResolved(principal: Principal, message: OutgoingMessage, found: readonly Resolved[], staged?: Staged): SendAnswer | Promise<SendAnswer> {
    const resolved = isTooLargeForLinks(message) ? found.map(refuseElsewhere) : found;
    const reached: (Reached | ElseWhere)[] = [];
    for (const one of resolved) {
      if (one.kind !== 'refused') reached.push(one);
      else this.refused(principal, one.problem, one.address);
    }
    if (reached.length === 0) throw (resolved[0] as Extract<Resolved, { kind: 'refused' }>).problem;
    const sessionsOnly = reached.every((one) => one.session !== undefined);
    if (sessionsOnly) refuseForSessions(message);
    if (!message.durable || sessionsOnly) return this.handOver(principal, message, resolved);
    if (reached.some((one) => one.session !== undefined)) {
      throw new Problem('message-invalid', 'to: single sessions and clients cannot be mixed in a durable message', {
        errors: [{ path: 'to', message: 'a session takes transient messages only' }],
      });
    }
    return this.store(principal, message, resolved, reached, staged);
  }

  /** Transient: to the sessions that are connected now, kept nowhere. */
  private handOver(principal: Principal, message: OutgoingMessage, resolved: readonly Resolved[]): SendAnswer {
    const { sessions, receivers, bus, newId, clock, resolver } = this.parts;
    const id = newId();
    const { type, data, correlationId, contentType, traceparent } = message;
    const from = resolver.addressOf(principal.client, principal.tenant.name);
    const sentAt = clock.now();
    let problem: Problem | undefined;
    let taken = 0;
    const to = resolved.map((one): RecipientAnswer => {
      if (one.kind === 'refused') {
        problem ??= one.problem;
        return refusal(one);
      }
      if (one.kind === 'remote') {
        const lost = this.parts.tellElsewhere(one, { id, from, sentAt, type, data, correlationId, contentType, traceparent });
        if (lost === undefined) {
          taken++;
          return { address: one.address, state: 'delivered' };
        }
        problem ??= lost;
        return refusal({ kind: 'refused', address: one.address, problem: lost });
      }
      const { mailbox, tenant, session, address, told } = one;
      const topic = mailbox.kind === 'topic' ? mailbox.name : undefined;
      const many = mailbox.kind !== 'client';
      const count =
        topic !== undefined || mailbox.kind === 'everyone'
          ? sessions.countTenant(tenant.id)
          : session === undefined
            ? sessions.count(mailbox.id)
            : sessions.has(mailbox.id, session)
              ? 1
              : 0;
      if (count === 0 && !many && told) {
        const offline = new Problem(
          'client-offline',
          session === undefined ? 'the client has no session now; a transient message is not kept' : 'the client has no such session',
        );
        problem ??= offline;
        return refusal({ kind: 'refused', address, problem: offline });
      }
      taken++;
      if (count > 0) {
        const params = messageParams({ id, from, sentAt, type, data, correlationId, contentType, traceparent }, address, {});
        const push = new Push('message', params, binaryOf({ contentType }));
        if (topic === undefined) receivers.hand(mailbox.id, session, push);
        else receivers.handTopic(tenant.id, topic, push);
        if (bus.others() > 0) bus.publish({ kind: 'transient', tenantId: tenant.id, mailboxId: mailbox.id, session, params, contentType, topic });
      }
      if (!told) return { address, state: 'delivered' };
      return topic === undefined ? { address, state: 'delivered', sessions: count, known: one.known } : { address, state: 'delivered', known: one.known };
    });
    if (taken === 0 && problem !== undefined) throw problem;
    this.parts.observer.transient(principal, taken);
    this.parts.onAccepted?.(false, taken);
    return { id, to };
  }

  private async store(
    principal: Principal,
    message: OutgoingMessage,
    resolved: readonly Resolved[],
    reached: readonly (Reached | ElseWhere)[],
    staged?: Staged,
  ): Promise<SendAnswer> {
    const { resolver, newId, sessions, clock, tenants } = this.parts;
    const sender = this.sender(principal) ?? (await this.makeSender(principal));
    const tenant = tenants.byId(principal.tenant.id) ?? principal.tenant;
    const waits = message.deliverAt !== undefined && message.deliverAt > clock.now();
    if (waits && (await this.parts.log.countScheduled(tenant.id, LIMITS.scheduledPerTenant)) >= LIMITS.scheduledPerTenant) {
      throw new Problem('inbox-full', 'this tenant has 100,000 scheduled messages; withdraw some or wait', { retryAfter: 60 });
    }
    const id = staged?.id ?? newId();
    const to = resolved.map((one): RecipientAnswer => {
      if (one.kind === 'refused') return refusal(one);
      const state = waits ? 'scheduled' : 'queued';
      if (one.kind === 'remote' || !one.told) return { address: one.address, state };
      if (one.mailbox.kind === 'topic') return { address: one.address, state, known: one.known };
      const count = one.mailbox.kind === 'everyone' ? sessions.countTenant(one.tenant.id) : sessions.count(one.mailbox.id);
      return { address: one.address, state, sessions: count, known: one.known };
    });
    const answer: SendAnswer = { id, to };
    const refused = to.filter((recipient) => recipient.state === 'refused');
    const here = reached.filter((one) => one.kind === 'mailbox');
    const elsewhere = reached.filter((one) => one.kind === 'remote');
    const append: Append = {
      message: {
        id,
        tenantId: tenant.id,
        senderId: sender.id,
        from: resolver.addressOf(principal.client, tenant.name),
        type: message.type,
        data: message.data,
        collapseKey: message.collapseKey,
        correlationId: message.correlationId,
        contentType: message.contentType,
        traceparent: message.traceparent,
        receipt: message.receipt,
      },
      destinations: waits ? [] : distinct(here).map((one) => destinationOf(one, message)),
      forwards: waits || elsewhere.length === 0 ? undefined : forwardsOf(elsewhere, message.ttl ?? tenant.settings.ttl),
      refused: refused.length === 0 ? undefined : JSON.stringify(refused),
      waiting: waits
        ? { dueAt: message.deliverAt as number, to: reached.map((one) => one.address), ttl: message.ttl, retain: message.retain ? true : undefined }
        : undefined,
      retain: message.retain ? true : undefined,
      staged: staged === undefined ? undefined : { number: staged.number, first: staged.first },
      idempotency: message.key === undefined ? undefined : { key: message.key, fingerprint: fingerprint(message), answer: JSON.stringify(answer) },
    };
    for (const { mailboxId } of append.destinations) this.inboxes.added(mailboxId);
    for (const { remoteId } of append.forwards ?? []) this.parts.outboxes.added(remoteId, message.data.length);
    return this.append(principal, append, answer, sender.id);
  }

  private async append(principal: Principal, append: Append, answer: SendAnswer, senderId: number): Promise<SendAnswer> {
    const key = append.idempotency === undefined ? undefined : `${senderId} ${append.idempotency.key}`;
    if (key !== undefined && append.idempotency !== undefined) {
      const first = this.underWay.get(key);
      if (first !== undefined) {
        if (first !== append.idempotency.fingerprint) throw mismatch();
        throw new Problem('conflict', 'key: the first message with this key is still under way', {
          errors: [{ path: 'key', message: 'is under way' }],
          retryAfter: 1,
        });
      }
      this.underWay.set(key, append.idempotency.fingerprint);
    }
    try {
      const appended = await this.parts.intake.append(append);
      switch (appended.kind) {
        case 'duplicate':
          return { ...(JSON.parse(appended.answer) as SendAnswer), duplicate: true };
        case 'mismatch':
          throw mismatch();
        case 'gone':
          throw new Problem('conflict', 'it was taken from the stage by another node, or it is not its turn yet');
        default:
          this.parts.onAccepted?.(true, append.destinations.length + (append.forwards?.length ?? 0));
          for (const { remoteId, addresses } of append.forwards ?? []) {
            this.parts.outboxes.grown(remoteId);
            this.parts.observer.forwarded(principal, append.message, addresses);
          }
          return answer;
      }
    } finally {
      if (key !== undefined) this.underWay.delete(key);
    }
  }

  private sender(principal: Principal): { id: number } | undefined {
    return this.parts.mailboxes.cached(principal.tenant.id, 'client', principal.client);
  }

  private async makeSender(principal: Principal): Promise<{ id: number }> {
    const [made] = await this.parts.mailboxes.ensure(principal.tenant.id, 'client', [principal.client]);
    if (made === undefined) throw new Error('the sender was neither found nor made');
    return made.mailbox;
  }
}

/** What is sent to a single session is always transient: what needs the log is refused, not passed over. */
function refuseForSessions(message: OutgoingMessage): void {
  const field = message.deliverAt !== undefined ? 'deliverAt' : message.receipt ? 'receipt' : message.collapseKey !== undefined ? 'collapseKey' : undefined;
  if (field !== undefined) {
    throw new Problem('message-invalid', `${field}: a message to a single session is transient`, {
      errors: [{ path: field, message: 'not with a single session' }],
    });
  }
}

/** A tenant may allow its own more than crosses a link. */
function isTooLargeForLinks({ data }: OutgoingMessage): boolean {
  return data.length * 3 > LIMITS.linkDataBytes && Buffer.byteLength(data) > LIMITS.linkDataBytes;
}

function refuseElsewhere(one: Resolved): Resolved {
  if (one.kind !== 'remote') return one;
  const problem = new Problem('data-too-large', `data: at most ${LIMITS.linkDataBytes} bytes cross a link to another installation`, {
    errors: [{ path: 'data', message: `at most ${LIMITS.linkDataBytes} bytes to another installation` }],
    limit: LIMITS.linkDataBytes,
  });
  return { kind: 'refused', address: one.address, problem };
}

/** Of one client, with an inbox that can be full. */
function isDirect(one: Resolved): one is Reached {
  return one.kind === 'mailbox' && one.mailbox.kind === 'client' && one.session === undefined;
}

function mismatch(): Problem {
  return new Problem('idempotency-mismatch', 'key: this key was used for another message in the last 24 hours', {
    errors: [{ path: 'key', message: 'was used for another message' }],
  });
}

/** A client that two addresses reach gets it once. */
function distinct(reached: readonly Reached[]): readonly Reached[] {
  if (reached.length === 1) return reached;
  const seen = new Set<number>();
  return reached.filter(({ mailbox }) => !seen.has(mailbox.id) && seen.add(mailbox.id));
}
