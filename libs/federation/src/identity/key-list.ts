import { type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { PUBLIC_BYTES, publicKeyOf, SIGNATURE_BYTES } from './ed25519.js';
import { idOf, isInstallationId } from './installation-id.js';

/** A link key of an installation: it signs handshakes and bundles. */
export interface LinkKey {
  /** Its id: `3-k7q2mzp4`. No two keys of an installation have the same. */
  readonly key: string;
  /** 32 bytes. */
  readonly public: Uint8Array;
  /** Milliseconds since 1970; from then on it signs nothing. */
  readonly expiresAt: number;
}

/** The link keys of an installation that count, as its root key has signed them. A newer list replaces the older ones: what it leaves out is revoked. */
export interface KeyList {
  /** The installation. */
  readonly id: string;
  /** 32 bytes. */
  readonly rootKey: Uint8Array;
  /** Grows with each list. */
  readonly serial: number;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** Newest first; two at most. */
  readonly keys: readonly LinkKey[];
}

export const KEYS_MAX = 2;
/** Of a signed list as text. */
export const KEY_LIST_CHARACTERS_MAX = 4_096;

/** What is signed begins with it, so that a signature made for something else is worth nothing here. */
const SIGNED_AS = 'vestnik-key-list-1\n';

const base64url = (bytes: number) =>
  z
    .base64url()
    .max(Math.ceil((bytes * 4) / 3))
    .transform((text) => Buffer.from(text, 'base64url'))
    .refine((value) => value.length === bytes);
const milliseconds = z.int().min(0);

const signedSchema = z.object({ list: z.string().max(KEY_LIST_CHARACTERS_MAX), signature: base64url(SIGNATURE_BYTES) });
/** Members that a newer version adds are passed over; they are signed all the same. */
const listSchema = z.object({
  id: z.string().refine(isInstallationId),
  root: base64url(PUBLIC_BYTES),
  serial: z.int().min(1),
  keys: z
    .array(z.object({ key: z.string().regex(/^[a-z0-9-]{1,64}$/), public: base64url(PUBLIC_BYTES), expiresAt: milliseconds }))
    .min(1)
    .max(KEYS_MAX)
    .refine((keys) => new Set(keys.map(({ key }) => key)).size === keys.length),
  issuedAt: milliseconds,
});

/** Writes a list and signs it with the root key. */
export function signKeyList({ id, rootKey, serial, issuedAt, keys }: KeyList, root: KeyObject): string {
  const list = JSON.stringify({
    id,
    root: Buffer.from(rootKey).toString('base64url'),
    serial,
    keys: keys.map((one) => ({ key: one.key, public: Buffer.from(one.public).toString('base64url'), expiresAt: one.expiresAt })),
    issuedAt,
  });
  return JSON.stringify({ list, signature: sign(null, Buffer.from(SIGNED_AS + list), root).toString('base64url') });
}

/**
 * Reads a signed list that somebody has sent.
 *
 * @returns undefined where anything is wrong with it: its form, its signature, or a root key that is not the one of its id
 */
export function readKeyList(text: string): KeyList | undefined {
  if (text.length > KEY_LIST_CHARACTERS_MAX) return undefined;
  const signed = parse(signedSchema, text);
  const list = signed === undefined ? undefined : parse(listSchema, signed.list);
  if (signed === undefined || list === undefined || idOf(list.root) !== list.id) return undefined;
  if (!verify(null, Buffer.from(SIGNED_AS + signed.list), publicKeyOf(list.root), signed.signature)) return undefined;
  const { id, root: rootKey, serial, issuedAt, keys } = list;
  return { id, rootKey, serial, issuedAt, keys };
}

/** What becomes of a list that an installation has sent. */
export type OfferedKeys =
  /** It replaces what was known, and must be kept. */
  | { readonly kind: 'newer'; readonly list: KeyList }
  /** It is the one that is known. */
  | { readonly kind: 'known'; readonly list: KeyList }
  /** A newer one is known, and alone counts. */
  | { readonly kind: 'older'; readonly list: KeyList }
  /** It is none, or somebody else's. */
  | { readonly kind: 'refused' };

/**
 * Judges a list against the newest that is known of an installation.
 *
 * @param known undefined where none is known yet: then the id alone decides whose it is
 */
export function offerKeys(installation: string, known: string | undefined, offered: string): OfferedKeys {
  const list = readKeyList(offered);
  if (list === undefined || list.id !== installation) return { kind: 'refused' };
  if (offered === known) return { kind: 'known', list };
  const before = known === undefined ? undefined : readKeyList(known);
  if (before === undefined || isNewer(list, before)) return { kind: 'newer', list };
  return { kind: 'older', list };
}

/** Of two lists with one serial, written by two nodes at once, the later counts. */
export function isNewer(list: KeyList, than: KeyList): boolean {
  return list.serial > than.serial || (list.serial === than.serial && list.issuedAt > than.issuedAt);
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
