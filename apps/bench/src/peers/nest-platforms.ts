/** The platforms of NestJS on which the plain NestJS floor runs: Express is what `nest new` gives, Fastify the fast one. */
export type NestPlatform = 'fastify' | 'express';

export const NEST_PLATFORMS: readonly NestPlatform[] = ['express', 'fastify'];
