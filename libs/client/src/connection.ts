import type { ConnectResult, NoticeParams } from '@vestnik/protocol';
import { RpcChannel } from './rpc-channel.js';
import { OPEN, type SocketLike } from './socket.js';
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
  /** How long the session lasted after `connect` was answered; absent where it never was. */
  readonly livedMs?: number;
}

export interface ConnectionListener {
  /** `connect` was answered. Called before anything that follows in the stream is handed over. */
  ready(result: ConnectResult, resumed: boolean): void;
  notification(method: string, params: unknown): void;
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
 * One connection, from opening the socket to its end: says `connect`, answers pings, and notices silence.
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
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param params of `connect`; a `position` that the bus does not know is left out on a second try */
  constructor(
    private readonly socket: SocketLike,
    params: Readonly<Record<string, unknown>>,
    private readonly settings: ConnectionSettings,
    private readonly listener: ConnectionListener,
  ) {
    this.closed = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.channel = new RpcChannel((text) => this.write(text), {
      notification: (method, parameters) => this.notification(method, parameters),
      unreadable: () => listener.unreadable(),
    });
    socket.onopen = () => this.hello(params);
    socket.onmessage = (event: { data?: unknown }) => this.receive(event.data);
    socket.onclose = (event: { code?: number; reason?: string }) => this.end(event.code ?? 1006, event.reason ?? '');
    // The close event that follows ends the connection; this one only says why.
    socket.onerror = (event: { message?: unknown }) => {
      if (typeof event.message === 'string' && event.message !== '') this.refusal ??= new VestnikError('unreachable', event.message, true);
    };
    this.timer = setTimeout(() => this.drop('the bus did not answer in time'), settings.connectTimeoutMs);
  }

  /** Closes from this side. `closed` is fulfilled when the other side has answered, or a second later. */
  close(): void {
    if (this.over) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drop('closed'), CLOSE_WITHIN_MS);
    this.socket.close(1000);
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

  private ready(result: ConnectResult, resumed: boolean): void {
    if (this.over) return;
    clearTimeout(this.timer);
    this.readyAt = performance.now();
    if (this.settings.heartbeat && typeof result.pingInterval === 'number') this.watch(result.pingInterval * 1000 * SILENT_INTERVALS);
    this.listener.ready(result, resumed);
  }

  private refused(error: VestnikError): void {
    if (this.over) return;
    this.refusal = error;
    // The bus closes by itself, with a notice; where it does not, the connection is of no use either.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.drop(error.detail), CLOSE_WITHIN_MS);
  }

  private receive(data: unknown): void {
    if (this.over) return;
    this.heardAt = performance.now();
    if (typeof data === 'string') this.channel.receive(data);
    else this.listener.unreadable();
  }

  private notification(method: string, params: unknown): void {
    if (method === 'ping') {
      this.channel.notify('ping', {});
      return;
    }
    if (method === 'notice' && (params as NoticeParams | undefined)?.type === 'vestnik.closing') this.closing = params as ClosingNotice;
    if (!this.over) this.listener.notification(method, params);
  }

  private write(text: string): void {
    if (!this.over && this.socket.readyState === OPEN) this.socket.send(text);
  }

  /** Ends the connection when nothing was heard for so long. */
  private watch(silentMs: number): void {
    const left = this.heardAt + silentMs - performance.now();
    if (left <= 0) {
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
    const { socket } = this;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // `ws` throws errors that nobody listens to.
    socket.onerror = () => undefined;
    if (socket.terminate !== undefined) socket.terminate();
    else if (socket.readyState <= OPEN) socket.close();
    this.channel.end(new VestnikError('disconnected', 'the connection ended before the answer came', true));
    this.finish({
      code,
      reason,
      closing: this.closing,
      error: this.refusal,
      livedMs: this.readyAt === undefined ? undefined : performance.now() - this.readyAt,
    });
  }
}
