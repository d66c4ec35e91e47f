export * from './connection/index.js';
export * from './hub/index.js';
export * from './identity/index.js';
export * from './line/index.js';
export * from './link/index.js';
export * from './pairing/index.js';
export * from './wire/index.js';
