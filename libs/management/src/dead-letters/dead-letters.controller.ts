import { Controller, Header, Inject, Param, Req, UseGuards } from '@nestjs/common';
import type {
  CommittedEntries,
  DeadLetter,
  DeadLetterBrowsing,
  DeadLetterChange,
  DeadLettersAsked,
  DeadLetterWhole,
  Page,
  PageRequest,
  Tenant,
  Tenants,
} from '@vestnik/core';
import { invalid, isBase64Text, onOneLine, Problem, rawMember } from '@vestnik/protocol';
import type { z } from 'zod';
import { hasRole } from '../access/access.js';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, OptionalJsonBody, QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { bodyTextOf } from '../http/raw-body.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedLog, PORT } from '../ports.js';
import { tenantsAskedFor } from '../tenants/of-tenant.js';
import * as calls from './dead-letter-calls.js';

/** What is left is counted so far. */
const LEFT_MAX = 100_000;

type Asked = PageRequest & Omit<DeadLettersAsked, 'tenants'> & { readonly tenant?: string };

@Controller()
@UseGuards(CallerGuard)
export class DeadLettersController {
  constructor(
    @Inject(PORT.messageLog) private readonly log: ManagedLog,
    @Inject(PORT.deadLetterBrowsing) private readonly browsing: DeadLetterBrowsing,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.committed) private readonly committed: CommittedEntries,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  /** The answer is written as text, so that `data` leaves as it was sent. */
  @Serves(calls.listDeadLetters)
  @Header('content-type', 'application/json; charset=utf-8')
  async list(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @QueryOf(calls.deadLetterQuery) query: PageRequest & { client?: string },
  ): Promise<string> {
    const { items, next } = await this.log.listDeadLetters(tenant.id, query);
    const withData = mayReadData(caller);
    const end = next === undefined ? '' : `,"next":${JSON.stringify(next)}`;
    return `{"items":[${items.map((letter) => deadLetterText(letter, withData)).join(',')}]${end}}`;
  }

  @Serves(calls.listDeadLetterGroups)
  async groups(
    @CalledBy() caller: Caller,
    @QueryOf(calls.deadLetterGroupQuery) { tenant, client, ...page }: Asked,
  ): Promise<Page<z.output<typeof calls.deadLetterGroup>>> {
    const tenants = await tenantsAskedFor(caller, tenant, this.tenants);
    return mapPage(await this.browsing.groups({ tenants, client }, page), ({ oldestAt, newestAt, types, ...group }) => ({
      ...group,
      types: [...types],
      oldestAt: timeOf(oldestAt),
      newestAt: timeOf(newestAt),
    }));
  }

  @Serves(calls.listDeadLettersEverywhere)
  async listEverywhere(
    @CalledBy() caller: Caller,
    @QueryOf(calls.deadLettersEverywhereQuery) { tenant, client, reason, ...page }: Asked,
  ): Promise<Page<z.output<typeof calls.listedDeadLetter>>> {
    const tenants = await tenantsAskedFor(caller, tenant, this.tenants);
    return mapPage(await this.browsing.list({ tenants, client, reason }, page), ({ at, ...letter }) => ({ ...letter, at: timeOf(at) }));
  }

  @Serves(calls.getDeadLetter)
  @Header('content-type', 'application/json; charset=utf-8')
  async get(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('id') id: string): Promise<string> {
    const letter = await this.find(tenant, id);
    if (caller.kind === 'administrator') await this.changes.record(caller, { action: 'dead-letter.read', subject: `${letter.id}@${tenant.name}` });
    const { client, messageId, from, type, data, reason, at, sentAt, contentType, correlationId } = letter;
    const head = JSON.stringify({
      id: letter.id,
      tenant: tenant.name,
      client,
      messageId,
      from,
      type,
      reason,
      contentType,
      correlationId,
      at: timeOf(at),
      sentAt: sentAt === undefined ? undefined : timeOf(sentAt),
      bytes: sentAt === undefined ? 0 : Buffer.byteLength(data),
    });
    return `${head.slice(0, -1)},"data":${data}}`;
  }

  @Serves(calls.replayDeadLetter)
  async replay(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @Param('id') id: string,
    @OptionalJsonBody(calls.deadLetterEdit) edit: calls.DeadLetterEdit,
    @Req() request: object,
  ): Promise<{ id?: string }> {
    const change = await this.changeIn(tenant, id, edit, bodyTextOf(request));
    const replayed = isId(id) ? await this.log.replayDeadLetter(tenant.id, id, change) : undefined;
    if (replayed === undefined) throw unknownLetter();
    this.committed.committed(replayed.entries);
    const entry = replayed.entries.find(({ kind }) => kind === 'message');
    const sent = entry?.kind === 'message' ? entry.message.id : undefined;
    await this.changes.record(caller, { action: 'dead-letter.replay', subject: `${id}@${tenant.name}`, ...editOnRecord(change, sent) });
    return { id: sent };
  }

  @Serves(calls.replayDeadLetters)
  async replayMany(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @JsonBody(calls.whichDeadLetters) which: calls.WhichDeadLetters,
  ): Promise<{ replayed: number; left: number }> {
    const { entries, replayed } = await this.log.replayDeadLetters(tenant.id, which, calls.DEAD_LETTERS_AT_ONCE);
    this.committed.committed(entries);
    const left = await this.log.countDeadLetters(tenant.id, which, LEFT_MAX);
    await this.changes.record(caller, { action: 'dead-letter.replay', subject: `*@${tenant.name}`, after: { ...whichOnRecord(which), replayed, left } });
    return { replayed, left };
  }

  @Serves(calls.discardDeadLetters)
  async discardMany(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @JsonBody(calls.whichDeadLetters) which: calls.WhichDeadLetters,
  ): Promise<{ discarded: number; left: number }> {
    const discarded = await this.log.deleteDeadLetters(tenant.id, which, calls.DEAD_LETTERS_AT_ONCE);
    const left = await this.log.countDeadLetters(tenant.id, which, LEFT_MAX);
    await this.changes.record(caller, { action: 'dead-letter.delete', subject: `*@${tenant.name}`, after: { ...whichOnRecord(which), discarded, left } });
    return { discarded, left };
  }

  @Serves(calls.deleteDeadLetter)
  async delete(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('id') id: string): Promise<void> {
    if (!isId(id) || !(await this.log.deleteDeadLetter(tenant.id, id))) throw unknownLetter();
    await this.changes.record(caller, { action: 'dead-letter.delete', subject: `${id}@${tenant.name}` });
  }

  private async find(tenant: Tenant, id: string): Promise<DeadLetterWhole> {
    const letter = isId(id) ? await this.log.findDeadLetter(tenant.id, id) : undefined;
    if (letter === undefined) throw unknownLetter();
    return letter;
  }

  /** What is to be different, checked as a message that is sent. @param body as it came: `data` is taken from there byte for byte */
  private async changeIn(tenant: Tenant, id: string, edit: calls.DeadLetterEdit, body: string | undefined): Promise<DeadLetterChange> {
    const raw = body === undefined ? undefined : rawMember(body, 'data');
    if (raw === undefined) return { type: edit.type };
    const data = onOneLine(raw);
    const { maxDataBytes } = tenant.settings;
    const bytes = Buffer.byteLength(data);
    if (bytes > maxDataBytes) {
      const errors = [{ path: 'data', message: `at most ${maxDataBytes} bytes` }];
      throw new Problem('data-too-large', `data: ${bytes} bytes, where the tenant allows ${maxDataBytes}`, { errors, limit: maxDataBytes });
    }
    const { contentType } = await this.find(tenant, id);
    if (contentType !== undefined && !isBase64Text(edit.data)) throw invalid('request-invalid', 'data', 'with contentType, data is base64 in a string');
    return { type: edit.type, data };
  }
}

function mayReadData(caller: Caller): boolean {
  return caller.kind === 'program' ? caller.principal.scopes.has('read:data') : hasRole(caller.administrator.role, 'operator');
}

function deadLetterText({ id, client, messageId, from, type, data, reason, at }: DeadLetter, withData: boolean): string {
  const head = JSON.stringify({ id, client, messageId, from, type, reason, at: timeOf(at) });
  return withData ? `${head.slice(0, -1)},"data":${data}}` : head;
}

/** What was edited, never the data itself. */
function editOnRecord({ type, data }: DeadLetterChange, sent: string | undefined): { after?: object } {
  if (type === undefined && data === undefined) return {};
  return { after: { ...(type === undefined ? {} : { type }), ...(data === undefined ? {} : { data: 'edited' }), ...(sent === undefined ? {} : { id: sent }) } };
}

function whichOnRecord({ ids, client, reason }: calls.WhichDeadLetters): object {
  return { ...(ids === undefined ? {} : { ids: ids.length }), ...(client === undefined ? {} : { client }), ...(reason === undefined ? {} : { reason }) };
}

function isId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id);
}

function unknownLetter(): Problem {
  return new Problem('not-found', 'the tenant has no dead letter of this id');
}
