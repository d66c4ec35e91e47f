export * from './line-limits.js';
export * from './link-line.js';
