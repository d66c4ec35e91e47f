import type { Tenant, TenantPatch } from '../tenant-queries.js';

export const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** What of tokens is set in a form. Secrets and keys are only written: empty leaves what is stored. */
export interface TokenFields {
  readonly algorithms: readonly Algorithm[];
  readonly keyIds: readonly string[];
  readonly secret: string;
  /** A JWKS document as text. */
  readonly jwks: string;
  readonly jwksUrl: string;
  readonly bareAudience: boolean;
}

export function tokenFieldsOf({ jwt }: Tenant): TokenFields {
  return {
    algorithms: ALGORITHMS.filter((algorithm) => jwt?.algorithms.includes(algorithm)),
    keyIds: jwt?.keyIds ?? [],
    secret: '',
    jwks: '',
    jwksUrl: jwt?.jwksUrl ?? '',
    bareAudience: jwt?.bareAudience ?? false,
  };
}

/** A JWKS document, or undefined where the text is none as far as can be seen here; the server looks at each key. */
export function readJwks(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Only what was changed. */
export function tokenPatchOf(values: TokenFields, changed: readonly (keyof TokenFields)[]): NonNullable<TenantPatch['jwt']> {
  const patch: Record<string, unknown> = {};
  for (const name of changed) {
    if (name === 'jwks') patch.jwks = readJwks(values.jwks);
    else if (values[name] !== '') patch[name] = values[name];
  }
  return patch;
}

const ORIGIN = /^https?:$/;

/** As browsers write it: `https://shop.example.com`, with a port where it is not the usual one. */
export function isOrigin(text: string): boolean {
  try {
    const { origin, protocol } = new URL(text);
    return origin === text && ORIGIN.test(protocol);
  } catch {
    return false;
  }
}

/** 43 characters that nobody guesses. */
export function newSecret(): string {
  return base64Of(crypto.getRandomValues(new Uint8Array(32)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** As Standard Webhooks writes the secret of signatures. */
export function newHookSecret(): string {
  return `whsec_${base64Of(crypto.getRandomValues(new Uint8Array(32)))}`;
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
