import { type Address, invalid, Problem, parseAddress } from '@vestnik/protocol';
import type { Principal } from '../access/principal.js';
import type { Remotes } from '../access/remotes.js';
import { OWN_CLIENT_SCOPES, type Scope, TOKEN_SCOPES_DEFAULT } from '../access/scopes.js';
import type { Tenants } from '../access/tenants.js';
import type { RateLimiter } from '../limits/rate-limiter.js';
import type { Clock } from '../ports/clock.js';
import type { ApiKey, KeyDirectory } from '../ports/directory.js';
import type { Line } from '../ports/line.js';
import type { LinkLog } from '../ports/link-log.js';
import type { ClientRecord, Mailboxes } from '../ports/mailboxes.js';
import type { MessageLog } from '../ports/message-log.js';
import type { Subscriptions } from '../ports/subscriptions.js';
import type { Tenant } from '../ports/tenant.js';
import type { WebhookDirectory } from '../ports/webhooks.js';
import type { SessionRegistry } from '../presence/session-registry.js';
import { placed } from '../sending/may-write.js';
import type { Outboxes } from '../sending/outboxes.js';
import type { DiagnosedUse, DiagnosisQuestion } from './diagnosis.js';
import type { Facts, LinkFacts, RecipientFacts, SenderFacts, Side } from './facts.js';
import { nearNames } from './near-names.js';

export interface GatheringParts {
  readonly installation: string;
  readonly tenants: Pick<Tenants, 'get' | 'all' | 'refresh'>;
  readonly keys: Pick<KeyDirectory, 'list'>;
  readonly mailboxes: Pick<Mailboxes, 'find' | 'findClient' | 'listClients'>;
  readonly messageLog: Pick<MessageLog, 'countUnacknowledged' | 'head' | 'replay'>;
  readonly subscriptions: Pick<Subscriptions, 'subscribers'>;
  readonly webhooks: Pick<WebhookDirectory, 'find'>;
  readonly sessions: Pick<SessionRegistry, 'ofClient' | 'countTenant'>;
  readonly limits: Pick<RateLimiter, 'statesOf'>;
  readonly remotes: Pick<Remotes, 'named' | 'link' | 'all' | 'refresh'>;
  readonly outboxes: Pick<Outboxes, 'loadOf'>;
  readonly linkLog: Pick<LinkLog, 'statuses'>;
  readonly line: Pick<Line, 'reaches'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Keys of a tenant that are looked through. */
const KEYS_PAGE = 1_000;
const KEY_PAGES = 5;
/** Clients that are looked at for names that are like one. */
const NEAR_LOOKED_AT = 50;
const SUBSCRIBERS_COUNTED = 100;
/** The first may be something else than a message. */
const ENTRIES_LOOKED_AT = 20;

/** Finds out how things stand between two addresses. Reads, and changes nothing: nobody becomes known by being asked about. */
export class Gathering {
  constructor(private readonly parts: GatheringParts) {}

  async gather({ from: givenFrom, to: givenTo, use, as, told }: DiagnosisQuestion): Promise<Facts> {
    const { installation, clock, tenants, remotes } = this.parts;
    // What was mended a moment ago, on whichever node, is to be seen as mended.
    await tenants.refresh();
    const from = this.sender(givenFrom, told);
    const to = this.side(givenTo, 'to', from.kind === 'unreadable' ? undefined : from, told);
    if (from.kind === 'elsewhere' || to.kind === 'elsewhere') await remotes.refresh();
    const address = to.kind === 'unreadable' ? undefined : to.address;
    const [sender, recipient, link] = await Promise.all([
      from.kind === 'here' && from.tenant !== undefined ? this.senderFacts(from.tenant, from.address, use, address, as) : undefined,
      to.kind === 'here' && to.tenant !== undefined ? this.recipientFacts(to.tenant, to.address, use) : undefined,
      to.kind === 'elsewhere' ? this.linkFacts('out', to.path) : from.kind === 'elsewhere' ? this.linkFacts('in', from.path) : undefined,
    ]);
    return { installation, use, now: clock.now(), from, to, sender, link, recipient };
  }

  private sender(given: string, told: DiagnosisQuestion['told']): Side {
    const side = this.side(given, 'from', undefined, told);
    if (side.kind === 'unreadable') return side;
    const { kind } = side.address.addressee;
    if (kind !== 'client' && kind !== 'session') {
      return { kind: 'unreadable', given, problem: invalid('address-invalid', 'from', 'only a client sends: neither a topic nor * does') };
    }
    return side;
  }

  /** @param own what is left out is the sender's */
  private side(given: string, path: string, own: Exclude<Side, { kind: 'unreadable' }> | undefined, told: DiagnosisQuestion['told']): Side {
    let address: Address;
    try {
      address = parseAddress(given, path);
    } catch (error) {
      if (error instanceof Problem) return { kind: 'unreadable', given, problem: error };
      throw error;
    }
    if (address.tenant === undefined) {
      if (own === undefined) return { kind: 'unreadable', given, problem: invalid('address-invalid', path, 'name the tenant too: client@tenant') };
      const through = own.kind === 'elsewhere' ? own.path : [];
      address = { ...address, tenant: own.name, path: through };
    }
    const { name, path: through, whole } = placed(address, '', this.parts.installation);
    if (through.length > 0) return { kind: 'elsewhere', given, address, name, whole, path: through };
    const tenant = this.parts.tenants.get(name);
    const near = tenant === undefined ? nearNames(name, told ?? [...this.parts.tenants.all()].map((one) => one.name)) : [];
    return { kind: 'here', given, address, name, whole, tenant, near };
  }

  private async senderFacts(
    tenant: Tenant,
    { addressee }: Address,
    use: DiagnosedUse,
    to: Address | undefined,
    as: DiagnosisQuestion['as'],
  ): Promise<SenderFacts> {
    const { mailboxes, sessions, limits, clock } = this.parts;
    const name = 'name' in addressee ? addressee.name : '';
    const [all, client] = await Promise.all([this.keysOf(tenant), mailboxes.findClient(tenant.id, name)]);
    const now = clock.now();
    const counts = all.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
    const keys = counts.filter((key) => key.client === name);
    const expired = all.filter((key) => key.client === name).length - keys.length;
    const live = client === undefined ? 0 : sessions.ofClient(client.id).length;
    // Whoever is connected has something better than a key that has expired.
    const kind = as ?? (keys.length > 0 || (expired > 0 && live === 0) ? 'key' : 'token');
    const principal = kind === 'key' ? byKey(tenant, name, best(keys, neededScopes(use, to))) : byToken(tenant, name);
    return {
      as: kind,
      keys,
      expired,
      tokens: counts.some(({ scopes }) => scopes.includes('tokens')) ? 'minted' : tenant.settings.jwt !== undefined ? 'jwt' : 'none',
      principal,
      client,
      nearClients: client === undefined && keys.length === 0 ? await this.nearClients(tenant, name) : [],
      sessions: live,
      limits: limits.statesOf(principal, undefined),
    };
  }

  private async keysOf(tenant: Tenant): Promise<ApiKey[]> {
    const keys: ApiKey[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < KEY_PAGES; page++) {
      const { items, next } = await this.parts.keys.list(tenant.id, { limit: KEYS_PAGE, cursor });
      keys.push(...items);
      cursor = next;
      if (cursor === undefined) break;
    }
    return keys;
  }

  private async linkFacts(direction: LinkFacts['direction'], path: readonly string[]): Promise<LinkFacts> {
    const { remotes, outboxes, linkLog, line } = this.parts;
    const remote = remotes.named(path);
    if (remote === undefined) {
      const known = remotes.all().map((one) => one.path.join('.'));
      return { direction, path, reached: false, near: nearNames(path.join('.'), known) };
    }
    const status = (await linkLog.statuses()).find((one) => one.link === remote.via);
    return { direction, path, remote, link: remotes.link(remote.via), status, reached: line.reaches(remote), load: outboxes.loadOf(remote), near: [] };
  }

  private async recipientFacts(tenant: Tenant, { addressee }: Address, use: DiagnosedUse): Promise<RecipientFacts> {
    const { mailboxes, sessions, messageLog, webhooks } = this.parts;
    const tenantSessions = sessions.countTenant(tenant.id);
    if (addressee.kind === 'everyone') return { known: true, nearClients: [], sessions: [], tenantSessions };
    if (addressee.kind === 'topic') {
      const [mailbox] = await mailboxes.find(tenant.id, 'topic', [addressee.name]);
      const subscribers = await this.subscribersOf(tenant, addressee.name);
      return { known: mailbox !== undefined, nearClients: [], sessions: [], tenantSessions, subscribers };
    }
    const client = await mailboxes.findClient(tenant.id, addressee.name);
    if (client === undefined) {
      return { known: false, nearClients: await this.nearClients(tenant, addressee.name), sessions: [], tenantSessions };
    }
    const [webhook, counted, oldest] = await Promise.all([
      webhooks.find(tenant.id, client.id),
      use === 'send' ? messageLog.countUnacknowledged([client.id], tenant.settings.maxInbox) : undefined,
      use === 'send' ? this.oldestWaiting(client) : undefined,
    ]);
    return {
      client,
      known: true,
      nearClients: [],
      waiting: counted?.get(client.id),
      oldestAt: oldest?.sentAt,
      oldestId: oldest?.id,
      sessions: sessions.ofClient(client.id),
      tenantSessions,
      webhook,
    };
  }

  private async subscribersOf(tenant: Tenant, topic: string): Promise<NonNullable<RecipientFacts['subscribers']>> {
    const { items, next } = await this.parts.subscriptions.subscribers(tenant.id, topic, { limit: SUBSCRIBERS_COUNTED });
    return { clients: [...new Set(items.map(({ client }) => client))], more: next !== undefined };
  }

  /** Of its own messages the first that none of its devices has acknowledged. */
  private async oldestWaiting({ tenantId, id, devices }: ClientRecord): Promise<{ id: string; sentAt: number } | undefined> {
    const { messageLog } = this.parts;
    const after = devices.reduce((furthest, { acknowledged }) => Math.max(furthest, acknowledged), 0);
    const upTo = await messageLog.head(tenantId);
    if (upTo <= after) return undefined;
    const { entries } = await messageLog.replay({ tenantId, clientId: id, mailboxes: [{ id, since: 0 }], after, upTo, limit: ENTRIES_LOOKED_AT });
    return entries.find((entry) => entry.kind === 'message')?.message;
  }

  /** Among clients that begin like the name, in the order of names, and those that end like it; of a great many not all are looked at. */
  private async nearClients(tenant: Tenant, name: string): Promise<string[]> {
    const letters = [...name];
    const half = Math.ceil(letters.length / 2);
    const beginnings = new Set([half, Math.ceil(letters.length / 3)].map((count) => letters.slice(0, count).join('')));
    const asked = [...[...beginnings].map((cursor) => ({ cursor })), { search: letters.slice(letters.length - half).join('') }];
    const pages = await Promise.all(asked.map((one) => this.parts.mailboxes.listClients(tenant.id, { limit: NEAR_LOOKED_AT, ...one })));
    return nearNames(
      name,
      pages.flatMap(({ items }) => items.map((one) => one.name)),
    );
  }
}

/** What a use needs of whoever it is. */
export function neededScopes(use: DiagnosedUse, to: Address | undefined): readonly Scope[] {
  return use !== 'presence' && to?.addressee.kind === 'everyone' ? [use, 'broadcast'] : [use];
}

function best(keys: readonly ApiKey[], needed: readonly Scope[]): ApiKey | undefined {
  const missing = (key: ApiKey) => needed.filter((scope) => !scopesOf(key).has(scope)).length;
  return keys.reduce<ApiKey | undefined>((least, key) => (least === undefined || missing(key) < missing(least) ? key : least), undefined);
}

function scopesOf(key: ApiKey | undefined): ReadonlySet<Scope> {
  return new Set([...(key?.scopes ?? []), ...OWN_CLIENT_SCOPES]);
}

function byKey(tenant: Tenant, client: string, key: ApiKey | undefined): Principal {
  return { kind: 'key', tenant, client, scopes: scopesOf(key), keyId: key?.id };
}

function byToken(tenant: Tenant, client: string): Principal {
  return { kind: 'token', tenant, client, scopes: new Set(TOKEN_SCOPES_DEFAULT) };
}
