import type { Gap } from '@vestnik/protocol';
import { asError } from '../events.js';
import { VestnikError } from '../vestnik-error.js';
import { type HttpDoor } from './http-door.js';
import { RpcPosts } from './rpc-posts.js';
import type { OutgoingFrame, Transport, TransportListener } from './transport.js';

/** What one poll brings. */
interface Page {
  readonly messages?: readonly unknown[];
  /** How far this page reaches. */
  readonly position: string;
  readonly events?: readonly Readonly<Record<string, unknown>>[];
  readonly gap?: Gap;
}

const WAIT_SECONDS = 25;
/** The bus may answer so much later, by a slow way. */
const SLACK_MS = 15_000;
/** An empty page that comes sooner is no reason to ask again at once. */
const EMPTY_AFTER_MS = 1_000;

/**
 * Long polls, and `rpc` for what goes the other way (section 9 of the protocol): for where no answer
 * comes before it is whole.
 *
 * Polling acknowledges nothing (`ack=none`): that is said by `ack`, as over the other ways.
 */
export class LongPollTransport implements Transport {
  readonly name = 'long-poll';
  private posts: RpcPosts | undefined;
  private listener: TransportListener | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param firstAnswerMs how long the first poll, which does not wait, may take */
  constructor(
    private readonly door: HttpDoor,
    private readonly session: string,
    private readonly firstAnswerMs: number,
  ) {}

  open(params: Readonly<Record<string, unknown>>, listener: TransportListener): void {
    this.listener = listener;
    this.posts = new RpcPosts(this.door, this.session, params.device, {
      text: (text) => listener.text(text),
      frame: (frame) => listener.frame(frame),
      broken: (error) => this.end(error),
    });
    this.run(params).catch((error: unknown) => this.end(error));
  }

  send(frame: OutgoingFrame): void {
    this.posts?.send(frame);
  }

  close(): void {
    const { listener } = this;
    this.drop();
    listener?.ended(1000, '');
  }

  drop(): void {
    this.listener = undefined;
    clearTimeout(this.timer);
    this.posts?.end();
    this.door.shutDown();
  }

  private async run({ device, status, window, maxData, app, position }: Readonly<Record<string, unknown>>): Promise<void> {
    const query = { session: this.session, device, status, window, maxData, app, ack: 'none' };
    let resumed = position !== undefined;
    let page = await this.poll({ ...query, after: position, wait: 0 }, this.firstAnswerMs).catch((error: VestnikError) => {
      if (error.slug !== 'position-invalid' || !resumed) throw error;
      // The bus starts after what was acknowledged last, so that nothing is lost.
      resumed = false;
      return this.poll({ ...query, wait: 0 }, this.firstAnswerMs);
    });
    this.listener?.opened({ session: this.session, gap: page.gap }, resumed);
    this.tell({ ...page, gap: undefined });
    while (this.listener !== undefined) {
      const askedAt = performance.now();
      page = await this.poll({ ...query, after: page.position, wait: WAIT_SECONDS }, WAIT_SECONDS * 1000 + SLACK_MS);
      this.tell(page);
      // Somebody between here and the bus does not wait.
      if (isEmpty(page) && performance.now() - askedAt < EMPTY_AFTER_MS) await this.pause(EMPTY_AFTER_MS);
    }
  }

  private async poll(query: Readonly<Record<string, unknown>>, withinMs: number): Promise<Page> {
    const text = await this.door.ask(this.door.path('inbox', query), { headers: { accept: 'application/json' }, withinMs }, (response) => response.text());
    const page = readPage(text);
    if (page === undefined) throw new VestnikError('unreachable', 'what answered is no page of messages', true);
    return page;
  }

  /** Messages first: a retraction may be of one of them. */
  private tell({ messages = [], events = [], gap }: Page): void {
    if (gap !== undefined) this.listener?.frame({ method: 'notice', params: { type: 'vestnik.gap', ...gap } });
    for (const message of messages) this.listener?.frame({ method: 'message', params: message });
    for (const event of events) this.listener?.frame(event);
    this.listener?.heard();
    // The session is over; the next poll would open another.
    if (events.some(isClosing)) this.end(new VestnikError('unreachable', 'the bus has ended the session', true));
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.timer = setTimeout(resolve, ms);
    });
  }

  private end(thrown: unknown): void {
    const { listener } = this;
    if (listener === undefined) return;
    this.drop();
    listener.ended(1006, '', thrown instanceof VestnikError ? thrown : new VestnikError('unreachable', asError(thrown).message, true, { cause: thrown }));
  }
}

function readPage(text: string): Page | undefined {
  try {
    const page = JSON.parse(text) as Partial<Page> | null;
    return typeof page?.position === 'string' ? (page as Page) : undefined;
  } catch {
    return undefined;
  }
}

function isEmpty({ messages = [], events = [], gap }: Page): boolean {
  return messages.length === 0 && events.length === 0 && gap === undefined;
}

function isClosing({ method, params }: Readonly<Record<string, unknown>>): boolean {
  return method === 'notice' && (params as { type?: unknown } | undefined)?.type === 'vestnik.closing';
}
