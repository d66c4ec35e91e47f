import { kept, LIMITS, nameSchema, sendSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants, tenantKeys } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';
import { ofTenantQuery } from '../tenants/of-tenant.js';

const tag = 'Dead letters';

const client = nameSchema('a client').optional().describe('Of this client only.');
const reason = kept(LIMITS.reasonCharacters, 'reason').optional().describe('With this reason only, word by word.');

export const deadLetterQuery = pageQuery.extend({ client });
export const deadLetterGroupQuery = pageQuery.extend({ tenant: ofTenantQuery, client });
export const deadLettersEverywhereQuery = pageQuery.extend({ tenant: ofTenantQuery, client, reason });

/** How many dead letters one call replays or discards, at most. */
export const DEAD_LETTERS_AT_ONCE = 1_000;

const id = z.string().regex(/^\d{1,15}$/, 'an id of a dead letter, as lists have it');

/** An empty one names all dead letters of the tenant. */
export const whichDeadLetters = z
  .strictObject({
    ids: z
      .array(id)
      .min(1, 'name at least one')
      .max(DEAD_LETTERS_AT_ONCE, `at most ${DEAD_LETTERS_AT_ONCE}`)
      .optional()
      .describe('These only, where they fit the rest.'),
    client,
    reason,
  })
  .meta({ id: 'WhichDeadLetters', description: 'Which dead letters of the tenant: those that fit all that is named; nothing named: all.' });
export type WhichDeadLetters = z.output<typeof whichDeadLetters>;

export const deadLetterEdit = z
  .strictObject({
    type: sendSchema.shape.type.optional().describe('In place of the type it had.'),
    data: z.unknown().optional().describe('In place of the data it had; passed on as it was sent. With a `contentType` it is base64 in a string.'),
  })
  .meta({ id: 'DeadLetterEdit', description: 'What is to be different this time; without a body the message goes as it was.' });
export type DeadLetterEdit = z.output<typeof deadLetterEdit>;

export const deadLetterAnswer = z
  .object({
    id: z.string(),
    client: z.string().describe('Who could not take it.'),
    messageId: z.string(),
    from: z.string(),
    type: z.string(),
    reason: z.string(),
    at: z.iso.datetime(),
    data: z.unknown().optional().describe('With the scope `read:data` only.'),
  })
  .meta({ id: 'DeadLetter' });

/** In lists across tenants: never with its data. */
export const listedDeadLetter = deadLetterAnswer
  .omit({ data: true })
  .extend({ tenant: z.string(), bytes: z.number().describe('Of its data, as it was sent; 0 where the message is gone.') })
  .meta({ id: 'ListedDeadLetter' });

export const deadLetterWithData = listedDeadLetter
  .extend({
    data: z.unknown().describe('As it was sent.'),
    contentType: z.string().optional().describe('Where it has one, `data` is base64 in a string.'),
    correlationId: z.string().optional(),
    sentAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'DeadLetterWithData' });

export const deadLetterGroup = z
  .object({
    tenant: z.string(),
    reason: z.string(),
    count: z.number(),
    clients: z.number().describe('Of how many clients.'),
    types: z.array(z.string()).describe('Types of its messages, at most 5: of the newest 20.'),
    oldestAt: z.iso.datetime(),
    newestAt: z.iso.datetime(),
  })
  .meta({ id: 'DeadLetterGroup', description: 'Dead letters of one tenant with the same reason, counted among the newest 100,000 that are asked for.' });

const listed = {
  id: '17',
  tenant: 'demo',
  client: 'ivanov',
  messageId: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11',
  from: 'server@demo.local',
  type: 'order.approved',
  reason: 'no such order',
  at: '2026-11-22T06:22:00.123Z',
  bytes: 29,
};
const data = { order: 'A-17', sum: 1200.5 };
const { tenant: _tenant, bytes: _bytes, ...ofTenant } = listed;

export const listDeadLetters = operation({
  id: 'listDeadLetters',
  method: 'get',
  path: '/v1/tenants/{tenant}/dead-letters',
  tag,
  summary: 'Lists what was refused or could not be delivered',
  description: '`data` is shown to keys with `read:data`, and to operators and owners.',
  access: tenantKeys('read', 'viewer'),
  query: deadLetterQuery,
  answers: { 200: { description: 'A page of dead letters.', schema: pageOfSchema(deadLetterAnswer), example: { items: [{ ...ofTenant, data }] } } },
});

export const listDeadLetterGroups = operation({
  id: 'listDeadLetterGroups',
  method: 'get',
  path: '/v1/dead-letters/groups',
  tag,
  summary: 'Counts dead letters by tenant and reason, most first',
  description: 'Counted among the newest 100,000 dead letters that are asked for: what is older than these shows when they are gone.',
  access: administratorsOfTenants('viewer'),
  query: deadLetterGroupQuery,
  answers: {
    200: {
      description: 'A page of groups.',
      schema: pageOfSchema(deadLetterGroup),
      example: {
        items: [
          {
            tenant: 'demo',
            reason: 'no such order',
            count: 1204,
            clients: 3,
            types: ['order.approved'],
            oldestAt: '2026-11-20T06:22:00.123Z',
            newestAt: '2026-11-22T06:22:00.123Z',
          },
        ],
      },
    },
  },
  problems: ['tenant-unknown', 'request-invalid'],
});

export const listDeadLettersEverywhere = operation({
  id: 'listDeadLettersEverywhere',
  method: 'get',
  path: '/v1/dead-letters',
  tag,
  summary: 'Lists the dead letters of all tenants, newest first',
  access: administratorsOfTenants('viewer'),
  query: deadLettersEverywhereQuery,
  answers: { 200: { description: 'A page of dead letters, without data.', schema: pageOfSchema(listedDeadLetter), example: { items: [listed] } } },
  problems: ['tenant-unknown', 'request-invalid'],
});

export const getDeadLetter = operation({
  id: 'getDeadLetter',
  method: 'get',
  path: '/v1/tenants/{tenant}/dead-letters/{id}',
  tag,
  summary: 'One dead letter, with its data',
  description: 'That an administrator has looked is in the audit trail.',
  access: tenantKeys('read:data', 'operator'),
  answers: { 200: { description: 'The dead letter.', schema: deadLetterWithData, example: { ...listed, data, sentAt: '2026-11-22T06:21:00.123Z' } } },
  problems: ['not-found'],
});

export const replayDeadLetter = operation({
  id: 'replayDeadLetter',
  method: 'post',
  path: '/v1/tenants/{tenant}/dead-letters/{id}/replay',
  tag,
  summary: 'Sends a dead letter again, to the client that could not take it',
  description: 'With another type or other data where the body names them. It comes from the same sender as before; that it was edited is in the audit trail.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: deadLetterEdit, example: { data: { order: 'A-17', sum: 1200.5 } }, optional: true },
  answers: {
    202: {
      description: 'It is on disk as a message; the dead letter is gone.',
      schema: z.object({ id: z.string().optional().describe('Of the message.') }),
      example: { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11' },
    },
  },
  problems: ['not-found', 'data-too-large'],
});

const left = z.number().describe('How many that fit are still there, counted to 100,000: call again.');

export const replayDeadLetters = operation({
  id: 'replayDeadLetters',
  method: 'post',
  path: '/v1/tenants/{tenant}/dead-letters/replay',
  tag,
  summary: 'Sends many dead letters again, oldest first',
  description: 'At most 1,000 a call. Those whose message is gone cannot be sent; they stay until they are discarded.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: whichDeadLetters, example: { reason: 'no such order' } },
  answers: {
    202: { description: 'They are on disk as messages.', schema: z.object({ replayed: z.number(), left }), example: { replayed: 1000, left: 204 } },
  },
});

export const discardDeadLetters = operation({
  id: 'discardDeadLetters',
  method: 'post',
  path: '/v1/tenants/{tenant}/dead-letters/discard',
  tag,
  summary: 'Removes many dead letters, oldest first',
  description: 'At most 1,000 a call.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: whichDeadLetters, example: { reason: 'no such order', client: 'ivanov' } },
  answers: {
    200: { description: 'They are gone.', schema: z.object({ discarded: z.number(), left }), example: { discarded: 17, left: 0 } },
  },
});

export const deleteDeadLetter = operation({
  id: 'deleteDeadLetter',
  method: 'delete',
  path: '/v1/tenants/{tenant}/dead-letters/{id}',
  tag,
  summary: 'Removes a dead letter',
  access: tenantKeys('manage', 'operator'),
  answers: { 204: { description: 'It is gone.' } },
  problems: ['not-found'],
});

export const DEAD_LETTER_CALLS = [
  listDeadLetters,
  listDeadLetterGroups,
  listDeadLettersEverywhere,
  getDeadLetter,
  replayDeadLetter,
  replayDeadLetters,
  discardDeadLetters,
  deleteDeadLetter,
];
