export * from './link-hub.js';
export * from './links.js';
