import { Controller, Inject, UseGuards } from '@nestjs/common';
import {
  type Egress,
  type HookSettings,
  type JwtSettings,
  type Page,
  type PageRequest,
  type SecretVault,
  TENANT_DEFAULTS,
  type Tenant,
  type TenantDirectory,
  type Tenants,
  type TenantTokenSettings,
} from '@vestnik/core';
import { invalid, Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant, tenantsOf } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, QueryOf } from '../http/input.js';
import { mapPage, pageOf, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { urlOnRecord } from '../url-on-record.js';
import { checkHooks, type HookPorts, storeHookSecret } from './hook-settings.js';
import { mergeSettings, settingsAfter } from './merge-settings.js';
import * as calls from './tenant-calls.js';
import { type NewTenant, newTenant, type TenantAnswer, type TenantPatch, tenantPatch } from './tenant-schemas.js';

/** What limits a tenant is not the tenant's own to change. */
const LIMITING = ['suspended', 'rateLimits'] as const;
/** What a tenant takes of what all share is for administrators of all to say. */
const SHARED = ['maxDataBytes', 'maxInbox', 'rateLimits', 'retention', 'ttlMax', 'webhookAttempts', 'suspended'] as const;

@Controller()
@UseGuards(CallerGuard)
export class TenantsController {
  private readonly hookPorts: HookPorts;

  constructor(
    @Inject(PORT.directory) private readonly directory: TenantDirectory,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.tokenSettings) private readonly tokenSettings: TenantTokenSettings,
    @Inject(PORT.vault) vault: Pick<SecretVault, 'set' | 'get' | 'delete'>,
    @Inject(PORT.egress) egress: Egress,
    @Inject(Changes) private readonly changes: Changes,
  ) {
    this.hookPorts = { vault, egress };
  }

  @Serves(calls.createTenant)
  async create(@CalledBy() caller: Caller, @JsonBody(newTenant) { name, ...patch }: NewTenant): Promise<TenantAnswer> {
    const change = mergeSettings(TENANT_DEFAULTS, patch);
    const jwt = patch.jwt ? await this.tokenSettings.check(patch.jwt, undefined) : undefined;
    const hooks = patch.hooks ? await checkHooks(this.hookPorts, patch.hooks, undefined) : undefined;
    let tenant = await this.directory.create(name, patch.title ?? undefined, settingsAfter(TENANT_DEFAULTS, change));
    if (jwt !== undefined || hooks !== undefined) {
      // Secrets are kept by the tenant's id, and it has one only now.
      if (patch.jwt) await this.tokenSettings.store(tenant.id, patch.jwt);
      if (patch.hooks) await storeHookSecret(this.hookPorts, tenant.id, patch.hooks);
      tenant =
        (await this.directory.update(name, { settings: { ...(jwt === undefined ? {} : { jwt }), ...(hooks === undefined ? {} : { hooks }) } })) ?? tenant;
    }
    const answer = tenantAnswerOf(tenant);
    await this.changes.ofDirectory(caller, { action: 'tenant.create', subject: name, after: onRecord(answer) });
    return answer;
  }

  @Serves(calls.listTenants)
  async list(@CalledBy() caller: Caller, @QueryOf(calls.tenantQuery) { search, ...page }: PageRequest & { search?: string }): Promise<Page<TenantAnswer>> {
    await this.tenants.refresh();
    const theirs = tenantsOf(caller);
    const part = search?.toLowerCase() ?? '';
    const listed = [...this.tenants.all()].filter(
      ({ name, title }) => theirs?.includes(name) !== false && (name.includes(part) || title?.toLowerCase().includes(part)),
    );
    return mapPage(
      pageOf(listed, (tenant) => tenant.name, page),
      tenantAnswerOf,
    );
  }

  @Serves(calls.getTenant)
  get(@OfTenant() tenant: Tenant): TenantAnswer {
    return tenantAnswerOf(tenant);
  }

  @Serves(calls.changeTenant)
  async change(@CalledBy() caller: Caller, @OfTenant() { name }: Tenant, @JsonBody(tenantPatch) patch: TenantPatch): Promise<TenantAnswer> {
    refuseLimits(caller, patch);
    await this.tenants.refresh();
    const before = this.tenants.get(name);
    if (before === undefined) throw new Problem('tenant-unknown', 'there is no tenant of this name');

    const settings = { ...mergeSettings(before.settings, patch), ...(await this.jwtChange(before, patch)), ...(await this.hooksChange(before, patch)) };
    const tenant = await this.directory.update(name, { settings, ...(patch.title === undefined ? {} : { title: patch.title }) });
    if (tenant === undefined) throw new Problem('tenant-unknown', 'there is no tenant of this name');

    const answer = tenantAnswerOf(tenant);
    const named = Object.keys(patch);
    const replaced = {
      ...(patch.jwt?.secret === undefined ? {} : { jwtSecret: 'replaced' }),
      ...(patch.hooks?.secret === undefined ? {} : { hooksSecret: 'replaced' }),
    };
    await this.changes.ofDirectory(caller, {
      action: 'tenant.change',
      subject: name,
      before: only(onRecord(tenantAnswerOf(before)), named),
      after: { ...only(onRecord(answer), named), ...replaced },
    });
    return answer;
  }

  @Serves(calls.deleteTenant)
  async delete(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant): Promise<void> {
    if (!(await this.directory.delete(tenant.name))) throw new Problem('tenant-unknown', 'there is no tenant of this name');
    await this.tokenSettings.store(tenant.id, undefined);
    await storeHookSecret(this.hookPorts, tenant.id, null);
    await this.changes.ofDirectory(caller, { action: 'tenant.delete', subject: tenant.name, before: onRecord(tenantAnswerOf(tenant)) });
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

  private async hooksChange(tenant: Tenant, { hooks }: TenantPatch): Promise<{ hooks?: HookSettings | undefined }> {
    if (hooks === undefined) return {};
    const checked = hooks === null ? undefined : await checkHooks(this.hookPorts, hooks, tenant.settings.hooks);
    await storeHookSecret(this.hookPorts, tenant.id, hooks);
    return { hooks: checked };
  }
}

function refuseLimits(caller: Caller, patch: TenantPatch): void {
  if (caller.kind === 'program') {
    const limiting = LIMITING.find((name) => patch[name] !== undefined);
    if (limiting !== undefined) throw invalid('forbidden', limiting, 'only an administrator changes this');
  } else if (tenantsOf(caller) !== undefined) {
    const shared = SHARED.find((name) => patch[name] !== undefined);
    if (shared !== undefined) throw invalid('forbidden', shared, 'only an administrator of the whole installation changes this');
  }
}

function tenantAnswerOf({ name, title, createdAt, settings }: Tenant): TenantAnswer {
  return { name, ...(title === undefined ? {} : { title }), createdAt: timeOf(createdAt), ...structuredClone(settings) } as TenantAnswer;
}

function onRecord(answer: TenantAnswer): TenantAnswer {
  const { hooks, jwt } = answer;
  return {
    ...answer,
    ...(hooks === undefined ? {} : { hooks: { ...hooks, url: urlOnRecord(hooks.url) } }),
    ...(jwt?.jwksUrl === undefined ? {} : { jwt: { ...jwt, jwksUrl: urlOnRecord(jwt.jwksUrl) } }),
  };
}

function only(answer: TenantAnswer, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => names.includes(name)));
}
