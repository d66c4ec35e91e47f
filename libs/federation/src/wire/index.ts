export * from './bundle.js';
export * from './codec.js';
export * from './frames.js';
export * from './signing.js';
export * from './wire-limits.js';
