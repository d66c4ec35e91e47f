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
      (administrator) => this.answerOf(administrator),
    );
  }

  @Serves(calls.createAdministrator)
  async create(@CalledBy() caller: Caller, @JsonBody(calls.newAdministrator) { name, password, role, tenants }: calls.NewAdministrator) {
    const made = await this.accounts.create(name, password, role, tenants);
    await this.changes.record(caller, { action: 'administrator.create', subject: made.name, after: onRecord(made) });
    return this.answerOf(made);
  }

  @Serves(calls.changeAdministrator)
  async change(@CalledBy() caller: Caller, @Param('name', NFC) name: string, @JsonBody(calls.administratorPatch) patch: calls.AdministratorPatch) {
    await this.requireMayChange(caller, name, patch);
    const before = await this.find(name);
    const { role, tenants, password } = patch;
    const keepSession = ownSession(caller, name);
    const changed = await this.accounts.update(name, {
      ...(role === undefined ? {} : { role }),
      ...(tenants === undefined ? {} : { tenants }),
      ...(password === undefined ? {} : { password, ...(keepSession === undefined ? {} : { keepSession }) }),
    });
    if (changed === undefined) throw unknownAdministrator();
    // Tokens that it has minted count only as long as it may mint.
    await this.changes.ofDirectory(caller, {
      action: 'administrator.change',
      subject: name,
      before: onRecord(before),
      after: { ...onRecord(changed.administrator), ...(password === undefined ? {} : { password: 'replaced' }) },
    });
    return {
      ...this.answerOf(changed.administrator),
      ...(password === undefined ? {} : { sessions: { ended: changed.ended, kept: keepSession !== undefined } }),
    };
  }

  @Serves(calls.deleteAdministrator)
  async delete(@CalledBy() caller: Caller, @Param('name', NFC) name: string): Promise<void> {
    const before = await this.find(name);
    if (!(await this.accounts.delete(name))) throw unknownAdministrator();
    await this.changes.ofDirectory(caller, { action: 'administrator.delete', subject: name, before: onRecord(before) });
  }

  @Serves(calls.listAdministratorSessions)
  async sessions(@CalledBy() caller: Caller, @Param('name', NFC) name: string, @QueryOf(pageQuery) page: PageRequest) {
    requireOwnerOr(caller, name);
    const sessions = await this.accounts.sessions(name);
    if (sessions === undefined) throw unknownAdministrator();
    const current = ownSession(caller, name);
    // The newest has the greatest number; padded, so that its text is ordered as it is.
    const paged = pageOf(sessions, ({ id }) => String(Number.MAX_SAFE_INTEGER - Number(id)).padStart(16, '0'), page);
    return mapPage(paged, ({ id, createdAt, expiresAt, lastSeenAt, address, browser }) => ({
      id,
      createdAt: timeOf(createdAt),
      expiresAt: timeOf(expiresAt),
      ...(lastSeenAt === undefined ? {} : { lastSeenAt: timeOf(lastSeenAt) }),
      ...(address === undefined ? {} : { address }),
      ...(browser === undefined ? {} : { browser }),
      current: id === current,
    }));
  }

  @Serves(calls.endAdministratorSession)
  async endSession(@CalledBy() caller: Caller, @Param('name', NFC) name: string, @Param('session') session: string): Promise<void> {
    requireOwnerOr(caller, name);
    if (!(await this.accounts.endSession(name, session))) throw new Problem('not-found', 'this administrator has no such session');
    await this.changes.record(caller, { action: 'session.end', subject: name, before: { session } });
  }

  @Serves(calls.unlockAdministrator)
  async unlock(@CalledBy() caller: Caller, @Param('name', NFC) name: string): Promise<void> {
    if (!(await this.accounts.unlock(name))) throw unknownAdministrator();
    await this.changes.record(caller, { action: 'administrator.unlock', subject: name });
  }

  /** Whoever finds a page open may not take the account over: one's own password changes only for who knows it. */
  private async requireMayChange(caller: Caller, name: string, { role, tenants, currentPassword }: calls.AdministratorPatch): Promise<void> {
    if (caller.kind !== 'administrator') throw new Problem('forbidden', 'this is for administrators of the installation');
    const { administrator, address } = caller;
    if (isOwner(caller)) return;
    if (!administrator.byCookie || administrator.name !== name || role !== undefined || tenants !== undefined) {
      throw new Problem('forbidden', 'this needs the role owner', { role: 'owner' });
    }
    if (currentPassword === undefined) throw invalid('request-invalid', 'currentPassword', 'is required to change one’s own password');
    await this.doors.confirm(name, currentPassword, { address });
  }

  private async find(name: string): Promise<Administrator> {
    const found = (await this.accounts.list()).find((administrator) => administrator.name === name);
    if (found === undefined) throw unknownAdministrator();
    return found;
  }

  private answerOf({ name, role, tenants, createdAt, lastSignInAt, oidc }: Administrator) {
    return {
      name,
      role,
      ...(tenants === undefined ? {} : { tenants: [...tenants] }),
      createdAt: timeOf(createdAt),
      ...(lastSignInAt === undefined ? {} : { lastSignInAt: timeOf(lastSignInAt) }),
      ...(this.accounts.locked(name) ? { locked: true } : {}),
      ...(oidc === undefined ? {} : { oidc }),
    };
  }
}

function onRecord({ role, tenants, oidc }: Administrator) {
  return { role, ...(tenants === undefined ? {} : { tenants }), ...(oidc === undefined ? {} : { oidc }) };
}

function isOwner(caller: Caller): boolean {
  return caller.kind === 'administrator' && caller.administrator.role === 'owner' && caller.administrator.tenants === undefined;
}

/** Owners look after everybody; others after themselves, signed in: a key may be called like an account. */
function requireOwnerOr(caller: Caller, name: string): void {
  if (isOwner(caller)) return;
  const itself = caller.kind === 'administrator' && caller.administrator.byCookie && caller.administrator.name === name;
  if (!itself) throw new Problem('forbidden', 'this needs the role owner', { role: 'owner' });
}

/** The session that asks, where it is one of this administrator. */
function ownSession(caller: Caller, name: string): string | undefined {
  return caller.kind === 'administrator' && caller.administrator.name === name ? caller.administrator.session : undefined;
}

function unknownAdministrator(): Problem {
  return new Problem('not-found', 'there is no administrator of this name');
}
