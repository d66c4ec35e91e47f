import { Controller, Inject, Param, UseGuards } from '@nestjs/common';
import type { ApiKey, Clock, KeyDirectory, KeyMaker, PageRequest, Tenant } from '@vestnik/core';
import { invalid, Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, pageQuery, QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import { createKey, deleteKey, KEY_CLIENT_DEFAULT, listKeys, type NewKey, newKey } from './key-calls.js';
import { requireMayGive } from './key-rights.js';

@Controller()
@UseGuards(CallerGuard)
export class KeysController {
  constructor(
    @Inject(PORT.keys) private readonly keys: KeyDirectory,
    @Inject(PORT.keyMaker) private readonly maker: KeyMaker,
    @Inject(PORT.clock) private readonly clock: Clock,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(createKey)
  async create(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @JsonBody(newKey) { title, client = KEY_CLIENT_DEFAULT, scopes, expiresAt }: NewKey) {
    const wanted = { client, scopes, expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt) };
    if (wanted.expiresAt !== undefined && wanted.expiresAt <= this.clock.now()) throw invalid('request-invalid', 'expiresAt', 'lies in the past');
    const ends = caller.kind === 'program' ? requireMayGive(caller.principal, wanted) : wanted.expiresAt;

    const { key, hash, id } = this.maker.make();
    const made = await this.keys.create({ id, tenantId: tenant.id, title, client, scopes, ...(ends === undefined ? {} : { expiresAt: ends }) }, hash);
    const answer = keyAnswerOf(made);
    await this.changes.ofDirectory(caller, { action: 'key.create', subject: `${id}@${tenant.name}`, after: answer });
    return { ...answer, key };
  }

  @Serves(listKeys)
  async list(@OfTenant() tenant: Tenant, @QueryOf(pageQuery) page: PageRequest) {
    return mapPage(await this.keys.list(tenant.id, page), keyAnswerOf);
  }

  @Serves(deleteKey)
  async delete(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('key') id: string): Promise<void> {
    const before = isId(id) ? await this.keys.findById(id) : undefined;
    if (before === undefined || before.tenantId !== tenant.id || !(await this.keys.delete(tenant.id, id))) {
      throw new Problem('not-found', 'the tenant has no key of this id');
    }
    await this.changes.ofDirectory(caller, { action: 'key.delete', subject: `${id}@${tenant.name}`, before: keyAnswerOf(before) });
  }
}

function isId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id);
}

function keyAnswerOf({ id, title, client, scopes, createdAt, expiresAt, lastUsedAt }: ApiKey) {
  return {
    id,
    title,
    client,
    scopes: [...scopes],
    createdAt: timeOf(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: timeOf(lastUsedAt) }),
  };
}
