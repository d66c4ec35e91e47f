import { isUtf8 } from 'node:buffer';
import { depthOf, isKeepable, isLabel, LIMITS } from '@vestnik/protocol';
import { z } from 'zod';
import type { Frame, Packet, RoutedFrame, UnknownFrame } from './frames.js';
import { WIRE } from './wire-limits.js';

const LINE_FEED = 10;

const id = z.string().regex(/^[a-z2-7]{32}$/);
const count = z.int().min(0);
const word = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const method = z
  .string()
  .regex(/^[A-Za-z0-9._/-]+$/)
  .max(LIMITS.methodCharacters);
const label = z.string().refine(isLabel);
const keyList = z.string().min(1).max(WIRE.keyListCharacters);
/** 64 bytes as base64url. */
const signature = z.string().regex(/^[A-Za-z0-9_-]{85}[AQgw]$/);
/** 32 bytes as base64url. */
const nonce = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
const version = z.int().min(1).max(1_000_000);
const cursor = z.tuple([count, count]);
const routed = { from: id, to: id };

/** What stands in the header of each frame. Members that are not named here are ignored. */
const HEADERS = {
  hello: z.object({ t: z.literal('hello'), versions: z.tuple([version, version]), id, to: id, nonce, keys: keyList }),
  proof: z.object({ t: z.literal('proof'), key: word, signature }),
  have: z.object({
    t: z.literal('have'),
    ...routed,
    cursors: z.array(cursor).max(WIRE.cursors),
    credit: count,
    again: z.enum(['connected', 'hole']).optional(),
  }),
  bundle: z.object({
    t: z.literal('bundle'),
    ...routed,
    epoch: count,
    first: count,
    count: z.int().min(1).max(WIRE.bundleEntries),
    after: cursor.optional(),
    redelivered: z.literal(true).optional(),
  }),
  ask: z.object({ t: z.literal('ask'), ...routed, id: word.optional(), method, at: count, until: count }),
  reply: z.object({ t: z.literal('reply'), ...routed, id: word, failed: z.literal(true).optional() }),
  drop: z.object({ t: z.literal('drop'), ...routed, id: word }),
  ping: z.object({ t: z.literal('ping'), at: z.number().min(0) }),
  pong: z.object({ t: z.literal('pong'), at: z.number().min(0) }),
  routes: z.object({
    t: z.literal('routes'),
    behind: z.array(z.object({ id, path: z.array(label).min(1).max(WIRE.hops) })).max(WIRE.routes),
  }),
  keys: z.object({ t: z.literal('keys'), keys: keyList }),
  state: z.object({
    t: z.literal('state'),
    confirmed: z.boolean(),
    paused: z.boolean(),
    name: label,
    url: z
      .url({ protocol: /^https?$/ })
      .max(WIRE.urlCharacters)
      .optional(),
  }),
  bye: z.object({
    t: z.literal('bye'),
    reason: z.enum(['draining', 'duplicate', 'removed', 'refused', 'silent', 'taken-over', 'protocol']),
    detail: z.string().max(LIMITS.reasonCharacters).refine(isKeepable).optional(),
  }),
} as const satisfies Record<Exclude<Frame['t'], 'unknown'>, z.ZodType>;

/** What hubs change, and what proves the rest. Nothing is signed here, so nothing that is not known is passed on. */
const ENVELOPE = z.object({
  key: word.optional(),
  signature: signature.optional(),
  keys: keyList.optional(),
  path: z
    .array(z.tuple([id, label]))
    .max(WIRE.hops)
    .optional(),
});

const WITH_BODY: ReadonlySet<string> = new Set(['bundle', 'ask', 'reply', 'unknown'] satisfies Frame['t'][]);
const ROUTED: ReadonlySet<string> = new Set(['have', 'bundle', 'ask', 'reply', 'drop'] satisfies RoutedFrame['t'][]);

export function isRouted(packet: Packet): packet is Packet<RoutedFrame> {
  return ROUTED.has(packet.frame.t);
}

/** The header of a packet: as it came, else as it is now. */
export function headerOf({ frame, raw }: Packet): string {
  if (raw !== undefined) return raw;
  if (!ROUTED.has(frame.t)) return JSON.stringify(frame);
  const { key: _key, signature: _signature, keys: _keys, path: _path, ...header } = frame as RoutedFrame;
  return JSON.stringify(header);
}

function envelopeOf(frame: Frame): string {
  if (!ROUTED.has(frame.t)) return '';
  const { key, signature, keys, path } = frame as RoutedFrame;
  return key === undefined && signature === undefined && keys === undefined && path === undefined ? '' : JSON.stringify({ key, signature, keys, path });
}

/**
 * Writes a packet: header, line feed, envelope, line feed, body.
 *
 * @throws RangeError where it is larger than the other side may take; an `unknown` frame is not sent but with the header that it came with
 */
export function encodePacket(packet: Packet): Buffer {
  if (packet.frame.t === 'unknown' && packet.raw === undefined) throw new RangeError('a frame that is not known cannot be sent');
  const lines = Buffer.from(`${headerOf(packet)}\n${envelopeOf(packet.frame)}\n`);
  if (lines.length > WIRE.headerBytes) throw new RangeError(`the header of ${packet.frame.t} has ${lines.length} bytes, ${WIRE.headerBytes} at most`);
  const { body } = packet;
  if (body === undefined || body.length === 0) return lines;
  if (body.length > WIRE.bodyBytes) throw new RangeError(`the body of ${packet.frame.t} has ${body.length} bytes, ${WIRE.bodyBytes} at most`);
  return Buffer.concat([lines, body]);
}

/**
 * Reads a packet; every member that is known is checked, what is not known is left alone. The body is a view of `bytes`.
 *
 * A frame of a newer version comes out as `unknown`.
 *
 * @returns undefined for what is no packet
 */
export function decodePacket(bytes: Uint8Array): Packet | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerEnd = buffer.subarray(0, WIRE.headerBytes).indexOf(LINE_FEED);
  if (headerEnd < 0) return undefined;
  const envelopeEnd = buffer.subarray(0, WIRE.headerBytes).indexOf(LINE_FEED, headerEnd + 1);
  if (envelopeEnd < 0 || buffer.length - envelopeEnd - 1 > WIRE.bodyBytes || !isUtf8(buffer.subarray(0, envelopeEnd))) return undefined;

  const raw = buffer.toString('utf8', 0, headerEnd);
  const frame = readFrame(raw, buffer.toString('utf8', headerEnd + 1, envelopeEnd));
  if (frame === undefined) return undefined;
  if (envelopeEnd === buffer.length - 1) return { frame, raw };
  return WITH_BODY.has(frame.t) ? { frame, raw, body: buffer.subarray(envelopeEnd + 1) } : undefined;
}

function readFrame(header: string, envelope: string): Frame | undefined {
  const value = parseObject(header);
  if (value === undefined || typeof value.t !== 'string' || value.t.length > 64) return undefined;
  const name = value.t;
  if (!isKnown(name)) return isKeepable(name) ? ({ t: 'unknown', name } satisfies UnknownFrame) : undefined;
  const frame = HEADERS[name].safeParse(value);
  if (!frame.success) return undefined;
  if (!ROUTED.has(name) || envelope === '') return envelope === '' ? frame.data : undefined;
  const around = ENVELOPE.safeParse(parseObject(envelope));
  return around.success ? ({ ...frame.data, ...around.data } as RoutedFrame) : undefined;
}

function isKnown(name: string): name is keyof typeof HEADERS {
  return Object.hasOwn(HEADERS, name);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (depthOf(text) > WIRE.headerDepth) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
