import { Controller, Header, Inject, Param, UseGuards } from '@nestjs/common';
import type { CommittedEntries, DeadLetter, PageRequest, Tenant } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { hasRole } from '../access/access.js';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant } from '../access/caller.js';
import { Changes } from '../changes.js';
import { QueryOf } from '../http/input.js';
import { timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedLog, PORT } from '../ports.js';
import { deadLetterQuery, deleteDeadLetter, listDeadLetters, replayDeadLetter } from './dead-letter-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class DeadLettersController {
  constructor(
    @Inject(PORT.messageLog) private readonly log: ManagedLog,
    @Inject(PORT.committed) private readonly committed: CommittedEntries,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  /** The answer is written as text, so that `data` leaves as it was sent. */
  @Serves(listDeadLetters)
  @Header('content-type', 'application/json; charset=utf-8')
  async list(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @QueryOf(deadLetterQuery) query: PageRequest & { client?: string }): Promise<string> {
    const { items, next } = await this.log.listDeadLetters(tenant.id, query);
    const withData = mayReadData(caller);
    const end = next === undefined ? '' : `,"next":${JSON.stringify(next)}`;
    return `{"items":[${items.map((letter) => deadLetterText(letter, withData)).join(',')}]${end}}`;
  }

  @Serves(replayDeadLetter)
  async replay(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('id') id: string): Promise<{ id?: string }> {
    const replayed = isId(id) ? await this.log.replayDeadLetter(tenant.id, id) : undefined;
    if (replayed === undefined) throw unknownLetter();
    this.committed.committed(replayed.entries);
    await this.changes.record(caller, { action: 'dead-letter.replay', subject: `${id}@${tenant.name}` });
    const entry = replayed.entries.find(({ kind }) => kind === 'message');
    return entry?.kind === 'message' ? { id: entry.message.id } : {};
  }

  @Serves(deleteDeadLetter)
  async delete(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('id') id: string): Promise<void> {
    if (!isId(id) || !(await this.log.deleteDeadLetter(tenant.id, id))) throw unknownLetter();
    await this.changes.record(caller, { action: 'dead-letter.delete', subject: `${id}@${tenant.name}` });
  }
}

function mayReadData(caller: Caller): boolean {
  return caller.kind === 'program' ? caller.principal.scopes.has('read:data') : hasRole(caller.administrator.role, 'operator');
}

function deadLetterText({ id, client, messageId, from, type, data, reason, at }: DeadLetter, withData: boolean): string {
  const head = JSON.stringify({ id, client, messageId, from, type, reason, at: timeOf(at) });
  return withData ? `${head.slice(0, -1)},"data":${data}}` : head;
}

function isId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id);
}

function unknownLetter(): Problem {
  return new Problem('not-found', 'the tenant has no dead letter of this id');
}
