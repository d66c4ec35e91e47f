import { Controller, Inject, Param, UseGuards } from '@nestjs/common';
import type { ApiKey, Clock, KeyDirectory, KeyMaker, PageRequest } from '@vestnik/core';
import { invalid, Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, pageQuery, QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import {
  createAdministratorKey,
  deleteAdministratorKey,
  listAdministratorKeys,
  type NewAdministratorKey,
  newAdministratorKey,
} from './administrator-key-calls.js';

/** What stands where a tenant's key has the client under whose name it speaks: these speak to nobody. */
const NO_CLIENT = 'administrator';

@Controller()
@UseGuards(CallerGuard)
export class AdministratorKeysController {
  constructor(
    @Inject(PORT.keys) private readonly keys: KeyDirectory,
    @Inject(PORT.keyMaker) private readonly maker: KeyMaker,
    @Inject(PORT.clock) private readonly clock: Clock,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(createAdministratorKey)
  async create(@CalledBy() caller: Caller, @JsonBody(newAdministratorKey) { title, role, expiresAt }: NewAdministratorKey) {
    const ends = expiresAt === undefined ? undefined : Date.parse(expiresAt);
    if (ends !== undefined && ends <= this.clock.now()) throw invalid('request-invalid', 'expiresAt', 'lies in the past');
    const { key, hash, id } = this.maker.make();
    const made = await this.keys.create(
      { id, tenantId: null, title, client: NO_CLIENT, scopes: [], role, ...(ends === undefined ? {} : { expiresAt: ends }) },
      hash,
    );
    const answer = answerOf(made);
    await this.changes.ofDirectory(caller, { action: 'administrator-key.create', subject: id, after: answer });
    return { ...answer, key };
  }

  @Serves(listAdministratorKeys)
  async list(@QueryOf(pageQuery) page: PageRequest) {
    return mapPage(await this.keys.list(null, page), answerOf);
  }

  @Serves(deleteAdministratorKey)
  async delete(@CalledBy() caller: Caller, @Param('key') id: string): Promise<void> {
    const before = /^[A-Za-z0-9_-]{1,64}$/.test(id) ? await this.keys.findById(id) : undefined;
    if (before === undefined || before.tenantId !== null || !(await this.keys.delete(null, id))) {
      throw new Problem('not-found', 'there is no key of administrators of this id');
    }
    await this.changes.ofDirectory(caller, { action: 'administrator-key.delete', subject: id, before: answerOf(before) });
  }
}

function answerOf({ id, title, role = 'viewer', createdAt, expiresAt, lastUsedAt }: ApiKey) {
  return {
    id,
    title,
    role,
    createdAt: timeOf(createdAt),
    ...(expiresAt === undefined ? {} : { expiresAt: timeOf(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: timeOf(lastUsedAt) }),
  };
}
