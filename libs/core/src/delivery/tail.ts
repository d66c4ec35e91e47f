import { MultiMap } from '../multi-map.js';
import type { Log } from '../ports/log.js';
import type { LogEntry, MessageLog } from '../ports/message-log.js';
import { TopicRoutes } from '../topics/topic-routes.js';
import { MessagePushes } from './push.js';

/** An entry on its way to feeds, with the frames that they share. */
export interface Arrival {
  readonly entry: LogEntry;
  /** Of a message. */
  readonly pushes?: MessagePushes;
}

/** What hangs on a tail: called for each entry of the mailboxes that it was added for, in order. */
export interface TailListener {
  arrived(arrival: Arrival): void;
}

const PAGE = 1_000;

/**
 * The end of one tenant's log, as this node has seen it. An entry is taken from memory only if its `previous`
 * is where the tail stands; else the log is read from there. So two nodes that commit at once cannot make a
 * reader pass an entry by.
 */
export class Tail {
  private readonly listeners = new MultiMap<number, TailListener>();
  /** Who listens to which topics; called for their entries besides those of mailboxes. */
  readonly topics = new TopicRoutes<TailListener>();
  private catchingUp = false;
  private wanted = 0;
  /** Sessions that are being opened and will hang on it. */
  private held = 0;
  private count = 0;

  /** @param position the tenant's last position, read from the log */
  constructor(
    readonly tenantId: number,
    public position: number,
    private readonly source: Pick<MessageLog, 'tail'>,
    private readonly epochOf: (position: number) => number,
    private readonly log: Log,
  ) {}

  /** How far the tenant's log reaches, as far as is known: entries up to there may still be on their way here. */
  get known(): number {
    return Math.max(this.position, this.wanted);
  }

  /** Whether nothing hangs on it, and nothing is about to. */
  get idle(): boolean {
    return this.count === 0 && this.held === 0;
  }

  /** Keeps it while a session opens; to be followed by {@link letGo}. */
  hold(): void {
    this.held++;
  }

  letGo(): void {
    this.held--;
  }

  add(mailboxId: number, listener: TailListener): void {
    if (!this.listeners.has(mailboxId, listener)) this.count++;
    this.listeners.add(mailboxId, listener);
  }

  remove(mailboxId: number, listener: TailListener): void {
    if (this.listeners.delete(mailboxId, listener)) this.count--;
  }

  /** Takes an entry that was committed by this node. */
  take(entry: LogEntry): void {
    if (entry.position <= this.position) return;
    if (entry.previous !== this.position || this.catchingUp) {
      this.grown(entry.position);
      return;
    }
    this.dispatch(entry);
  }

  /** The tenant's log reaches to this position now, as somebody says. */
  grown(position: number): void {
    if (position > this.wanted) this.wanted = position;
    if (this.wanted > this.position && !this.catchingUp) void this.catchUp();
  }

  private async catchUp(): Promise<void> {
    this.catchingUp = true;
    try {
      while (this.wanted > this.position) {
        const entries = await this.source.tail(this.tenantId, this.position, PAGE);
        for (const entry of entries) this.dispatch(entry);
        if (entries.length === 0) break;
      }
    } catch (error) {
      // The next poll tries again; until then nobody is told anything.
      this.log.warn('a tail could not be read', { tenantId: this.tenantId, error });
    } finally {
      this.catchingUp = false;
    }
  }

  private dispatch(entry: LogEntry): void {
    this.position = entry.position;
    if (entry.topic !== undefined) {
      const listeners = this.topics.of(entry.topic);
      if (listeners.length === 0) return;
      const arrival = this.arrival(entry);
      for (const listener of listeners) listener.arrived(arrival);
      return;
    }
    if (this.listeners.size(entry.mailboxId) === 0) return;
    const arrival = this.arrival(entry);
    this.listeners.each(entry.mailboxId, (listener) => listener.arrived(arrival));
  }

  private arrival(entry: LogEntry): Arrival {
    return { entry, pushes: entry.kind === 'message' ? new MessagePushes(entry, this.epochOf(entry.position)) : undefined };
  }
}
