import { Controller, Inject, Param, UseGuards } from '@nestjs/common';
import {
  BACKLOG_COUNTED,
  type ClientRecord,
  type Mailboxes,
  type Page,
  type PageRequest,
  type Sessions,
  type Tenant,
  type WebhookDirectory,
} from '@vestnik/core';
import { invalid, isReserved, Problem, readName } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, QueryOf } from '../http/input.js';
import { mapPage } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedLog, type ManagedPositions, type ManagedTopics, PORT } from '../ports.js';
import { countBehind } from './behind.js';
import { type ClientAnswer, clientAnswerOf } from './client-answer.js';
import * as calls from './client-calls.js';

@Controller()
@UseGuards(CallerGuard)
export class ClientsController {
  constructor(
    @Inject(PORT.mailboxes) private readonly mailboxes: Mailboxes,
    @Inject(PORT.sessions) private readonly sessions: Sessions,
    @Inject(PORT.topics) private readonly topics: ManagedTopics,
    @Inject(PORT.messageLog) private readonly log: ManagedLog,
    @Inject(PORT.webhooks) private readonly webhooks: Pick<WebhookDirectory, 'find'>,
    @Inject(PORT.positions) private readonly positions: ManagedPositions,
    @Inject(PORT.installation) private readonly installation: string,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(calls.listClients)
  async list(@OfTenant() tenant: Tenant, @QueryOf(calls.clientQuery) query: PageRequest & { search?: string }): Promise<Page<ClientAnswer>> {
    return mapPage(await this.mailboxes.listClients(tenant.id, query), (record) =>
      clientAnswerOf(record, this.sessions.ofClient(record.id), this.placeOf(tenant)),
    );
  }

  @Serves(calls.getClient)
  async get(@OfTenant() tenant: Tenant, @Param('client') name: string): Promise<ClientAnswer> {
    return this.answer(tenant, await this.find(tenant, name));
  }

  @Serves(calls.changeClient)
  async change(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @Param('client') name: string,
    @JsonBody(calls.clientPatch) { title }: calls.ClientPatch,
  ): Promise<ClientAnswer> {
    const before = await this.find(tenant, name);
    if (!(await this.mailboxes.setTitle(tenant.id, before.name, title ?? undefined))) throw unknownClient();
    await this.changes.record(caller, {
      action: 'client.change',
      subject: `${before.name}@${tenant.name}`,
      before: { title: before.title ?? null },
      after: { title },
    });
    return this.answer(tenant, await this.find(tenant, name));
  }

  @Serves(calls.forgetClient)
  async forget(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('client') name: string): Promise<void> {
    const client = await this.find(tenant, name);
    if (!(await this.mailboxes.forget(tenant.id, client.name))) throw unknownClient();
    this.closeAll(client.id, 'closed-by-administrator');
    await this.changes.ofDirectory(caller, { action: 'client.forget', subject: `${client.name}@${tenant.name}` });
  }

  @Serves(calls.closeSession)
  async close(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('client') name: string, @Param('session') session: string): Promise<void> {
    const client = await this.find(tenant, name);
    if (!this.sessions.close(client.id, session, 'closed-by-administrator')) throw new Problem('not-found', 'the client has no session of this name');
    await this.changes.record(caller, { action: 'session.close', subject: `${client.name}@${tenant.name}/${session}` });
  }

  @Serves(calls.revokeClient)
  async revoke(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('client') given: string): Promise<void> {
    const name = nameIn(given);
    // A token that was signed elsewhere may be about before its client was ever seen; ours are known from minting.
    if (tenant.settings.jwt !== undefined && !isReserved(name)) await this.mailboxes.ensure(tenant.id, 'client', [name]);
    const client = await this.find(tenant, name);
    if (!(await this.mailboxes.revoke(tenant.id, client.name))) throw unknownClient();
    await this.changes.ofDirectory(caller, { action: 'client.revoke', subject: `${client.name}@${tenant.name}` });
    this.closeAll(client.id, 'unauthenticated');
  }

  private closeAll(clientId: number, slug: 'closed-by-administrator' | 'unauthenticated'): void {
    for (const { session } of this.sessions.ofClient(clientId)) this.sessions.close(clientId, session, slug);
  }

  private async find(tenant: Tenant, name: string): Promise<ClientRecord> {
    const client = await this.mailboxes.findClient(tenant.id, nameIn(name));
    if (client === undefined) throw unknownClient();
    return client;
  }

  private async answer(tenant: Tenant, record: ClientRecord): Promise<ClientAnswer> {
    const topics = await this.topics.ofClient(tenant.id, record.id);
    const [behind, waiting, webhook] = await Promise.all([
      countBehind(record, topics, this.mailboxes, this.log),
      this.log.countUnacknowledged([record.id], BACKLOG_COUNTED),
      this.webhooks.find(tenant.id, record.id),
    ]);
    const answer = clientAnswerOf(record, this.sessions.ofClient(record.id), this.placeOf(tenant), behind);
    return {
      ...answer,
      devices: answer.devices.map((device, nth) => {
        const { acknowledged, delivered } = record.devices[nth] as ClientRecord['devices'][number];
        return { ...device, position: this.positions.format(acknowledged), delivered: this.positions.format(delivered) };
      }),
      waiting: waiting.get(record.id) ?? 0,
      ...(webhook === undefined ? {} : { webhook: webhook.state }),
      subscriptions: topics.map(({ pattern }) => pattern),
    };
  }

  private placeOf(tenant: Tenant) {
    return { tenant: tenant.name, installation: this.installation };
  }
}

function nameIn(given: string): string {
  const name = readName(given);
  if (name === undefined) throw invalid('request-invalid', 'client', 'a client is 1 to 128 letters, digits, space, . _ - with no space at either end');
  return name;
}

function unknownClient(): Problem {
  return new Problem('client-unknown', 'the tenant knows no client of this name');
}
