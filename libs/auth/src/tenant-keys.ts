import { type Clock, type SecretVault, type Tenant, tenantJwksName, tenantJwtSecretName } from '@vestnik/core';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { CredentialRefused } from './refusal.js';
import { ShortMemory } from './short-memory.js';
import { TENANT_ALGORITHMS } from './tenant-token-settings.js';
import type { TokenHeader } from './token-form.js';

const AGE_MS_MAX = 10_000;
const TENANTS_MAX = 1_000;

/** What a token of a tenant is checked against: chosen by the tenant's settings, never by what the token brings along. */
export type TenantKey = { readonly kind: 'secret'; readonly secret: Uint8Array } | { readonly kind: 'public'; readonly find: JWTVerifyGetKey };

/** The secrets and public keys of tenants' own tokens, remembered for some seconds. */
export class TenantKeys {
  private readonly secrets: ShortMemory<Uint8Array | undefined>;
  private readonly documents: ShortMemory<{ readonly find: JWTVerifyGetKey; readonly keyIds: ReadonlySet<string> } | undefined>;

  constructor(
    private readonly vault: SecretVault,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.secrets = new ShortMemory(clock, AGE_MS_MAX, TENANTS_MAX);
    this.documents = new ShortMemory(clock, AGE_MS_MAX, TENANTS_MAX);
  }

  forget(): void {
    this.secrets.clear();
    this.documents.clear();
  }

  /**
   * A token names its key by an id that the tenant has named: in `keyIds`, or else in the JWKS document. Without an
   * id in the token there must be none in `keyIds`.
   *
   * @throws CredentialRefused
   */
  async find(tenant: Tenant, header: TokenHeader): Promise<TenantKey> {
    const { jwt } = tenant.settings;
    const { algorithm, keyId } = header;
    if (jwt === undefined) throw new CredentialRefused('no-key-for-it');
    if (!jwt.algorithms.includes(algorithm) || !(TENANT_ALGORITHMS as readonly string[]).includes(algorithm))
      throw new CredentialRefused('algorithm-not-named');
    if (jwt.keyIds.length > 0 && (keyId === undefined || !jwt.keyIds.includes(keyId))) throw new CredentialRefused('key-id-not-named');
    const inSettings = keyId === undefined || jwt.keyIds.length > 0;

    if (algorithm === 'HS256') {
      if (!inSettings) throw new CredentialRefused('key-id-not-named');
      const secret = await this.secret(tenant.id);
      if (secret === undefined) throw new CredentialRefused('no-key-for-it');
      return { kind: 'secret', secret };
    }
    const document = await this.document(tenant.id);
    if (document === undefined) throw new CredentialRefused('no-key-for-it');
    if (keyId !== undefined && !document.keyIds.has(keyId)) throw new CredentialRefused('key-id-not-named');
    return { kind: 'public', find: document.find };
  }

  private secret(tenantId: number): Promise<Uint8Array | undefined> {
    return this.secrets.getOr(String(tenantId), () => this.vault.get(tenantJwtSecretName(tenantId)));
  }

  private document(tenantId: number) {
    return this.documents.getOr(String(tenantId), async () => {
      const stored = await this.vault.get(tenantJwksName(tenantId));
      if (stored === undefined) return undefined;
      const jwks = JSON.parse(Buffer.from(stored).toString('utf8')) as JSONWebKeySet;
      return { find: createLocalJWKSet(jwks), keyIds: new Set(jwks.keys.flatMap((key) => (key.kid === undefined ? [] : [key.kid]))) };
    });
  }
}
