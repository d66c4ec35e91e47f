import { type Clock, TENANT_DEFAULTS, type Tenant, type TenantDirectory, type TenantSettings, tenantSecretsPrefix } from '@vestnik/core';
import { invalid, isLabel, Problem } from '@vestnik/protocol';
import type { DataSource, EntityManager } from 'typeorm';
import { rowsOf } from '../data-source.js';
import { TenantRow } from './entities.js';
import { inStore, isUniqueViolation } from './failures.js';

/** Deletes what belongs to a tenant elsewhere, in the transaction that deletes the tenant. */
export type OnTenantDeleted = (transaction: EntityManager, tenantId: number) => Promise<void>;

/** The tenants, in Postgres. */
export class PostgresTenantDirectory implements TenantDirectory {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Pick<Clock, 'now'>,
    /** Asked one after the other, before the tenant's own row goes. */
    readonly onTenantDeleted: OnTenantDeleted[] = [],
  ) {}

  list(): Promise<Tenant[]> {
    return inStore(async () => (await this.dataSource.getRepository(TenantRow).find({ order: { name: 'asc' } })).map(tenantOf));
  }

  create(name: string, title: string | undefined, settings: TenantSettings): Promise<Tenant> {
    return inStore(async () => {
      if (!isLabel(name)) throw invalid('request-invalid', 'name', 'a tenant is named like a DNS label: a-z, 0-9 and -, 1 to 63 characters');
      const row = this.dataSource.getRepository(TenantRow).create({ name, title: title ?? null, settings, createdAt: this.clock.now() });
      try {
        return tenantOf(await this.dataSource.getRepository(TenantRow).save(row));
      } catch (error) {
        throw isUniqueViolation(error) ? new Problem('conflict', `there is a tenant ${name} already`) : error;
      }
    });
  }

  update(name: string, change: { title?: string | null; settings: Partial<TenantSettings> }): Promise<Tenant | undefined> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        // Two changes of one tenant at once go one after the other, so that neither undoes what the other has set.
        const row = await transaction.findOne(TenantRow, { where: { name }, lock: { mode: 'pessimistic_write' } });
        if (row === null) return undefined;
        if (change.title !== undefined) row.title = change.title;
        row.settings = JSON.parse(JSON.stringify({ ...row.settings, ...change.settings })) as Partial<TenantSettings>;
        return tenantOf(await transaction.save(row));
      }),
    );
  }

  /**
   * Locks: the tenant's row first, what the hooks touch, and the directory's version last (by the trigger), so that
   * whoever adds something to the tenant meanwhile waits and then finds it gone.
   */
  delete(name: string): Promise<boolean> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const row = await transaction.findOne(TenantRow, { where: { name }, lock: { mode: 'pessimistic_write' } });
        if (row === null) return false;
        for (const hook of this.onTenantDeleted) await hook(transaction, row.id);
        await transaction.query('delete from vestnik.secret s where starts_with(s.name, $1)', [tenantSecretsPrefix(row.id)]);
        await transaction.delete(TenantRow, { id: row.id });
        return true;
      }),
    );
  }

  version(): Promise<number> {
    return inStore(async () => {
      const [row] = await rowsOf<{ version: number }>(this.dataSource, 'select v.version from vestnik.directory_version v');
      return (row as { version: number }).version;
    });
  }
}

/** A setting that came with a newer version has its default for tenants that are older. */
function tenantOf(row: TenantRow): Tenant {
  return { id: row.id, name: row.name, title: row.title ?? undefined, settings: { ...TENANT_DEFAULTS, ...row.settings }, createdAt: row.createdAt };
}
