import type { Tenant, TenantPatch } from '../tenant-queries.js';

export const RATE_LIMITS = ['perTenant', 'perKey', 'perClient', 'perAddress'] as const;
export type RateLimit = (typeof RATE_LIMITS)[number];

/** The settings of the form. Undefined: nothing is written; of a rate limit: there is none. */
export interface SettingFields {
  readonly title: string;
  readonly ttl: number | undefined;
  readonly ttlMax: number | undefined;
  readonly retention: number | undefined;
  readonly unknownClients: Tenant['unknownClients'];
  readonly maxDataBytes: number | undefined;
  readonly maxInbox: number | undefined;
  readonly webhookAttempts: number | undefined;
  readonly perTenant: number | undefined;
  readonly perKey: number | undefined;
  readonly perClient: number | undefined;
  readonly perAddress: number | undefined;
}
export type SettingName = keyof SettingFields;

/** What holds where a tenant says nothing; the server's own, which a test compares. */
export const DEFAULTS: SettingFields = {
  title: '',
  ttl: 7 * 86_400,
  ttlMax: 366 * 86_400,
  retention: 30 * 86_400,
  unknownClients: 'accept',
  maxDataBytes: 256 * 1_024,
  maxInbox: 100_000,
  webhookAttempts: 12,
  perTenant: undefined,
  perKey: undefined,
  perClient: undefined,
  perAddress: undefined,
};

/** Takes of what all tenants share: only administrators of the whole installation change these. */
const SHARED: ReadonlySet<SettingName> = new Set(['ttlMax', 'retention', 'maxDataBytes', 'maxInbox', 'webhookAttempts', ...RATE_LIMITS]);

export const isShared = (name: SettingName): boolean => SHARED.has(name);
export const isRateLimit = (name: SettingName): name is RateLimit => (RATE_LIMITS as readonly string[]).includes(name);

/** Where the server names this setting in a problem. */
export const problemPathOf = (name: SettingName): string => (isRateLimit(name) ? `rateLimits/${name}` : name);

export function fieldsOf({ title, ttl, ttlMax, retention, unknownClients, maxDataBytes, maxInbox, webhookAttempts, rateLimits }: Tenant): SettingFields {
  const { perTenant, perKey, perClient, perAddress } = rateLimits;
  return { title: title ?? '', ttl, ttlMax, retention, unknownClients, maxDataBytes, maxInbox, webhookAttempts, perTenant, perKey, perClient, perAddress };
}

/** Whether a field must be filled in and is not. */
export const isMissing = (name: SettingName, value: SettingFields[SettingName]): boolean => value === undefined && !isRateLimit(name);

/** Only what was changed; what is as by default goes back to it. */
export function patchOf(values: SettingFields, changed: readonly SettingName[]): TenantPatch {
  const patch: Record<string, unknown> = {};
  const rateLimits: Record<string, unknown> = {};
  for (const name of changed) (isRateLimit(name) ? rateLimits : patch)[name] = values[name] === DEFAULTS[name] ? null : values[name];
  return { ...patch, ...(Object.keys(rateLimits).length === 0 ? {} : { rateLimits }) };
}
