import { reconnectDelayMs } from '@vestnik/protocol/reconnect';
import type { PositionStore } from './position-store.js';
import type { SocketConstructor } from './socket.js';
import type { Fetch } from './transports/http-door.js';
import type { TransportName } from './transports/transport.js';

/**
 * A token, or where to get one. A callback is asked at first, before the token expires, and after
 * the bus has refused the last one; a plain string cannot be renewed, so that its end is the client's.
 */
export type TokenSource = string | (() => string | Promise<string>);

export interface ClientOptions {
  /** Where the bus is: `https://bus.example.com`. */
  readonly url: string;
  readonly tenant: string;
  /** A client token or an API key. */
  readonly token: TokenSource;
  /** A name that gives this installation of the program a position of its own. */
  readonly device?: string;
  /** How many unacknowledged messages the bus hands over before it waits; 256 by default. */
  readonly window?: number;
  /** Start after this position; wins over `positionStore` on the first connection. */
  readonly position?: string;
  /** What this program is, for those who look at the list of sessions. */
  readonly app?: string;
  readonly status?: string;
  /** Whether a silent connection is noticed, by pings that every WebSocket can see; `true` by default. */
  readonly heartbeat?: boolean;
  /** Larger messages come without `data`, with `dataRef`. */
  readonly maxData?: number;
  /** How many sends may wait for a connection; 1,000 by default. */
  readonly queueLimit?: number;
  /** `false`: messages are handed to the handlers and never acknowledged; they come again to the next session. */
  readonly acknowledge?: boolean;
  readonly positionStore?: PositionStore;
  /** The ways to the bus, by preference: where one fails the next is tried. By default `websocket`, `sse`, `long-poll`. */
  readonly transports?: readonly TransportName[];
  /** The `fetch` to use in place of the platform's own. */
  readonly fetch?: Fetch;
  /** The WebSocket to use in place of the platform's own. */
  readonly WebSocket?: SocketConstructor;
  /** How long a connection may take until the bus has answered; 10,000 by default. */
  readonly connectTimeoutMs?: number;
  /** How long a stream may take until its first byte; 5,000 by default. A proxy that keeps answers until they are whole is found out so. */
  readonly firstByteTimeoutMs?: number;
  /** How long `close()` waits for the handler that is running and for its acknowledgement; 2,000 by default. */
  readonly closeTimeoutMs?: number;
  /** The delay before try number `attempt` (from 1). By default it doubles from half a second to half a minute, in part at random. */
  readonly reconnectDelayMs?: (attempt: number) => number;
}

export interface ConnectOptions {
  /** Give up after so many tries that failed, each over all transports; by default the client goes on until the bus refuses it. */
  readonly attempts?: number;
}

export interface SendOptions {
  /** Stops waiting. A send that is already on its way may be accepted all the same. */
  readonly signal?: AbortSignal;
}

export interface RequestOptions {
  /** Stops waiting; what was asked for may be done all the same. */
  readonly signal?: AbortSignal;
}

export interface CallOptions extends RequestOptions {
  /** Seconds, 0.1 to 120; 15 by default. */
  readonly timeout?: number;
  /** `first`: all sessions of the client are called and the first result counts; `all`: every answer is told, of topics and `*` too. */
  readonly answer?: 'one' | 'first' | 'all';
}

export type Settings = ClientOptions & Required<Pick<ClientOptions, (typeof WITH_DEFAULT)[number]>>;
const WITH_DEFAULT = [
  'window',
  'heartbeat',
  'queueLimit',
  'acknowledge',
  'connectTimeoutMs',
  'firstByteTimeoutMs',
  'closeTimeoutMs',
  'reconnectDelayMs',
  'transports',
  'fetch',
] as const;

export function withDefaults(options: ClientOptions): Settings {
  return {
    ...options,
    window: options.window ?? 256,
    heartbeat: options.heartbeat ?? true,
    queueLimit: options.queueLimit ?? 1_000,
    acknowledge: options.acknowledge ?? true,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    firstByteTimeoutMs: options.firstByteTimeoutMs ?? 5_000,
    transports: options.transports ?? ['websocket', 'sse', 'long-poll'],
    // Called as a function of nobody's: the browser's own insists on that.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    closeTimeoutMs: options.closeTimeoutMs ?? 2_000,
    reconnectDelayMs: options.reconnectDelayMs ?? ((attempt) => reconnectDelayMs(attempt, Math.random())),
  };
}
