import type { RetractReason } from '@vestnik/protocol';
import type { Log } from '../ports/log.js';
import type { LogEntry, MessageEntry, MessageLog, OutcomeEntry } from '../ports/message-log.js';
import { MessagePushes } from './push.js';
import type { Arrival, Tail, TailListener } from './tail.js';

/** Where a feed hands things over. */
export interface FeedOutlet {
  /** Whether more may be pushed now: the socket is not choked. */
  ready(): boolean;
  message(entry: MessageEntry, pushes: MessagePushes): void;
  retract(ids: readonly string[], reason: RetractReason): void;
  /** The window is full and more waits. */
  waiting(): void;
  /** The window has room again. */
  flowing(): void;
}

export interface FeedOptions {
  readonly clientId: number;
  /** The client's own mailbox, everyone's, its topics'. */
  readonly mailboxes: readonly { readonly id: number; readonly since: number }[];
  /** Everything after this position is for the session. */
  readonly start: number;
  /** Nothing stands between `start` and here, as the store says; absent: `start`. */
  readonly readFrom?: number;
  /** So many unacknowledged messages are handed over; the rest wait in the log. */
  readonly window: number;
  /** The session's own word: it is not told of outcomes that it caused. */
  readonly session: string;
}

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
  /** Where the tail stood when the feed was hung on it: from there on it sees every entry for its mailboxes. */
  private readonly registered: number;

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
  }

  /** Begins to hand over. */
  start(): void {
    this.started = true;
    void this.pump();
  }

  close(): void {
    this.closed = true;
    for (const { id } of this.options.mailboxes) this.tail.remove(id, this);
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

  acknowledged(position: number): void {
    let from = this.handedFrom;
    while (from < this.handed.length && (this.handed[from] as number) <= position) from++;
    if (from === this.handedFrom) return;
    this.handedFrom = from;
    if (from > 512 && from * 2 > this.handed.length) {
      this.handed = this.handed.slice(from);
      this.handedFrom = 0;
    }
    this.outlet.flowing();
    if (!this.live) void this.pump();
  }

  /** How far a cursor may go from a position over what was handed over and refused since. */
  pastSettled(position: number, settled: ReadonlySet<number>): number {
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
    }
  }

  private retract(entry: OutcomeEntry): void {
    if (entry.state === 'refused' || entry.session === this.options.session) return;
    // Those that were missed are told before the feed begins.
    if (entry.position <= this.registered && entry.target <= this.options.start) return;
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
          after: this.at,
          upTo,
          limit: Math.min(room, PAGE),
        });
        if (this.closed) return;
        for (const entry of entries) {
          if (!this.outlet.ready()) break;
          this.hand(entry, undefined);
          this.at = entry.position;
        }
        if (entries.length === 0 || this.at === entries.at(-1)?.position) this.at = Math.max(this.at, scannedTo);
      }
      this.live = true;
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
