/** Whom a tenant accepts from outside, for what (section 5 of the protocol). */
export interface AcceptRule {
  /** An address pattern: `*@sales`, `orders@sales.hq`; `*` stands for one label, or any client. */
  readonly from: string;
  readonly allow: readonly AcceptedUse[];
  /** Addresses of the accepting tenant that it holds for; absent: all. */
  readonly to?: readonly string[];
}

export type AcceptedUse = 'send' | 'call' | 'presence' | 'topics' | 'broadcast';

export type MayUse = 'clients' | 'backend' | readonly string[];

export interface TopicRule {
  readonly pattern: string;
  readonly subscribe: MayUse;
  readonly publish: MayUse;
}

/** How clients' own tokens are checked. Secrets are not in here: they stay in the key store, encrypted. */
export interface JwtSettings {
  readonly algorithms: readonly string[];
  /** Key ids by which a token names its key. */
  readonly keyIds: readonly string[];
  readonly jwksUrl?: string;
  /** `true`: `aud` may be the bare tenant. */
  readonly bareAudience: boolean;
  readonly hasSecret: boolean;
  readonly hasJwks: boolean;
}

export interface RateLimits {
  /** Requests or frames a second that one tenant may make; absent: not limited. */
  readonly perTenant?: number;
  readonly perKey?: number;
  readonly perClient?: number;
  readonly perAddress?: number;
}

/** What a tenant's own HTTP endpoint is told of. */
export type HookEvent = 'connect' | 'disconnect' | 'send-refused';

/** Where a tenant is told what happens. The secret that signs it is in the vault: see `tenantHookSecretName`. */
export interface HookSettings {
  readonly url: string;
  readonly on: readonly HookEvent[];
}

/** What an administrator sets for a tenant. Times in seconds, sizes in bytes. */
export interface TenantSettings {
  readonly ttl: number;
  readonly ttlMax: number;
  readonly retention: number;
  readonly maxDataBytes: number;
  readonly maxInbox: number;
  readonly unknownClients: 'accept' | 'refuse';
  readonly rateLimits: RateLimits;
  readonly accepts: readonly AcceptRule[];
  readonly clientsMay: 'tenant' | 'installation' | 'anywhere';
  readonly topics: readonly TopicRule[];
  readonly jwt?: JwtSettings;
  /** Origins of web pages that may connect; absent: the installation's own. */
  readonly origins?: readonly string[];
  readonly hooks?: HookSettings;
  /** A message is tried so often at a webhook before it is a dead letter. */
  readonly webhookAttempts: number;
  readonly suspended: boolean;
}

export const TENANT_DEFAULTS: TenantSettings = {
  ttl: 7 * 24 * 3600,
  ttlMax: 366 * 24 * 3600,
  retention: 30 * 24 * 3600,
  maxDataBytes: 256 * 1024,
  maxInbox: 100_000,
  unknownClients: 'accept',
  rateLimits: {},
  accepts: [],
  clientsMay: 'anywhere',
  topics: [],
  webhookAttempts: 12,
  suspended: false,
};

export interface Tenant {
  /** Small and local to this installation; never told to anyone. */
  readonly id: number;
  readonly name: string;
  readonly title?: string;
  readonly settings: TenantSettings;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}
