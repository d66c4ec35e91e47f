import { createHash, randomBytes } from 'node:crypto';

/** The value of an administrator's cookie: 32 random bytes in base64url. Only its hash is kept. */
export function makeCookieValue(bytes: (count: number) => Buffer = randomBytes): string {
  return bytes(32).toString('base64url');
}

export function isCookieValue(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

export function hashOfCookie(value: string): Uint8Array {
  return createHash('sha256').update(value).digest();
}
