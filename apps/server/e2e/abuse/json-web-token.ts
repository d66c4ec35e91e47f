import { createHmac, type KeyObject, sign } from 'node:crypto';

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs what comes first in a token. */
export type Signer = (signed: string) => Buffer;

export const hs256 =
  (secret: string | Buffer): Signer =>
  (signed) =>
    createHmac('sha256', secret).update(signed).digest();

export const rs256 =
  (key: KeyObject): Signer =>
  (signed) =>
    sign('sha256', Buffer.from(signed), key);

export const unsigned: Signer = () => Buffer.alloc(0);

/** A token with any header and any claims, also those that no honest library would write. */
export function jsonWebToken(header: Record<string, unknown>, claims: Record<string, unknown>, signer: Signer): string {
  const signed = `${encode({ typ: 'JWT', ...header })}.${encode(claims)}`;
  return `${signed}.${signer(signed).toString('base64url')}`;
}
