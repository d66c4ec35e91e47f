import { type RoleRule, ruleAsText } from '@vestnik/auth';
import type { CheckedSettings } from './load-settings.js';
import { describeOrigin } from './read-sources.js';
import { groupOf, isSecret, SETTING_NAMES, type SettingName, settingsSchema } from './settings.js';

/** The settings of this node as management shows them; what is secret is marked so and left out. */
export function managedSettings({ settings, secretKeyGiven, origins }: CheckedSettings) {
  const defaults: Partial<Record<SettingName, unknown>> = settingsSchema.parse({});
  return SETTING_NAMES.map((name) => {
    const secret = isSecret(name);
    const value = name === 'secretKey' ? secretKeyGiven : settings[name];
    const given = origins[name].kind !== 'default';
    return {
      name,
      value: secret ? (value === undefined ? undefined : true) : shown(name, value),
      source: given ? describeOrigin(name, origins[name]) : 'default',
      description: settingsSchema.shape[name].description,
      secret,
      default: secret ? undefined : defaults[name],
      // What has no default that is fixed differs where somebody has set it.
      differs: given && JSON.stringify(value) !== JSON.stringify(defaults[name]),
      group: groupOf(name),
    };
  });
}

function shown(name: SettingName, value: unknown): unknown {
  return name === 'oidcRoles' && Array.isArray(value) ? (value as RoleRule[]).map(ruleAsText) : value;
}
