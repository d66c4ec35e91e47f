export { configureHttp, fastifyOptions } from './http/configure-http.js';
export { KnownRoutes } from './http/known-routes.js';
export { ProblemFilter } from './http/problem.filter.js';
export { ManagementModule } from './management.module.js';
export { openApiDocument } from './openapi/document.js';
export * from './ports.js';
export { MASK, masked } from './settings/mask.js';
