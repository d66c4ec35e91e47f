import type { ConnectResult, NoticeParams } from '@vestnik/protocol';
import { RpcChannel } from './rpc-channel.js';
import type { SessionInfo, Transport } from './transports/transport.js';
import { VestnikError } from './vestnik-error.js';

export type ClosingNotice = Extract<NoticeParams, { type: 'vestnik.closing' }>;

/** How a connection, or an attempt at one, ended. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
  /** What the bus said last, where it was seen. */
  readonly closing?: ClosingNotice;
  /** Why `connect` was refused, or what else went wrong. */
  readonly error?: VestnikError;
  /** How long the session lasted; absent where there never was one. */
  readonly livedMs?: number;
  /** It was given up because nothing was heard. */
  readonly silent?: true;
}

export interface ConnectionListener {
  /** There is a session. Called before anything that follows in the stream is handed over. */
  ready(session: SessionInfo, resumed: boolean): void;
  notification(method: string, params: unknown): void;
  request(id: string | number, method: string, params: unknown): void;
  unreadable(): void;
}

interface ConnectionSettings {
  readonly connectTimeoutMs: number;
  readonly heartbeat: boolean;
}

/** How long the other side has to answer our close before the connection is dropped. */
const CLOSE_WITHIN_MS = 1_000;
/** The bus gives up after two silent ping intervals; half of one more is for the way. */
const SILENT_INTERVALS = 2.5;

/**
 * One connection over one transport, from its opening to its end: says `connect` where the transport
 * has not, answers pings, and notices silence.
 *
 * `closed` is fulfilled exactly once and nothing is handed over after it.
 */
export class Connection {
  readonly closed: Promise<Closed>;
  readonly channel: RpcChannel;
  private over = false;
  private finish!: (closed: Closed) => void;
  private closing: ClosingNotice | undefined;
  private refusal: VestnikError | undefined;
  private readyAt: number | undefined;
  private heardAt = performance.now();
  private silent: true | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param params of `connect`; a `position` that the bus does not know is left out on a second try */
  constructor(
    private readonly transport: Transport,
    params: Readonly<Record<string, unknown>>,
    private readonly settings: ConnectionSettings,
    private readonly listener: ConnectionListener,
  ) {
    this.closed = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.channel = new RpcChannel((frame) => (this.over ? undefined : transport.send(frame)), {
      notification: (method, parameters) => this.notification(method, parameters),
      request: (id, method, parameters) => {
        if (!this.over) listener.request(id, method, parameters);
      },
      unreadable: () => listener.unreadable(),
    });
    this.timer = setTimeout(() => this.drop('the bus did not answer in time'), settings.connectTimeoutMs);
    transport.open(params, {
      opened: (session, resumed) => (session === undefined ? this.hello(params) : this.ready(session, resumed === true)),
      text: (text) => this.receive(() => this.channel.receive(text)),
      frame: (frame) => this.receive(() => this.channel.receiveFrame(frame)),
      heard: () => this.receive(() => undefined),
      unreadable: () => this.receive(() => listener.unreadable()),
      ended: (code, reason, error) => {
        // What the bus said last tells more.
        if (this.closing === undefined) this.refusal ??= error;
        this.end(code, reason);
      },
    });
  }

  /** Closes from this side. `closed` is fulfilled when the other side has answered, or a second later. */
  close(): void {
    if (this.over) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drop('closed'), CLOSE_WITHIN_MS);
    this.transport.close();
  }

  private hello(params: Readonly<Record<string, unknown>>): void {
    this.channel.call('connect', params, (error, result) => {
      if (error === undefined) this.ready(result as ConnectResult, 'position' in params);
      else if (error.slug === 'position-invalid' && 'position' in params) {
        // The bus starts after what was acknowledged last, so that nothing is lost.
        const { position: _forgotten, ...rest } = params;
        this.hello(rest);
      } else this.refused(error);
    });
  }

  private ready(session: Omit<SessionInfo, 'transport'>, resumed: boolean): void {
    if (this.over) return;
    clearTimeout(this.timer);
    this.readyAt = performance.now();
    if (this.settings.heartbeat && typeof session.pingInterval === 'number') this.watch(session.pingInterval * 1000 * SILENT_INTERVALS);
    this.listener.ready({ ...session, transport: this.transport.name }, resumed);
  }

  private refused(error: VestnikError): void {
    if (this.over) return;
    this.refusal = error;
    // The bus closes by itself, with a notice; where it does not, the connection is of no use either.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drop(error.detail), CLOSE_WITHIN_MS);
  }

  private receive(read: () => void): void {
    if (this.over) return;
    this.heardAt = performance.now();
    read();
  }

  private notification(method: string, params: unknown): void {
    if (method === 'ping') {
      this.channel.notify('ping', {});
      return;
    }
    if (method === 'notice' && (params as NoticeParams | undefined)?.type === 'vestnik.closing') this.closing = params as ClosingNotice;
    if (!this.over) this.listener.notification(method, params);
  }

  /** Ends the connection when nothing was heard for so long. */
  private watch(silentMs: number): void {
    const left = this.heardAt + silentMs - performance.now();
    if (left <= 0) {
      this.silent = true;
      this.drop(`nothing was heard for ${Math.round(silentMs / 1000)} s`);
      return;
    }
    this.timer = setTimeout(() => this.watch(silentMs), left);
    // The socket keeps a process alive; this need not.
    (this.timer as { unref?: () => void }).unref?.();
  }

  private drop(reason: string): void {
    this.refusal ??= new VestnikError('unreachable', reason, true);
    this.end(1006, reason);
  }

  private end(code: number, reason: string): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.transport.drop();
    this.channel.end(new VestnikError('disconnected', 'the connection ended before the answer came', true));
    this.finish({
      code,
      reason,
      closing: this.closing,
      error: this.refusal,
      livedMs: this.readyAt === undefined ? undefined : performance.now() - this.readyAt,
      silent: this.silent,
    });
  }
}
