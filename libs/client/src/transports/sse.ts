import type { ConnectResult } from '@vestnik/protocol';
import { asError } from '../events.js';
import { VestnikError } from '../vestnik-error.js';
import { EventStreamReader, type StreamEvent } from './event-stream.js';
import { type HttpDoor } from './http-door.js';
import { RpcPosts } from './rpc-posts.js';
import type { OutgoingFrame, Transport, TransportListener } from './transport.js';

/** A comment comes so often; seconds. */
const COMMENT_INTERVAL = 15;

/** Server-Sent Events by `fetch`, and `rpc` for what goes the other way (section 9 of the protocol). */
export class SseTransport implements Transport {
  readonly name = 'sse';
  private posts: RpcPosts | undefined;
  private listener: TransportListener | undefined;

  /** @param firstByteMs a proxy that buffers shows itself by a stream that does not begin */
  constructor(
    private readonly door: HttpDoor,
    private readonly session: string,
    private readonly firstByteMs: number,
  ) {}

  open(params: Readonly<Record<string, unknown>>, listener: TransportListener): void {
    this.listener = listener;
    this.posts = new RpcPosts(this.door, this.session, params.device, {
      text: (text) => listener.text(text),
      frame: (frame) => listener.frame(frame),
      broken: (error) => this.end(error),
    });
    const { device, status, window, maxData, app, position } = params;
    const query = { session: this.session, device, status, window, maxData, app };
    this.read({ ...query, after: position }, position !== undefined)
      .catch((error: VestnikError) => {
        if (error.slug !== 'position-invalid' || position === undefined) throw error;
        // The bus starts after what was acknowledged last, so that nothing is lost.
        return this.read(query, false);
      })
      .then(() => this.end(new VestnikError('unreachable', 'the stream has ended', true)))
      .catch((error: VestnikError) => this.end(error));
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
    this.posts?.end();
    this.door.shutDown();
  }

  private async read(query: Readonly<Record<string, unknown>>, resumed: boolean): Promise<void> {
    const headers = { accept: 'text/event-stream' };
    await this.door.ask(this.door.path('events', query), { headers, withinMs: this.firstByteMs }, async ({ body, headers: said }, settled) => {
      if (body === null || !(said.get('content-type') ?? '').startsWith('text/event-stream')) {
        throw new VestnikError('unreachable', 'what answered is no stream of events', true);
      }
      const start = new StreamStart(sessionOf(said.get('vestnik-connected')), this.session, (session) => this.listener?.opened(session, resumed));
      const events = new EventStreamReader((event) => {
        const frame = frameOf(event);
        if (frame === undefined) this.listener?.unreadable();
        else if (start.passes(frame)) this.listener?.frame(frame);
      });
      const decoder = new TextDecoder();
      const reader = body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        settled();
        events.push(decoder.decode(value, { stream: true }));
        start.begun();
        this.listener?.heard();
      }
    });
  }

  private end(thrown: unknown): void {
    const { listener } = this;
    if (listener === undefined) return;
    this.drop();
    listener.ended(1006, '', thrown instanceof VestnikError ? thrown : new VestnikError('unreachable', asError(thrown).message, true, { cause: thrown }));
  }
}

type Frame = Readonly<Record<string, unknown>>;

/** The first of a stream: it shows that a session is there, or says why there is none. */
class StreamStart {
  private opened = false;

  /** @param session what the head of the answer says of it; a proxy may have taken that off */
  constructor(
    private readonly session: Partial<ConnectResult> | undefined,
    private readonly word: string,
    private readonly open: (session: Partial<ConnectResult>) => void,
  ) {}

  /**
   * Whether a frame is to be handed on.
   *
   * @throws VestnikError where the stream was refused: a browser's `EventSource` understands no other words
   */
  passes({ method, params }: Frame): boolean {
    const { type, ...notice } = (method === 'notice' ? params : {}) as { type?: string } & Record<string, unknown>;
    if (!this.opened && this.session === undefined && type === 'vestnik.closing') {
      const { reason, detail, after } = notice;
      throw new VestnikError(String(reason), typeof detail === 'string' ? detail : '', notice.reconnect === true, { extra: { retryAfter: after } });
    }
    const told = !this.opened && type === 'vestnik.gap' && this.session?.gap !== undefined;
    this.begun();
    // The head has told of it.
    return !told;
  }

  begun(): void {
    if (this.opened) return;
    this.opened = true;
    this.open({ session: this.word, ...this.session, pingInterval: COMMENT_INTERVAL });
  }
}

/** What `connect` would have answered. */
function sessionOf(header: string | null): Partial<ConnectResult> | undefined {
  try {
    return header === null ? undefined : (JSON.parse(header) as Partial<ConnectResult>);
  } catch {
    return undefined;
  }
}

/** An event as the JSON-RPC object that the WebSocket would carry; undefined where it is none. */
function frameOf({ event, data }: StreamEvent): Frame | undefined {
  try {
    const params = JSON.parse(data) as Record<string, unknown>;
    if (event !== 'call') return { method: event, params };
    const { id, ...rest } = params;
    return { id, method: 'call', params: rest };
  } catch {
    return undefined;
  }
}
