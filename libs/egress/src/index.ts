export { type EgressOptions, HttpEgress } from './http-egress.js';
