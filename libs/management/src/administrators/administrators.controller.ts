import { Controller, Inject, Param, type PipeTransform, UseGuards } from '@nestjs/common';
import type { Administrator, AdministratorAccounts, AdministratorSignIn, PageRequest } from '@vestnik/core';
import { invalid, Problem } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, pageQuery, QueryOf } from '../http/input.js';
import { mapPage, pageOf, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { PORT } from '../ports.js';
import * as calls from './administrator-calls.js';

/** Names are kept so. */
const NFC: PipeTransform<string, string> = { transform: (name) => name.normalize('NFC') };

@Controller()
@UseGuards(CallerGuard)
export class AdministratorsController {
  constructor(
    @Inject(PORT.accounts) private readonly accounts: AdministratorAccounts,
    @Inject(PORT.signIn) private readonly doors: AdministratorSignIn,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(calls.listAdministrators)
  async list(@QueryOf(pageQuery) page: PageRequest) {
    return mapPage(
      pageOf(await this.accounts.list(), ({ name }) => name, page),
      answerOf,
    );
  }

  @Serves(calls.createAdministrator)
  async create(@CalledBy() caller: Caller, @JsonBody(calls.newAdministrator) { name, password, role }: calls.NewAdministrator) {
    const answer = answerOf(await this.accounts.create(name, password, role));
    await this.changes.record(caller, { action: 'administrator.create', subject: answer.name, after: { role } });
    return answer;
  }

  @Serves(calls.changeAdministrator)
  async change(@CalledBy() caller: Caller, @Param('name', NFC) name: string, @JsonBody(calls.administratorPatch) patch: calls.AdministratorPatch) {
    await this.requireMayChange(caller, name, patch);
    const before = await this.find(name);
    const { role, password } = patch;
    const changed = await this.accounts.update(name, { ...(role === undefined ? {} : { role }), ...(password === undefined ? {} : { password }) });
    if (changed === undefined) throw unknownAdministrator();
    await this.changes.record(caller, {
      action: 'administrator.change',
      subject: name,
      before: { role: before.role },
      after: { role: changed.role, ...(password === undefined ? {} : { password: 'replaced' }) },
    });
    return answerOf(changed);
  }

  @Serves(calls.deleteAdministrator)
  async delete(@CalledBy() caller: Caller, @Param('name', NFC) name: string): Promise<void> {
    const before = await this.find(name);
    if (!(await this.accounts.delete(name))) throw unknownAdministrator();
    await this.changes.record(caller, { action: 'administrator.delete', subject: name, before: { role: before.role } });
  }

  /** Whoever finds a page open may not take the account over: one's own password changes only for who knows it. */
  private async requireMayChange(caller: Caller, name: string, { role, currentPassword }: calls.AdministratorPatch): Promise<void> {
    if (caller.kind !== 'administrator') throw new Problem('forbidden', 'this is for administrators of the installation');
    const { administrator, address } = caller;
    if (administrator.role === 'owner') return;
    if (administrator.name !== name || role !== undefined) throw new Problem('forbidden', 'this needs the role owner', { role: 'owner' });
    if (currentPassword === undefined) throw invalid('request-invalid', 'currentPassword', 'is required to change one’s own password');
    const { cookie } = await this.doors.signIn(name, currentPassword, address);
    await this.doors.signOut(cookie);
  }

  private async find(name: string): Promise<Administrator> {
    const found = (await this.accounts.list()).find((administrator) => administrator.name === name);
    if (found === undefined) throw unknownAdministrator();
    return found;
  }
}

function answerOf({ name, role, createdAt }: Administrator) {
  return { name, role, createdAt: timeOf(createdAt) };
}

function unknownAdministrator(): Problem {
  return new Problem('not-found', 'there is no administrator of this name');
}
