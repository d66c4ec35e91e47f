import type { AdministratorPrincipal, Principal } from '../access/principal.js';
import type { Administrator, Role } from './directory.js';
import type { JwtSettings } from './tenant.js';

/** Says who presents a credential: an API key (`vk_…`) or a client token (a JWT). */
export interface Authenticator {
  /**
   * The principal of a credential that was checked in the last seconds, without waiting; the hot path.
   * @returns undefined where it must be checked by {@link authenticate}
   */
  known(tenant: string, credential: string): Principal | undefined;

  /**
   * Checks a credential for a tenant.
   *
   * @throws Problem `unauthenticated`, in the same words for whatever is wrong with it, unknown tenants included;
   *   `token-expired` only when the signature is good
   */
  authenticate(tenant: string, credential: string): Promise<Principal>;

  /**
   * Whether a principal still counts: its key exists, its client was not revoked since, its tenant is not suspended.
   * Asked for every live session at least every 20 s; answers from what the node knows where it can.
   */
  stillValid(principal: Principal): Promise<boolean>;

  /** An administrator's key or cookie value. @throws Problem `unauthenticated` */
  administrator(credential: { key: string } | { cookie: string }): Promise<AdministratorPrincipal>;
}

export interface TokenMinter {
  /**
   * A token for a client, signed by the installation; it dies with the key that minted it.
   * @param ttlSeconds whole seconds, 1 to 30 days
   * @param scopes absent: all that a token has by default
   * @throws Problem `scope-missing` (of `tokens`, or of `broadcast` where the key has it not), `request-invalid` naming the field
   */
  mint(by: Principal, client: string, ttlSeconds: number, scopes?: readonly string[]): Promise<{ token: string; expiresAt: number }>;
}

/** How a person signs in to administer the installation. */
export interface AdministratorSignIn {
  /**
   * Checks name and password and opens a session.
   *
   * @param address of the caller: lock-out counts per name and address together
   * @returns the cookie's value (only its hash is kept) and when it ends, milliseconds since 1970
   * @throws Problem `unauthenticated`, in the same words for an unknown name and a wrong password; `rate-limited` with `retryAfter` while locked out
   */
  signIn(name: string, password: string, address: string): Promise<{ cookie: string; expiresAt: number; administrator: Administrator }>;
  /** Ends the session; nothing happens where there is none. */
  signOut(cookie: string): Promise<void>;
}

/** Makes and changes administrators; passwords come in plain and are kept as argon2id. */
export interface AdministratorAccounts {
  /** @throws Problem `request-invalid` naming `name` or `password`; `conflict` where the name is taken */
  create(name: string, password: string, role: Role): Promise<Administrator>;
  /**
   * A new password ends all sessions of the administrator.
   * @returns undefined where there is no such administrator
   * @throws Problem `request-invalid`; `conflict` where no owner would be left
   */
  update(name: string, change: { password?: string; role?: Role }): Promise<Administrator | undefined>;
  /** @throws Problem `conflict` where no owner would be left */
  delete(name: string): Promise<boolean>;
  list(): Promise<Administrator[]>;
  count(): Promise<number>;
}

/** Makes API keys. */
export interface KeyMaker {
  /** @returns the key, to be shown once; its SHA-256, to be kept; and the id by which lists and audit name it */
  make(): { key: string; hash: Uint8Array; id: string };
}

/** What a tenant's `jwt` setting says, as it comes in. Secrets are taken and never answered back. */
export interface JwtSettingsInput {
  readonly algorithms?: readonly string[];
  readonly keyIds?: readonly string[];
  readonly bareAudience?: boolean;
  /** Of HS256: text whose UTF-8 bytes are the key, 32 or more. */
  readonly secret?: string;
  /** A JWKS document with public keys. */
  readonly jwks?: unknown;
  readonly jwksUrl?: string;
}

/** Checks a tenant's `jwt` setting and keeps its secrets. */
export interface TenantTokenSettings {
  /**
   * What is to stand in `TenantSettings.jwt` for this input; stores nothing. What is absent stays as it was in `before`.
   *
   * @throws Problem `request-invalid` naming the field: `jwt/secret`, `jwt/jwks`, `jwt/jwksUrl` …
   */
  check(input: JwtSettingsInput, before: JwtSettings | undefined): Promise<JwtSettings>;
  /** Stores what {@link check} found good: the secret and the JWKS go to the vault. `undefined` removes both. */
  store(tenantId: number, input: JwtSettingsInput | undefined): Promise<void>;
}
