import type { CheckedSettings } from './load-settings.js';
import { describeOrigin } from './read-sources.js';
import { isSecret, SETTING_NAMES, settingsSchema } from './settings.js';

/** The settings of this node as management shows them; what is secret is marked so and left out. */
export function managedSettings({ settings, secretKeyGiven, origins }: CheckedSettings) {
  return SETTING_NAMES.map((name) => {
    const secret = isSecret(name);
    const value = name === 'secretKey' ? secretKeyGiven : settings[name];
    return {
      name,
      value: secret ? (value === undefined ? undefined : true) : value,
      source: origins[name].kind === 'default' ? 'default' : describeOrigin(name, origins[name]),
      description: settingsSchema.shape[name].description,
      secret,
    };
  });
}
