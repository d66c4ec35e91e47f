import { invalid, isLabel, Problem } from '@vestnik/protocol';
import type { TenantDirectory } from '../ports/directory.js';
import { TENANT_DEFAULTS, type Tenant, type TenantSettings } from '../ports/tenant.js';
import { refuseForeign } from './ending.js';
import type { MemoryBase } from './memory-base.js';

/** The tenants, in memory. */
export class MemoryTenantDirectory implements TenantDirectory {
  constructor(private readonly base: MemoryBase) {}

  async list(): Promise<Tenant[]> {
    await this.base.enter('listTenants');
    return [...this.base.tenants.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async create(name: string, title: string | undefined, settings: TenantSettings): Promise<Tenant> {
    await this.base.enter('createTenant');
    if (!isLabel(name)) throw invalid('request-invalid', 'name', 'a tenant is named like a DNS label: a-z, 0-9 and -, 1 to 63 characters');
    if (this.find(name) !== undefined) throw new Problem('conflict', `there is a tenant ${name} already`);
    const tenant: Tenant = { id: this.base.nextId(), name, title, settings: withDefaults(settings), createdAt: this.base.now() };
    this.base.addTenant(tenant);
    this.base.version++;
    return tenant;
  }

  async update(name: string, change: { title?: string | null; settings: Partial<TenantSettings> }): Promise<Tenant | undefined> {
    await this.base.enter('updateTenant');
    const before = this.find(name);
    if (before === undefined) return undefined;
    const title = change.title === undefined ? before.title : (change.title ?? undefined);
    const tenant: Tenant = { ...before, title, settings: withDefaults({ ...before.settings, ...change.settings }) };
    this.base.tenants.set(tenant.id, tenant);
    this.base.version++;
    return tenant;
  }

  async delete(name: string): Promise<boolean> {
    await this.base.enter('deleteTenant');
    const { base } = this;
    const tenant = this.find(name);
    if (tenant === undefined) return false;
    const own = new Set([...base.mailboxes.values()].filter((mailbox) => mailbox.tenantId === tenant.id).map((mailbox) => mailbox.id));
    for (const id of own) refuseForeign(base, id);
    for (const [id, sent] of base.messages) {
      // Messages that stand in other tenants' logs too are theirs.
      sent.places = sent.places.filter((place) => place.tenantId !== tenant.id);
      if (sent.places.length === 0 && sent.message.tenantId === tenant.id) base.messages.delete(id);
    }
    for (const [id, row] of base.scheduled) if (row.tenantId === tenant.id) base.scheduled.delete(id);
    for (const [id, letter] of base.deadLetters) if (letter.tenantId === tenant.id) base.deadLetters.delete(id);
    for (const [key, { clientId }] of base.idempotency) if (own.has(clientId)) base.idempotency.delete(key);
    for (const key of base.collapseSlots.keys()) if (own.has(Number(key.split(' ')[0]))) base.collapseSlots.delete(key);
    for (const rows of base.receiptsDue.values()) for (const [at, row] of rows) if (row.senderTenantId === tenant.id) rows.delete(at);
    base.expiries.removeWhere((row) => row.tenantId === tenant.id);
    for (const entry of base.logs.get(tenant.id)?.entries.between(0) ?? []) {
      base.ownTtl.delete(entry.position);
      if (entry.kind === 'outcome') base.outcomes.delete(`${entry.mailboxId} ${entry.target}`);
    }
    for (const mailbox of [...base.mailboxes.values()]) {
      if (!own.has(mailbox.id)) continue;
      base.removeMailbox(mailbox);
      base.boxes.delete(mailbox.id);
      base.floors.delete(mailbox.id);
    }
    base.logs.delete(tenant.id);
    base.tenants.delete(tenant.id);
    base.version++;
    return true;
  }

  async version(): Promise<number> {
    await this.base.enter('version');
    return this.base.version;
  }

  private find(name: string): Tenant | undefined {
    for (const tenant of this.base.tenants.values()) if (tenant.name === name) return tenant;
    return undefined;
  }
}

/** A setting that is named with `undefined` has its default. */
function withDefaults(settings: Partial<TenantSettings>): TenantSettings {
  const named = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return { ...TENANT_DEFAULTS, ...named };
}
