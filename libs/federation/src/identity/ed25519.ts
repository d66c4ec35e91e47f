import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** Ed25519 (RFC 8032) as bytes: a seed of 32, a public key of 32, a signature of 64. */
export const SEED_BYTES = 32;
export const PUBLIC_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** Before the seed in PKCS #8 (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Before the public key in SubjectPublicKeyInfo (RFC 8410, section 4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export function privateKeyOf(seed: Uint8Array): KeyObject {
  if (seed.length !== SEED_BYTES) throw new Error(`the seed of a key has ${SEED_BYTES} bytes, not ${seed.length}`);
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

export function publicKeyOf(bytes: Uint8Array): KeyObject {
  if (bytes.length !== PUBLIC_BYTES) throw new Error(`a public key has ${PUBLIC_BYTES} bytes, not ${bytes.length}`);
  return createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' });
}

/** The 32 bytes of the public key that belongs to a private one. */
export function publicBytesOf(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
}
