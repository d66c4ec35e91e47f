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
import { createKey, deleteKey, KEY_CLIENT_DEFAULT, type KeyRotation, keyRotation, listKeys, type NewKey, newKey, rotateKey } from './key-calls.js';
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

  @Serves(rotateKey)
  async rotate(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('key') id: string, @JsonBody(keyRotation) rotation: KeyRotation) {
    const before = await this.find(tenant, id);
    const now = this.clock.now();
    const { title, client, scopes } = before;
    const wanted = { client, scopes, expiresAt: endOfNext(before, rotation, now) };
    if (wanted.expiresAt !== undefined && wanted.expiresAt <= now) throw invalid('request-invalid', 'expiresAt', 'lies in the past');
    const ends = caller.kind === 'program' ? requireMayGive(caller.principal, this.within(caller.principal.expiresAt, wanted, rotation)) : wanted.expiresAt;

    const { key, hash, id: newId } = this.maker.make();
    const given = { id: newId, tenantId: tenant.id, title, client, scopes, replaces: id, ...(ends === undefined ? {} : { expiresAt: ends }) };
    const replaced = await this.keys.replace(given, hash, now + rotation.overlap * 1_000);
    if (replaced === undefined) throw unknownKey();
    const answer = keyAnswerOf(replaced.made);
    await this.changes.ofDirectory(caller, {
      action: 'key.rotate',
      subject: `${id}@${tenant.name}`,
      before: keyAnswerOf(before),
      after: { old: { expiresAt: timeOf(replaced.old.expiresAt ?? now) }, new: answer },
    });
    return { ...answer, key };
  }

  @Serves(deleteKey)
  async delete(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('key') id: string): Promise<void> {
    const before = await this.find(tenant, id);
    if (!(await this.keys.delete(tenant.id, id))) throw unknownKey();
    await this.changes.ofDirectory(caller, { action: 'key.delete', subject: `${id}@${tenant.name}`, before: keyAnswerOf(before) });
  }

  /** Nobody has asked for the time that follows from the old key: it is cut to what the caller may give. */
  private within<Wanted extends { expiresAt?: number }>(most: number | undefined, wanted: Wanted, { expiresAt }: KeyRotation): Wanted {
    if (expiresAt !== undefined || most === undefined || wanted.expiresAt === undefined) return wanted;
    return { ...wanted, expiresAt: Math.min(most, wanted.expiresAt) };
  }

  private async find(tenant: Tenant, id: string): Promise<ApiKey> {
    const found = isId(id) ? await this.keys.findById(id) : undefined;
    if (found === undefined || found.tenantId !== tenant.id) throw unknownKey();
    return found;
  }
}

/** As asked for, else it lives as long as the old one was made for. */
function endOfNext(old: ApiKey, { expiresAt }: KeyRotation, now: number): number | undefined {
  if (expiresAt === null) return undefined;
  if (expiresAt !== undefined) return Date.parse(expiresAt);
  return old.expiresAt === undefined ? undefined : now + (old.expiresAt - old.createdAt);
}

function unknownKey(): Problem {
  return new Problem('not-found', 'the tenant has no key of this id');
}

function isId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id);
}

function keyAnswerOf({ id, title, client, scopes, createdAt, expiresAt, lastUsedAt, replaces }: ApiKey) {
  return {
    id,
    title,
    client,
    scopes: [...scopes],
    createdAt: timeOf(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: timeOf(lastUsedAt) }),
    ...(replaces === undefined ? {} : { replaces }),
  };
}
