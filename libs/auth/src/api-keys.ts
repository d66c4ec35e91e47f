import { createHash, randomBytes } from 'node:crypto';
import type { KeyMaker } from '@vestnik/core';

const PREFIX = 'vk_';
const SECRET_BYTES = 32;
/** 32 bytes in base64url are 43 characters; more is let through, so that keys may grow. */
const KEY = /^vk_[A-Za-z0-9_-]{43,253}$/;

/** Whether a credential has the form of an API key (section 5 of the protocol). */
export function isApiKey(credential: string): boolean {
  return KEY.test(credential);
}

/** SHA-256: a key has 256 bits of chance, so nothing slower is needed. */
export function hashOfKey(key: string): Uint8Array {
  return createHash('sha256').update(key).digest();
}

/**
 * A new API key, to be shown once; its hash, to be kept; its id, by which lists and audit name it.
 * @param bytes gives so many random bytes
 */
export function makeApiKey(bytes: (count: number) => Buffer = randomBytes): ReturnType<KeyMaker['make']> {
  const key = PREFIX + bytes(SECRET_BYTES).toString('base64url');
  return { key, hash: hashOfKey(key), id: bytes(8).toString('hex') };
}

export const KEY_MAKER: KeyMaker = { make: () => makeApiKey() };
