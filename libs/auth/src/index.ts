export * from './administrators.js';
export * from './api-keys.js';
export * from './authenticator.js';
export * from './client-tokens.js';
export * from './cookie.js';
export * from './password.js';
export type { Refusal } from './refusal.js';
export * from './tenant-token-settings.js';
