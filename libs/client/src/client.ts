import type {
  ConnectResult,
  DeliveredMessage,
  MessageStatus,
  Methods,
  NoticeParams,
  RetractParams,
  SendAnswer,
  SendParams,
  WithdrawResult,
} from '@vestnik/protocol';
import { uuidv7Maker } from '@vestnik/protocol/uuid';
import { Acknowledger } from './acknowledger.js';
import { afterDisconnect } from './after-disconnect.js';
import { type Closed, Connection } from './connection.js';
import { asError, type ClientEvents, Emitter, type MessageHandler } from './events.js';
import { Inbox } from './inbox.js';
import { type ClientOptions, type ConnectOptions, type SendOptions, type Settings, withDefaults } from './options.js';
import { Outbox } from './outbox.js';
import { SeenIds } from './seen-ids.js';
import { findWebSocket, SUBPROTOCOL, socketUrl } from './socket.js';
import { Tokens } from './tokens.js';
import { VestnikError } from './vestnik-error.js';

/**
 * - `idle`: not started, or stopped because the bus refused it; `connect()` starts it
 * - `connecting`: no session yet, or none at the moment
 * - `connected`: there is a session
 * - `closed`: `close()` was called; `connect()` starts anew
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'closed';

/** A connection that lasted so long was a good one: the next delay is the first again. */
const GOOD_AFTER_MS = 1_000;
const SEEN_IDS = 10_000;
const newKey = uuidv7Maker(Date.now, (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));

interface Waiter {
  readonly resolve: (result: ConnectResult) => void;
  readonly reject: (error: VestnikError) => void;
}

/**
 * A client of the bus: one session that comes back by itself.
 *
 * Messages are handled one at a time, in order, each once while this object lives, and acknowledged
 * after their handler. Durable sends are kept until they are answered.
 */
export class VestnikClient {
  private readonly settings: Settings;
  private readonly address: string;
  private readonly tokens: Tokens;
  private readonly emitter = new Emitter();
  private readonly inbox: Inbox;
  private readonly acknowledger: Acknowledger;
  private readonly outbox: Outbox;
  private readonly waiters = new Set<Waiter>();
  private readonly failed = (error: Error) => this.emitter.emit('error', error);
  private phase: ConnectionState = 'idle';
  private life: AbortController | undefined;
  private connection: Connection | undefined;
  private result: ConnectResult | undefined;
  private ending: Promise<void> | undefined;
  /** Why no connection is looked for any more. */
  private stoppedBy: VestnikError | undefined;
  /** Everything up to here was handled. */
  private resumeFrom: string | undefined;

  /** @throws TypeError where `url` is no address of a bus */
  constructor(options: ClientOptions) {
    this.settings = withDefaults(options);
    this.address = socketUrl(options.url, options.tenant);
    this.tokens = new Tokens(options.token);
    this.resumeFrom = options.position;
    this.acknowledger = new Acknowledger({ acknowledge: this.settings.acknowledge, store: options.positionStore, failed: this.failed });
    this.outbox = new Outbox(this.settings.queueLimit);
    this.inbox = new Inbox(new SeenIds(Math.max(SEEN_IDS, this.settings.window * 2)), {
      handled: (position) => {
        this.resumeFrom = position;
        this.acknowledger.handled(position);
      },
      refused: (id, error) => this.acknowledger.refused(id, error),
      failed: this.failed,
    });
  }

  get connectionState(): ConnectionState {
    return this.phase;
  }

  /** What the bus answered to `connect`: who this is, which session, which limits. Absent while there is no session. */
  get session(): ConnectResult | undefined {
    return this.result;
  }

  /**
   * Connects, and comes back by itself from then on until `close()` or until the bus says not to.
   *
   * @returns when there is a session
   * @throws VestnikError when the bus refuses this client, or `attempts` tries have failed
   */
  async connect({ attempts = Number.POSITIVE_INFINITY }: ConnectOptions = {}): Promise<ConnectResult> {
    await this.ending;
    if (this.result !== undefined) return this.result;
    const connected = new Promise<ConnectResult>((resolve, reject) => this.waiters.add({ resolve, reject }));
    if (this.life === undefined) {
      this.life = new AbortController();
      this.phase = 'connecting';
      this.stoppedBy = undefined;
      this.inbox.start();
      void this.live(this.life, attempts);
    }
    return connected;
  }

  /**
   * Ends the session: waits a moment for the handler that is running and for its acknowledgement,
   * rejects what was not sent, and leaves no timer and no socket. Inside a handler, call it without
   * `await`: it waits for that handler.
   */
  close(): Promise<void> {
    this.ending ??= this.end().finally(() => {
      this.ending = undefined;
    });
    return this.ending;
  }

  /**
   * Adds a handler of messages. With several, each message goes through them in turn; without any
   * messages wait, unacknowledged.
   *
   * @returns what takes the handler off again
   */
  onMessage(handler: MessageHandler): () => void {
    return this.inbox.addHandler(handler);
  }

  /** Listens to an event; `message` is the same as {@link onMessage}. Returns what takes the listener off again. */
  on(event: 'message', handler: MessageHandler): () => void;
  on<Event extends keyof ClientEvents>(event: Event, listener: (value: ClientEvents[Event]) => unknown): () => void;
  on(event: 'message' | keyof ClientEvents, listener: (value: never) => unknown): () => void {
    if (event === 'message') return this.inbox.addHandler(listener as MessageHandler);
    return this.emitter.on(event, listener as (value: ClientEvents[keyof ClientEvents]) => unknown);
  }

  /**
   * Sends a message. A durable one waits for a connection where there is none, and the answer means
   * that it is on disk; it gets a `key` of its own where it has none. A transient one goes at once or not at all.
   *
   * @throws VestnikError of the bus, or `queue-full`, `offline`, `disconnected` (transient ones only), `closed`
   */
  async send(message: SendParams, { signal }: SendOptions = {}): Promise<SendAnswer> {
    if (message.durable === false) return (await this.request('send', message)) as SendAnswer;
    if (this.stoppedBy !== undefined) throw this.stoppedBy;
    return this.outbox.send({ ...message, key: message.key ?? newKey() }, signal);
  }

  /** What has become of a message that this client sent. */
  async state(id: string): Promise<MessageStatus> {
    return (await this.request('state', { id })) as MessageStatus;
  }

  /** Takes a message back from all that have not acknowledged it. */
  async withdraw(id: string): Promise<WithdrawResult> {
    return (await this.request('withdraw', { id })) as WithdrawResult;
  }

  /** A person has seen these messages: the client's other sessions take them off the screen. */
  async read(ids: string | readonly string[]): Promise<void> {
    await this.request('read', { ids: typeof ids === 'string' ? [ids] : [...ids] });
  }

  /**
   * Gives the session a new token for the same client, in time before the old one expires. Called by
   * itself when the bus says that it is about to, where `token` is a callback.
   */
  async refresh(token?: string): Promise<{ expiresAt: string }> {
    if (token !== undefined) this.tokens.use(token);
    const next = token ?? (await this.tokens.get(true));
    return (await this.request('refresh', { token: next })) as { expiresAt: string };
  }

  /**
   * Calls any method of the bus over the session there is now.
   *
   * @throws VestnikError `offline` where there is none, `disconnected` where it ended before the answer
   */
  async request<Method extends keyof Methods>(method: Method, params: Methods[Method]['params']): Promise<Methods[Method]['result']> {
    if (this.stoppedBy !== undefined) throw this.stoppedBy;
    if (this.connection === undefined || this.result === undefined) throw new VestnikError('offline', 'there is no connection to the bus now', true);
    return (await this.connection.channel.request(method, params)) as Methods[Method]['result'];
  }

  /** One connection after the other, until it is over. */
  private async live(life: AbortController, attemptsMax: number): Promise<void> {
    let attempt = 0;
    let freshToken = false;
    let everConnected = false;
    for (;;) {
      const closed = await this.connectOnce(life, freshToken);
      if (life.signal.aborted) return;

      if (closed.livedMs !== undefined) everConnected = true;
      if (closed.livedMs !== undefined && closed.livedMs >= GOOD_AFTER_MS) attempt = 0;
      attempt += 1;
      const next = afterDisconnect(closed, this.tokens.renewable);
      if (next.kind === 'stop' || (!everConnected && attempt >= attemptsMax)) {
        this.stop('idle', next.error);
        this.emitter.emit('disconnected', { code: closed.code, reason: closed.reason, error: next.error });
        return;
      }
      const reconnectInMs = next.delayMsMin + this.settings.reconnectDelayMs(attempt);
      this.emitter.emit('disconnected', { code: closed.code, reason: closed.reason, error: next.error, reconnectInMs });
      await pause(reconnectInMs, life.signal);
      if (life.signal.aborted) return;
      freshToken = next.freshToken;
    }
  }

  private async connectOnce(life: AbortController, freshToken: boolean): Promise<Closed> {
    try {
      const token = await this.tokens.get(freshToken);
      const Socket = this.settings.WebSocket ?? (await findWebSocket());
      this.resumeFrom ??= await this.settings.positionStore?.load();
      if (life.signal.aborted) return { code: 1000, reason: '' };
      // What waits unhandled comes again after the position that we resume from.
      this.inbox.clear(false);
      const connection = new Connection(new Socket(this.address, [SUBPROTOCOL]), this.connectParams(token), this.settings, {
        ready: (result, resumed) => this.ready(connection, result, resumed),
        notification: (method, params) => this.notification(method, params),
        unreadable: () => this.failed(new VestnikError('answer-unreadable', 'the bus sent something that is no JSON-RPC', false)),
      });
      this.connection = connection;
      const closed = await connection.closed;
      this.lost();
      return closed;
    } catch (error) {
      this.lost();
      const problem = error instanceof VestnikError ? error : new VestnikError('unreachable', asError(error).message, true, { cause: error });
      return { code: 1006, reason: '', error: problem };
    }
  }

  private connectParams(token: string): Record<string, unknown> {
    const { device, window, status, app, heartbeat, maxData } = this.settings;
    const params = { token, position: this.resumeFrom, device, window, status, app, heartbeat, maxData };
    return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  }

  private ready(connection: Connection, result: ConnectResult, resumed: boolean): void {
    const renumbered = result.gap?.reason === 'restored' || (this.resumeFrom !== undefined && !resumed);
    if (renumbered) {
      this.inbox.clear(true);
      this.acknowledger.forget();
    }
    if (renumbered || this.resumeFrom === undefined) this.resumeFrom = result.position;
    this.result = result;
    this.phase = 'connected';
    this.emitter.emit('connected', result);
    if (result.gap !== undefined) this.emitter.emit('gap', result.gap);
    this.acknowledger.attach(connection.channel);
    this.outbox.attach(connection.channel);
    for (const { resolve } of this.takeWaiters()) resolve(result);
  }

  private lost(): void {
    this.connection = undefined;
    this.result = undefined;
    if (this.phase === 'connected') this.phase = 'connecting';
    this.acknowledger.detach();
    this.outbox.detach();
  }

  private notification(method: string, params: unknown): void {
    switch (method) {
      case 'message':
        this.inbox.push(params as DeliveredMessage);
        break;
      case 'retract':
        this.inbox.retract((params as RetractParams).ids);
        this.emitter.emit('retract', params as RetractParams);
        break;
      case 'notice':
        this.notice(params as NoticeParams);
        break;
      default:
      // A newer bus may tell of more than this client knows.
    }
  }

  private notice(notice: NoticeParams): void {
    this.emitter.emit('notice', notice);
    if (notice.type === 'vestnik.gap') this.emitter.emit('gap', { reason: notice.reason, from: notice.from, to: notice.to });
    if (notice.type === 'vestnik.token-expiring' && this.tokens.renewable) this.refresh().catch((error: unknown) => this.failed(asError(error)));
  }

  private async end(): Promise<void> {
    this.inbox.stop();
    const closed = new VestnikError('closed', 'the client was closed', false);
    this.outbox.fail(closed);
    const { life, connection } = this;
    if (this.result !== undefined) {
      const finished = this.inbox.idle().then(() => this.acknowledger.settled());
      await within(finished, this.settings.closeTimeoutMs);
    }
    life?.abort();
    connection?.close();
    await connection?.closed;
    this.stop('closed', closed);
  }

  private stop(state: 'idle' | 'closed', error: VestnikError): void {
    this.life?.abort();
    this.life = undefined;
    this.phase = state;
    this.stoppedBy = error;
    this.outbox.fail(error);
    for (const { reject } of this.takeWaiters()) reject(error);
  }

  private takeWaiters(): Waiter[] {
    const waiters = [...this.waiters];
    this.waiters.clear();
    return waiters;
  }
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

/** Waits for a promise, but no longer than so. */
async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
