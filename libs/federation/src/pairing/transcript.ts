import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { sixWords } from './six-words.js';

/** What one side says of itself when two installations are paired. */
export interface Introduction {
  readonly versions: readonly [lowest: number, highest: number];
  readonly id: string;
  /** 32 bytes, base64url. */
  readonly root: string;
  /** The signed list of its link keys. */
  readonly keys: string;
  /** 32 random bytes, base64url. */
  readonly nonce: string;
  /** What it calls itself. */
  readonly name: string;
  /** Where it can be dialled. */
  readonly url?: string;
}

const members = ({ versions, id, root, keys, nonce, name, url }: Introduction): unknown[] => [versions, id, root, keys, nonce, name, url ?? null];

/** The accepting side proves that it knows the secret, and whom it means, before it has heard from the other. */
export function proveAcceptance(proof: Uint8Array, inviter: string, accepting: Introduction): Buffer {
  return hmac(proof, `vestnik-link-accept-1\n${JSON.stringify([inviter, members(accepting)])}`);
}

/** The inviting side proves that it knows the secret, and what both have said. */
export function proveInvitation(proof: Uint8Array, inviting: Introduction, accepting: Introduction): Buffer {
  return hmac(proof, `vestnik-link-invite-1\n${transcript(inviting, accepting)}`);
}

/** What both administrators see: the same if and only if both sides have heard the same. */
export function wordsOf(inviting: Introduction, accepting: Introduction): string {
  return sixWords(
    createHash('sha256')
      .update(`vestnik-link-words-1\n${transcript(inviting, accepting)}`)
      .digest(),
  );
}

/** @param given base64url */
export function isProof(expected: Uint8Array, given: string): boolean {
  const bytes = Buffer.from(given, 'base64url');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function transcript(inviting: Introduction, accepting: Introduction): string {
  return JSON.stringify([members(inviting), members(accepting)]);
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
