import type { JwtSettings, JwtSettingsInput, SecretVault, TenantTokenSettings } from '@vestnik/core';
import { tenantJwksName, tenantJwtSecretName } from '@vestnik/core';
import { invalid, isKeepable, isReserved, type Problem } from '@vestnik/protocol';
import { importJWK, type JWK } from 'jose';

/** How a tenant's own tokens may be signed. */
export const TENANT_ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const;
const SECRET_BYTES_MIN = 32;
const SECRET_BYTES_MAX = 1_024;
const KEYS_MAX = 50;
const JWKS_BYTES_MAX = 256 * 1_024;
const KEY_ID_CHARACTERS_MAX = 256;
const RSA_BYTES_MIN = 256;

const wrong = (field: string, message: string): Problem => invalid('request-invalid', `jwt/${field}`, message);

/** Checks a tenant's `jwt` setting and keeps its secrets in the vault. */
export class VaultTenantTokenSettings implements TenantTokenSettings {
  constructor(private readonly vault: SecretVault) {}

  async check(input: JwtSettingsInput, before: JwtSettings | undefined): Promise<JwtSettings> {
    if (input.jwksUrl !== undefined) throw wrong('jwksUrl', 'keys are not fetched from a URL yet: give the document itself as jwks');
    const algorithms = input.algorithms ?? before?.algorithms ?? [];
    if (algorithms.length === 0) throw wrong('algorithms', `name at least one of ${TENANT_ALGORITHMS.join(', ')}`);
    algorithms.forEach((algorithm, at) => {
      if (!(TENANT_ALGORITHMS as readonly string[]).includes(algorithm)) throw wrong(`algorithms/${at}`, `one of ${TENANT_ALGORITHMS.join(', ')}`);
    });
    const keyIds = input.keyIds ?? before?.keyIds ?? [];
    keyIds.forEach((keyId, at) => {
      if (keyId === '' || keyId.length > KEY_ID_CHARACTERS_MAX || !isKeepable(keyId)) throw wrong(`keyIds/${at}`, `1 to ${KEY_ID_CHARACTERS_MAX} characters`);
      if (isReserved(keyId)) throw wrong(`keyIds/${at}`, 'key ids that begin with vestnik are the bus’s own');
    });
    if (input.secret !== undefined) checkSecret(input.secret);
    if (input.jwks !== undefined) await checkJwks(input.jwks);

    const hasSecret = input.secret !== undefined || (before?.hasSecret ?? false);
    const hasJwks = input.jwks !== undefined || (before?.hasJwks ?? false);
    if (algorithms.includes('HS256') && !hasSecret) throw wrong('secret', 'HS256 needs a secret');
    if (algorithms.some((algorithm) => algorithm !== 'HS256') && !hasJwks) throw wrong('jwks', 'RS256, ES256 and EdDSA need the public keys');
    return {
      algorithms: [...new Set(algorithms)],
      keyIds: [...new Set(keyIds)],
      bareAudience: input.bareAudience ?? before?.bareAudience ?? false,
      hasSecret,
      hasJwks,
    };
  }

  async store(tenantId: number, input: JwtSettingsInput | undefined): Promise<void> {
    if (input === undefined) {
      await this.vault.delete(tenantJwtSecretName(tenantId));
      await this.vault.delete(tenantJwksName(tenantId));
      return;
    }
    if (input.secret !== undefined) await this.vault.set(tenantJwtSecretName(tenantId), Buffer.from(input.secret));
    if (input.jwks !== undefined) await this.vault.set(tenantJwksName(tenantId), Buffer.from(JSON.stringify(input.jwks)));
  }
}

function checkSecret(secret: string): void {
  const bytes = Buffer.byteLength(secret);
  if (bytes < SECRET_BYTES_MIN || bytes > SECRET_BYTES_MAX) throw wrong('secret', `${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} bytes`);
  // Whoever puts a public key here lets everybody sign.
  if (/-----BEGIN |^\s*\{[\s\S]*"kty"/.test(secret)) throw wrong('secret', 'this is a key of another kind, not a secret: public keys go into jwks');
}

/** Public keys for signatures only, each of a kind that is allowed, each with a key id of its own where there are several. */
async function checkJwks(jwks: unknown): Promise<void> {
  const keys = typeof jwks === 'object' && jwks !== null ? (jwks as { keys?: unknown }).keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > KEYS_MAX) throw wrong('jwks', `a JWKS document: {"keys": [1 to ${KEYS_MAX} keys]}`);
  if (JSON.stringify(jwks).length > JWKS_BYTES_MAX) throw wrong('jwks', `${JWKS_BYTES_MAX} bytes at most`);
  const seen = new Set<unknown>();
  for (const [at, key] of keys.entries()) {
    const field = `jwks/keys/${at}`;
    if (typeof key !== 'object' || key === null) throw wrong(field, 'a key is an object');
    const jwk = key as JWK;
    const algorithm = algorithmOf(jwk);
    if (algorithm === undefined) throw wrong(field, 'RSA, EC with P-256, or OKP with Ed25519');
    if (jwk.alg !== undefined && jwk.alg !== algorithm) throw wrong(`${field}/alg`, `of this key it is ${algorithm}`);
    if (jwk.use !== undefined && jwk.use !== 'sig') throw wrong(`${field}/use`, 'a key for signatures has sig');
    if (['d', 'k', 'p', 'q'].some((member) => Object.hasOwn(jwk, member)))
      throw wrong(field, 'this is a private key: give the public part only, and make a new pair');
    if (jwk.kid === undefined ? keys.length > 1 : typeof jwk.kid !== 'string' || jwk.kid === '')
      throw wrong(`${field}/kid`, 'each of several keys has a key id');
    if (jwk.kid !== undefined && isReserved(jwk.kid)) throw wrong(`${field}/kid`, 'key ids that begin with vestnik are the bus’s own');
    if (seen.has(jwk.kid)) throw wrong(`${field}/kid`, 'two keys have this key id');
    seen.add(jwk.kid);
    if (jwk.kty === 'RSA' && (typeof jwk.n !== 'string' || Buffer.from(jwk.n, 'base64url').length < RSA_BYTES_MIN))
      throw wrong(field, 'an RSA key has 2048 bits or more');
    await importJWK(jwk, algorithm).catch(() => {
      throw wrong(field, 'this key cannot be read');
    });
  }
}

function algorithmOf(jwk: JWK): string | undefined {
  if (jwk.kty === 'RSA') return 'RS256';
  if (jwk.kty === 'EC' && jwk.crv === 'P-256') return 'ES256';
  return jwk.kty === 'OKP' && jwk.crv === 'Ed25519' ? 'EdDSA' : undefined;
}
