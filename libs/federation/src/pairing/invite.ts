import { createHash, createHmac } from 'node:crypto';
import { invalid } from '@vestnik/protocol';
import { z } from 'zod';
import { isInstallationId } from '../identity/index.js';
import { urlSchema } from './link-url.js';

const PREFIX = 'vestnik-link.';
const CHARACTERS_MAX = 4_096;
export const INVITE_SECRET_BYTES = 32;

/** What an invite says, as one word to paste. */
export interface Invite {
  /** Where the one that invites can be reached. */
  readonly url: string;
  /** Its installation id, which is the fingerprint of its root key. */
  readonly id: string;
  /** What it calls itself. */
  readonly name: string;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

/** What is made of the secret. From one of them the other, or the secret, cannot be told. */
export interface InviteKeys {
  /** Sent in the clear, so that the invite is found. */
  readonly word: string;
  /** SHA-256 of the word, hex: what is kept of it. */
  readonly lookup: string;
  /** Proves the secret by HMAC; 32 bytes. */
  readonly proof: Uint8Array;
}

const schema = z.object({
  v: z.literal(1, 'of a version that is not spoken here'),
  u: urlSchema,
  i: z.string().refine(isInstallationId),
  s: z
    .base64url()
    .max(64)
    .transform((text) => Buffer.from(text, 'base64url'))
    .refine((bytes) => bytes.length === INVITE_SECRET_BYTES),
  n: z.string().max(63),
});

export function writeInvite({ url, id, name, secret }: Invite): string {
  const said = { v: 1, u: url, i: id, s: Buffer.from(secret).toString('base64url'), n: name };
  return PREFIX + Buffer.from(JSON.stringify(said)).toString('base64url');
}

/** @throws Problem `request-invalid`, which names the field `invite` and shows nothing of it */
export function readInvite(text: string): Invite {
  const refused = () => invalid('request-invalid', 'invite', `is not an invite: it begins with ${PREFIX} and is pasted whole`);
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX) || trimmed.length > CHARACTERS_MAX) throw refused();
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(trimmed.slice(PREFIX.length), 'base64url').toString('utf8'));
  } catch {
    throw refused();
  }
  const { data } = schema.safeParse(said);
  if (data === undefined) throw refused();
  return { url: data.u, id: data.i, name: data.n, secret: data.s };
}

export function inviteKeys(secret: Uint8Array): InviteKeys {
  const derive = (purpose: string) => createHmac('sha256', secret).update(`vestnik-link-invite-1\n${purpose}`).digest();
  const word = derive('lookup').toString('base64url');
  return { word, lookup: lookupOf(word), proof: derive('proof') };
}

export function lookupOf(word: string): string {
  return createHash('sha256').update(word).digest('hex');
}
