/** What an `Authorization` header presents. */
export type PresentedCredential =
  | { readonly kind: 'none' }
  /** An API key or a client token; which one, its form says. */
  | { readonly kind: 'credential'; readonly credential: string }
  /** A header that presents nothing that could be checked. */
  | { readonly kind: 'malformed' };

/** A header line longer than this holds neither a key nor a token: a token has 4 KiB at most, base64 adds a third, a user name a little. */
const HEADER_CHARACTERS_MAX = 8 * 1024;

const NONE: PresentedCredential = { kind: 'none' };
const MALFORMED: PresentedCredential = { kind: 'malformed' };

/**
 * Reads `Authorization: Bearer …` (RFC 6750), or `Basic` (RFC 7617), where the password is the token or key and
 * decides alone: HTTP stacks such as 1C's know nothing else.
 */
export function readCredential(header: string | undefined): PresentedCredential {
  if (header === undefined) return NONE;
  if (header.length > HEADER_CHARACTERS_MAX) return MALFORMED;
  const space = header.indexOf(' ');
  const scheme = (space < 0 ? header : header.slice(0, space)).toLowerCase();
  const value = space < 0 ? '' : header.slice(space + 1).trim();
  if (scheme === 'bearer') return credentialOf(value);
  if (scheme !== 'basic' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return MALFORMED;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? MALFORMED : credentialOf(pair.slice(colon + 1));
}

/** Printable ASCII: all that keys and tokens are made of. */
function credentialOf(text: string): PresentedCredential {
  return /^[\x21-\x7e]+$/.test(text) ? { kind: 'credential', credential: text } : MALFORMED;
}
