import type { ConnectResult } from '@vestnik/protocol';
import type { VestnikError } from '../vestnik-error.js';

/** The ways to the bus: plain WebSocket, Server-Sent Events with `rpc`, long polls with `rpc`. */
export type TransportName = 'websocket' | 'sse' | 'long-poll';

/** What is known of a session: over WebSocket all that the bus answered to `connect`, over the others as much as they tell. */
export interface SessionInfo extends Partial<ConnectResult> {
  readonly transport: TransportName;
}

/** What a transport tells of. Nothing is told before `opened`, but `ended`, and nothing after `ended`. */
export interface TransportListener {
  /**
   * Frames can be sent.
   *
   * @param session absent where `connect` has to be called first; given where opening was the call
   * @param resumed whether the session goes on from the position that was asked for
   */
  opened(session?: Omit<SessionInfo, 'transport'>, resumed?: boolean): void;
  /** The text of a frame: one JSON-RPC object, or a batch. */
  text(text: string): void;
  /** A JSON-RPC object that was not written as one. */
  frame(frame: Readonly<Record<string, unknown>>): void;
  /** A sign of life without a frame. */
  heard(): void;
  unreadable(): void;
  /** It is over, by itself. @param code of the WebSocket, else 1006 */
  ended(code: number, reason: string, error?: VestnikError): void;
}

/** One JSON-RPC object on its way out. */
export interface OutgoingFrame {
  readonly text: string;
  /** Absent: the answer to a call of the bus. */
  readonly method?: string;
  /** Absent: nobody waits for an answer. */
  readonly id?: number;
}

/**
 * One way to the bus, for one connection. It only carries frames: what they mean, and what is
 * repeated after it has ended, is decided elsewhere.
 */
export interface Transport {
  readonly name: TransportName;
  /** Called once. @param params of `connect`, for those that open by them */
  open(params: Readonly<Record<string, unknown>>, listener: TransportListener): void;
  /** Frames whose method is `send` are accepted in the order of these calls. What cannot be sent any more is dropped. */
  send(frame: OutgoingFrame): void;
  /** Ends it in order; `ended` follows. */
  close(): void;
  /** Ends it at once; nothing is told. */
  drop(): void;
}
