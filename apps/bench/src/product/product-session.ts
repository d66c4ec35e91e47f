import { LightSocket } from '../load/light-socket.js';
import { readNumber } from '../load/marked-bytes.js';
import { TENANT } from './tenant.js';

const RESULT = Buffer.from('"result":');
const ERROR = Buffer.from('"error":');
const METHOD = Buffer.from('"method":');
const POSITION = Buffer.from('"position":"');
const QUOTE = 34;

export interface SessionOptions {
  readonly port: number;
  /** A client's token, or the backend's key. */
  readonly token: string;
  /** Told of each message. */
  readonly onMessage?: (number: number) => void;
  /** Told of each answer to what was sent by `socket`, but for those to acknowledgements. */
  readonly onAnswer?: (error: string | undefined) => void;
  /** All frames of one read were handed over. */
  readonly readDone?: () => void;
  /** Acknowledge what arrives, by calls with an answer, one under way at a time, as the official client does. */
  readonly onAcknowledged?: (messages: number) => void;
}

/** A session over plain WebSocket and JSON-RPC, read as cheaply as can be. */
export class ProductSession {
  #position: string | undefined;
  /** Messages since the acknowledgement under way was sent, and those that it covers. */
  #arrived = 0;
  #covered = 0;
  #isAcknowledging = false;
  #connected: ((error?: Error) => void) | undefined;
  #socket: LightSocket | undefined;

  private constructor(private readonly options: SessionOptions) {}

  /** Resolves when `connect` was answered; messages may come before that. */
  static async open(options: SessionOptions): Promise<ProductSession> {
    const session = new ProductSession(options);
    const connected = new Promise<void>((resolve, reject) => {
      session.#connected = (error) => (error === undefined ? resolve() : reject(error));
    });
    connected.catch(() => undefined);
    session.#socket = await LightSocket.open(
      {
        port: options.port,
        path: `/v1/tenants/${TENANT}/socket`,
        headers: { 'Sec-WebSocket-Protocol': 'vestnik.v1.jsonrpc', Authorization: `Bearer ${options.token}` },
      },
      {
        text: (bytes, start, end) => session.#text(bytes, start, end),
        readDone: () => {
          options.readDone?.();
          if (options.onAcknowledged !== undefined) session.#acknowledge();
        },
        closed: (code, reason) => session.#connected?.(new Error(`the session closed: ${code} ${reason}`)),
      },
    );
    session.socket.sendText('{"jsonrpc":"2.0","id":"connect","method":"connect","params":{}}');
    await connected;
    return session;
  }

  get socket(): LightSocket {
    return this.#socket as LightSocket;
  }

  #text(bytes: Buffer, start: number, end: number): void {
    const number = readNumber(bytes, start, end);
    if (number !== -1) {
      this.#arrived += 1;
      if (this.options.onAcknowledged !== undefined) this.#position = readPosition(bytes, start, end) ?? this.#position;
      this.options.onMessage?.(number);
      return;
    }
    if (isWithin(bytes, METHOD, start, end)) {
      const text = bytes.toString('utf8', start, end);
      if (text.includes('vestnik.closing')) this.#connected?.(new Error(text));
      return;
    }
    const failed = !isWithin(bytes, RESULT, start, end) && isWithin(bytes, ERROR, start, end);
    this.#answered(failed ? bytes.toString('utf8', start, end) : undefined);
  }

  #answered(error: string | undefined): void {
    if (this.#connected !== undefined) {
      const connected = this.#connected;
      this.#connected = undefined;
      connected(error === undefined ? undefined : new Error(error));
    } else if (this.#isAcknowledging) {
      if (error !== undefined) throw new Error(`an acknowledgement was refused: ${error}`);
      this.#isAcknowledging = false;
      this.options.onAcknowledged?.(this.#covered);
    } else {
      this.options.onAnswer?.(error);
    }
  }

  #acknowledge(): void {
    if (this.#isAcknowledging || this.#arrived === 0 || this.#position === undefined || this.#socket === undefined || this.#connected !== undefined) return;
    this.#isAcknowledging = true;
    this.#covered = this.#arrived;
    this.#arrived = 0;
    this.#socket.sendText(`{"jsonrpc":"2.0","id":1,"method":"ack","params":{"position":"${this.#position}"}}`);
  }
}

function isWithin(bytes: Buffer, part: Buffer, start: number, end: number): boolean {
  const at = bytes.indexOf(part, start);
  return at !== -1 && at < end;
}

function readPosition(bytes: Buffer, start: number, end: number): string | undefined {
  const at = bytes.indexOf(POSITION, start);
  if (at === -1 || at >= end) return undefined;
  const first = at + POSITION.length;
  return bytes.toString('latin1', first, bytes.indexOf(QUOTE, first));
}
