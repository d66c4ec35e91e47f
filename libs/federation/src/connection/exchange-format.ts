import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { WIRE } from '../wire/wire-limits.js';

/*
 * The body of a `POST /v1/links/exchange`, and of its answer: a line of JSON, then packets, each after its length (4 bytes, the highest
 * first). Both sides number the packets that they send from 1, and say up to where they have those of the other. So a POST that is
 * repeated after a lost answer changes nothing, and loses nothing.
 */

export const EXCHANGE_PATH = '/v1/links/exchange';
/** The header that names the connection: an unguessable word, from the first answer on. */
export const SESSION_HEADER = 'vestnik-link-session';

/** An answer waits so long for something to say. */
export const HOLD_MS = 20_000;
/** Packets of one body, together with their lengths; one alone may always go. */
export const TURN_BYTES = 2 * 1024 * 1024;
const NOTE_BYTES = 1_024;
/** What is read at most of a body: the largest packet that there is comes alone. */
export const TURN_BYTES_MAX = Math.max(TURN_BYTES, 4 + WIRE.packetBytes) + NOTE_BYTES;
export const GREETING_BYTES_MAX = WIRE.greetingBytes + NOTE_BYTES;
/** What may wait to be acknowledged by the other side. */
export const UNACKNOWLEDGED_BYTES_MAX = 32 * 1024 * 1024;

const LINE_FEED = 10;
const number = z.int().min(0);

const noteSchema = z.object({ first: number.min(1), have: number, again: z.literal(true).optional(), end: z.literal(true).optional() });

export interface ExchangeNote {
  /** The number of the first packet that follows. */
  readonly first: number;
  /** All packets of the other side up to there have come. */
  readonly have: number;
  /** Something is missing: the other side is to begin anew after `have`. */
  readonly again?: true;
  /** Nothing comes after these. */
  readonly end?: true;
}

export interface ExchangeTurn {
  readonly note: ExchangeNote;
  readonly packets: readonly Uint8Array[];
}

export function writeTurn({ note, packets }: ExchangeTurn): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`${JSON.stringify(note)}\n`)];
  for (const packet of packets) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(packet.length);
    parts.push(length, packet);
  }
  return Buffer.concat(parts);
}

/** @returns undefined for what is none */
export function readTurn(bytes: Uint8Array): ExchangeTurn | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.subarray(0, NOTE_BYTES).indexOf(LINE_FEED);
  if (end < 0 || !isUtf8(buffer.subarray(0, end))) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(buffer.toString('utf8', 0, end));
  } catch {
    return undefined;
  }
  const note = noteSchema.safeParse(value);
  if (!note.success) return undefined;
  const packets: Uint8Array[] = [];
  for (let at = end + 1; at < buffer.length; ) {
    if (at + 4 > buffer.length) return undefined;
    const length = buffer.readUInt32BE(at);
    if (length === 0 || length > WIRE.packetBytes || at + 4 + length > buffer.length) return undefined;
    packets.push(buffer.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { note: note.data, packets };
}
