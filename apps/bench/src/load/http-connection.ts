import { connect, type Socket } from 'node:net';

const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;

/** Told of the answer to the one request in flight. */
export type OnAnswer = (status: number, body: () => string) => void;

/**
 * A kept HTTP/1.1 connection with one request in flight, written ready-made.
 *
 * Only answers with a `Content-Length` are understood; others throw.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #memory = Buffer.allocUnsafe(64 * 1024);
  #rest: Buffer | undefined;
  #onAnswer: OnAnswer | undefined;

  private constructor(port: number, opened: (connection: HttpConnection) => void, failed: (error: Error) => void) {
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: this.#memory,
        callback: (length) => {
          this.#read(this.#memory.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('connect', () => opened(this));
    this.#socket.on('error', failed);
    this.#socket.on('close', () => {
      const waiting = this.#onAnswer;
      this.#onAnswer = undefined;
      waiting?.(0, () => 'the server closed the connection');
    });
  }

  static open(port: number): Promise<HttpConnection> {
    return new Promise((opened, failed) => {
      new HttpConnection(port, opened, failed);
    });
  }

  /** @param request must stay as it is until the answer. A connection that was closed answers with status 0 */
  send(request: Buffer, onAnswer: OnAnswer): void {
    if (this.#socket.destroyed) {
      onAnswer(0, () => 'the connection is closed');
      return;
    }
    this.#onAnswer = onAnswer;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    const all = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = all.indexOf(END_OF_HEADERS);
    if (end !== -1) {
      const head = all.toString('latin1', 0, end);
      const length = CONTENT_LENGTH.exec(head)?.[1];
      if (length === undefined) throw new Error(`an answer without Content-Length: ${head}`);
      const whole = end + 4 + Number(length);
      if (all.length >= whole) {
        this.#rest = undefined;
        const onAnswer = this.#onAnswer;
        this.#onAnswer = undefined;
        onAnswer?.(Number(head.slice(9, 12)), () => all.toString('utf8', end + 4, whole));
        return;
      }
    }
    // The memory is read into again, so what is incomplete is copied.
    this.#rest = Buffer.from(all);
  }
}
