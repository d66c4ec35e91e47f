export * from './identity.js';
export { idOf, isInstallationId } from './installation-id.js';
export * from './key-list.js';
export * from './peer-keys.js';
