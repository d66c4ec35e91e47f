import type { Edge } from '../edge.js';

/**
 * The origins that the installation or any of its tenants allows. Before the namespace is known no more can be said;
 * the namespace then asks for those of its own tenant.
 */
export class AnyOrigin {
  private allowed: ReadonlySet<string> | undefined;

  constructor(private readonly edge: Edge) {
    edge.tenants.onChange(() => {
      this.allowed = undefined;
    });
  }

  /** No `Origin` header means not a browser. */
  allows(origin: string | undefined): boolean {
    if (origin === undefined) return true;
    if (this.allowed === undefined) {
      const allowed = new Set(this.edge.ownOrigins);
      for (const { settings } of this.edge.tenants.all()) for (const one of settings.origins ?? []) allowed.add(one);
      this.allowed = allowed;
    }
    return this.allowed.has(origin) || this.allowed.has('*');
  }
}
