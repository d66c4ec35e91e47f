import { type Clock, closingNotice, type Opened, Push, type Session, type SessionEnd, type SessionOutlet, sessionEnd, type Timer } from '@vestnik/core';
import { type Gap, LIMITS, rawMember } from '@vestnik/protocol';

/** Of what comes between two polls so much is kept; the rest waits in the log. */
const KEPT_BETWEEN_BYTES = 64 * 1024;
/** What no log keeps (calls, presence) may grow to this between two polls, then the session is given up. */
const UNSENT_BYTES_MAX = 2 * LIMITS.pollPageBytes;
/** A page whose time has come waits so long for a feed that is still reading the log. */
const READING_MS = 5_000;

/** A poll that was asked. */
export interface Poll {
  readonly page: Promise<string>;
  /** To be called when it is answered, or its connection is gone: the session then lives on for so long. */
  leave(idleMs: number): void;
}

/** One poll that waits for its page. */
interface Open {
  readonly answer: (page: string) => void;
  readonly given: string | undefined;
  timer: Timer | undefined;
  /** Its time has come: it is answered with what is there. */
  due: boolean;
}

interface Item {
  /** Else it retracts some. */
  readonly message: boolean;
  /** JSON. */
  readonly text: string;
}

export interface PollSessionOptions {
  /** What it was opened with: another wish opens another session. */
  readonly wishes: string;
  readonly given: string | undefined;
  /** How a place in the log is told. */
  readonly format: (position: number) => string;
  /** Called once, when the session has ended. */
  readonly onEnd: () => void;
}

/**
 * The session of a client that polls: it lives from poll to poll, gathers what is pushed, and gives it out in pages.
 *
 * What was put on a page counts as handed over; if that page does not arrive, the client comes with an older position,
 * and a new session begins there.
 */
export class PollSession implements SessionOutlet {
  /** How far the last page reached, which is what the client is to come back with. */
  position: string | undefined;
  private session: Session | undefined;
  private gap: Gap | undefined;
  /** Messages and what retracts them, in the order of the log. */
  private queue: Item[] = [];
  private messages = 0;
  /** What is told at once: calls, presence, notices. */
  private events: string[] = [];
  private bytes = 0;
  private limit: number = LIMITS.pageItemsDefault;
  private open: Open | undefined;
  /** The feed has read all that it can hand over for now. */
  private settled = false;
  private answering = false;
  private ended: SessionEnd | undefined;
  private over = false;
  private idle: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    readonly options: PollSessionOptions,
  ) {
    this.position = options.given;
  }

  begin({ session, result, start }: Opened): void {
    this.session = session;
    this.gap = result.gap;
    this.position ??= result.position;
    if (this.ended === undefined) start();
  }

  get live(): Session | undefined {
    return this.over || this.session?.alive !== true ? undefined : this.session;
  }

  /**
   * Asks for a page. A poll that waits already is answered with an empty one.
   *
   * @param waitMs the page comes when there is something to put on it, else after so long
   */
  ask(given: string | undefined, limit: number, waitMs: number): Poll {
    this.idle?.cancel();
    this.giveWay();
    this.limit = limit;
    let answer: (page: string) => void = () => {};
    const page = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const open: Open = { answer, given, timer: undefined, due: false };
    this.open = open;
    const leave = (idleMs: number) => this.left(open, idleMs);
    if (this.ended !== undefined) {
      this.answer(open);
      return { page, leave };
    }
    if (waitMs === 0) this.due(open);
    else open.timer = this.clock.after(waitMs, () => this.due(open));
    const feed = this.session?.feed;
    this.settled = feed === undefined || !feed.behind;
    this.session?.drained();
    this.look();
    return { page, leave };
  }

  private due(open: Open): void {
    open.due = true;
    open.timer = this.clock.after(READING_MS, () => this.answer(open));
    this.look();
  }

  private left(open: Open, idleMs: number): void {
    open.timer?.cancel();
    if (this.open === open) this.open = undefined;
    // A newer poll waits: it is this one's affair no more.
    if (this.over || this.open !== undefined) return;
    this.idle?.cancel();
    if (idleMs === 0) {
      this.close();
      return;
    }
    this.idle = this.clock.after(idleMs, () => this.close());
    this.session?.drained();
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    this.idle?.cancel();
    this.session?.closed();
    this.options.onEnd();
  }

  // What the core asks of it.

  push(push: Push): void {
    if (this.ended !== undefined) return;
    const message = push.method === 'message';
    if (message) this.messages++;
    if (message || push.method === 'retract') this.queue.push({ message, text: message ? push.params : eventOf(push) });
    else this.events.push(eventOf(push));
    this.bytes += push.params.length;
    if (this.open === undefined && this.bytes > UNSENT_BYTES_MAX) {
      setImmediate(() => this.session?.end(sessionEnd('too-slow', 'too much has come between two polls')));
      return;
    }
    this.look();
  }

  ready(): boolean {
    return this.ended === undefined && this.bytes < (this.open === undefined ? KEPT_BETWEEN_BYTES : LIMITS.pollPageBytes);
  }

  /** A page that is full of messages has room for calls. */
  takesCalls(): boolean {
    return this.ended === undefined && this.bytes < LIMITS.pollPageBytes;
  }

  caughtUp(): void {
    this.settled = true;
    this.look();
  }

  full(): void {
    this.settled = true;
    this.look();
  }

  end(end: SessionEnd): void {
    if (this.ended !== undefined) return;
    if (end.slug === 'replaced') {
      // A newer one has taken over, and gives out all of it.
      this.queue = [];
      this.messages = 0;
      this.events = [];
      this.gap = undefined;
    } else {
      this.events.push(eventOf(new Push('notice', JSON.stringify(closingNotice(end)))));
    }
    this.ended = end;
    if (this.open !== undefined) this.answer(this.open);
    this.close();
  }

  private get fullPage(): boolean {
    return this.messages >= this.limit || this.bytes >= LIMITS.pollPageBytes;
  }

  /** Answers the poll when it can be, at the end of this turn: what comes with it goes with it. */
  private look(): void {
    if (this.open === undefined || this.answering || !this.isDue(this.open)) return;
    this.answering = true;
    setImmediate(() => {
      this.answering = false;
      if (this.open !== undefined && this.isDue(this.open)) this.answer(this.open);
    });
  }

  private isDue({ due }: Open): boolean {
    if (this.fullPage || this.ended !== undefined) return true;
    const something = this.queue.length > 0 || this.events.length > 0 || this.gap !== undefined;
    return this.settled && (something || due);
  }

  private answer(open: Open): void {
    if (this.open !== open) return;
    this.open = undefined;
    open.timer?.cancel();
    const taken = this.take();
    const feed = this.session?.feed;
    if (this.ended?.slug === 'replaced') this.position = open.given ?? this.position;
    else if (this.queue.length > 0) this.position = lastPosition(taken) ?? this.position;
    else if (feed !== undefined) this.position = this.options.format(feed.handedUpTo);
    const texts = (messages: boolean) => taken.filter(({ message }) => message === messages).map(({ text }) => text);
    const page = pageOf(texts(true), [...texts(false), ...this.events], this.position, this.gap);
    this.bytes = this.queue.reduce((bytes, { text }) => bytes + text.length, 0);
    this.events = [];
    this.gap = undefined;
    open.answer(page);
  }

  /** As many messages as a page has, with what stands between them; the rest is for the next page. */
  private take(): Item[] {
    let messages = 0;
    let to = 0;
    while (to < this.queue.length && (messages < this.limit || this.queue[to]?.message === false)) if (this.queue[to++]?.message === true) messages++;
    this.messages -= messages;
    return this.queue.splice(0, to);
  }

  /** The poll that waits gives way to a newer one: an empty page. */
  private giveWay(): void {
    const { open } = this;
    if (open === undefined) return;
    this.open = undefined;
    open.timer?.cancel();
    open.answer(pageOf([], [], open.given ?? this.position, undefined));
  }
}

/** Of the last message of a page that has one. */
function lastPosition(taken: readonly Item[]): string | undefined {
  for (let at = taken.length - 1; at >= 0; at--) {
    const { message, text } = taken[at] as Item;
    const position = message ? rawMember(text, 'position') : undefined;
    if (position !== undefined) return position.slice(1, -1);
  }
  return undefined;
}

function eventOf({ method, params, id }: Push): string {
  return `{"method":"${method}","params":${params}${id === undefined ? '' : `,"id":${JSON.stringify(id)}`}}`;
}

/** Messages and events are JSON text, passed on as it is. */
function pageOf(messages: readonly string[], events: readonly string[], position: string | undefined, gap: Gap | undefined): string {
  return `{"messages":[${messages.join(',')}],"position":${JSON.stringify(position)},"events":[${events.join(',')}]${gap === undefined ? '' : `,"gap":${JSON.stringify(gap)}`}}`;
}
