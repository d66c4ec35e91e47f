import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Administrator,
  type AdministratorDirectory,
  type AdministratorIdentity,
  type AdministratorPrincipal,
  type ApiKey,
  type Authenticator,
  type Clock,
  type KeyDirectory,
  type Log,
  type Mailboxes,
  OWN_CLIENT_SCOPES,
  type Principal,
  SILENT,
  type Tenant,
  type Tenants,
} from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { hashOfKey, isApiKey } from './api-keys.js';
import { type ClientTokens, LEEWAY_SECONDS, mayMintAsAdministrator } from './client-tokens.js';
import { hashOfCookie, isCookieValue } from './cookie.js';
import { KeyUse } from './key-use.js';
import { CredentialRefused, type Refusal, refused } from './refusal.js';
import { Refusals } from './refusals.js';
import { ShortMemory } from './short-memory.js';

/** How long what was found of a credential or key is trusted at most; a change of the directory ends it at once. */
const TRUSTED_MS = 10_000;
const CREDENTIALS_MAX = 10_000;
const KEYS_MAX = 10_000;
const ACCOUNTS_MAX = 1_000;

export interface AuthenticatorParts {
  readonly tenants: Tenants;
  readonly keys: KeyDirectory;
  readonly mailboxes: Pick<Mailboxes, 'cached' | 'find'>;
  readonly administrators: AdministratorDirectory;
  readonly tokens: ClientTokens;
  readonly clock: Clock;
  /** An owner's key given from outside: `VESTNIK_ADMIN_KEY`. */
  readonly adminKey?: string;
  readonly log?: Log;
  /** Counts refused credentials. */
  readonly onRefused?: (why: Refusal) => void;
}

interface Known {
  readonly principal: Principal;
  /** Milliseconds since 1970: when the credential itself ends, its leeway included. */
  readonly ends: number;
}

/** Says who presents a credential; remembers it for some seconds, so that the hot path waits for nothing. */
export class CredentialAuthenticator implements Authenticator {
  private readonly credentials: ShortMemory<Known>;
  private readonly keysById: ShortMemory<ApiKey | undefined>;
  private readonly accountsById: ShortMemory<Administrator | undefined>;
  private readonly use: KeyUse;
  private readonly refusals: Refusals;
  private readonly adminKeyHash: Uint8Array | undefined;

  constructor(private readonly parts: AuthenticatorParts) {
    const { clock, log = SILENT, adminKey } = parts;
    this.credentials = new ShortMemory(clock, TRUSTED_MS, CREDENTIALS_MAX);
    this.keysById = new ShortMemory(clock, TRUSTED_MS, KEYS_MAX);
    this.accountsById = new ShortMemory(clock, TRUSTED_MS, ACCOUNTS_MAX);
    this.use = new KeyUse(parts.keys, clock, log);
    this.refusals = new Refusals(clock, log, parts.onRefused ?? (() => {}));
    this.adminKeyHash = adminKey === undefined ? undefined : hashOfKey(adminKey);
    parts.tenants.onChange(() => this.forget());
  }

  known(tenant: string, credential: string): Principal | undefined {
    const known = this.credentials.get(nameOf(tenant, credential));
    if (known === undefined || known.ends <= this.parts.clock.now()) return undefined;
    this.noteUse(known.principal);
    return known.principal;
  }

  /** @throws also Problem `forbidden` where the credential is good and the tenant suspended; `unavailable` */
  async authenticate(tenant: string, credential: string): Promise<Principal> {
    try {
      const known = await this.credentials.getOr(nameOf(tenant, credential), () => this.check(tenant, credential));
      if (known.ends <= this.parts.clock.now()) throw new CredentialRefused(known.principal.kind === 'token' ? 'expired' : 'key-expired');
      this.noteUse(known.principal);
      return known.principal;
    } catch (error) {
      throw this.told(error, tenant, kindOf(credential));
    }
  }

  async stillValid(principal: Principal): Promise<boolean> {
    const tenant = this.parts.tenants.byId(principal.tenant.id);
    if (tenant === undefined || tenant.settings.suspended) return false;
    const now = this.parts.clock.now();
    if (principal.kind === 'key') {
      const key = principal.keyId === undefined ? undefined : await this.key(principal.keyId);
      return key !== undefined && key.tenantId === tenant.id && !hasEnded(key, now);
    }
    if (principal.expiresAt !== undefined && principal.expiresAt + LEEWAY_SECONDS * 1_000 <= now) return false;
    if (principal.keyId !== undefined && !mayMint(await this.key(principal.keyId), tenant, now)) return false;
    if (principal.mintedBy !== undefined && !(await this.mayStillMint(principal.mintedBy, tenant))) return false;
    return !(await this.isRevoked(tenant, principal.client, principal.issuedAt));
  }

  async administrator(credential: { key: string } | { cookie: string }): Promise<AdministratorPrincipal> {
    try {
      return 'key' in credential ? await this.administratorByKey(credential.key) : await this.administratorByCookie(credential.cookie);
    } catch (error) {
      throw this.told(error, 'administrators', 'key' in credential ? kindOf(credential.key) : 'cookie');
    }
  }

  /** Drops all that is remembered. Called by itself when the directory has changed. */
  forget(): void {
    this.credentials.clear();
    this.keysById.clear();
    this.accountsById.clear();
    this.parts.tokens.forget();
  }

  /** Writes when keys were last used, for the last time. */
  close(): Promise<void> {
    return this.use.close();
  }

  private async check(tenantName: string, credential: string): Promise<Known> {
    const tenant = this.parts.tenants.get(tenantName);
    const known = isApiKey(credential) ? await this.checkKey(tenant, credential) : await this.checkToken(tenantName, tenant, credential);
    // Only whoever belongs to the tenant learns that it is there.
    if (known.principal.tenant.settings.suspended) throw new Problem('forbidden', 'this tenant is suspended');
    return known;
  }

  /** Looks the key up whether the tenant is there or not, so that both take the same time. */
  private async checkKey(tenant: Tenant | undefined, credential: string): Promise<Known> {
    const key = await this.parts.keys.findByHash(hashOfKey(credential));
    if (key === undefined) throw new CredentialRefused('unknown-key');
    if (tenant === undefined) throw new CredentialRefused('unknown-tenant');
    if (key.tenantId !== tenant.id) throw new CredentialRefused('key-of-another-tenant');
    if (hasEnded(key, this.parts.clock.now())) throw new CredentialRefused('key-expired');
    const principal: Principal = {
      kind: 'key',
      tenant,
      client: key.client,
      scopes: new Set([...key.scopes, ...OWN_CLIENT_SCOPES]),
      keyId: key.id,
      expiresAt: key.expiresAt,
    };
    return { principal, ends: key.expiresAt ?? Number.POSITIVE_INFINITY };
  }

  private async checkToken(tenantName: string, tenant: Tenant | undefined, credential: string): Promise<Known> {
    const token = await this.parts.tokens.verify(credential, tenantName, tenant);
    if (tenant === undefined) throw new CredentialRefused('unknown-tenant');
    if (token.keyId !== undefined && !mayMint(await this.key(token.keyId), tenant, this.parts.clock.now())) throw new CredentialRefused('minting-key-gone');
    if (token.mintedBy !== undefined && !(await this.mayStillMint(token.mintedBy, tenant))) throw new CredentialRefused('minting-administrator-gone');
    if (await this.isRevoked(tenant, token.client, token.issuedAt)) throw new CredentialRefused('revoked');
    const { client, scopes, keyId, mintedBy, issuedAt, expiresAt } = token;
    const principal: Principal = { kind: 'token', tenant, client, scopes, keyId, issuedAt, expiresAt, ...(mintedBy === undefined ? {} : { mintedBy }) };
    return { principal, ends: expiresAt + LEEWAY_SECONDS * 1_000 };
  }

  /**
   * A token of the very moment of the revocation counts as issued before it; the mint sees to it that a new one is
   * later. One that does not say when it was issued cannot show that it is newer.
   */
  private async isRevoked(tenant: Tenant, client: string, issuedAt: number | undefined): Promise<boolean> {
    const cached = this.parts.mailboxes.cached(tenant.id, 'client', client);
    const mailbox = cached ?? (await this.parts.mailboxes.find(tenant.id, 'client', [client]))[0];
    const revokedBefore = mailbox?.revokedBefore;
    return revokedBefore !== undefined && (issuedAt === undefined || issuedAt <= revokedBefore);
  }

  private async administratorByKey(key: string): Promise<AdministratorPrincipal> {
    const hash = hashOfKey(key);
    if (this.adminKeyHash !== undefined && timingSafeEqual(hash, this.adminKeyHash)) {
      return { kind: 'administrator', name: 'admin-key', identity: { kind: 'given', mark: markOf(this.adminKeyHash) }, role: 'owner', byCookie: false };
    }
    if (!isApiKey(key)) throw new CredentialRefused('not-a-credential');
    const found = await this.parts.keys.findByHash(hash);
    if (found === undefined) throw new CredentialRefused('unknown-key');
    if (found.tenantId !== null || found.role === undefined) throw new CredentialRefused('key-of-another-tenant');
    if (hasEnded(found, this.parts.clock.now())) throw new CredentialRefused('key-expired');
    this.use.note(found.id);
    const { id, role, expiresAt } = found;
    return {
      kind: 'administrator',
      name: `key:${id}`,
      identity: { kind: 'key', id },
      role,
      byCookie: false,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  }

  private async administratorByCookie(cookie: string): Promise<AdministratorPrincipal> {
    if (!isCookieValue(cookie)) throw new CredentialRefused('not-a-credential');
    const found = await this.parts.administrators.findSession(hashOfCookie(cookie));
    if (found === undefined) throw new CredentialRefused('unknown-session');
    const { administrator, session } = found;
    const { id, name, role, tenants, oidc } = administrator;
    return {
      kind: 'administrator',
      name,
      identity: { kind: 'account', id },
      role,
      byCookie: true,
      session: session.id,
      expiresAt: session.expiresAt,
      ...(tenants === undefined ? {} : { tenants }),
      ...(oidc === undefined ? {} : { oidc }),
    };
  }

  /** Whether tokens of this administrator count: they die with the right by which they were minted. */
  private async mayStillMint(by: AdministratorIdentity, tenant: Tenant): Promise<boolean> {
    switch (by.kind) {
      case 'account': {
        const account = await this.accountsById.getOr(String(by.id), () => this.parts.administrators.findById(by.id));
        return account !== undefined && mayMintAsAdministrator(account, tenant);
      }
      case 'key': {
        const key = await this.key(by.id);
        return key?.role !== undefined && key.tenantId === null && key.role !== 'viewer' && !hasEnded(key, this.parts.clock.now());
      }
      case 'given':
        return this.adminKeyHash !== undefined && markOf(this.adminKeyHash) === by.mark;
    }
  }

  private key(id: string): Promise<ApiKey | undefined> {
    return this.keysById.getOr(id, () => this.parts.keys.findById(id));
  }

  private noteUse(principal: Principal): void {
    if (principal.kind === 'key' && principal.keyId !== undefined) this.use.note(principal.keyId);
  }

  private told(error: unknown, where: string, kind: Parameters<Refusals['note']>[1]): unknown {
    if (!(error instanceof CredentialRefused)) return error;
    this.refusals.note(where, kind, error.why);
    return refused(error.why);
  }
}

const nameOf = (tenant: string, credential: string): string => `${tenant}\n${credential}`;
const kindOf = (credential: string): 'key' | 'token' | 'unknown' => (credential.startsWith('vk_') ? 'key' : credential.includes('.') ? 'token' : 'unknown');

/** Tells one key that was given from the next; of its hash again, so that nothing of what is compared gets out. */
function markOf(keyHash: Uint8Array): string {
  return createHash('sha256').update('vestnik mark').update(keyHash).digest('hex').slice(0, 16);
}

function hasEnded(key: ApiKey, now: number): boolean {
  return key.expiresAt !== undefined && key.expiresAt <= now;
}

/** Whether tokens that this key has minted count: they die with it, and with its right to mint. */
function mayMint(key: ApiKey | undefined, tenant: Tenant, now: number): boolean {
  return key !== undefined && key.tenantId === tenant.id && key.scopes.includes('tokens') && !hasEnded(key, now);
}
