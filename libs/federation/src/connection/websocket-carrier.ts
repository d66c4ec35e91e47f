import type { Socket } from 'node:net';
import type { Clock, Timer } from '@vestnik/core';
import type { RawData, WebSocket } from 'ws';
import { WIRE } from '../wire/wire-limits.js';
import { type Carrier, type CarrierEvents, END_MS, STUCK_MS } from './carrier.js';

/** What `ws` is told at both ends. */
export const WEB_SOCKET_OPTIONS = {
  /** Until the other side has proved itself. */
  maxPayload: WIRE.greetingBytes,
  maxFragments: 1_024,
  perMessageDeflate: false,
  closeTimeout: END_MS,
} as const;

const LOOK_MS = 5_000;

/** The insides of `ws` that have no public name: its TCP socket, and the limit that grows once the other side is known. */
interface Insides {
  readonly _socket: Socket;
  readonly _receiver: { _maxPayload: number };
}

/** One binary message is one packet. */
export class WebSocketCarrier implements Carrier {
  readonly transport = 'websocket';
  private readonly insides: Insides;
  private events: CarrierEvents | undefined;
  /** What comes together with the answer to the upgrade, before anybody listens. */
  private readonly early: Buffer[] = [];
  private reason: string | undefined;
  private watch: Timer | undefined;
  private ending = false;

  /** @param webSocket is open */
  constructor(
    private readonly webSocket: WebSocket,
    private readonly clock: Clock,
    readonly address?: string,
  ) {
    this.insides = webSocket as unknown as Insides;
    webSocket.on('error', (error) => {
      this.reason ??= error.message;
    });
    webSocket.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary && this.events === undefined) this.early.push(data as Buffer);
      else if (isBinary) this.events?.received(data as Buffer);
      else this.destroy('a text frame came, where all are binary');
    });
    webSocket.on('close', (code) => {
      this.watch?.cancel();
      this.events?.closed(this.reason ?? `the line was closed (${code})`);
      this.events = undefined;
    });
  }

  get buffered(): number {
    return this.webSocket.bufferedAmount;
  }

  send(packet: Buffer): void {
    if (this.ending || this.webSocket.readyState !== this.webSocket.OPEN) return;
    this.webSocket.send(packet, { binary: true });
    if (this.watch === undefined && this.buffered > 0) this.watchDrain();
  }

  end(): void {
    if (this.ending) return;
    this.ending = true;
    this.webSocket.close(1000);
    // The library's own time begins when the close frame has left; what waits before it may never leave.
    this.clock.after(END_MS, () => this.webSocket.terminate());
  }

  destroy(reason: string): void {
    this.ending = true;
    this.reason ??= reason;
    this.webSocket.terminate();
  }

  admit(): void {
    this.insides._receiver._maxPayload = WIRE.packetBytes;
  }

  pause(): void {
    this.webSocket.pause();
  }

  resume(): void {
    this.webSocket.resume();
  }

  listen(events: CarrierEvents): void {
    this.events = events;
    for (const packet of this.early.splice(0)) queueMicrotask(() => events.received(packet));
    if (this.webSocket.readyState === this.webSocket.CLOSED) queueMicrotask(() => events.closed(this.reason ?? 'the line was closed'));
  }

  /** A socket that takes nothing for 40 s is cut off. */
  private watchDrain(): void {
    const { _socket: socket } = this.insides;
    let left = socket.bytesWritten - socket.writableLength;
    let movedAt = this.clock.monotonic();
    this.watch = this.clock.every(LOOK_MS, () => {
      const now = this.clock.monotonic();
      const leftNow = socket.bytesWritten - socket.writableLength;
      if (leftNow !== left) {
        left = leftNow;
        movedAt = now;
      }
      if (this.buffered === 0) {
        this.watch?.cancel();
        this.watch = undefined;
      } else if (now - movedAt >= STUCK_MS) {
        this.destroy(`nothing was taken from the line for ${STUCK_MS / 1_000} s`);
      }
    });
  }
}
