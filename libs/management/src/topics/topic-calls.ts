import { kept, LIMITS, nameSchema, topicPatternSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants, tenantKeys } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';
import { ofTenantQuery } from '../tenants/of-tenant.js';

const tag = 'Topics';

export const topicQuery = pageQuery.extend({ search: kept(128, 'search').optional().describe('A part of the name.') });

export const topicAnswer = z
  .object({
    topic: z.string(),
    subscribers: z.number().describe('Clients that are subscribed to it, by its name or by a pattern.'),
    lastAt: z.iso.datetime().optional().describe('When a durable message last came.'),
    retained: z.string().optional().describe('Id of the message that new subscribers may ask for.'),
  })
  .meta({ id: 'Topic' });

export const topicsEverywhereQuery = pageQuery.extend({
  tenant: ofTenantQuery,
  search: kept(LIMITS.nameCodePoints, 'search').optional().describe('A part of the name.'),
});

/** In lists across tenants. */
export const listedTopic = topicAnswer
  .extend({
    tenant: z.string(),
    subscribers: z.number().describe('Clients that are subscribed to it, by its name or by a pattern; counted to 1,000, of patterns among the first 20,000.'),
  })
  .meta({ id: 'ListedTopic' });

export const subscriberAnswer = z
  .object({ client: z.string(), pattern: z.string().describe('The topic, or the pattern by which the client is subscribed to it.') })
  .meta({ id: 'Subscriber' });

export const subscriptionInput = z
  .strictObject({
    topic: topicPatternSchema.describe('A topic such as `orders/eu`, or a pattern: `+` stands for one level, `#` at the end for any number.'),
    client: nameSchema('a client'),
  })
  .meta({ id: 'Subscription' });
export type SubscriptionInput = z.output<typeof subscriptionInput>;

const subscriptionAnswer = z.object({ topic: z.string(), client: z.string() }).meta({ id: 'SubscriptionAnswer' });

const example = { topic: 'orders/eu', client: 'ivanov' };
const subscribed = {
  201: { description: 'It is subscribed from now on.', schema: subscriptionAnswer, example },
  200: { description: 'It was subscribed already.', schema: subscriptionAnswer, example },
};
const ended = { 204: { description: 'It is not subscribed any more.' } };

export const listTopics = operation({
  id: 'listTopics',
  method: 'get',
  path: '/v1/tenants/{tenant}/topics',
  tag,
  summary: 'Lists the topics that were written to or subscribed to by name',
  access: tenantKeys('read', 'viewer'),
  query: topicQuery,
  answers: {
    200: {
      description: 'A page of topics.',
      schema: pageOfSchema(topicAnswer),
      example: { items: [{ topic: 'orders/eu', subscribers: 12, lastAt: '2026-11-22T06:22:00.123Z' }] },
    },
  },
});

export const listSubscribers = operation({
  id: 'listSubscribers',
  method: 'get',
  path: '/v1/tenants/{tenant}/topics/{topic}/subscribers',
  tag,
  summary: 'Lists who is subscribed to a topic',
  access: tenantKeys('read', 'viewer'),
  query: pageQuery,
  answers: {
    200: { description: 'A page of subscribers.', schema: pageOfSchema(subscriberAnswer), example: { items: [{ client: 'ivanov', pattern: 'orders/#' }] } },
  },
  problems: ['request-invalid'],
});

export const subscribeClient = operation({
  id: 'subscribeClient',
  method: 'put',
  path: '/v1/tenants/{tenant}/topics/{topic}/subscribers/{client}',
  tag,
  summary: 'Subscribes a client to a topic or pattern',
  description:
    'Whatever the tenant’s `topics` rules let clients do. A client that was never seen becomes known: a group or a role is a topic whose subscribers the backend sets.',
  access: tenantKeys('manage', 'operator'),
  answers: subscribed,
  problems: ['request-invalid', 'conflict'],
});

export const unsubscribeClient = operation({
  id: 'unsubscribeClient',
  method: 'delete',
  path: '/v1/tenants/{tenant}/topics/{topic}/subscribers/{client}',
  tag,
  summary: 'Ends a client’s subscription',
  access: tenantKeys('manage', 'operator'),
  answers: ended,
  problems: ['request-invalid', 'not-found'],
});

export const putSubscription = operation({
  id: 'putSubscription',
  method: 'put',
  path: '/v1/tenants/{tenant}/subscriptions',
  tag,
  summary: 'Subscribes a client to a topic or pattern, named in the body',
  access: tenantKeys('manage', 'operator'),
  body: { schema: subscriptionInput, example },
  answers: subscribed,
  problems: ['conflict'],
});

export const deleteSubscription = operation({
  id: 'deleteSubscription',
  method: 'delete',
  path: '/v1/tenants/{tenant}/subscriptions',
  tag,
  summary: 'Ends a client’s subscription, named in the body',
  access: tenantKeys('manage', 'operator'),
  body: { schema: subscriptionInput, example },
  answers: ended,
  problems: ['not-found'],
});

export const listTopicsEverywhere = operation({
  id: 'listTopicsEverywhere',
  method: 'get',
  path: '/v1/topics',
  tag,
  summary: 'Lists the topics of all tenants',
  description: 'By tenant and name. With `search` a page looks through 100,000 topics at most: it may have few items, or none, while there is a `next`.',
  access: administratorsOfTenants('viewer'),
  query: topicsEverywhereQuery,
  answers: {
    200: {
      description: 'A page of topics.',
      schema: pageOfSchema(listedTopic),
      example: { items: [{ tenant: 'demo', topic: 'orders/eu', subscribers: 12, lastAt: '2026-11-22T06:22:00.123Z' }] },
    },
  },
  problems: ['tenant-unknown', 'request-invalid'],
});

export const TOPIC_CALLS = [listTopics, listTopicsEverywhere, listSubscribers, subscribeClient, unsubscribeClient, putSubscription, deleteSubscription];
