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
}

export type Role = 'owner' | 'operator' | 'viewer';

export interface KeyDirectory {
  create(key: Omit<ApiKey, 'createdAt' | 'lastUsedAt'>, hash: Uint8Array): Promise<ApiKey>;
  /** @param hash SHA-256 of the key */
  findByHash(hash: Uint8Array): Promise<ApiKey | undefined>;
  findById(id: string): Promise<ApiKey | undefined>;
  list(tenantId: number | null, page: PageRequest): Promise<Page<ApiKey>>;
  delete(tenantId: number | null, id: string): Promise<boolean>;
  /** Notes when keys were last used; merged by the caller. */
  used(ids: readonly { id: string; at: number }[]): Promise<void>;
}

export interface Administrator {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
}

export interface AdministratorDirectory {
  count(): Promise<number>;
  /** @throws Problem `conflict` where the name is taken */
  create(name: string, passwordHash: string, role: Role): Promise<Administrator>;
  find(name: string): Promise<{ administrator: Administrator; passwordHash: string } | undefined>;
  list(): Promise<Administrator[]>;
  /**
   * A new password hash ends all sessions of the administrator.
   * @returns undefined where there is no such administrator
   * @throws Problem `conflict` where no owner would be left
   */
  update(name: string, change: { passwordHash?: string; role?: Role }): Promise<Administrator | undefined>;
  /** @throws Problem `conflict` where no owner would be left */
  delete(name: string): Promise<boolean>;
  /** @param tokenHash SHA-256 of the cookie's value */
  openSession(administratorId: number, tokenHash: Uint8Array, expiresAt: number): Promise<void>;
  findSession(tokenHash: Uint8Array): Promise<Administrator | undefined>;
  closeSession(tokenHash: Uint8Array): Promise<void>;
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

export interface AuditTrail {
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<AuditEntry & { id: number }>>;
  /** Walks the hash chain from the start. @returns the first row that does not fit: changed, put in or taken out */
  verify(): Promise<AuditVerdict>;
}
