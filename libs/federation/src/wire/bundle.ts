import { isUtf8 } from 'node:buffer';
import type { LinkEntry, LinkMessage, StateHome } from '@vestnik/core';
import { depthOf, isKeepable, isReserved, isType, isUuid, LIMITS } from '@vestnik/protocol';
import { z } from 'zod';
import { WIRE } from './wire-limits.js';

/*
 * The body of a bundle: for each entry one line of JSON, `{"kind":…}`, and after that of a message a second line, its `data` as it was
 * sent. Every line ends with a line feed. A member that is not known is ignored; a kind that is not known belongs to another version.
 */

const keepable = (characters: number) => z.string().max(characters).refine(isKeepable);
const address = z.string().min(3).max(WIRE.addressCharacters).refine(isKeepable);
const uuid = z.string().refine(isUuid);
/** Milliseconds since 1970, to the end of the year 9999: no later time can be written down. */
const time = z.int().min(0).max(253_402_300_799_999);
/** Seconds: ten years. */
const TTL_MAX = 3_660 * 24 * 3_600;

const messageLine = z.object({
  kind: z.literal('message'),
  id: uuid,
  from: address,
  to: z.array(address).min(1).max(LIMITS.recipients),
  // The bus's own types are made where they are read: none of them may come from outside.
  type: z.string().refine((type) => isType(type) && !isReserved(type)),
  sentAt: time,
  ttl: z.int().min(0).max(TTL_MAX),
  collapseKey: keepable(LIMITS.collapseKeyCharacters).min(1).optional(),
  correlationId: keepable(LIMITS.correlationIdCharacters).optional(),
  contentType: z
    .string()
    .regex(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;.*)?$/)
    .max(255)
    .refine(isKeepable)
    .optional(),
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
    .optional(),
  retain: z.literal(true).optional(),
});

const state = z.object({
  id: uuid,
  to: address,
  state: z.enum(['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn']),
  at: time,
  // A word that cannot be kept is left out: what became of the message counts without it.
  reason: keepable(LIMITS.reasonCharacters).optional().catch(undefined),
  device: keepable(LIMITS.nameCodePoints * 2)
    .optional()
    .catch(undefined),
});

const line = z.discriminatedUnion('kind', [
  messageLine,
  z.object({ kind: z.literal('states'), states: z.array(state).min(1).max(WIRE.entryStates) }),
  z.object({ kind: z.literal('withdraw'), id: uuid }),
  z.object({ kind: z.literal('void') }),
]);

type Exactly<One, Other> = One extends Other ? (Other extends One ? true : never) : never;
const _messageHasAll: Exactly<keyof z.infer<typeof messageLine> | 'data', keyof LinkMessage> = true;
const _stateHasAll: Exactly<keyof z.infer<typeof state>, keyof StateHome> = true;

/** Writes the body of a bundle. */
export function encodeEntries(entries: readonly LinkEntry[]): Buffer {
  let text = '';
  for (const entry of entries) {
    if (entry.kind === 'message') {
      const { data, ...rest } = entry;
      text += `${JSON.stringify(rest)}\n${data}\n`;
    } else {
      text += `${JSON.stringify(entry)}\n`;
    }
  }
  return Buffer.from(text);
}

/**
 * Reads the body of a bundle, trusting nothing: every `data` is one JSON text on one line, nested no deeper than anybody may send it.
 *
 * Addresses have only been bounded: one that leads nowhere is a refusal of one message, not of the bundle.
 *
 * @param count how many entries there are
 * @returns undefined where it is anything else
 */
export function decodeEntries(bytes: Uint8Array, count: number): LinkEntry[] | undefined {
  if (bytes.length > WIRE.bodyBytes || !isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const entries: LinkEntry[] = [];
  let at = 0;
  const next = (): string | undefined => {
    const end = text.indexOf('\n', at);
    if (end < 0) return undefined;
    const found = text.slice(at, end);
    at = end + 1;
    return found;
  };
  while (at < text.length) {
    if (entries.length === count) return undefined;
    const read = line.safeParse(parsed(next(), WIRE.headerDepth));
    if (!read.success) return undefined;
    if (read.data.kind !== 'message') {
      entries.push(read.data);
      continue;
    }
    const data = next();
    const value = parsed(data, LIMITS.jsonDepth);
    if (data === undefined || value === undefined || data.includes('\r')) return undefined;
    if (read.data.contentType !== undefined && !isBase64Text(value)) return undefined;
    entries.push({ ...read.data, data });
  }
  return entries.length === count ? entries : undefined;
}

function parsed(text: string | undefined, depthMax: number): unknown {
  if (text === undefined || depthOf(text) > depthMax) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBase64Text(value: unknown): boolean {
  return typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}
