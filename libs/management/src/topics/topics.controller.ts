import { Controller, HttpStatus, Inject, Param, Res, UseGuards } from '@nestjs/common';
import type { Page, PageRequest, Tenant, Tenants, TopicBrowsing } from '@vestnik/core';
import { isReserved, Problem, parseWith, readTopic } from '@vestnik/protocol';
import { CallerGuard } from '../access/caller.guard.js';
import { CalledBy, type Caller, OfTenant } from '../access/caller.js';
import { Changes } from '../changes.js';
import { JsonBody, pageQuery, QueryOf } from '../http/input.js';
import { mapPage, timeOf } from '../http/page.js';
import { Serves } from '../openapi/serves.js';
import { type ManagedTopics, PORT } from '../ports.js';
import { tenantsAskedFor } from '../tenants/of-tenant.js';
import * as calls from './topic-calls.js';

/** Whether something was made or was there is told by the status. */
interface Reply {
  status(code: number): unknown;
}

@Controller()
@UseGuards(CallerGuard)
export class TopicsController {
  constructor(
    @Inject(PORT.topics) private readonly topics: ManagedTopics,
    @Inject(PORT.topicBrowsing) private readonly browsing: TopicBrowsing,
    @Inject(PORT.tenants) private readonly tenants: Tenants,
    @Inject(Changes) private readonly changes: Changes,
  ) {}

  @Serves(calls.listTopics)
  async list(@OfTenant() tenant: Tenant, @QueryOf(calls.topicQuery) query: PageRequest & { search?: string }): Promise<Page<object>> {
    const { items, next } = await this.topics.list(tenant.id, query);
    return { items: items.map(({ lastAt, ...topic }) => ({ ...topic, lastAt: lastAt === undefined ? undefined : timeOf(lastAt) })), next };
  }

  @Serves(calls.listTopicsEverywhere)
  async listEverywhere(
    @CalledBy() caller: Caller,
    @QueryOf(calls.topicsEverywhereQuery) { tenant, search, ...page }: PageRequest & { tenant?: string; search?: string },
  ): Promise<Page<object>> {
    const tenants = await tenantsAskedFor(caller, tenant, this.tenants);
    return mapPage(await this.browsing.list({ tenants, search }, page), ({ lastAt, ...topic }) => ({
      ...topic,
      lastAt: lastAt === undefined ? undefined : timeOf(lastAt),
    }));
  }

  @Serves(calls.listSubscribers)
  async subscribers(@OfTenant() tenant: Tenant, @Param('topic') given: string, @QueryOf(pageQuery) query: PageRequest): Promise<Page<object>> {
    const topic = readTopic(given);
    if (topic === undefined)
      throw new Problem('request-invalid', 'topic: the name of one topic', { errors: [{ path: 'topic', message: 'the name of one topic' }] });
    const { items, next } = await this.topics.subscribers(tenant.id, topic, query);
    return { items: items.map(({ client, pattern }) => ({ client, pattern })), next };
  }

  @Serves(calls.subscribeClient)
  async subscribe(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @Param('topic') topic: string,
    @Param('client') client: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<calls.SubscriptionInput> {
    return this.begin(caller, tenant, parseWith(calls.subscriptionInput, { topic, client }, 'request-invalid'), reply);
  }

  @Serves(calls.unsubscribeClient)
  async unsubscribe(@CalledBy() caller: Caller, @OfTenant() tenant: Tenant, @Param('topic') topic: string, @Param('client') client: string): Promise<void> {
    await this.end(caller, tenant, parseWith(calls.subscriptionInput, { topic, client }, 'request-invalid'));
  }

  @Serves(calls.putSubscription)
  async put(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @JsonBody(calls.subscriptionInput) subscription: calls.SubscriptionInput,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<calls.SubscriptionInput> {
    return this.begin(caller, tenant, subscription, reply);
  }

  @Serves(calls.deleteSubscription)
  async delete(
    @CalledBy() caller: Caller,
    @OfTenant() tenant: Tenant,
    @JsonBody(calls.subscriptionInput) subscription: calls.SubscriptionInput,
  ): Promise<void> {
    await this.end(caller, tenant, subscription);
  }

  private async begin(caller: Caller, tenant: Tenant, { topic, client }: calls.SubscriptionInput, reply: Reply): Promise<calls.SubscriptionInput> {
    for (const [path, name] of [
      ['client', client],
      ['topic', topic],
    ] as const) {
      if (!isReserved(name)) continue;
      throw new Problem('request-invalid', `${path}: names that begin with vestnik are the bus’s own`, { errors: [{ path, message: 'is the bus’s own' }] });
    }
    const made = await this.topics.subscribeClient(tenant.id, client, topic);
    if (made) await this.changes.record(caller, { action: 'subscription.begin', subject: `${client}@${tenant.name} #${topic}` });
    reply.status(made ? HttpStatus.CREATED : HttpStatus.OK);
    return { topic, client };
  }

  private async end(caller: Caller, tenant: Tenant, { topic, client }: calls.SubscriptionInput): Promise<void> {
    if (!(await this.topics.unsubscribeClient(tenant.id, client, topic))) throw new Problem('not-found', 'the client has no such subscription');
    await this.changes.record(caller, { action: 'subscription.end', subject: `${client}@${tenant.name} #${topic}` });
  }
}
