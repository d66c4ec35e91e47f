import { type ConnectResult, type Gap, LIMITS, Problem, type ProblemSlug } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { DroppedClients } from '../observing/dropped-clients.js';
import type { Observer } from '../observing/observer.js';
import type { Authenticator } from '../ports/authenticator.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Mailbox, Mailboxes } from '../ports/mailboxes.js';
import type { LogEntry, MessageEntry, MessageLog, OutcomeEntry } from '../ports/message-log.js';
import type { NodeBus } from '../ports/node-bus.js';
import type { Subscriptions } from '../ports/subscriptions.js';
import type { Receivers } from '../presence/receivers.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import { Cursors } from './cursors.js';
import type { CommittedEntries } from './entries.js';
import { Epochs } from './epochs.js';
import { Feed } from './feed.js';
import { Openings } from './openings.js';
import { binaryOf, Push } from './push.js';
import { Session, type SessionOptions, type SessionOutlet } from './session.js';
import { type SessionEnd, sessionEnd } from './session-end.js';
import { Tail } from './tail.js';

export interface DeliveryParts {
  readonly installation: string;
  readonly messageLog: MessageLog;
  readonly mailboxes: Mailboxes;
  readonly subscriptions: Pick<Subscriptions, 'ofClient'>;
  readonly authenticator: Authenticator;
  readonly sessions: SessionRegistry;
  readonly receivers: Receivers;
  readonly bus: NodeBus;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes the words by which sessions are named: unguessable, `[A-Za-z0-9_-]`. */
  readonly newSessionId: () => string;
  readonly pingIntervalSeconds?: number;
  /** Told of all that happens. */
  readonly observer: Observer;
  readonly dropped: DroppedClients;
  /** Told of each message that was handed to a session. */
  readonly onDelivered?: () => void;
}

/** Principals of live sessions are checked anew so often: a removed key or a revoked client ends its sessions within 30 s. */
const CHECK_MS = 15_000;

/** An opened session, before anything is pushed. */
export interface Opened {
  readonly session: Session;
  readonly result: ConnectResult;
  /** To be called when the result is on its way to the client. */
  readonly start: () => void;
}

/** Who says what became of messages: a session, or a client that has none. */
export interface Settler extends Pick<Session, 'mailbox' | 'mailboxes' | 'device'> {
  readonly session?: string;
}

/** The live sessions of this node, and the tails that feed them. */
export class Delivery implements CommittedEntries {
  readonly installation: string;
  readonly clock: Clock;
  readonly epochs = new Epochs();
  readonly cursors: Cursors;
  private readonly openings: Openings;
  readonly authenticator: Authenticator;
  readonly observer: Observer;
  readonly dropped: DroppedClients;
  readonly pingIntervalSeconds: number;
  private readonly tails = new Map<number, Tail>();
  private readonly makingTails = new Map<number, Promise<Tail>>();
  private readonly live = new Map<string, Session>();
  private draining = false;
  private lastCommitted = 0;

  constructor(private readonly parts: DeliveryParts) {
    this.installation = parts.installation;
    this.clock = parts.clock;
    this.authenticator = parts.authenticator;
    this.observer = parts.observer;
    this.dropped = parts.dropped;
    this.pingIntervalSeconds = parts.pingIntervalSeconds ?? LIMITS.pingIntervalSeconds;
    this.openings = new Openings(parts.messageLog);
    this.cursors = new Cursors(parts.messageLog, this, parts.clock, parts.log);
    parts.bus.subscribe((message) => {
      if (message.kind === 'grown') for (const [tenantId, position] of message.heads) this.tails.get(tenantId)?.grown(position);
      if (message.kind === 'transient') {
        const { tenantId, mailboxId, session, params, topic } = message;
        const push = new Push('message', params, binaryOf(message));
        if (topic === undefined) this.parts.receivers.hand(mailboxId, session, push);
        else this.parts.receivers.handTopic(tenantId, topic, push);
      }
    });
  }

  /** A live session of this node. */
  session(id: string): Session | undefined {
    return this.live.get(id);
  }

  /** The furthest position of the log that this node has seen. */
  get furthest(): number {
    let furthest = this.lastCommitted;
    for (const { known } of this.tails.values()) if (known > furthest) furthest = known;
    return furthest;
  }

  get sessionCount(): number {
    return this.live.size;
  }

  /** Entries that this node has committed: to the sessions here from memory, to the other nodes as a wakeup. */
  committed(entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    this.observer.committed(entries);
    for (const entry of entries) {
      if (entry.position > this.lastCommitted) this.lastCommitted = entry.position;
      this.tails.get(entry.tenantId)?.take(entry);
    }
    if (this.parts.bus.others() > 0) {
      const heads = new Map<number, number>();
      for (const { tenantId, position } of entries) heads.set(tenantId, position);
      this.parts.bus.publish({ kind: 'grown', heads: [...heads] });
    }
  }

  /**
   * Opens a session for a client that has shown who it is.
   *
   * @throws Problem `too-many-connections`, `position-invalid`, `draining`, `unavailable`
   */
  async open(principal: Principal, options: SessionOptions, outlet: SessionOutlet): Promise<Opened> {
    if (this.draining) throw new Problem('draining', 'this node is shutting down; another one, or this one in a moment, will take you');
    const { mailboxes, sessions } = this.parts;
    const tenantId = principal.tenant.id;
    const [own] = await mailboxes.ensure(tenantId, 'client', [principal.client]);
    const [everyone] = await mailboxes.ensure(tenantId, 'everyone', ['']);
    if (own === undefined || everyone === undefined) throw new Error('a mailbox was neither found nor made');
    if (sessions.countBeside(own.mailbox.id, options.device, options.word) >= LIMITS.sessionsPerClient) {
      throw new Problem('too-many-connections', `a client has ${LIMITS.sessionsPerClient} sessions at most`, { retryAfter: 10 });
    }
    const tail = await this.tail(tenantId);
    tail.hold();
    try {
      return await this.openOn(tail, principal, options, outlet, own.mailbox, everyone.mailbox);
    } finally {
      tail.letGo();
    }
  }

  private async openOn(tail: Tail, principal: Principal, options: SessionOptions, outlet: SessionOutlet, own: Mailbox, everyone: Mailbox): Promise<Opened> {
    const { sessions, messageLog } = this.parts;
    const { tenantId } = tail;
    const device = options.device ?? '';
    const given = options.position === undefined ? undefined : await this.given(tail, options.position);
    const upTo = tail.position;
    const opening = await this.openings.ask({ tenantId, clientId: own.id, device, everyoneId: everyone.id, since: own.since, given: given?.start, upTo });
    const cursor = this.cursors.use(tenantId, own.id, device, opening);
    const session = new Session({ id: this.parts.newSessionId(), delivery: this, mailbox: own, everyone, cursor, outlet, options }, principal);
    try {
      const start = given?.start ?? Math.max(opening.start, cursor.acknowledged);
      let gap: Gap | undefined;
      if (given !== undefined && given.start === undefined) gap = this.epochs.gap('restored', given.text, start);
      else if (opening.droppedTo > start) gap = this.epochs.gap('expired-from-log', this.epochs.format(start), opening.droppedTo);
      let outcomes: readonly OutcomeEntry[] = [];
      const { missed } = opening;
      if (principal.scopes.has('receive')) {
        const feed = new Feed(
          {
            clientId: own.id,
            mailboxes: session.mailboxes,
            topics: opening.topics,
            start,
            // Where nothing waits up to a place, nothing need be read up to there.
            readFrom: missed === 0 && !opening.outcomes ? Math.max(start, upTo) : start,
            window: options.window ?? LIMITS.window,
            session: session.session,
          },
          tail,
          messageLog,
          (position) => this.epochs.of(position),
          session,
          this.parts.log,
        );
        session.feed = feed;
        if (opening.outcomes || tail.position > upTo) {
          outcomes = await messageLog.outcomesSince(
            tenantId,
            session.mailboxes.map((mailbox) => mailbox.id),
            start,
            tail.position,
            opening.topics,
          );
        }
      }
      if (this.draining) throw new Problem('draining', 'this node is shutting down');
      if (options.device !== undefined) sessions.replace(own.id, options.device, session.session);
      if (options.word !== undefined) sessions.replaceWord(own.id, options.word, session.session);
      this.live.set(session.session, session);
      session.lastChecked = this.clock.monotonic();
      this.parts.receivers.add(own.id, session);
      this.parts.receivers.add(everyone.id, session);
      for (const { pattern, until } of session.topics) if (until === undefined) this.parts.receivers.listen(tenantId, pattern, session);
      sessions.add(
        {
          session: session.session,
          clientId: own.id,
          client: own.name,
          tenantId,
          device: options.device,
          transport: options.transport,
          app: options.app,
          word: options.word,
          status: options.status,
          address: options.address,
          since: this.clock.now(),
        },
        (slug) => session.end(sessionEnd(slug)),
      );
      return { session, result: session.answer(start, missed, gap), start: () => session.start(outcomes) };
    } catch (error) {
      session.closed();
      throw error;
    }
  }

  /** A live session is told of what is sent to a topic and kept nowhere, or not any more. */
  listen(session: Session, pattern: string, began: boolean): void {
    const { receivers } = this.parts;
    if (began) receivers.listen(session.mailbox.tenantId, pattern, session);
    else receivers.stopListening(session.mailbox.tenantId, pattern, session);
  }

  /** The mailboxes that a client's sessions read. */
  async mailboxesOf(own: Mailbox): Promise<readonly { readonly id: number; readonly since: number }[]> {
    const [everyone] = await this.parts.mailboxes.ensure(own.tenantId, 'everyone', ['']);
    if (everyone === undefined) throw new Error('a mailbox was neither found nor made');
    return [
      { id: own.id, since: 0 },
      { id: everyone.mailbox.id, since: own.since },
    ];
  }

  /**
   * Reads a position that a client presents, as {@link Epochs.read}. Before it is taken for lost the epochs are read anew: another
   * node may have begun one that this node has not read of yet.
   */
  async readPosition(text: string, path?: string): Promise<{ position: number; lost: boolean }> {
    const read = this.epochs.read(text, path);
    if (!read.lost) return read;
    await this.readEpochs();
    return this.epochs.read(text, path);
  }

  /** Reads the position that a client gave. @returns no `start` where it lies in a history that was lost */
  private async given(tail: Tail, text: string): Promise<{ text: string; start?: number }> {
    const { position, lost } = await this.readPosition(text);
    // Another node may have handed over what this one has not heard of yet.
    if (position > tail.position) tail.grown(await this.parts.messageLog.head(tail.tenantId));
    return lost || position > tail.known ? { text } : { text, start: position };
  }

  /** The connection of a session is gone, or was ended. */
  forget(session: Session): void {
    this.live.delete(session.session);
    for (const { id } of session.mailboxes) this.parts.receivers.remove(id, session);
    for (const { pattern } of session.topics) this.parts.receivers.stopListening(session.mailbox.tenantId, pattern, session);
    this.parts.sessions.remove(session.session);
    this.cursors.release(session.cursor);
  }

  private async tail(tenantId: number): Promise<Tail> {
    const known = this.tails.get(tenantId);
    if (known !== undefined) return known;
    let making = this.makingTails.get(tenantId);
    if (making === undefined) {
      making = this.parts.messageLog
        .head(tenantId)
        .then((head) => {
          const tail = new Tail(tenantId, head, this.parts.messageLog, (position) => this.epochs.of(position), this.parts.log);
          this.tails.set(tenantId, tail);
          return tail;
        })
        .finally(() => this.makingTails.delete(tenantId));
      this.makingTails.set(tenantId, making);
    }
    return making;
  }

  handedOver(session: Session, entry: MessageEntry): void {
    this.cursors.delivered(session.cursor, entry.position);
    this.observer.handedOver(session, entry);
    this.parts.onDelivered?.();
  }

  /** Records what a client says of messages that it was sent. @returns the entries that it was sent */
  async settle(session: Settler, ids: readonly string[], state: 'read' | 'refused', reason?: string): Promise<MessageEntry[]> {
    const { messageLog } = this.parts;
    const tenantId = session.mailbox.tenantId;
    const found = await messageLog.locate(
      tenantId,
      session.mailboxes.map((mailbox) => mailbox.id),
      ids,
    );
    const entries = [...found.values(), ...(await this.locateInTopics(session, ids, found))];
    const { entries: written } = await messageLog.recordOutcomes(
      entries.map((entry) => ({
        tenantId,
        mailboxId: session.mailbox.id,
        messageId: entry.message.id,
        target: entry.position,
        state,
        reason,
        device: session.device === '' ? undefined : session.device,
        session: session.session,
      })),
    );
    this.committed(written);
    return entries;
  }

  /** What a client was subscribed to when it came stays its own when the subscription has ended. */
  private async locateInTopics({ mailbox }: Settler, ids: readonly string[], found: ReadonlyMap<string, unknown>): Promise<Iterable<MessageEntry>> {
    const others = ids.filter((id) => !found.has(id));
    if (others.length === 0) return [];
    const topics = await this.parts.subscriptions.ofClient(mailbox.tenantId, mailbox.id, 0);
    return topics.length === 0 ? [] : (await this.parts.messageLog.locate(mailbox.tenantId, [], others, topics)).values();
  }

  endBecause(slug: ProblemSlug, detail?: string): SessionEnd {
    return sessionEnd(slug, detail);
  }

  /** To be called about every second. */
  tick(): void {
    const now = this.clock.now();
    const monotonic = this.clock.monotonic();
    for (const session of this.live.values()) {
      session.tick(now);
      if (session.alive && monotonic - session.lastChecked >= CHECK_MS) {
        session.lastChecked = monotonic;
        void this.check(session);
      }
    }
    for (const [tenantId, tail] of this.tails) if (tail.idle) this.tails.delete(tenantId);
  }

  /** Ends a session whose key is gone or whose client was revoked. */
  private async check(session: Session): Promise<void> {
    try {
      if (!(await this.parts.authenticator.stillValid(session.principal)))
        session.end(sessionEnd('unauthenticated', 'the token or key does not count any more'));
    } catch (error) {
      this.parts.log.warn('a session could not be checked', { error });
    }
  }

  /** Checks all sessions now: a key, a client or a tenant has changed. */
  checkAll(): void {
    for (const session of this.live.values()) void this.check(session);
  }

  /** Asks how far the tenants' logs have grown: wakeups may be lost. To be called about every second. */
  async poll(): Promise<void> {
    if (this.tails.size === 0) return;
    const heads = await this.parts.messageLog.heads([...this.tails.keys()]);
    for (const [tenantId, position] of heads) this.tails.get(tenantId)?.grown(position);
  }

  async readEpochs(): Promise<void> {
    this.epochs.set(await this.parts.messageLog.epochs());
  }

  /** Tells all sessions, ends them, and writes the cursors. */
  async drain(): Promise<void> {
    this.draining = true;
    const sessions = [...this.live.values()];
    for (const session of sessions) session.notice({ type: 'vestnik.draining', after: 0 });
    for (const session of sessions) session.end(sessionEnd('draining', 'this node is shutting down'));
    await this.cursors.close();
  }
}
