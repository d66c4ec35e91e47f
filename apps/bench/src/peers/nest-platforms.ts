import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { AbstractHttpAdapter } from '@nestjs/core';

/** The platforms of NestJS that are installed here: the plain NestJS floor runs on each of them. */
export type NestPlatform = 'fastify' | 'express';

/** Express is compared where its adapter is installed; it is not among this package's own dependencies. */
export function nestPlatforms(): readonly NestPlatform[] {
  return expressPath() === undefined ? ['fastify'] : ['fastify', 'express'];
}

export async function loadExpressAdapter(): Promise<AbstractHttpAdapter> {
  const path = expressPath();
  if (path === undefined) throw new Error('@nestjs/platform-express is not installed');
  const { ExpressAdapter } = (await import(pathToFileURL(path).href)) as { ExpressAdapter: new () => AbstractHttpAdapter };
  return new ExpressAdapter();
}

function expressPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@nestjs/platform-express');
  } catch {
    return undefined;
  }
}
