import { type RateLimits, TENANT_DEFAULTS, type TenantSettings } from '@vestnik/core';
import { invalid } from '@vestnik/protocol';
import type { TenantPatch } from './tenant-schemas.js';

/** What a patch changes: a member that is there with the value undefined goes back to its default, or away. */
export type SettingsChange = Partial<Omit<TenantSettings, 'jwt' | 'hooks'>>;

/**
 * Merges a patch into settings (RFC 7396, but that lists of rules are replaced whole); `jwt` and `hooks` are merged by whoever keeps their secrets.
 *
 * @throws Problem `request-invalid` where the settings would contradict one another
 */
export function mergeSettings(before: TenantSettings, patch: TenantPatch): SettingsChange {
  const { title: _title, jwt: _jwt, hooks: _hooks, rateLimits, ...rest } = patch;
  const change: SettingsChange = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, value ?? undefined]));
  const merged = rateLimits === undefined ? change : { ...change, rateLimits: rateLimits === null ? undefined : mergeLimits(before.rateLimits, rateLimits) };

  const { ttl, ttlMax } = settingsAfter(before, merged);
  if (ttl > ttlMax) throw invalid('request-invalid', patch.ttl === undefined ? 'ttlMax' : 'ttl', `ttl (${ttl}) is at most ttlMax (${ttlMax})`);
  return merged;
}

/** The settings that stand after a change. */
export function settingsAfter(before: TenantSettings, change: Partial<TenantSettings>): TenantSettings {
  const kept = Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined));
  return { ...TENANT_DEFAULTS, ...kept };
}

function mergeLimits(before: RateLimits, patch: { readonly [Name in keyof RateLimits]?: number | null }): RateLimits {
  return Object.fromEntries(Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null && value !== undefined));
}
