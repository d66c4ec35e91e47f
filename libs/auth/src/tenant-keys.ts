import { type Clock, type Egress, type Log, type SecretVault, type Tenant, tenantJwksName, tenantJwtSecretName } from '@vestnik/core';
import { createLocalJWKSet, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose';
import { FetchedKeys } from './fetched-keys.js';
import { CredentialRefused } from './refusal.js';
import { ShortMemory } from './short-memory.js';
import { TENANT_ALGORITHMS } from './tenant-token-settings.js';
import type { TokenHeader } from './token-form.js';

const AGE_MS_MAX = 10_000;
const TENANTS_MAX = 1_000;

/** What a token of a tenant is checked against: chosen by the tenant's settings, never by what the token brings along. */
export type TenantKey = { readonly kind: 'secret'; readonly secret: Uint8Array } | { readonly kind: 'public'; readonly find: JWTVerifyGetKey };

interface PublicKeys {
  readonly find: JWTVerifyGetKey;
  readonly keyIds: ReadonlySet<string>;
}

/** The secrets and public keys of tenants' own tokens, remembered for some seconds. */
export class TenantKeys {
  private readonly secrets: ShortMemory<Uint8Array | undefined>;
  private readonly documents: ShortMemory<PublicKeys | undefined>;
  /** What was made of fetched keys, as long as they are kept. */
  private readonly read = new WeakMap<readonly JWK[], PublicKeys>();

  private readonly fetched: FetchedKeys;

  constructor(
    private readonly vault: SecretVault,
    clock: Pick<Clock, 'monotonic'>,
    egress: Pick<Egress, 'fetch'>,
    log: Pick<Log, 'warn'>,
  ) {
    this.fetched = new FetchedKeys(egress, clock, log);
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
    const document = jwt.jwksUrl === undefined ? await this.document(tenant.id) : await this.documentAt(tenant.id, jwt.jwksUrl, keyId);
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
      return documentOf((JSON.parse(Buffer.from(stored).toString('utf8')) as JSONWebKeySet).keys);
    });
  }

  private async documentAt(tenantId: number, url: string, keyId: string | undefined): Promise<PublicKeys | undefined> {
    const keys = await this.fetched.find(tenantId, url, keyId);
    if (keys === undefined) return undefined;
    const known = this.read.get(keys) ?? documentOf(keys);
    this.read.set(keys, known);
    return known;
  }
}

function documentOf(keys: readonly JWK[]): PublicKeys {
  return { find: createLocalJWKSet({ keys: [...keys] }), keyIds: new Set(keys.flatMap((key) => (key.kid === undefined ? [] : [key.kid]))) };
}
