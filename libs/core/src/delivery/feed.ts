import { type RetractReason, topicMatches } from '@vestnik/protocol';
import type { Log } from '../ports/log.js';
import type { LogEntry, MessageEntry, MessageLog, OutcomeEntry, SubscriptionEntry } from '../ports/message-log.js';
import type { Subscription } from '../ports/subscriptions.js';
import { MessagePushes } from './push.js';
import type { Arrival, Tail, TailListener } from './tail.js';

/** Where a feed hands things over. */
export interface FeedOutlet {
  /** Whether more may be pushed now: the socket is not choked. */
  ready(): boolean;
  message(entry: MessageEntry, pushes: MessagePushes): void;
  retract(ids: readonly string[], reason: RetractReason): void;
  /** The client is subscribed to a topic or pattern from now on, or not any more. */
  topic(pattern: string, began: boolean): void;
  /** The window is full and more waits. */
  waiting(): void;
  /** The window has room again. */
  flowing(): void;
  /** All that the log holds so far was handed over. */
  caughtUp?(): void;
}

export interface FeedOptions {
  readonly clientId: number;
  /** The client's own mailbox, and everyone's. */
  readonly mailboxes: readonly { readonly id: number; readonly since: number }[];
  /** What the client was subscribed to when the session opened, and until later than `start`. */
  readonly topics?: readonly Subscription[];
  /** Everything after this position is for the session. */
  readonly start: number;
  /** Nothing stands between `start` and here, as the store says; absent: `start`. */
  readonly readFrom?: number;
  /** So many unacknowledged messages are handed over; the rest wait in the log. */
  readonly window: number;
  /** The session's own word: it is not told of outcomes that it caused. */
  readonly session: string;
}

/** Shared: most sessions are subscribed to nothing. */
const NO_TOPICS: readonly Subscription[] = [];

/** Entries are read in pages of at most so many. */
const PAGE = 500;

/**
 * What one session still has to be given: replay from the log first, then live, with no gap and no repeat.
 *
 * While it is live, entries come from the tail in memory. When the window is full or the socket is choked it falls
 * behind: nothing is held for it, and when there is room again it goes on from its position in the log.
 */
export class Feed implements TailListener {
  /** All up to here was handed over, or is not for this session. */
  at: number;
  private live = false;
  private started = false;
  private pumping = false;
  private closed = false;
  /** The newest entry for this feed that passed while it was not live. */
  private touched = 0;
  /** Positions that were handed over and are not acknowledged; ascending. */
  private handed: number[] = [];
  private handedFrom = 0;
  private furthest: number;
  /** Where the tail stood when the feed was last hung on it: from there on it sees every entry for its mailboxes and topics. */
  private registered: number;
  /** What the client is subscribed to, as far as the feed has come. */
  topics: readonly Subscription[];
  /** From here on whatever comes by the feed's patterns is for it: they hold no subscription that begins or ended later. */
  private certain = 0;
  /** Where the tail stood when the session opened: what became of older messages up to there is told before the feed begins. */
  private readonly openedAt: number;

  constructor(
    private readonly options: FeedOptions,
    private readonly tail: Tail,
    private readonly source: Pick<MessageLog, 'replay'>,
    private readonly epochOf: (position: number) => number,
    private readonly outlet: FeedOutlet,
    private readonly log: Log,
  ) {
    this.at = options.readFrom ?? options.start;
    this.furthest = options.start;
    this.registered = tail.position;
    for (const { id } of options.mailboxes) tail.add(id, this);
    this.openedAt = tail.position;
    this.topics = this.stillOpen(options.topics ?? NO_TOPICS);
    for (const { pattern } of this.topics) tail.topics.add(pattern, this);
  }

  /** Begins to hand over. */
  start(): void {
    this.started = true;
    void this.pump();
  }

  close(): void {
    this.closed = true;
    for (const { id } of this.options.mailboxes) this.tail.remove(id, this);
    for (const { pattern } of this.topics) this.tail.topics.remove(pattern, this);
  }

  /** The furthest place that was handed over, or resumed from: an acknowledgement beyond it counts as this. */
  get handedUpTo(): number {
    return this.furthest;
  }

  get unacknowledged(): number {
    return this.handed.length - this.handedFrom;
  }

  /** Entries wait that the window or the socket has no room for. */
  get behind(): boolean {
    return !this.live;
  }

  /** @returns how many of those that were handed over this acknowledges */
  acknowledged(position: number): number {
    let from = this.handedFrom;
    while (from < this.handed.length && (this.handed[from] as number) <= position) from++;
    const count = from - this.handedFrom;
    if (count === 0) return 0;
    this.handedFrom = from;
    if (from > 512 && from * 2 > this.handed.length) {
      this.handed = this.handed.slice(from);
      this.handedFrom = 0;
    }
    this.outlet.flowing();
    if (!this.live) void this.pump();
    return count;
  }

  /** How far a cursor may go from a position over what was handed over and refused since. */
  pastSettled(position: number, settled: ReadonlySet<number>): number {
    // It resumed further on: what lies between is not acknowledged, and this feed knows nothing of it.
    if (position < this.options.start) return position;
    let to = position;
    for (let at = this.handedFrom; at < this.handed.length; at++) {
      const handed = this.handed[at] as number;
      if (handed <= to) continue;
      if (!settled.has(handed)) break;
      to = handed;
    }
    return to;
  }

  /** The socket has drained. */
  drained(): void {
    if (!this.live) void this.pump();
  }

  arrived({ entry, pushes }: Arrival): void {
    // A session that came from another node may have been handed more than this node has heard of.
    if (entry.position <= this.options.start) return;
    // A subscription may be known here before the tail has come to where it began.
    if (entry.topic !== undefined && entry.position < this.certain && !this.subscribedTo(entry.topic, entry.position)) return;
    if (!this.live) {
      this.touched = entry.position;
      return;
    }
    if (this.room() === 0) {
      this.live = false;
      this.touched = entry.position;
      if (this.unacknowledged >= this.options.window) this.outlet.waiting();
      return;
    }
    this.hand(entry, pushes);
    this.at = entry.position;
  }

  private room(): number {
    return this.outlet.ready() ? this.options.window - this.unacknowledged : 0;
  }

  private hand(entry: LogEntry, pushes: MessagePushes | undefined): void {
    if (entry.kind === 'message') {
      this.handed.push(entry.position);
      this.furthest = entry.position;
      this.outlet.message(entry, pushes ?? new MessagePushes(entry, this.epochOf(entry.position)));
    } else if (entry.kind === 'outcome') {
      if (entry.position > this.furthest) this.furthest = entry.position;
      this.retract(entry);
    } else {
      this.subscription(entry);
    }
  }

  private subscribedTo(topic: string, position: number): boolean {
    return this.topics.some(({ pattern, since, until = Number.POSITIVE_INFINITY }) => since < position && position < until && topicMatches(pattern, topic));
  }

  /** Those that may still bring something. Where one has ended, each entry has to be asked whether it came before. */
  private stillOpen(topics: readonly Subscription[]): readonly Subscription[] {
    const open = topics.every(({ until }) => until === undefined) ? topics : topics.filter(({ until }) => until === undefined || until > this.at);
    this.certain = open.reduce((certain, { since, until }) => Math.max(certain, until === undefined ? since : Number.POSITIVE_INFINITY), 0);
    return open;
  }

  /** From here on the feed reads one topic or pattern more, or less. */
  private subscription({ pattern, position, began }: SubscriptionEntry): void {
    if (began) {
      // What was known when the session opened says more than its entry.
      if (this.topics.some((topic) => topic.pattern === pattern && topic.since >= position)) return;
      this.topics = this.stillOpen([...this.topics, { pattern, since: position }]);
      this.tail.topics.add(pattern, this);
      // What the tail has passed since was not told to this feed.
      this.registered = this.tail.position;
      this.outlet.topic(pattern, true);
      return;
    }
    const ended = this.topics.find((topic) => topic.pattern === pattern && topic.since < position && (topic.until ?? position) === position);
    if (ended === undefined) return;
    this.topics = this.stillOpen(this.topics.filter((topic) => topic !== ended));
    if (!this.topics.some((topic) => topic.pattern === pattern)) this.tail.topics.remove(pattern, this);
    // One that had ended when the session opened brought nothing that is kept nowhere.
    if (ended.until === undefined) this.outlet.topic(pattern, false);
  }

  private retract(entry: OutcomeEntry): void {
    if (entry.state === 'refused' || entry.session === this.options.session) return;
    // Those that were missed are told before the feed begins.
    if (entry.position <= this.openedAt && entry.target <= this.options.start) return;
    this.outlet.retract([entry.messageId], entry.state);
  }

  private async pump(): Promise<void> {
    if (this.pumping || this.closed || !this.started) return;
    this.pumping = true;
    try {
      for (;;) {
        const upTo = this.tail.position;
        if (this.touchedNothingSince(upTo)) break;
        const room = this.room();
        if (room === 0) {
          if (this.unacknowledged >= this.options.window) this.outlet.waiting();
          return;
        }
        const { entries, scannedTo } = await this.source.replay({
          tenantId: this.tail.tenantId,
          clientId: this.options.clientId,
          mailboxes: this.options.mailboxes,
          topics: this.topics,
          after: this.at,
          upTo,
          limit: Math.min(room, PAGE),
        });
        if (this.closed) return;
        let turned = false;
        for (const entry of entries) {
          if (!this.outlet.ready()) break;
          const { topics } = this;
          this.hand(entry, undefined);
          this.at = entry.position;
          // The page was read for other topics: what follows is read anew.
          turned = topics !== this.topics;
          if (turned) break;
        }
        if (turned) continue;
        if (entries.length === 0 || this.at === entries.at(-1)?.position) this.at = Math.max(this.at, scannedTo);
      }
      this.live = true;
      this.outlet.caughtUp?.();
    } catch (error) {
      // Tried again with the next acknowledgement, drain or poll: see `nudge`.
      this.log.warn('a feed could not read the log', { error });
    } finally {
      this.pumping = false;
    }
  }

  /** Whether nothing that concerns this feed lies between where it stands and the tail. */
  private touchedNothingSince(upTo: number): boolean {
    if (this.at < upTo && (this.at < this.registered || this.touched > this.at)) return false;
    this.at = Math.max(this.at, upTo);
    return true;
  }

  /** Goes on where an earlier read failed. */
  nudge(): void {
    if (!this.live) void this.pump();
  }
}
