import { type ConnectResult, type Gap, LIMITS, Problem, type RetractReason } from '@vestnik/protocol';
import { type Principal, requireScope } from '../access/principal.js';
import type { Mailbox } from '../ports/mailboxes.js';
import type { MessageEntry, OutcomeEntry } from '../ports/message-log.js';
import type { Subscription } from '../ports/subscriptions.js';
import type { Receiver } from '../presence/receivers.js';
import { OrderedSends } from '../sending/ordered-sends.js';
import type { Caller } from './caller.js';
import type { AgainRange, ClientCursor } from './cursors.js';
import type { Delivery } from './delivery.js';
import type { Feed } from './feed.js';
import { binaryOf, dataRefOf, type MessagePushes, messageParams, Push } from './push.js';
import type { SessionEnd } from './session-end.js';

/** The connection of a session, as the core sees it. */
export interface SessionOutlet {
  /** Sends, or queues within the socket's own limits. */
  push(push: Push): void;
  /** Whether less than 512 KiB wait unsent: else the session is fed from the log when it has drained. */
  ready(): boolean;
  /** Whether it takes a call now, where that is not the same as {@link ready}: a call waits in no log. */
  takesCalls?(): boolean;
  /** Tells the client why, by a last notice, and closes the connection. */
  end(end: SessionEnd): void;
  /** The window is full and more waits in the log. */
  full?(): void;
  /** All that the log holds for the session so far was handed over. */
  caughtUp?(): void;
}

/** What a client asked for when it connected, checked. */
export interface SessionOptions {
  readonly position?: string;
  readonly device?: string;
  readonly status?: string;
  readonly window?: number;
  /** Bytes; larger messages come without `data`. */
  readonly maxData?: number;
  readonly app?: string;
  /** The client's own word for the session: a newer session under the same word takes over (section 9 of the protocol). */
  readonly word?: string;
  readonly transport: string;
  /** Network address of the client. */
  readonly address?: string;
}

/** What a session is made of; put together by {@link Delivery.open}. */
export interface SessionParts {
  readonly id: string;
  readonly delivery: Delivery;
  readonly mailbox: Mailbox;
  readonly everyone: Mailbox;
  readonly cursor: ClientCursor;
  readonly outlet: SessionOutlet;
  readonly options: SessionOptions;
}

const REPLAY_PATIENCE_MS = 15_000;

/** One live connection of a client: its feed, its window, its place in the log. The same whatever the transport. */
export class Session implements Receiver, Caller {
  readonly session: string;
  readonly mailbox: Mailbox;
  readonly cursor: ClientCursor;
  readonly options: SessionOptions;
  /** Absent where the token may not receive. */
  feed: Feed | undefined;
  private waitingForRoom: (() => void)[] | undefined;
  private readonly redeliveredUpTo: number;
  private again: AgainRange | undefined;
  private readonly stopListening: () => void;
  /** Positions that were refused: the cursor passes them when all before them is acknowledged. */
  private settled: Set<number> | undefined;
  private toldWaiting = false;
  private fullSince: number | undefined;
  private ended = false;
  private toldExpiring = false;
  lastChecked = 0;
  /** When it last sent anything of its own; milliseconds since 1970. */
  activeAt = 0;
  readonly sends = new OrderedSends();

  constructor(
    private readonly parts: SessionParts,
    public principal: Principal,
  ) {
    this.session = parts.id;
    this.mailbox = parts.mailbox;
    this.cursor = parts.cursor;
    this.options = parts.options;
    this.redeliveredUpTo = parts.cursor.delivered;
    this.stopListening = parts.cursor.onMove((position) => {
      const count = this.feed?.acknowledged(position) ?? 0;
      if (count > 0) parts.delivery.observer.acknowledged(this, count);
    });
  }

  /** The mailboxes that it reads. */
  get mailboxes(): readonly { readonly id: number; readonly since: number }[] {
    return [
      { id: this.mailbox.id, since: 0 },
      { id: this.parts.everyone.id, since: this.mailbox.since },
    ];
  }

  /** What the client is subscribed to, as far as the session has come in the log. */
  get topics(): readonly Subscription[] {
    return this.feed?.topics ?? [];
  }

  get live(): Session {
    return this;
  }

  get device(): string {
    return this.options.device ?? '';
  }

  get address(): string | undefined {
    return this.options.address;
  }

  /** Pushes something that is for this session alone: a call, a change of presence. @returns whether it could be handed over now */
  push(push: Push): boolean {
    if (this.ended) return false;
    this.parts.outlet.push(push);
    return true;
  }

  /** Whether a call can be pushed to it now. */
  takesCalls(): boolean {
    return !this.ended && (this.parts.outlet.takesCalls?.() ?? this.parts.outlet.ready());
  }

  get alive(): boolean {
    return !this.ended;
  }

  /**
   * To be called once the answer to `connect` is on its way: nothing is pushed before it.
   * @param outcomes what became of messages that it may have been handed before it came back
   */
  start(outcomes: readonly OutcomeEntry[]): void {
    for (const [reason, ids] of byReason(outcomes)) this.retract(ids, reason);
    this.feed?.start();
  }

  // What the feed hands over.

  ready(): boolean {
    return !this.ended && this.parts.outlet.ready();
  }

  message(entry: MessageEntry, pushes: MessagePushes): void {
    this.parts.outlet.push(pushes.get(entry.position <= this.redeliveredUpTo || entry.redelivered === true, this.withoutData(entry)));
    if (entry.position <= this.redeliveredUpTo) this.again = this.parts.delivery.cursors.handedAgain(this.cursor, entry.position, this.again);
    this.parts.delivery.handedOver(this, entry);
  }

  private withoutData({ message }: MessageEntry): boolean {
    const { maxData } = this.options;
    return maxData !== undefined && message.data.length > maxData;
  }

  retract(ids: readonly string[], reason: RetractReason): void {
    for (let at = 0; at < ids.length; at += 500) this.parts.outlet.push(new Push('retract', JSON.stringify({ ids: ids.slice(at, at + 500), reason })));
  }

  topic(pattern: string, began: boolean): void {
    this.parts.delivery.listen(this, pattern, began);
  }

  waiting(): void {
    this.fullSince ??= this.parts.delivery.clock.monotonic();
    this.parts.outlet.full?.();
  }

  caughtUp(): void {
    this.parts.outlet.caughtUp?.();
  }

  flowing(): void {
    this.fullSince = undefined;
    this.toldWaiting = false;
  }

  transient(push: Push): void {
    if (this.ready() && this.principal.scopes.has('receive')) this.parts.outlet.push(push);
  }

  /**
   * Hands over what is kept, once: outside window and acknowledgement. Waits where the socket does not keep up.
   * @returns whether it was handed over; not where the session has ended
   * @throws Problem `unavailable` where nothing is taken for 15 s: a client that polls has to poll while it waits
   */
  async replay(entry: MessageEntry): Promise<boolean> {
    while (!this.ended && !this.parts.outlet.ready()) await this.room();
    if (this.ended) return false;
    const dataRef = this.withoutData(entry) ? dataRefOf(entry) : undefined;
    const params = messageParams(entry.message, entry.to, { expiresAt: entry.expiresAt, replay: true, dataRef });
    this.parts.outlet.push(new Push('message', params, dataRef === undefined ? binaryOf(entry.message) : undefined));
    return true;
  }

  /** Resolves when something has changed that may have made room. */
  private room(): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = this.parts.delivery.clock.after(REPLAY_PATIENCE_MS, () => {
        reject(
          new Problem('unavailable', 'the session takes nothing of what is kept; one that polls has to poll while it waits for this answer', { retryAfter: 1 }),
        );
      });
      this.waitingForRoom ??= [];
      this.waitingForRoom.push(() => {
        late.cancel();
        resolve();
      });
    });
  }

  private roomAgain(): void {
    const waiting = this.waitingForRoom;
    this.waitingForRoom = undefined;
    for (const resolve of waiting ?? []) resolve();
  }

  /** The socket has drained. */
  drained(): void {
    this.roomAgain();
    this.feed?.drained();
  }

  // What the client calls.

  /**
   * All up to a position was received and stored by the client.
   * @returns when the cursor is on disk, where somebody waits for that
   */
  ack(text: string, answered: boolean): Promise<void> | undefined {
    requireScope(this.principal, 'receive');
    const { position, lost } = this.parts.delivery.epochs.read(text);
    if (lost || this.feed === undefined) return undefined;
    this.moveTo(Math.min(position, this.feed.handedUpTo));
    return answered ? this.parts.delivery.cursors.flushed() : undefined;
  }

  private moveTo(position: number): void {
    let to = position;
    const { feed } = this;
    if (this.settled !== undefined && feed !== undefined) {
      to = feed.pastSettled(Math.max(position, this.cursor.acknowledged), this.settled);
      for (const settled of this.settled) if (settled <= to) this.settled.delete(settled);
      if (this.settled.size === 0) this.settled = undefined;
    }
    this.parts.delivery.cursors.acknowledge(this.cursor, to);
  }

  /** @throws Problem `not-found` where this client was sent no such message */
  async refuse(id: string, reason: string): Promise<void> {
    requireScope(this.principal, 'receive');
    const [entry] = await this.parts.delivery.settle(this, [id], 'refused', reason);
    if (entry === undefined)
      throw new Problem('not-found', 'id: this client was sent no such message', { errors: [{ path: 'id', message: 'was not sent to this client' }] });
    this.settled ??= new Set();
    this.settled.add(entry.position);
    this.moveTo(this.cursor.acknowledged);
  }

  async read(ids: readonly string[]): Promise<void> {
    requireScope(this.principal, 'receive');
    const entries = await this.parts.delivery.settle(this, ids, 'read');
    if (entries.length === 0)
      throw new Problem('not-found', 'ids: this client was sent none of these messages', {
        errors: [{ path: 'ids', message: 'none was sent to this client' }],
      });
  }

  /** Takes a new token for the same client. */
  async refresh(token: string): Promise<{ expiresAt: string }> {
    return this.adopt(await this.parts.delivery.authenticator.authenticate(this.principal.tenant.name, token));
  }

  /** Goes on with what a newer token of the same client may. @throws Problem `forbidden` */
  adopt(principal: Principal): { expiresAt: string } {
    if (principal.client !== this.principal.client || principal.tenant.id !== this.principal.tenant.id) {
      throw new Problem('forbidden', 'token: it is for another client');
    }
    this.principal = principal;
    this.toldExpiring = false;
    const expiresAt = principal.expiresAt ?? this.parts.delivery.clock.now() + 365 * 24 * 3600 * 1000;
    return { expiresAt: new Date(expiresAt).toISOString() };
  }

  // What time brings.

  /** Looked at about every second. */
  tick(now: number): void {
    const { delivery, outlet } = this.parts;
    const { expiresAt } = this.principal;
    if (expiresAt !== undefined && now >= expiresAt) {
      this.end(delivery.endBecause('token-expired'));
      return;
    }
    if (expiresAt !== undefined && !this.toldExpiring && now >= expiresAt - 60_000) {
      this.toldExpiring = true;
      outlet.push(new Push('notice', JSON.stringify({ type: 'vestnik.token-expiring', expiresAt: new Date(expiresAt).toISOString() })));
    }
    if (this.fullSince !== undefined && !this.toldWaiting && delivery.clock.monotonic() - this.fullSince >= 5_000) {
      this.toldWaiting = true;
      outlet.push(
        new Push(
          'notice',
          JSON.stringify({
            type: 'vestnik.waiting-for-ack',
            position: delivery.epochs.format(this.cursor.acknowledged),
            waiting: this.feed?.unacknowledged ?? 0,
          }),
        ),
      );
    }
    this.feed?.nudge();
  }

  notice(params: object): void {
    if (!this.ended) this.parts.outlet.push(new Push('notice', JSON.stringify(params)));
  }

  /** The server ends the session. */
  end(end: SessionEnd): void {
    if (this.ended) return;
    if (end.slug === 'too-slow') this.parts.delivery.dropped.note(this.mailbox.id, 'too-slow');
    this.closed();
    this.parts.outlet.end(end);
  }

  /** The connection is gone. @param broke without goodbye */
  closed(broke = false): void {
    if (this.ended) return;
    this.ended = true;
    if (broke) this.parts.delivery.dropped.note(this.mailbox.id, 'broken');
    this.roomAgain();
    this.stopListening();
    this.feed?.close();
    this.parts.delivery.forget(this);
  }

  /** What `connect` answers. */
  answer(start: number, missed: number, gap: Gap | undefined): ConnectResult {
    const { delivery } = this.parts;
    const { settings } = this.principal.tenant;
    return {
      client: `${this.principal.client}@${this.principal.tenant.name}.${delivery.installation}`,
      session: this.session,
      installation: delivery.installation,
      position: delivery.epochs.format(start),
      missed,
      gap,
      serverTime: new Date(delivery.clock.now()).toISOString(),
      limits: {
        frame: settings.maxDataBytes + LIMITS.frameOverheadBytes,
        data: settings.maxDataBytes,
        batch: LIMITS.jsonRpcBatch,
        window: this.options.window ?? LIMITS.window,
        subscriptions: LIMITS.subscriptionsPerClient,
        watched: LIMITS.watchedPerClient,
      },
      pingInterval: delivery.pingIntervalSeconds,
    };
  }
}

function byReason(outcomes: readonly OutcomeEntry[]): Map<RetractReason, string[]> {
  const groups = new Map<RetractReason, string[]>();
  for (const { state, messageId } of outcomes) {
    if (state === 'refused') continue;
    const ids = groups.get(state) ?? [];
    ids.push(messageId);
    groups.set(state, ids);
  }
  return groups;
}
