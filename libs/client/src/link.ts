import { afterDisconnect } from './after-disconnect.js';
import { type Closed, Connection, type ConnectionListener } from './connection.js';
import { asError, type Disconnected } from './events.js';
import type { Settings } from './options.js';
import { findWebSocket, socketUrl } from './socket.js';
import type { Tokens } from './tokens.js';
import { TransportChoice } from './transports/choice.js';
import { HttpDoor, isRefusal } from './transports/http-door.js';
import { LongPollTransport } from './transports/long-poll.js';
import { SseTransport } from './transports/sse.js';
import type { SessionInfo, Transport, TransportName } from './transports/transport.js';
import { WebSocketTransport } from './transports/web-socket.js';
import { VestnikError } from './vestnik-error.js';

/** What a link tells of. */
export interface LinkListener extends Omit<ConnectionListener, 'ready'> {
  /** The params of `connect`, without the token: asked for before each connection. */
  params(): Promise<Record<string, unknown>>;
  /** A connection is about to be opened: what the one before left unhandled comes again. */
  opening(): void;
  ready(connection: Connection, session: SessionInfo, resumed: boolean): void;
  lost(): void;
  disconnected(end: Disconnected): void;
  /** It does not come back by itself. */
  stopped(error: VestnikError): void;
}

/** A connection that lasted so long was a good one: the next delay is the first again. */
const GOOD_AFTER_MS = 1_000;

/**
 * One connection after the other, over whichever transport works, until it is over.
 *
 * A try is a round over the transports. From one to the next it goes without delay where the way
 * failed; where the bus itself has refused, another way would not help.
 */
export class Link {
  private readonly choice: TransportChoice;
  private readonly control = new AbortController();
  private readonly finished: Promise<void>;
  private connection: Connection | undefined;

  /** @param session the word under which the bus knows this client's streams and polls: a newer one takes over from an older */
  constructor(
    private readonly settings: Settings,
    private readonly tokens: Tokens,
    private readonly session: string,
    attemptsMax: number,
    private readonly listener: LinkListener,
  ) {
    this.choice = new TransportChoice(settings.transports);
    this.finished = this.live(attemptsMax);
  }

  /** Ends it in order, and tells nothing more than `lost`. */
  async close(): Promise<void> {
    this.control.abort();
    this.connection?.close();
    await this.finished;
  }

  private async live(attemptsMax: number): Promise<void> {
    const { signal } = this.control;
    const { settings, listener } = this;
    let attempt = 0;
    let freshToken = false;
    let everConnected = false;
    // What the constructor's caller does with this object comes first.
    await Promise.resolve();
    for (;;) {
      const closed = await this.round(freshToken);
      if (signal.aborted) return;

      if (closed.livedMs !== undefined) everConnected = true;
      if (closed.livedMs !== undefined && closed.livedMs >= GOOD_AFTER_MS) attempt = 0;
      attempt += 1;
      const { code, reason } = closed;
      const next = afterDisconnect(closed, this.tokens.renewable);
      if (next.kind === 'stop' || (!everConnected && attempt >= attemptsMax)) {
        listener.stopped(next.error);
        listener.disconnected({ code, reason, error: next.error });
        return;
      }
      const reconnectInMs = next.delayMsMin + settings.reconnectDelayMs(attempt);
      listener.disconnected({ code, reason, error: next.error, reconnectInMs });
      await pause(reconnectInMs, signal);
      if (signal.aborted) return;
      freshToken = next.freshToken;
    }
  }

  /** @returns how the connection ended; where there was none, why the preferred way failed */
  private async round(freshToken: boolean): Promise<Closed> {
    let first: Closed | undefined;
    try {
      const token = await this.tokens.get(freshToken);
      const params = { ...(await this.listener.params()), token };
      for (const name of this.choice.candidates(performance.now())) {
        if (this.control.signal.aborted) break;
        const closed = await this.attempt(name, params);
        if (closed.livedMs !== undefined) {
          if (closed.silent === true && name === 'sse') this.choice.starved(name, performance.now());
          return closed;
        }
        if (!isTheWay(closed)) return closed;
        this.choice.failed(name, performance.now());
        first ??= closed;
      }
      return first ?? { code: 1000, reason: '' };
    } catch (error) {
      return { code: 1006, reason: '', error: problemOf(error) };
    }
  }

  private async attempt(name: TransportName, params: Readonly<Record<string, unknown>>): Promise<Closed> {
    try {
      const transport = await this.transport(name);
      if (this.control.signal.aborted) return { code: 1000, reason: '' };
      this.listener.opening();
      const connection = new Connection(transport, params, this.settings, {
        ready: (session, resumed) => {
          this.choice.worked(name);
          this.listener.ready(connection, session, resumed);
        },
        notification: (method, parameters) => this.listener.notification(method, parameters),
        request: (id, method, parameters) => this.listener.request(id, method, parameters),
        unreadable: () => this.listener.unreadable(),
      });
      this.connection = connection;
      return await connection.closed;
    } catch (error) {
      return { code: 1006, reason: '', error: problemOf(error) };
    } finally {
      this.connection = undefined;
      this.listener.lost();
    }
  }

  private async transport(name: TransportName): Promise<Transport> {
    const { settings, session } = this;
    const { url, tenant, firstByteTimeoutMs } = settings;
    if (name === 'websocket') return new WebSocketTransport(settings.WebSocket ?? (await findWebSocket()), socketUrl(url, tenant));
    const door = new HttpDoor({ url, tenant, fetch: settings.fetch, token: () => this.tokens.current });
    return name === 'sse' ? new SseTransport(door, session, firstByteTimeoutMs) : new LongPollTransport(door, session, settings.connectTimeoutMs);
  }
}

/** Whether the way to the bus has failed, so that another may do, and not the bus itself. */
function isTheWay({ code, closing, error }: Closed): boolean {
  if (closing !== undefined || code >= 4000 || code === 1012 || code === 1013) return false;
  return error === undefined || !isRefusal(error);
}

function problemOf(thrown: unknown): VestnikError {
  return thrown instanceof VestnikError ? thrown : new VestnikError('unreachable', asError(thrown).message, true, { cause: thrown });
}

/** Waits so long, or until it is called off. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    signal.addEventListener('abort', over);
    if (signal.aborted) over();
  });
}
