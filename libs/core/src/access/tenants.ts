import type { TenantDirectory } from '../ports/directory.js';
import type { Tenant } from '../ports/tenant.js';

/** All tenants, in memory: they are few and looked at for every message. */
export class Tenants {
  private byName = new Map<string, Tenant>();
  private byNumber = new Map<number, Tenant>();
  private readonly listeners: (() => void)[] = [];
  private seen = -1;

  constructor(private readonly directory: TenantDirectory) {}

  get(name: string): Tenant | undefined {
    return this.byName.get(name);
  }

  byId(id: number): Tenant | undefined {
    return this.byNumber.get(id);
  }

  all(): Iterable<Tenant> {
    return this.byName.values();
  }

  /** Reads the directory anew where its version has moved, and tells whoever keeps something derived from it. */
  async refresh(): Promise<void> {
    const version = await this.directory.version();
    if (version === this.seen) return;
    const tenants = await this.directory.list();
    this.byName = new Map(tenants.map((tenant) => [tenant.name, tenant]));
    this.byNumber = new Map(tenants.map((tenant) => [tenant.id, tenant]));
    this.seen = version;
    for (const listener of this.listeners) listener();
  }

  /** Called after each change of the directory: of tenants, keys or revocations. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }
}
