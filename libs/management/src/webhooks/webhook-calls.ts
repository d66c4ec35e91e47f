import { readWebhookSecret } from '@vestnik/core';
import { kept, LIMITS } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants, tenantKeys } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';
import { ofTenantQuery } from '../tenants/of-tenant.js';

const tag = 'Webhooks';
const path = '/v1/tenants/{tenant}/clients/{client}/webhook';

/** `whsec_…`: see Standard Webhooks. */
export const webhookSecret = z
  .string()
  .refine((text) => readWebhookSecret(text) !== undefined, 'whsec_ and 24 to 64 bytes in base64')
  .describe('`whsec_` and 24 to 64 bytes in base64. Never answered back.');

export const newWebhook = z
  .strictObject({
    url: z.string().describe('https; no private address unless an administrator allows it.'),
    secret: webhookSecret.optional().describe('`whsec_` and 24 to 64 bytes in base64; absent: the one before stays, or one is made and shown once.'),
    format: z
      .enum(['json-rpc', 'cloudevents'])
      .default('json-rpc')
      .describe('`json-rpc`: what the WebSocket would carry; `cloudevents`: CloudEvents 1.0, structured mode.'),
  })
  .meta({ id: 'NewWebhook' });

export type NewWebhook = z.output<typeof newWebhook>;

export const webhookAnswer = z
  .object({
    client: z.string(),
    url: z.string(),
    format: z.enum(['json-rpc', 'cloudevents']),
    state: z
      .enum(['active', 'failing', 'paused'])
      .describe('`failing`: the last attempt was in vain, and what waits is tried again; `paused`: nothing is tried until it is resumed.'),
    reason: z.string().optional().describe('Why it is paused.'),
    lastError: z.string().optional(),
    failures: z.number().describe('How often the message that is first in line was tried in vain.'),
    nextAttemptAt: z.iso.datetime().optional(),
    downSince: z.iso.datetime().optional().describe('Since when nothing was taken.'),
    createdAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .meta({ id: 'Webhook' });

export const webhookWithSecret = webhookAnswer
  .extend({ secret: z.string().optional().describe('Only where it was made just now: it is not shown again.') })
  .meta({ id: 'WebhookSet' });

const state = z.enum(['active', 'failing', 'paused']);

export const webhookQuery = pageQuery.extend({
  tenant: ofTenantQuery,
  state: state.optional().describe('In this state only.'),
  search: kept(LIMITS.nameCodePoints, 'search').optional().describe('A part of the client’s name or of the URL.'),
});

/** In lists across tenants. */
export const listedWebhook = webhookAnswer
  .extend({ tenant: z.string(), waiting: z.number().describe('Direct messages that the client has not acknowledged, counted to 10,000.') })
  .meta({ id: 'ListedWebhook' });

export const pauseInput = z
  .strictObject({ reason: kept(LIMITS.reasonCharacters, 'reason').min(1, 'reason is not empty').optional().describe('Why, for those who come after.') })
  .meta({ id: 'WebhookPause' });
export type PauseInput = z.output<typeof pauseInput>;

const example = {
  client: 'shop',
  url: 'https://shop.example/vestnik',
  format: 'json-rpc',
  state: 'active',
  failures: 0,
  createdAt: '2026-11-22T06:22:00.123Z',
  changedAt: '2026-11-22T06:22:00.123Z',
};

const failing = {
  ...example,
  state: 'failing',
  lastError: 'the endpoint answered 503',
  failures: 3,
  nextAttemptAt: '2026-11-22T06:25:00.000Z',
  downSince: '2026-11-22T06:24:00.000Z',
};

export const putWebhook = operation({
  id: 'putWebhook',
  method: 'put',
  path,
  tag,
  summary: 'Sets where what a client is sent is POSTed to',
  description:
    'Messages go in order, calls at once, signed as Standard Webhooks has it. A 2xx acknowledges a message, and its body answers a call. A webhook that was paused begins again.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: newWebhook, example: { url: 'https://shop.example/vestnik' } },
  answers: {
    200: { description: 'It was there before, and is now as asked for.', schema: webhookWithSecret, example },
    201: { description: 'It is new.', schema: webhookWithSecret, example: { ...example, secret: 'whsec_bm90IHJlYWxseSBhIHNlY3JldCBidXQgbG9uZyBlbm91Z2g=' } },
  },
  problems: ['url-refused'],
});

export const getWebhook = operation({
  id: 'getWebhook',
  method: 'get',
  path,
  tag,
  summary: 'The webhook of a client, and how it goes',
  access: tenantKeys('manage', 'viewer'),
  answers: { 200: { description: 'The webhook.', schema: webhookAnswer, example: failing } },
  problems: ['not-found'],
});

export const deleteWebhook = operation({
  id: 'deleteWebhook',
  method: 'delete',
  path,
  tag,
  summary: 'Removes the webhook of a client',
  description: 'What the client is sent waits for it as before.',
  access: tenantKeys('manage', 'operator'),
  answers: { 204: { description: 'It is gone.' } },
  problems: ['not-found'],
});

export const resumeWebhook = operation({
  id: 'resumeWebhook',
  method: 'post',
  path: `${path}/resume`,
  tag,
  summary: 'Begins again with a webhook that is paused or failing, at once',
  access: tenantKeys('manage', 'operator'),
  answers: { 200: { description: 'The webhook.', schema: webhookAnswer, example } },
  problems: ['not-found'],
});

export const pauseWebhook = operation({
  id: 'pauseWebhook',
  method: 'post',
  path: `${path}/pause`,
  tag,
  summary: 'Pauses a webhook until it is resumed',
  description: 'The node that serves it lets go at once; what is being POSTed just then may still be taken. What the client is sent waits for it.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: pauseInput, example: { reason: 'the shop moves to another host' }, optional: true },
  answers: {
    200: {
      description: 'The webhook.',
      schema: webhookAnswer,
      example: { ...example, state: 'paused', reason: 'the shop moves to another host' },
    },
  },
  problems: ['not-found'],
});

export const listWebhooks = operation({
  id: 'listWebhooks',
  method: 'get',
  path: '/v1/webhooks',
  tag,
  summary: 'Lists the webhooks of all tenants',
  description: 'Oldest first. With `search` a page looks through 20,000 webhooks at most: it may have few items, or none, while there is a `next`.',
  access: administratorsOfTenants('viewer'),
  query: webhookQuery,
  answers: {
    200: { description: 'A page of webhooks.', schema: pageOfSchema(listedWebhook), example: { items: [{ ...failing, tenant: 'demo', waiting: 12 }] } },
  },
  problems: ['tenant-unknown', 'request-invalid'],
});

export const WEBHOOK_CALLS = [putWebhook, getWebhook, deleteWebhook, resumeWebhook, pauseWebhook, listWebhooks];
