export { settingsAsMarkdown, settingsAsYaml, settingsInForce } from './describe-settings.js';
export { type CheckedSettings, checkSettings, loadSettings, ownUrl, publicUrlAt, type Surroundings } from './load-settings.js';
export type { SettingName, Settings } from './settings.js';
export { SettingsError, type SettingsFault } from './settings-error.js';
