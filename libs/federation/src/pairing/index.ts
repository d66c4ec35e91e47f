export * from './endpoint.js';
export { type AskInviter, PAIRING_BYTES_MAX } from './exchange.js';
export * from './invites.js';
export { readLinkUrl } from './link-url.js';
export * from './pairing.js';
