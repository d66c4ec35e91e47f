import type { Socket } from 'node:net';
import { LIMITS } from '@vestnik/protocol';
import type { WebSocket } from 'ws';
import { Outbox, type Outboxes } from './outbox.js';

/**
 * Writes whole frames past the library, straight to the TCP socket: one write a turn, whatever is due. Frames of the
 * library's own (pong, close) go through the same socket, each whole, so nothing is torn.
 */
export class WebSocketWriter {
  private readonly outbox: Outbox;
  private readonly socket: Socket;

  constructor(
    private readonly webSocket: WebSocket,
    outboxes: Outboxes,
  ) {
    this.outbox = new Outbox(outboxes, this);
    // `ws` gives its TCP socket no public name; it is what `ws` itself writes to.
    this.socket = (webSocket as unknown as { _socket: Socket })._socket;
  }

  /** Whether less than 512 KiB were pushed that have not left for the kernel. */
  ready(): boolean {
    return this.socket.writableLength + this.outbox.bytes < LIMITS.unsentBytes;
  }

  /** Bytes that have left for the kernel so far. */
  get bytesLeft(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  push(frame: Uint8Array): void {
    this.outbox.push(frame);
  }

  write(bytes: Uint8Array): void {
    if (this.webSocket.readyState === this.webSocket.OPEN) this.socket.write(bytes);
  }

  /** Writes now what waits for the end of the turn. */
  flush(): void {
    this.outbox.flush();
  }

  /** Calls once when the socket has room again. */
  whenDrained(then: () => void): void {
    if (this.socket.writableNeedDrain) this.socket.once('drain', then);
    else setImmediate(() => (this.socket.writableNeedDrain ? this.socket.once('drain', then) : then()));
  }
}
