import type { DeliveredMessage, Gap, NoticeParams, Presence, RetractParams } from '@vestnik/protocol';
import type { SessionInfo } from './transports/transport.js';
import type { VestnikError } from './vestnik-error.js';

/** A connection, or an attempt at one, has ended. */
export interface Disconnected {
  readonly code: number;
  readonly reason: string;
  readonly error: VestnikError;
  /** When the client tries again; absent where it does not. */
  readonly reconnectInMs?: number;
}

/** What a client tells of, beside messages. */
export interface ClientEvents {
  connected: SessionInfo;
  disconnected: Disconnected;
  /** Take these messages off the screen. */
  retract: RetractParams;
  notice: NoticeParams;
  /** How a watched client is now. */
  presence: Presence;
  /** No handler is for this message: it counts as handled. */
  unhandled: DeliveredMessage;
  /** Messages may be missing between two positions. */
  gap: Gap;
  /** Something failed that no caller is waiting for, such as a handler or an acknowledgement. */
  error: Error;
}

/**
 * Handles one message. It is acknowledged when the promise is fulfilled; when it is rejected the
 * message is refused, with the error's text as the reason, and goes to the dead letters.
 */
export type MessageHandler = (message: DeliveredMessage) => unknown;

type Listener<Value> = (value: Value) => unknown;

/** Hands events to whoever listens. A listener that throws harms neither the client nor other listeners. */
export class Emitter {
  private readonly listeners: { [Event in keyof ClientEvents]?: Set<Listener<ClientEvents[Event]>> } = {};

  /** @returns what takes the listener off again */
  on<Event extends keyof ClientEvents>(event: Event, listener: Listener<ClientEvents[Event]>): () => void {
    const set: Set<Listener<ClientEvents[Event]>> = this.listeners[event] ?? new Set();
    (this.listeners as Record<Event, Set<Listener<ClientEvents[Event]>>>)[event] = set;
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<Event extends keyof ClientEvents>(event: Event, value: ClientEvents[Event]): void {
    for (const listener of this.listeners[event] ?? []) {
      try {
        const returned = listener(value);
        if (returned instanceof Promise) returned.catch((error: unknown) => this.failed(event, error));
      } catch (error) {
        this.failed(event, error);
      }
    }
  }

  private failed(event: keyof ClientEvents, error: unknown): void {
    // An error of an error listener has nowhere left to go.
    if (event !== 'error') this.emit('error', asError(error));
  }
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
