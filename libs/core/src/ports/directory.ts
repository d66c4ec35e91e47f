import type { Scope } from '../access/scopes.js';
import type { Tenant, TenantSettings } from './tenant.js';

/** A page of a list: `next` is the cursor of the page after it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

export interface PageRequest {
  /** 1 to 1,000. */
  readonly limit: number;
  /** As `next` of the page before gave it. */
  readonly cursor?: string;
}

/**
 * The tenants of the installation. Few (thousands at most) and read all the time, so every node
 * keeps them all in memory: see `access/tenants.ts`.
 */
export interface TenantDirectory {
  list(): Promise<Tenant[]>;
  /** @throws Problem `conflict` where the name is taken */
  create(name: string, title: string | undefined, settings: TenantSettings): Promise<Tenant>;
  /**
   * Changes what is named. A setting that is named with `undefined` goes back to its default, or away; so does a title of `null`.
   * @returns undefined where there is no such tenant
   */
  update(name: string, change: { title?: string | null; settings: Partial<TenantSettings> }): Promise<Tenant | undefined>;
  /** Removes the tenant with all that belongs to it. @returns whether it was there */
  delete(name: string): Promise<boolean>;
  /** Grows with every change of a tenant, key or revocation, so that other nodes know when to look again. */
  version(): Promise<number>;
}

/** An API key of a tenant, or of the installation's administrators (`tenantId` null). The key itself is never kept. */
export interface ApiKey {
  /** Public: names the key in lists and audit. */
  readonly id: string;
  readonly tenantId: number | null;
  readonly title: string;
  /** The name under which it speaks. */
  readonly client: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly lastUsedAt?: number;
  /** Of an administrators' key. */
  readonly role?: Role;
  /** The id of the key that it was made to replace. */
  readonly replaces?: string;
}

export type Role = 'owner' | 'operator' | 'viewer';

export interface KeyDirectory {
  create(key: Omit<ApiKey, 'createdAt' | 'lastUsedAt'>, hash: Uint8Array): Promise<ApiKey>;
  /** @param hash SHA-256 of the key */
  findByHash(hash: Uint8Array): Promise<ApiKey | undefined>;
  findById(id: string): Promise<ApiKey | undefined>;
  list(tenantId: number | null, page: PageRequest): Promise<Page<ApiKey>>;
  delete(tenantId: number | null, id: string): Promise<boolean>;
  /**
   * Makes a key in place of `key.replaces`, which ends at `oldEndsAt` unless it ends before; both or neither.
   * @returns the new one, and the old one as it is now; undefined where the tenant has no such key
   */
  replace(
    key: Omit<ApiKey, 'createdAt' | 'lastUsedAt' | 'replaces'> & { readonly replaces: string },
    hash: Uint8Array,
    oldEndsAt: number,
  ): Promise<{ made: ApiKey; old: ApiKey } | undefined>;
  /** Notes when keys were last used; merged by the caller. */
  used(ids: readonly { id: string; at: number }[]): Promise<void>;
}

export interface Administrator {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  /** Names of the tenants that it administers, in order; absent: the whole installation. Empty where those are gone. */
  readonly tenants?: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastSignInAt?: number;
  /** An account of the OpenID provider: it has no password, and the provider decides on its role. */
  readonly oidc?: true;
}

/** Where an administrator is signed in. Times are milliseconds since 1970. */
export interface AdministratorSession {
  readonly id: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastSeenAt?: number;
  readonly address?: string;
  readonly browser?: string;
}

/** What one may do. */
export interface AdministratorRight {
  readonly role: Role;
  /** Names of tenants; absent: the whole installation. */
  readonly tenants?: readonly string[];
}

/** Whom an OpenID provider has told us of. */
export interface OidcSubject {
  readonly issuer: string;
  /** Of the issuer, never given to anybody else (OpenID Connect Core, 5.7). */
  readonly subject: string;
  /** Under which the account is made. */
  readonly name: string;
}

export interface AdministratorDirectory {
  count(): Promise<number>;
  /** @throws Problem `conflict` where the name is taken; `request-invalid` naming `tenants` where there is one that is none */
  create(name: string, passwordHash: string, right: AdministratorRight): Promise<Administrator>;
  /** @returns without a password hash where it has no password */
  find(name: string): Promise<{ administrator: Administrator; passwordHash?: string } | undefined>;
  findById(id: number): Promise<Administrator | undefined>;
  list(): Promise<Administrator[]>;
  /**
   * A new password hash ends all sessions of the administrator but `keepSession`. `tenants: null` is the whole installation.
   * @returns undefined where there is no such administrator
   * @throws Problem `conflict` where no owner would be left who has a password; `request-invalid` naming `tenants`
   */
  update(
    name: string,
    change: { passwordHash?: string; role?: Role; tenants?: readonly string[] | null; keepSession?: string },
  ): Promise<{ administrator: Administrator; ended: number } | undefined>;
  /**
   * The account of a subject with this right, made where there is none; its name stays as it was made.
   * @throws Problem `conflict` where another account has the name
   */
  admit(subject: OidcSubject, right: AdministratorRight): Promise<{ administrator: Administrator; before?: Administrator }>;
  /** The account of a subject, where there is one: all its sessions end. @returns it */
  turnAway(subject: Pick<OidcSubject, 'issuer' | 'subject'>): Promise<Administrator | undefined>;
  /** @throws Problem `conflict` where no owner would be left */
  delete(name: string): Promise<boolean>;
  /** @param tokenHash SHA-256 of the cookie's value */
  openSession(administratorId: number, tokenHash: Uint8Array, expiresAt: number, from?: { address?: string; browser?: string }): Promise<void>;
  /** Notes, once a minute at most, that it was seen. */
  findSession(tokenHash: Uint8Array): Promise<{ administrator: Administrator; session: AdministratorSession } | undefined>;
  closeSession(tokenHash: Uint8Array): Promise<void>;
  /** Newest first. */
  listSessions(administratorId: number): Promise<AdministratorSession[]>;
  /** @returns whether it was there */
  endSession(administratorId: number, session: string): Promise<boolean>;
}

/** Secrets that must be read back, AES-256-GCM under the installation's secret key. Plain text goes in and out. */
export interface SecretVault {
  get(name: string): Promise<Uint8Array | undefined>;
  set(name: string, secret: Uint8Array): Promise<void>;
  delete(name: string): Promise<void>;
  /** The secret of that name, made at random the first time, once for all nodes. */
  ensure(name: string, bytes: number): Promise<Uint8Array>;
}

/** Who changed what. */
export interface AuditEntry {
  readonly at: number;
  readonly who: string;
  readonly address?: string;
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export type AuditVerdict = { readonly kind: 'whole'; readonly rows: number } | { readonly kind: 'broken'; readonly id: number; readonly because: string };

/** Which entries are looked for; all that is given must fit. Times are milliseconds since 1970. */
export interface AuditFilter {
  readonly who?: string;
  /** With `*` at the end: all that begin so. */
  readonly action?: string;
  readonly subject?: string;
  readonly since?: number;
  /** Itself not among them. */
  readonly until?: number;
  /** Stands anywhere in an entry, whatever the case. */
  readonly search?: string;
}

export interface AuditTrail {
  record(entry: AuditEntry): Promise<void>;
  /**
   * Newest first. A page looks through a bounded number of entries: it may have fewer than were asked for, or none,
   * and a `next` all the same.
   *
   * @returns `searchedTo`: the time of the entry that it came to, where it found less than was asked for and there are more
   */
  list(page: PageRequest, filter?: AuditFilter): Promise<Page<AuditEntry & { id: number }> & { searchedTo?: number }>;
  /** Walks the hash chain from the start. @returns the first row that does not fit: changed, put in or taken out */
  verify(): Promise<AuditVerdict>;
}
