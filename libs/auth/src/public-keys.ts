import { isReserved } from '@vestnik/protocol';
import { importJWK, type JWK } from 'jose';

const KEYS_MAX = 50;
const JWKS_BYTES_MAX = 256 * 1_024;
const RSA_BYTES_MIN = 256;

/** What is wrong with a document: where, from its root, and why. */
export interface KeyFault {
  readonly path: string;
  readonly message: string;
}

/** A document whose keys were looked at one by one. */
export type ReadJwks =
  | { readonly kind: 'no-document'; readonly fault: KeyFault }
  | { readonly kind: 'document'; readonly good: readonly JWK[]; readonly faults: readonly KeyFault[] };

/**
 * Reads a JWKS document: public keys for signatures only, each of a kind that is allowed, each with a key id of its
 * own where there are several.
 */
export async function readJwks(jwks: unknown): Promise<ReadJwks> {
  const keys = typeof jwks === 'object' && jwks !== null ? (jwks as { keys?: unknown }).keys : undefined;
  const noDocument = (message: string): ReadJwks => ({ kind: 'no-document', fault: { path: '', message } });
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > KEYS_MAX) return noDocument(`a JWKS document: {"keys": [1 to ${KEYS_MAX} keys]}`);
  if (JSON.stringify(jwks).length > JWKS_BYTES_MAX) return noDocument(`${JWKS_BYTES_MAX} bytes at most`);
  const good: JWK[] = [];
  const faults: KeyFault[] = [];
  const seen = new Set<unknown>();
  for (const [at, key] of keys.entries()) {
    const fault = (await faultOf(key, keys.length)) ?? (seen.has((key as JWK).kid) ? { path: '/kid', message: 'two keys have this key id' } : undefined);
    if (fault === undefined) {
      seen.add((key as JWK).kid);
      good.push(key as JWK);
    } else {
      faults.push({ path: `/keys/${at}${fault.path}`, message: fault.message });
    }
  }
  return { kind: 'document', good, faults };
}

async function faultOf(key: unknown, count: number): Promise<KeyFault | undefined> {
  const fault = (message: string, path = ''): KeyFault => ({ path, message });
  if (typeof key !== 'object' || key === null) return fault('a key is an object');
  const jwk = key as JWK;
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined) return fault('RSA, EC with P-256, or OKP with Ed25519');
  if (jwk.alg !== undefined && jwk.alg !== algorithm) return fault(`of this key it is ${algorithm}`, '/alg');
  if (jwk.use !== undefined && jwk.use !== 'sig') return fault('a key for signatures has sig', '/use');
  if (['d', 'k', 'p', 'q'].some((member) => Object.hasOwn(jwk, member))) return fault('this is a private key: give the public part only, and make a new pair');
  if (jwk.kid === undefined ? count > 1 : typeof jwk.kid !== 'string' || jwk.kid === '') return fault('each of several keys has a key id', '/kid');
  if (jwk.kid !== undefined && isReserved(jwk.kid)) return fault('key ids that begin with vestnik are the bus’s own', '/kid');
  if (jwk.kty === 'RSA' && (typeof jwk.n !== 'string' || Buffer.from(jwk.n, 'base64url').length < RSA_BYTES_MIN))
    return fault('an RSA key has 2048 bits or more');
  return importJWK(jwk, algorithm).then(
    () => undefined,
    () => fault('this key cannot be read'),
  );
}

function algorithmOf(jwk: JWK): string | undefined {
  if (jwk.kty === 'RSA') return 'RS256';
  if (jwk.kty === 'EC' && jwk.crv === 'P-256') return 'ES256';
  return jwk.kty === 'OKP' && jwk.crv === 'Ed25519' ? 'EdDSA' : undefined;
}
