import { LIMITS } from '@vestnik/protocol';
import { CredentialRefused } from './refusal.js';

/** The header of a token, as far as it decides how it is checked. Nothing of it can be trusted yet. */
export interface TokenHeader {
  readonly algorithm: string;
  readonly keyId?: string;
}

/** Three parts of base64url: a signed JWT in compact form. Encrypted ones have five, unsigned ones an empty third. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** What would have the token choose its own key, or change how it is read (RFC 8725, sections 3.1 and 3.10; RFC 7515, section 4.1). */
const NOT_ALLOWED = ['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip', 'enc'];

/**
 * Reads the header of a token: the door at which everything that is no token of ours is turned away before any key is looked for.
 *
 * @throws CredentialRefused and nothing else, whatever the text
 */
export function readTokenHeader(token: string): TokenHeader {
  // Only ASCII gets past the pattern, so characters are bytes.
  if (token.length > LIMITS.tokenBytes) throw new CredentialRefused('too-long');
  if (!COMPACT.test(token)) throw new CredentialRefused('malformed-token');
  const header = parseObject(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
  if (header === undefined) throw new CredentialRefused('malformed-token');
  if (NOT_ALLOWED.some((name) => Object.hasOwn(header, name))) throw new CredentialRefused('header-not-allowed');
  const { alg, kid } = header;
  if (typeof alg !== 'string' || (kid !== undefined && typeof kid !== 'string')) throw new CredentialRefused('malformed-token');
  return { algorithm: alg, keyId: kid };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
