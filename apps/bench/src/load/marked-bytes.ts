import { encodeFrame, MASK, TEXT } from './frames.js';

/** Stands for the five digits of a client in a template. */
export const CLIENT_MARK = '~~~~~';
/** Stands for the ten digits of a message's number in a template. */
export const NUMBER_MARK = '^^^^^^^^^^';
const NUMBER_DIGITS = NUMBER_MARK.length;

/** The name of a client, of one length for all, so that a request is patched in place. */
export const clientName = (index: number): string => `client-${String(index).padStart(CLIENT_MARK.length, '0')}`;

/** The data of every message: 200 bytes of JSON that carry the message's number. */
export const DATA_TEMPLATE = `{"n":"${NUMBER_MARK}","text":"`.padEnd(198, 'x').concat('"}');

/**
 * Bytes made once, in which only clients and numbers are written anew for each message.
 *
 * One of these belongs to one request in flight: it may be patched again when that was answered.
 */
export class MarkedBytes {
  readonly #clients: readonly number[];
  readonly #numbers: readonly number[];

  /** @param maskedFrom where a masked payload begins; undefined: the bytes are plain */
  private constructor(
    readonly bytes: Buffer,
    plain: Buffer,
    offset: number,
    private readonly maskedFrom: number | undefined,
  ) {
    this.#clients = marks(plain, CLIENT_MARK).map((at) => at + offset);
    this.#numbers = marks(plain, NUMBER_MARK).map((at) => at + offset);
  }

  static plain(text: string): MarkedBytes {
    const bytes = Buffer.from(text);
    return new MarkedBytes(bytes, bytes, 0, undefined);
  }

  /** A POST of a JSON body over a connection that stays. */
  static post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): MarkedBytes {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return MarkedBytes.plain(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`,
    );
  }

  /** A masked text frame. */
  static frame(text: string): MarkedBytes {
    const plain = Buffer.from(text);
    const frame = encodeFrame(TEXT, plain);
    const start = frame.length - plain.length;
    return new MarkedBytes(frame, plain, start, start);
  }

  /** Writes a client into the mark with this index. */
  setClient(mark: number, client: number): void {
    this.#write(this.#clients[mark] as number, CLIENT_MARK.length, client);
  }

  /** Writes a number into the mark with this index. */
  setNumber(mark: number, number: number): void {
    this.#write(this.#numbers[mark] as number, NUMBER_DIGITS, number);
  }

  #write(start: number, digits: number, value: number): void {
    let left = value;
    for (let at = start + digits - 1; at >= start; at--) {
      const digit = 48 + (left % 10);
      left = Math.floor(left / 10);
      this.bytes[at] = this.maskedFrom === undefined ? digit : digit ^ (MASK[(at - this.maskedFrom) & 3] as number);
    }
  }
}

function marks(bytes: Buffer, mark: string): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + mark.length)) found.push(at);
  return found;
}

const NUMBER_KEY = Buffer.from('"n":"');

/** The number of the message between `start` and `end`, or -1 where there is none. */
export function readNumber(bytes: Buffer, start: number, end: number): number {
  const key = bytes.indexOf(NUMBER_KEY, start);
  if (key === -1 || key + NUMBER_KEY.length + NUMBER_DIGITS > end) return -1;
  let number = 0;
  const first = key + NUMBER_KEY.length;
  for (let at = first; at < first + NUMBER_DIGITS; at++) number = number * 10 + ((bytes[at] as number) - 48);
  return number;
}
