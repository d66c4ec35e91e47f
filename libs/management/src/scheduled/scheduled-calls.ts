import { kept } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';
import { ofTenantQuery } from '../tenants/of-tenant.js';

const part = kept(300, 'an address').min(1).optional();

export const scheduledQuery = pageQuery.extend({
  tenant: ofTenantQuery.describe('That were sent by this tenant only.'),
  from: part.describe('Of this sender only: an address, or the name of a client.'),
  to: part.describe('To this address only: whole as it was sent, or the name of a client.'),
});

export const scheduledAnswer = z
  .object({
    id: z.string(),
    tenant: z.string().describe('The sender’s.'),
    from: z.string(),
    to: z.array(z.string()).describe('The first 5 of its addresses.'),
    recipients: z.number().describe('How many addresses it has.'),
    type: z.string(),
    deliverAt: z.iso.datetime(),
    sentAt: z.iso.datetime(),
    bytes: z.number().describe('Of its data, as it was sent.'),
  })
  .meta({ id: 'ScheduledMessage' });

export const listScheduled = operation({
  id: 'listScheduled',
  method: 'get',
  path: '/v1/scheduled',
  tag: 'Messages',
  summary: 'Lists what waits for its time, soonest first',
  description:
    '`DELETE /v1/messages/{id}` cancels one. With `from` or `to` a page looks through 20,000 messages at most: it may have few items, or none, while there is a `next`.',
  access: administratorsOfTenants('viewer'),
  query: scheduledQuery,
  answers: {
    200: {
      description: 'A page of scheduled messages.',
      schema: pageOfSchema(scheduledAnswer),
      example: {
        items: [
          {
            id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11',
            tenant: 'demo',
            from: 'server@demo.local',
            to: ['ivanov@demo.local'],
            recipients: 1,
            type: 'order.approved',
            deliverAt: '2026-11-23T06:00:00.000Z',
            sentAt: '2026-11-22T06:22:00.123Z',
            bytes: 29,
          },
        ],
      },
    },
  },
  problems: ['tenant-unknown', 'request-invalid'],
});

export const SCHEDULED_CALLS = [listScheduled];
