import { Controller, Inject, UseGuards } from '@nestjs/common';
import type { ClientBrowser, Clock, StoreAttention, StoreFigures, Tenants } from '@vestnik/core';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, tenantsOf } from '../access/caller.js';
import { timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedLink, type ManagedLinks, type ManagedObservatory, PORT } from '../ports.js';
import { attentionOf } from './attention.js';
import { getStats, listNodes, type StatsAnswer } from './overview-calls.js';
import { hourOf, ratesOf, seriesOf, waitingOf } from './stats.js';

/** Of each kind of trouble so many are told of. */
const TROUBLES = 20;
/** Keys that expire so soon are told of. */
const KEYS_MS = 14 * 86_400_000;

@Controller()
@UseGuards(CallerGuard)
export class OverviewController {
  constructor(
    @Inject(PORT.observatory) private readonly observatory: ManagedObservatory,
    @Inject(PORT.attention) private readonly attention: StoreAttention,
    @Inject(PORT.clientBrowser) private readonly clients: Pick<ClientBrowser, 'backlog'>,
    @Inject(PORT.storeFigures) private readonly storeFigures: () => Promise<StoreFigures>,
    @Inject(PORT.links) private readonly links: ManagedLinks,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(PORT.clock) private readonly clock: Clock,
    @Inject(PORT.embeddedStore) private readonly embedded: boolean,
  ) {}

  @Serves(getStats)
  async stats(@CalledBy() caller: Caller): Promise<StatsAnswer> {
    const names = tenantsOf(caller);
    const whole = names === undefined;
    const tenantIds = names?.flatMap((name) => this.tenants.get(name)?.id ?? []);
    const now = this.clock.now();
    const [figures, nodes, waiting, deadLetters, webhooks, keys, links, store] = await Promise.all([
      whole ? this.observatory.figures() : undefined,
      whole ? this.observatory.nodes() : [],
      this.clients.backlog(tenantIds ?? [...this.tenants.all()].map(({ id }) => id), TROUBLES),
      this.attention.deadLetters(),
      this.attention.webhooks(),
      this.attention.expiringKeys(KEYS_MS),
      whole ? this.links.list() : [],
      whole ? this.storeFigures() : undefined,
    ]);
    const isTold = ({ tenantId }: { readonly tenantId?: number }) => tenantIds === undefined || (tenantId !== undefined && tenantIds.includes(tenantId));
    const nameOf = (tenantId: number) => this.tenants.byId(tenantId)?.name;
    const intakeWaiting = nodes.reduce((sum, node) => sum + node.intakeWaiting, 0);
    return {
      at: timeOf(now),
      ...(figures === undefined
        ? {}
        : { now: { ...ratesOf(figures, now), intakeWaiting }, series: seriesOf(figures), hour: hourOf(figures), nodes: nodes.length }),
      waiting: waitingOf(waiting, nameOf),
      tenants: names?.length ?? [...this.tenants.all()].length,
      ...(whole ? { links: links.map(linkOf) } : {}),
      ...(store === undefined ? {} : { postgres: { ...store, tables: [...store.tables], embedded: this.embedded } }),
      attention: attentionOf({
        now,
        nameOf,
        links,
        behind: waiting.furthest,
        deadLetters: deadLetters.filter(isTold),
        webhooks: webhooks.filter(isTold).slice(0, TROUBLES),
        keys: keys.filter(isTold).slice(0, TROUBLES),
        store,
        intakeWaiting,
      }),
    };
  }

  @Serves(listNodes)
  async nodes() {
    const nodes = await this.observatory.nodes();
    return { items: nodes.map((node) => ({ ...node, startedAt: timeOf(node.startedAt) })) };
  }
}

function linkOf({ link, status, queue }: ManagedLink) {
  const { oldestAt } = queue;
  return {
    id: link.id,
    name: link.name,
    state: link.state,
    connected: status?.connected === true,
    queue: { messages: queue.messages, bytes: queue.bytes, ...(oldestAt === undefined ? {} : { oldestAt: timeOf(oldestAt) }) },
  };
}
