import { kept, LIMITS } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { tenantName } from '../tenants/tenant-schemas.js';

export const callQuery = z.object({
  limit: pageQuery.shape.limit,
  state: z.enum(['open', 'ended'], { error: 'open or ended' }).optional().describe('`open`: under way.'),
  failed: z.enum(['true', 'false'], { error: 'true or false' }).optional().describe('`true`: only those that failed.'),
  slowerThan: z.coerce.number({ error: 'milliseconds' }).min(0, 'not negative').max(120_000, 'at most 120,000').optional().describe('Milliseconds.'),
  tenant: tenantName.optional().describe('Of whoever called, or was called.'),
  method: kept(LIMITS.titleCharacters, 'method').optional().describe('Part of its name.'),
});

export type CallQuery = z.output<typeof callQuery>;

const callAnswer = z
  .object({
    id: z.string(),
    node: z.string(),
    from: z.string(),
    to: z.string(),
    tenant: z.string().optional().describe('Of whoever called; absent where that is another installation.'),
    method: z.string(),
    answer: z.enum(['one', 'first', 'all']),
    startedAt: z.iso.datetime(),
    state: z.enum(['open', 'answered', 'failed']),
    durationMs: z.number().optional().describe('So far, where it is open.'),
    problem: z.string().optional().describe('The slug of what it failed with.'),
  })
  .meta({ id: 'RecentCall' });

export const listCalls = operation({
  id: 'listCalls',
  method: 'get',
  path: '/v1/calls',
  tag: 'Calls',
  summary: 'Calls that are under way, and the last that have ended',
  description: 'As the nodes remember them, 1,000 each; newest first. What was said is never kept.',
  access: administratorsOfTenants('viewer'),
  query: callQuery,
  answers: {
    200: {
      description: 'The calls.',
      schema: z.object({ items: z.array(callAnswer), kept: z.number().describe('So many are remembered in all.') }),
      example: {
        items: [
          {
            id: 'hY2kQx8ZbW1c.7',
            node: 'hY2kQx8ZbW1c',
            from: 'server@demo.local',
            to: 'ivanov@demo.local',
            tenant: 'demo',
            method: 'openForm',
            answer: 'one',
            startedAt: '2026-11-22T06:22:00.123Z',
            state: 'failed',
            durationMs: 15000.4,
            problem: 'call-timeout',
          },
        ],
        kept: 1,
      },
    },
  },
});

export const RECENT_CALL_CALLS = [listCalls];
