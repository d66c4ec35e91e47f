export * from './far-end.js';
export * from './hub.js';
export * from './routes.js';
