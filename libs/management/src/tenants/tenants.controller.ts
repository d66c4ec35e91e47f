import { Controller, Inject, UseGuards } from '@nestjs/common';
import {
  type JwtSettings,
  type Page,
  type PageRequest,
  TENANT_DEFAULTS,
  type Tenant,
  type TenantDirectory,
  type Tenants,
  type TenantTokenSettings,
} from '@vestnik/core';
import { invalid, Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, pageQuery, QueryOf } from '../http/input.js';
import { mapPage, pageOf, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { mergeSettings, settingsAfter } from './merge-settings.js';
import * as calls from './tenant-calls.js';
import { type NewTenant, newTenant, type TenantAnswer, type TenantPatch, tenantPatch } from './tenant-schemas.js';

/** What limits a tenant is not the tenant's own to change. */
const LIMITING = ['suspended', 'rateLimits'] as const;

@Controller()
@UseGuards(CallerGuard)
export class TenantsController {
  constructor(
    @Inject(PORT.directory) private readonly directory: TenantDirectory,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.tokenSettings) private readonly tokenSettings: TenantTokenSettings,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(calls.createTenant)
  async create(@CalledBy() caller: Caller, @JsonBody(newTenant) { name, ...patch }: NewTenant): Promise<TenantAnswer> {
    const change = mergeSettings(TENANT_DEFAULTS, patch);
    const jwt = patch.jwt ? await this.tokenSettings.check(patch.jwt, undefined) : undefined;
    let tenant = await this.directory.create(name, patch.title ?? undefined, settingsAfter(TENANT_DEFAULTS, change));
    if (jwt !== undefined && patch.jwt) {
      // Secrets are kept by the tenant's id, and it has one only now.
      await this.tokenSettings.store(tenant.id, patch.jwt);
      tenant = (await this.directory.update(name, { settings: { jwt } })) ?? tenant;
    }
    const answer = tenantAnswerOf(tenant);
    await this.changes.ofDirectory(caller, { action: 'tenant.create', subject: name, after: answer });
    return answer;
  }

  @Serves(calls.listTenants)
  async list(@QueryOf(pageQuery) page: PageRequest): Promise<Page<TenantAnswer>> {
    await this.tenants.refresh();
    return mapPage(
      pageOf(this.tenants.all(), (tenant) => tenant.name, page),
      tenantAnswerOf,
    );
  }

  @Serves(calls.getTenant)
  get(@OfTenant() tenant: Tenant): TenantAnswer {
    return tenantAnswerOf(tenant);
  }

  @Serves(calls.changeTenant)
  async change(@CalledBy() caller: Caller, @OfTenant() { name }: Tenant, @JsonBody(tenantPatch) patch: TenantPatch): Promise<TenantAnswer> {
    if (caller.kind === 'program') refuseLimits(patch);
    await this.tenants.refresh();
    const before = this.tenants.get(name);
    if (before === undefined) throw new Problem('tenant-unknown', 'there is no tenant of this name');

    const settings = { ...mergeSettings(before.settings, patch), ...(await this.jwtChange(before, patch)) };
    const tenant = await this.directory.update(name, { settings, ...(patch.title === undefined ? {} : { title: patch.title }) });
    if (tenant === undefined) throw new Problem('tenant-unknown', 'there is no tenant of this name');

    const answer = tenantAnswerOf(tenant);
    const named = Object.keys(patch);
    const replaced = patch.jwt?.secret === undefined ? {} : { jwtSecret: 'replaced' };
    await this.changes.ofDirectory(caller, {
      action: 'tenant.change',
      subject: name,
      before: only(tenantAnswerOf(before), named),
      after: { ...only(answer, named), ...replaced },
    });
    return answer;
  }

  @Serves(calls.deleteTenant)
  async delete(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant): Promise<void> {
    if (!(await this.directory.delete(tenant.name))) throw new Problem('tenant-unknown', 'there is no tenant of this name');
    await this.tokenSettings.store(tenant.id, undefined);
    await this.changes.ofDirectory(caller, { action: 'tenant.delete', subject: tenant.name, before: tenantAnswerOf(tenant) });
  }

  /** Secrets are stored before the settings say that they are there. */
  private async jwtChange(tenant: Tenant, { jwt }: TenantPatch): Promise<{ jwt?: JwtSettings | undefined }> {
    if (jwt === undefined) return {};
    if (jwt === null) {
      await this.tokenSettings.store(tenant.id, undefined);
      return { jwt: undefined };
    }
    const checked = await this.tokenSettings.check(jwt, tenant.settings.jwt);
    await this.tokenSettings.store(tenant.id, jwt);
    return { jwt: checked };
  }
}

function refuseLimits(patch: TenantPatch): void {
  const limiting = LIMITING.find((name) => patch[name] !== undefined);
  if (limiting !== undefined) throw invalid('forbidden', limiting, 'only an administrator changes this');
}

function tenantAnswerOf({ name, title, createdAt, settings }: Tenant): TenantAnswer {
  return { name, ...(title === undefined ? {} : { title }), createdAt: timeOf(createdAt), ...structuredClone(settings) } as TenantAnswer;
}

function only(answer: TenantAnswer, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => names.includes(name)));
}
