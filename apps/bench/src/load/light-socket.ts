import { connect, type Socket } from 'node:net';
import { CLOSE, encodeFrame, FrameReader, PING, PONG, TEXT } from './frames.js';

/** One memory for what all sockets read: a read is used up before the next one begins. */
const sharedMemory = Buffer.allocUnsafe(256 * 1024);
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

export interface LightSocketOptions {
  readonly port: number;
  readonly path: string;
  /** Further lines of the upgrade request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the owner of a socket is told. Bytes are valid only until the call returns. */
export interface SocketEvents {
  text(bytes: Buffer, start: number, end: number): void;
  /** All frames of one read were handed over. */
  readDone?(): void;
  closed?(code: number, reason: string): void;
}

/**
 * A WebSocket client that costs next to nothing, so that the load generator is not what is measured.
 *
 * It reads without streams into memory shared by all sockets, answers pings, and trusts the server's
 * handshake as soon as its status is 101.
 */
export class LightSocket {
  readonly #socket: Socket;
  readonly #frames: FrameReader;
  #open = false;
  #handshake = '';
  #closing: { code: number; reason: string } = { code: 1006, reason: '' };

  private constructor(options: LightSocketOptions, events: SocketEvents, settle: { open: (socket: LightSocket) => void; failed: (error: Error) => void }) {
    this.#frames = new FrameReader((opcode, bytes, start, end) => {
      if (opcode === TEXT) events.text(bytes, start, end);
      else if (opcode === PING) this.#socket.write(encodeFrame(PONG, Buffer.from(bytes.subarray(start, end))));
      else if (opcode === CLOSE) this.#closed(bytes, start, end);
    });
    this.#socket = connect({
      host: '127.0.0.1',
      port: options.port,
      noDelay: true,
      onread: {
        buffer: sharedMemory,
        callback: (length) => {
          const bytes = sharedMemory.subarray(0, length);
          if (this.#open) this.#frames.read(bytes);
          else this.#readHandshake(bytes, settle);
          events.readDone?.();
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => settle.failed(error));
    this.#socket.on('close', () => {
      settle.failed(new Error(`the server closed the connection: ${this.#closing.code} ${this.#closing.reason}`));
      events.closed?.(this.#closing.code, this.#closing.reason);
    });
    const lines = Object.entries(options.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(
      `GET ${options.path} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${lines.join('')}\r\n`,
    );
  }

  /** Resolves after the handshake. Frames that came with its answer are handed over before. */
  static open(options: LightSocketOptions, events: SocketEvents): Promise<LightSocket> {
    return new Promise((open, failed) => {
      new LightSocket(options, events, { open, failed });
    });
  }

  /** @param frame a whole frame of `encodeFrame`; its memory must stay as it is until the server has answered */
  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  sendText(text: string): void {
    this.#socket.write(encodeFrame(TEXT, Buffer.from(text)));
  }

  /** Cuts the connection off, as a network does: no close frame. */
  cut(): Promise<void> {
    return new Promise((closed) => {
      if (this.#socket.destroyed) return closed();
      this.#socket.once('close', () => closed());
      this.#socket.destroy();
    });
  }

  #readHandshake(bytes: Buffer, settle: { open: (socket: LightSocket) => void; failed: (error: Error) => void }): void {
    const end = bytes.indexOf(END_OF_HEADERS);
    this.#handshake += bytes.toString('latin1', 0, end === -1 ? bytes.length : end + 4);
    if (end === -1) return;
    if (!this.#handshake.startsWith('HTTP/1.1 101')) {
      settle.failed(new Error(`the upgrade was refused: ${this.#handshake}${bytes.toString('utf8', end + 4)}`));
      this.#socket.destroy();
      return;
    }
    this.#open = true;
    this.#handshake = '';
    settle.open(this);
    if (bytes.length > end + 4) this.#frames.read(bytes.subarray(end + 4));
  }

  #closed(bytes: Buffer, start: number, end: number): void {
    if (end - start >= 2) this.#closing = { code: bytes.readUInt16BE(start), reason: bytes.toString('utf8', start + 2, end) };
    this.#socket.end();
  }
}
