import type {
  CallAnswer,
  CallParams,
  DeliveredMessage,
  HistoryResult,
  MessageStatus,
  Methods,
  NoticeParams,
  Presence,
  RetractParams,
  SendAnswer,
  SendParams,
  SubscribeResult,
  WithdrawResult,
} from '@vestnik/protocol';
import { uuidv7Maker } from '@vestnik/protocol/uuid';
import { Acknowledger } from './acknowledger.js';
import { type CallHandler, CallHandlers } from './call-handlers.js';
import { ClientPresence } from './client-presence.js';
import type { Connection } from './connection.js';
import { asError, type ClientEvents, Emitter, type MessageHandler } from './events.js';
import { Inbox } from './inbox.js';
import { Link } from './link.js';
import { isToTopic } from './message-filter.js';
import { type CallOptions, type ClientOptions, type ConnectOptions, type RequestOptions, type SendOptions, type Settings, withDefaults } from './options.js';
import { Outbox } from './outbox.js';
import { SeenIds } from './seen-ids.js';
import { socketUrl } from './socket.js';
import { Tokens } from './tokens.js';
import { HttpDoor } from './transports/http-door.js';
import type { SessionInfo } from './transports/transport.js';
import type { AnyCalls, AnyMessageOf, AnyMessages, CallMap, MessageMap, MessageOf, ParamsOf, ResultOf } from './typing.js';
import { VestnikError } from './vestnik-error.js';

/**
 * - `idle`: not started, or stopped because the bus refused it; `connect()` starts it
 * - `connecting`: no session yet, or none at the moment
 * - `connected`: there is a session
 * - `closed`: `close()` was called; `connect()` starts anew
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'closed';

const SEEN_IDS = 10_000;
/** How long data that is fetched by its reference may take. */
const FETCH_WITHIN_MS = 60_000;
const newKey = uuidv7Maker(Date.now, (bytes) => void crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>));

interface Waiter {
  readonly resolve: (session: SessionInfo) => void;
  readonly reject: (error: VestnikError) => void;
}

/**
 * A client of the bus: one session that comes back by itself, over whichever transport works.
 *
 * Messages are handled one at a time, in order, each once while this object lives, and acknowledged
 * after their handler. Durable sends are kept until they are answered. Calls are answered side by side.
 *
 * @typeParam Messages what `data` is, by the type of the message
 * @typeParam Calls `params` and `result`, by the method of the call
 */
export class VestnikClient<Messages extends MessageMap = AnyMessages, Calls extends CallMap = AnyCalls> {
  /** One's own status, and how others are. What is watched, and the status, outlive the session. */
  readonly presence: Pick<ClientPresence, 'set' | 'get' | 'watch' | 'unwatch'>;
  private readonly keptPresence: ClientPresence;
  private readonly settings: Settings;
  private readonly tokens: Tokens;
  private readonly emitter = new Emitter();
  private readonly inbox: Inbox;
  private readonly acknowledger: Acknowledger;
  private readonly outbox: Outbox;
  private readonly calls: CallHandlers;
  private readonly waiters = new Set<Waiter>();
  /** The word for streams and polls: the same over reconnections, so that a newer one takes over from an older. */
  private readonly sessionWord = newKey();
  private readonly failed = (error: Error) => this.emitter.emit('error', error);
  private phase: ConnectionState = 'idle';
  private link: Link | undefined;
  private connection: Connection | undefined;
  private info: SessionInfo | undefined;
  private ending: Promise<void> | undefined;
  /** Why no connection is looked for any more. */
  private stoppedBy: VestnikError | undefined;
  /** Everything up to here was handled. */
  private resumeFrom: string | undefined;

  /** @throws TypeError where `url` is no address of a bus */
  constructor(options: ClientOptions) {
    this.settings = withDefaults(options);
    // Only to see at once that it is one.
    socketUrl(options.url, options.tenant);
    this.tokens = new Tokens(options.token);
    this.resumeFrom = options.position;
    this.acknowledger = new Acknowledger({ acknowledge: this.settings.acknowledge, store: options.positionStore, failed: this.failed });
    this.outbox = new Outbox(this.settings.queueLimit);
    this.calls = new CallHandlers(this.failed);
    this.keptPresence = new ClientPresence(
      { request: (method, params) => this.request(method, params), changed: (presence) => this.emitter.emit('presence', presence), failed: this.failed },
      options.status,
    );
    this.presence = this.keptPresence;
    this.inbox = new Inbox(new SeenIds(Math.max(SEEN_IDS, this.settings.window * 2)), {
      handled: (position) => {
        this.resumeFrom = position;
        this.acknowledger.handled(position);
      },
      refused: (id, error) => this.acknowledger.refused(id, error),
      failed: this.failed,
      unhandled: (message) => this.emitter.emit('unhandled', message),
    });
  }

  get connectionState(): ConnectionState {
    return this.phase;
  }

  /** Over what, and what the bus said of it: who this is, which session, which limits. Absent while there is no session. */
  get session(): SessionInfo | undefined {
    return this.info;
  }

  /**
   * Connects, and comes back by itself from then on until `close()` or until the bus says not to.
   *
   * @returns when there is a session
   * @throws VestnikError when the bus refuses this client, or `attempts` tries have failed
   */
  async connect({ attempts = Number.POSITIVE_INFINITY }: ConnectOptions = {}): Promise<SessionInfo> {
    await this.ending;
    if (this.info !== undefined) return this.info;
    const connected = new Promise<SessionInfo>((resolve, reject) => this.waiters.add({ resolve, reject }));
    if (this.link === undefined) {
      this.phase = 'connecting';
      this.stoppedBy = undefined;
      this.inbox.start();
      this.calls.start();
      this.link = this.newLink(attempts);
    }
    return connected;
  }

  /**
   * Ends the session: waits a moment for the handlers that are running, for the acknowledgement and for
   * the answers, rejects what was not sent, and leaves no timer and no socket. Inside a handler, call it
   * without `await`: it waits for that handler.
   */
  close(): Promise<void> {
    this.ending ??= this.end().finally(() => {
      this.ending = undefined;
    });
    return this.ending;
  }

  /**
   * Adds a handler of all messages, or of those of one type. With several, a message goes through those
   * it is for in turn; one that none is for counts as handled, and is told of by `unhandled`. Without
   * any handler messages wait, unacknowledged.
   *
   * @returns what takes the handler off again
   */
  onMessage(handler: (message: AnyMessageOf<Messages>) => unknown): () => void;
  onMessage<Type extends keyof Messages & string>(type: Type, handler: (message: MessageOf<Messages, Type>) => unknown): () => void;
  onMessage(typeOrHandler: string | ((message: never) => unknown), handler?: (message: never) => unknown): () => void {
    if (typeof typeOrHandler !== 'string') return this.inbox.addHandler(typeOrHandler as MessageHandler);
    return this.inbox.addHandler(handler as MessageHandler, ({ type }) => type === typeOrHandler);
  }

  /**
   * Adds a handler of what is sent to topics: `orders/eu`, or a pattern such as `orders/+` or `orders/#`.
   * It only sorts what comes; {@link subscribe} makes it come.
   *
   * @returns what takes the handler off again
   */
  onTopic(pattern: string, handler: (message: AnyMessageOf<Messages>) => unknown): () => void {
    return this.inbox.addHandler(handler as MessageHandler, ({ to }) => isToTopic(to, pattern));
  }

  /** Listens to an event; `message` is the same as {@link onMessage}. Returns what takes the listener off again. */
  on(event: 'message', handler: (message: AnyMessageOf<Messages>) => unknown): () => void;
  on<Event extends keyof ClientEvents>(event: Event, listener: (value: ClientEvents[Event]) => unknown): () => void;
  on(event: 'message' | keyof ClientEvents, listener: (value: never) => unknown): () => void {
    if (event === 'message') return this.inbox.addHandler(listener as MessageHandler);
    return this.emitter.on(event, listener as (value: ClientEvents[keyof ClientEvents]) => unknown);
  }

  /**
   * Answers the calls of one method. What the handler returns is the result; a `CallError` reaches the
   * caller as it is, any other error with its text; its `signal` is aborted when nobody waits any more.
   *
   * @returns what takes the handler off again
   * @throws TypeError where the method has a handler
   */
  handle<Method extends keyof Calls & string>(method: Method, handler: CallHandler<ParamsOf<Calls, Method>, ResultOf<Calls, Method>>): () => void {
    return this.calls.add(method, handler as CallHandler);
  }

  /**
   * Sends a message. A durable one waits for a connection where there is none, and the answer means
   * that it is on disk; it gets a `key` of its own where it has none. A transient one goes at once or not at all.
   *
   * @throws VestnikError of the bus, or `queue-full`, `offline`, `disconnected` (transient ones only), `closed`
   */
  async send<Type extends keyof Messages & string>(
    message: Omit<SendParams, 'type' | 'data'> & { type: Type; data?: Messages[Type] },
    { signal }: SendOptions = {},
  ): Promise<SendAnswer> {
    if (message.durable === false) return (await this.request('send', message)) as SendAnswer;
    if (this.stoppedBy !== undefined) throw this.stoppedBy;
    return this.outbox.send({ ...message, key: message.key ?? newKey() }, signal);
  }

  /**
   * Calls a client, or one session of it, and waits for the answer. A call is never kept and never repeated.
   *
   * @returns the result and who gave it; with `answer: 'all'` every session's answer, and how many gave none in time
   * @throws VestnikError `client-offline`, `call-timeout`, `call-interrupted` (it may have been carried out),
   *   `call-failed` with the callee's own error in `extra.error`; `offline`, `disconnected`
   */
  call<Method extends keyof Calls & string>(
    to: string,
    method: Method,
    params: ParamsOf<Calls, Method> | undefined,
    options: CallOptions & { readonly answer: 'all' },
  ): Promise<{ answers: CallAnswer[]; missing: number }>;
  call<Method extends keyof Calls & string>(
    to: string,
    method: Method,
    params?: ParamsOf<Calls, Method>,
    options?: CallOptions & { readonly answer?: 'one' | 'first' },
  ): Promise<{ result: ResultOf<Calls, Method>; from: string }>;
  async call(to: string, method: string, params?: unknown, { timeout, answer, signal }: CallOptions = {}): Promise<unknown> {
    return this.request('call', { to, method, params, timeout, answer }, { signal });
  }

  /**
   * Subscribes this client to a topic, or to a pattern of topics; it outlives the session.
   *
   * @param from `now` by default; `first` or a position: what is kept is handed to the handlers once, with `replay: true`
   * @param retained the last message that was sent to be retained is handed over too
   */
  subscribe(topic: string, { from, retained, signal }: RequestOptions & { from?: string; retained?: boolean } = {}): Promise<SubscribeResult> {
    return this.request('subscribe', { topic, from, retained }, { signal });
  }

  unsubscribe(topic: string): Promise<SubscribeResult> {
    return this.request('unsubscribe', { topic });
  }

  /** What this client has received and sent, newest first; with `after` oldest first. `before` and `after` are positions. */
  history(params: Methods['history']['params'] = {}, { signal }: RequestOptions = {}): Promise<HistoryResult> {
    return this.request('history', params, { signal });
  }

  /** A message with its data, where it came without because of `maxData`. */
  async whole<Message extends Pick<DeliveredMessage, 'data' | 'dataRef'>>(message: Message): Promise<Message> {
    if (message.dataRef === undefined) return message;
    await this.tokens.get(false);
    const { url, tenant, fetch } = this.settings;
    const door = new HttpDoor({ url, tenant, fetch, token: () => this.tokens.current });
    const asked = { headers: { accept: 'application/json' }, withinMs: FETCH_WITHIN_MS };
    const { data } = (await door.ask(message.dataRef, asked, (response) => response.json())) as DeliveredMessage;
    return { ...message, data, dataRef: undefined };
  }

  /** What has become of a message that this client sent. */
  state(id: string): Promise<MessageStatus> {
    return this.request('state', { id });
  }

  /** Takes a message back from all that have not acknowledged it. */
  withdraw(id: string): Promise<WithdrawResult> {
    return this.request('withdraw', { id });
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
    return this.request('refresh', { token: next });
  }

  /**
   * Calls any method of the bus over the session there is now.
   *
   * @throws VestnikError `offline` where there is none, `disconnected` where it ended before the answer
   */
  async request<Method extends keyof Methods>(
    method: Method,
    params: Methods[Method]['params'],
    { signal }: RequestOptions = {},
  ): Promise<Methods[Method]['result']> {
    if (this.stoppedBy !== undefined) throw this.stoppedBy;
    if (this.connection === undefined || this.info === undefined) throw new VestnikError('offline', 'there is no connection to the bus now', true);
    signal?.throwIfAborted();
    const answer = this.connection.channel.request(method, params) as Promise<Methods[Method]['result']>;
    return signal === undefined ? answer : untilAborted(answer, signal);
  }

  private newLink(attemptsMax: number): Link {
    return new Link(this.settings, this.tokens, this.sessionWord, attemptsMax, {
      params: () => this.connectParams(),
      // What waits unhandled comes again after the position that we resume from.
      opening: () => this.inbox.clear(false),
      ready: (connection, session, resumed) => this.ready(connection, session, resumed),
      lost: () => this.lost(),
      notification: (method, params) => this.notification(method, params),
      request: (id, method, params) => {
        if (this.connection !== undefined) this.calls.request(this.connection.channel, id, method, params);
      },
      unreadable: () => this.failed(new VestnikError('answer-unreadable', 'the bus sent something that is no JSON-RPC', false)),
      disconnected: (end) => this.emitter.emit('disconnected', end),
      stopped: (error) => this.stop('idle', error),
    });
  }

  private async connectParams(): Promise<Record<string, unknown>> {
    this.resumeFrom ??= await this.settings.positionStore?.load();
    const { device, window, app, heartbeat, maxData } = this.settings;
    const params = { position: this.resumeFrom, device, window, status: this.keptPresence.status(), app, heartbeat, maxData };
    return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  }

  private ready(connection: Connection, session: SessionInfo, resumed: boolean): void {
    if (session.gap?.reason === 'restored' || (this.resumeFrom !== undefined && !resumed)) this.startAgainFrom(session.position);
    else this.resumeFrom ??= session.position;
    this.connection = connection;
    this.info = session;
    this.phase = 'connected';
    this.emitter.emit('connected', session);
    if (session.gap !== undefined) this.emitter.emit('gap', session.gap);
    const { channel } = connection;
    this.acknowledger.attach(channel);
    this.outbox.attach(channel);
    this.keptPresence.attach(channel);
    for (const { resolve } of this.takeWaiters()) resolve(session);
  }

  /** The positions from before mean nothing any more. */
  private startAgainFrom(position: string | undefined): void {
    this.inbox.clear(true);
    this.acknowledger.forget();
    this.resumeFrom = position;
  }

  private lost(): void {
    this.connection = undefined;
    this.info = undefined;
    if (this.phase === 'connected') this.phase = 'connecting';
    this.acknowledger.detach();
    this.outbox.detach();
    this.calls.lost();
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
      case 'cancel':
        this.calls.cancel((params as { id: string }).id);
        break;
      case 'presence':
        this.emitter.emit('presence', params as Presence);
        break;
      case 'notice':
        this.notice(params as NoticeParams);
        break;
      case 'call':
        // Without an id nobody waits for the answer.
        this.failed(new VestnikError('answer-unreadable', `a call of ${(params as CallParams).method} came without an id`, false));
        break;
      default:
      // A newer bus may tell of more than this client knows.
    }
  }

  private notice(notice: NoticeParams): void {
    this.emitter.emit('notice', notice);
    if (notice.type === 'vestnik.gap') {
      const { reason, from, to } = notice;
      if (reason === 'restored') this.startAgainFrom(to);
      this.emitter.emit('gap', { reason, from, to });
    }
    if (notice.type === 'vestnik.token-expiring' && this.tokens.renewable) this.refresh().catch((error: unknown) => this.failed(asError(error)));
  }

  private async end(): Promise<void> {
    this.inbox.stop();
    this.calls.stop();
    const closed = new VestnikError('closed', 'the client was closed', false);
    this.outbox.fail(closed);
    if (this.info !== undefined) {
      const handled = this.inbox.idle().then(() => this.acknowledger.settled());
      await within(Promise.all([handled, this.calls.idle()]), this.settings.closeTimeoutMs);
    }
    await this.link?.close();
    this.stop('closed', closed);
  }

  private stop(state: 'idle' | 'closed', error: VestnikError): void {
    this.link = undefined;
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

/** An answer, or the reason why nobody waits for it any more. */
function untilAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Waits for a promise, but no longer than so. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
