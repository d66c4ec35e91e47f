import type { Egress, JwtSettings, JwtSettingsInput, SecretVault, TenantTokenSettings } from '@vestnik/core';
import { tenantJwksName, tenantJwtSecretName } from '@vestnik/core';
import { invalid, isKeepable, isReserved, type Problem } from '@vestnik/protocol';
import { readJwks } from './public-keys.js';

/** How a tenant's own tokens may be signed. */
export const TENANT_ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const;
const SECRET_BYTES_MIN = 32;
const SECRET_BYTES_MAX = 1_024;
const KEY_ID_CHARACTERS_MAX = 256;

const wrong = (field: string, message: string): Problem => invalid('request-invalid', `jwt/${field}`, message);

/** Checks a tenant's `jwt` setting and keeps its secrets in the vault. */
export class VaultTenantTokenSettings implements TenantTokenSettings {
  constructor(
    private readonly vault: SecretVault,
    private readonly egress: Pick<Egress, 'check'>,
  ) {}

  async check(input: JwtSettingsInput, before: JwtSettings | undefined): Promise<JwtSettings> {
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
    if (input.jwks !== undefined && input.jwksUrl !== undefined) throw wrong('jwksUrl', 'the keys are either given as jwks, or fetched');
    if (input.jwks !== undefined) await checkJwks(input.jwks);
    if (input.jwksUrl !== undefined) await this.egress.check(input.jwksUrl, 'jwt/jwksUrl');

    const hasSecret = input.secret !== undefined || (before?.hasSecret ?? false);
    // The one takes the place of the other.
    const hasJwks = input.jwks !== undefined || (input.jwksUrl === undefined && (before?.hasJwks ?? false));
    const jwksUrl = input.jwksUrl ?? (input.jwks === undefined ? before?.jwksUrl : undefined);
    if (algorithms.includes('HS256') && !hasSecret) throw wrong('secret', 'HS256 needs a secret');
    if (algorithms.some((algorithm) => algorithm !== 'HS256') && !hasJwks && jwksUrl === undefined)
      throw wrong('jwks', 'RS256, ES256 and EdDSA need the public keys');
    return {
      algorithms: [...new Set(algorithms)],
      keyIds: [...new Set(keyIds)],
      ...(jwksUrl === undefined ? {} : { jwksUrl }),
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
    if (input.jwksUrl !== undefined) await this.vault.delete(tenantJwksName(tenantId));
    if (input.jwks !== undefined) await this.vault.set(tenantJwksName(tenantId), Buffer.from(JSON.stringify(input.jwks)));
  }
}

function checkSecret(secret: string): void {
  const bytes = Buffer.byteLength(secret);
  if (bytes < SECRET_BYTES_MIN || bytes > SECRET_BYTES_MAX) throw wrong('secret', `${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} bytes`);
  // Whoever puts a public key here lets everybody sign.
  if (/-----BEGIN |^\s*\{[\s\S]*"kty"/.test(secret)) throw wrong('secret', 'this is a key of another kind, not a secret: public keys go into jwks');
}

async function checkJwks(jwks: unknown): Promise<void> {
  const read = await readJwks(jwks);
  const fault = read.kind === 'no-document' ? read.fault : read.faults[0];
  if (fault !== undefined) throw wrong(`jwks${fault.path}`, fault.message);
}
