import { Injectable } from '@nestjs/common';
import { pathOf } from './request.js';

interface KnownRoute {
  readonly method: string;
  readonly pattern: readonly string[];
}

/** The routes that are served, so that a wrong method is told from a wrong path. */
@Injectable()
export class KnownRoutes {
  private readonly routes: KnownRoute[] = [];

  /** @param url as the router takes it: `/v1/tenants/:tenant` */
  add(method: string, url: string): void {
    this.routes.push({ method, pattern: url.split('/') });
  }

  /** `GET /v1/tenants/:tenant` … */
  all(): string[] {
    return this.routes.map(({ method, pattern }) => `${method} ${pattern.join('/')}`);
  }

  /** The methods that a path answers to; none: there is no such path. */
  methodsOf(url: string): string[] {
    const path = pathOf(url).split('/');
    const methods = this.routes.filter(({ pattern }) => pattern.length === path.length && pattern.every((part, at) => fits(part, path[at] as string)));
    return [...new Set(methods.map(({ method }) => method))].sort();
  }
}

function fits(part: string, given: string): boolean {
  return part.startsWith(':') ? given !== '' : part === given;
}
