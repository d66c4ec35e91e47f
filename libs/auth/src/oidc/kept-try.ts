import { createHmac, timingSafeEqual } from 'node:crypto';

/** What of a try to sign in must be known when the browser comes back. */
export interface KeptTry {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636). */
  readonly verifier: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Writes it down for the browser to keep: it may read it, and cannot change it. */
export function sealTry(kept: KeptTry, secret: Uint8Array): string {
  const text = Buffer.from(JSON.stringify([kept.state, kept.nonce, kept.verifier, kept.expiresAt])).toString('base64url');
  return `${text}.${signatureOf(text, secret)}`;
}

/** @returns undefined for what was not written here, or is over */
export function openTry(sealed: string, secret: Uint8Array, now: number): KeptTry | undefined {
  const [, text, signature] = /^([\w-]{1,1000})\.([\w-]{43})$/.exec(sealed) ?? [];
  if (text === undefined || signature === undefined) return undefined;
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(text, secret)))) return undefined;
  const [state, nonce, verifier, expiresAt] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as [string, string, string, number];
  return expiresAt <= now ? undefined : { state, nonce, verifier, expiresAt };
}

function signatureOf(text: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}
