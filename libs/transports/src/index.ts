export * from './edge.js';
export * from './heartbeats.js';
export * from './json-rpc/endpoint.js';
export * from './outbox.js';
export * from './rest/routes.js';
export * from './upgrade-router.js';
