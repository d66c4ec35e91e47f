import { Controller, Inject, Param, UseGuards } from '@nestjs/common';
import type { ClientBrowser, CommittedEntries, Mailbox, Mailboxes, Page, PageRequest, Sessions, Tenant, Tenants } from '@vestnik/core';
import { formatAddress, invalid, Problem, readName } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant, tenantsOf } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedLog, type ManagedObservatory, type ManagedPositions, PORT } from '../ports.js';
import { browsedClientOf } from './browsed-client-answer.js';
import * as calls from './client-calls.js';

/** Messages that one purge withdraws at most. */
const PURGED = 1_000;

/** Clients of all tenants, what waits for one, and what is done about it. */
@Controller()
@UseGuards(CallerGuard)
export class ClientBrowsingController {
  constructor(
    @Inject(PORT.clientBrowser) private readonly browser: ClientBrowser,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.mailboxes) private readonly mailboxes: Mailboxes,
    @Inject(PORT.sessions) private readonly sessions: Sessions,
    @Inject(PORT.observatory) private readonly observatory: Pick<ManagedObservatory, 'droppedClients'>,
    @Inject(PORT.messageLog) private readonly log: ManagedLog,
    @Inject(PORT.positions) private readonly positions: ManagedPositions,
    @Inject(PORT.committed) private readonly committed: CommittedEntries,
    @Inject(PORT.installation) private readonly installation: string,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(calls.browseClients)
  async browse(@CalledBy() caller: Caller, @QueryOf(calls.browseQuery) query: calls.BrowseQuery): Promise<Page<calls.BrowsedClientAnswer> & { asOf?: string }> {
    const { tenant, search, behind, sort, limit, cursor } = query;
    const theirs = tenantsOf(caller);
    const tenants = [...this.tenants.all()].filter(({ name }) => (theirs === undefined || theirs.includes(name)) && (tenant === undefined || tenant === name));
    const dropped = this.observatory.droppedClients();
    const found = await this.browser.clients({
      tenantIds: tenants.map(({ id }) => id),
      allTenants: theirs === undefined && tenant === undefined,
      search,
      behind,
      sort,
      limit,
      cursor,
      ...this.among(query, dropped),
    });
    const names = new Map(tenants.map(({ id, name }) => [id, name]));
    return {
      ...mapPage(found, (client) =>
        browsedClientOf(
          client,
          this.sessions.ofClient(client.id),
          { tenant: names.get(client.tenantId) ?? '', installation: this.installation },
          dropped.get(client.id),
        ),
      ),
      ...(found.asOf === undefined ? {} : { asOf: timeOf(found.asOf) }),
    };
  }

  @Serves(calls.listWaiting)
  async waiting(
    @OfTenant() tenant: Tenant,
    @Param('client') name: string,
    @QueryOf(calls.waitingQuery) page: PageRequest,
  ): Promise<Page<calls.WaitingMessageAnswer>> {
    const client = await this.find(tenant, name);
    const to = formatAddress({ kind: 'client', name: client.name }, tenant.name, [this.installation]);
    return mapPage(await this.browser.waiting(client.id, page), (message) => ({
      id: message.id,
      position: this.positions.format(message.position),
      from: message.from,
      to,
      type: message.type,
      bytes: message.bytes,
      sentAt: timeOf(message.sentAt),
      expiresAt: timeOf(message.expiresAt),
      ...(message.attempts === 0 ? {} : { attempts: message.attempts }),
    }));
  }

  @Serves(calls.resendToClient)
  async resend(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @Param('client') name: string,
    @JsonBody(calls.resendBody) { position, since, until, limit }: calls.ResendBody,
  ): Promise<{ messages: number; more: boolean; next?: string }> {
    const client = await this.find(tenant, name);
    const after = position === undefined ? undefined : this.positions.read(position);
    if (after?.lost === true)
      throw new Problem('position-invalid', 'position: it belongs to a history that this log does not have', {
        errors: [{ path: 'position', message: 'of a history that was lost' }],
      });
    const { maxInbox } = tenant.settings;
    const waiting = (await this.log.countUnacknowledged([client.id], maxInbox)).get(client.id) ?? 0;
    if (waiting >= maxInbox) throw new Problem('inbox-full', `${maxInbox} messages wait for the client already`);
    const { entries, last, more } = await this.browser.resend({
      tenantId: tenant.id,
      clientId: client.id,
      after: after?.position,
      since: timeIn(since),
      until: timeIn(until),
      limit: Math.min(limit, maxInbox - waiting),
    });
    this.committed.committed(entries);
    await this.changes.record(caller, {
      action: 'client.resend',
      subject: `${client.name}@${tenant.name}`,
      after: { position, since, until, messages: entries.length },
    });
    return { messages: entries.length, more, ...(last === undefined ? {} : { next: this.positions.format(last) }) };
  }

  @Serves(calls.purgeClient)
  async purge(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @Param('client') name: string,
    @JsonBody(calls.purgeBody) _body: object,
  ): Promise<{ messages: number; more: boolean }> {
    const client = await this.find(tenant, name);
    const { entries, messages, more } = await this.browser.purge(tenant.id, client.id, PURGED, 'purged by an administrator');
    this.committed.committed(entries);
    await this.changes.record(caller, { action: 'client.purge', subject: `${client.name}@${tenant.name}`, after: { messages } });
    return { messages, more };
  }

  /** Whom what this node knows of sessions leaves; nothing where that was not asked for. */
  private among(
    { online, transport, app, dropped: wasDropped }: calls.BrowseQuery,
    dropped: ReadonlyMap<number, unknown>,
  ): { only?: ReadonlySet<number>; except?: ReadonlySet<number> } {
    const bySession = transport !== undefined || app !== undefined;
    const only = new Set<number>();
    const except = new Set<number>();
    if (bySession || online !== undefined) {
      const begins = app?.toLowerCase();
      for (const session of this.sessions.all()) {
        const present = session.transport !== 'webhook';
        if (online === false && present) except.add(session.clientId);
        if (transport !== undefined && session.transport !== transport) continue;
        if (begins !== undefined && session.app?.toLowerCase().startsWith(begins) !== true) continue;
        if (online !== true || present) only.add(session.clientId);
      }
    }
    const chosen = bySession || online === true ? only : undefined;
    const lost = wasDropped === true ? new Set(dropped.keys()) : undefined;
    const both = chosen === undefined || lost === undefined ? (chosen ?? lost) : new Set([...lost].filter((id) => chosen.has(id)));
    if (wasDropped === false) for (const id of dropped.keys()) except.add(id);
    return { ...(both === undefined ? {} : { only: both }), ...(except.size === 0 ? {} : { except }) };
  }

  private async find(tenant: Tenant, given: string): Promise<Mailbox> {
    const name = readName(given);
    if (name === undefined) throw invalid('request-invalid', 'client', 'a client is 1 to 128 letters, digits, space, . _ - with no space at either end');
    const [client] = await this.mailboxes.find(tenant.id, 'client', [name]);
    if (client === undefined) throw new Problem('client-unknown', 'the tenant knows no client of this name');
    return client;
  }
}

function timeIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
