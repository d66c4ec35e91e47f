import { createHash } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_BYTES = 20;
const ID = /^[a-z2-7]{32}$/;

/**
 * The id of an installation: the first 160 bits of the SHA-256 of its root public key, in base32 (RFC 4648) of small
 * letters: 32 of them. Whoever has the id can tell whether a root key is the one that it stands for.
 *
 * @param rootPublic 32 bytes
 */
export function idOf(rootPublic: Uint8Array): string {
  return base32(createHash('sha256').update(rootPublic).digest().subarray(0, ID_BYTES));
}

export function isInstallationId(text: string): boolean {
  return ID.test(text);
}

/** Base32 of small letters, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}
