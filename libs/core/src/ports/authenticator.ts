import type { AdministratorPrincipal, Principal } from '../access/principal.js';
import type { Administrator, AdministratorSession, Role } from './directory.js';
import type { JwtSettings, Tenant } from './tenant.js';

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
  /**
   * A token that an administrator mints to try something as a client. It is bound to that administrator, not to the
   * session: it dies when the account or the administrators' key is gone, is less than `operator`, or has nothing to do
   * with the tenant any more; whoever only signs out leaves it to its hour.
   *
   * @param ttlSeconds whole seconds, 1 to an hour
   * @throws Problem `forbidden` for less than an operator of the tenant, `request-invalid` naming the field
   */
  mintFor(
    by: AdministratorPrincipal,
    tenant: Tenant,
    client: string,
    ttlSeconds: number,
    scopes?: readonly string[],
  ): Promise<{ token: string; expiresAt: number }>;
}

/** From where somebody signs in. */
export interface SignInFrom {
  /** Lock-out counts per name and address together. */
  readonly address: string;
  /** `User-Agent`, as it came. */
  readonly userAgent?: string;
}

/** Whoever has signed in. */
export interface SignedIn {
  /** The cookie's value; only its hash is kept. */
  readonly cookie: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly administrator: Administrator;
}

/** How a person signs in to administer the installation. */
export interface AdministratorSignIn {
  /**
   * Checks name and password and opens a session.
   *
   * @throws Problem `unauthenticated`, in the same words for an unknown name and a wrong password; `rate-limited` with `retryAfter` while locked out
   */
  signIn(name: string, password: string, from: SignInFrom): Promise<SignedIn>;
  /** Whether the password is this administrator's; counts as a try to sign in. @throws Problem as {@link signIn} */
  confirm(name: string, password: string, from: SignInFrom): Promise<void>;
  /** Ends the session; nothing happens where there is none. */
  signOut(cookie: string): Promise<void>;
}

/** Why somebody who comes from the OpenID provider is not let in. */
export type OidcRefusal = 'refused' | 'no-role' | 'name-taken' | 'expired' | 'unavailable';

/** Signing in by an OpenID provider (OpenID Connect Core, section 3.1: authorization code, with PKCE). */
export interface OidcSignIn {
  /** What stands on the button. */
  readonly title: string;
  /**
   * Where the browser is sent, and what it has to bring back in a cookie of its own: signed, and bound to this one try.
   *
   * @param callback the URL to which the provider sends the browser back
   * @throws Problem `unavailable` where the provider cannot be asked
   */
  begin(callback: string): Promise<{ url: string; kept: string; maxAgeSeconds: number }>;
  /**
   * @param returned the URL to which the browser came back, with what the provider has put into its query
   * @param kept as the browser brought it back
   */
  finish(
    returned: URL,
    kept: string | undefined,
    from: SignInFrom,
  ): Promise<({ readonly kind: 'signed-in' } & SignedIn) | { readonly kind: 'refused'; readonly because: OidcRefusal }>;
}

/** Makes and changes administrators; passwords come in plain and are kept as argon2id. */
export interface AdministratorAccounts {
  /** @throws Problem `request-invalid` naming `name`, `password` or `tenants`; `conflict` where the name is taken */
  create(name: string, password: string, role: Role, tenants?: readonly string[]): Promise<Administrator>;
  /**
   * A new password ends all sessions of the administrator but `keepSession`. `tenants: null` is the whole installation.
   * @returns undefined where there is no such administrator
   * @throws Problem `request-invalid`; `conflict` where no owner would be left, or where the OpenID provider decides
   */
  update(
    name: string,
    change: { password?: string; role?: Role; tenants?: readonly string[] | null; keepSession?: string },
  ): Promise<{ administrator: Administrator; ended: number } | undefined>;
  /** @throws Problem `conflict` where no owner would be left */
  delete(name: string): Promise<boolean>;
  list(): Promise<Administrator[]>;
  count(): Promise<number>;
  /** Newest first; undefined where there is no such administrator. */
  sessions(name: string): Promise<AdministratorSession[] | undefined>;
  /** @returns whether it was there */
  endSession(name: string, session: string): Promise<boolean>;
  /** Whether failed tries make this name wait, from one address at least, at this node. */
  locked(name: string): boolean;
  /** Forgets failed tries, at this node and by a message at the others. @returns false where there is no such administrator */
  unlock(name: string): Promise<boolean>;
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
