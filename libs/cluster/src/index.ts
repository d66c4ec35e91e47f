export * from './postgres-node-bus.js';
