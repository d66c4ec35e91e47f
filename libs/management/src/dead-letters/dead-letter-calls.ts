import { nameSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { tenantKeys } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const tag = 'Dead letters';

export const deadLetterQuery = pageQuery.extend({ client: nameSchema('a client').optional().describe('Of this client only.') });

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

const example = {
  id: '17',
  client: 'ivanov',
  messageId: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11',
  from: 'server@demo.local',
  type: 'order.approved',
  reason: 'no such order',
  at: '2026-11-22T06:22:00.123Z',
  data: { order: 'A-17', sum: 1200.5 },
};

export const listDeadLetters = operation({
  id: 'listDeadLetters',
  method: 'get',
  path: '/v1/tenants/{tenant}/dead-letters',
  tag,
  summary: 'Lists what was refused or could not be delivered',
  description: '`data` is shown to keys with `read:data`, and to operators and owners.',
  access: tenantKeys('read', 'viewer'),
  query: deadLetterQuery,
  answers: { 200: { description: 'A page of dead letters.', schema: pageOfSchema(deadLetterAnswer), example: { items: [example] } } },
});

export const replayDeadLetter = operation({
  id: 'replayDeadLetter',
  method: 'post',
  path: '/v1/tenants/{tenant}/dead-letters/{id}/replay',
  tag,
  summary: 'Sends a dead letter again, to the client that could not take it',
  access: tenantKeys('manage', 'operator'),
  answers: {
    202: {
      description: 'It is on disk as a message; the dead letter is gone.',
      schema: z.object({ id: z.string().optional().describe('Of the message.') }),
      example: { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11' },
    },
  },
  problems: ['not-found'],
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

export const DEAD_LETTER_CALLS = [listDeadLetters, replayDeadLetter, deleteDeadLetter];
