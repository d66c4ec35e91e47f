import { DIAGNOSED_USES, DIAGNOSIS_ACTIONS, DIAGNOSIS_STEPS, DIAGNOSIS_VERDICTS } from '@vestnik/core';
import { isKeepable } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants } from '../access/access.js';
import { operation } from '../openapi/operation.js';

const address = z
  .string({ error: 'an address' })
  .min(1, 'an address')
  .max(1_024, 'at most 1024 characters')
  .refine(isKeepable, 'no character that cannot be kept');

export const diagnoseQuery = z.object({
  from: address.describe('Who sends, calls or asks: `shop@sales`, `ivanov@accounting.branch-7`.'),
  to: address.describe('Whom it does not reach: a client, a session, a topic, or `*`; without a tenant in the tenant of `from`.'),
  use: z.enum(DIAGNOSED_USES, { error: 'send, call or presence' }).default('send').describe('`send` is a durable message.'),
  as: z
    .enum(['key', 'token'], { error: 'key or token' })
    .optional()
    .describe('How `from` shows who it is; absent: with an API key where one speaks as it, else with a client token.'),
});
export type DiagnoseQuery = z.output<typeof diagnoseQuery>;

const step = z
  .object({
    step: z.enum(DIAGNOSIS_STEPS),
    subject: z.string().describe('What was looked at.'),
    verdict: z
      .enum(DIAGNOSIS_VERDICTS)
      .describe('`warning`: it goes on, though perhaps not as one expects; `skipped`: it does not come to it, or it cannot be known.'),
    detail: z.string().describe('Whole sentences: what is, why it matters, what to do.'),
    facts: z.record(z.string(), z.unknown()).optional().describe('What was found.'),
    page: z.string().optional().describe('The page of the console that mends it, below `/console`.'),
    action: z.enum(DIAGNOSIS_ACTIONS).optional().describe('What would mend it.'),
  })
  .meta({ id: 'DiagnosisStep' });

export const diagnosisAnswer = z
  .object({
    from: z.string(),
    to: z.string(),
    use: z.enum(DIAGNOSED_USES),
    as: z.enum(['key', 'token']).describe('How `from` was taken to show who it is.'),
    reachable: z.boolean().describe('Whether nothing fails.'),
    firstFailure: z.int().optional().describe('Which of the steps, from 0, fails first.'),
    steps: z.array(step).describe('In the order in which a message meets them.'),
  })
  .meta({ id: 'Diagnosis' });

export const diagnose = operation({
  id: 'diagnose',
  method: 'get',
  path: '/v1/diagnose',
  tag: 'Installation',
  summary: 'Says why one address cannot reach another',
  description:
    'Walks the way of a message through names, permissions, links, limits and sessions, as things stand now, and names the first thing that fails, and what mends it. Nothing is sent, and nobody becomes known by it. Administrators of single tenants name an address of a tenant of theirs on at least one side; of the other one they are told what a sender would be told.',
  access: administratorsOfTenants('viewer'),
  query: diagnoseQuery,
  answers: {
    200: {
      description: 'What was found.',
      schema: diagnosisAnswer,
      example: {
        from: 'shop@sales.hq',
        to: 'ivanov@accounting.hq',
        use: 'send',
        as: 'key',
        reachable: false,
        firstFailure: 0,
        steps: [
          {
            step: 'to-accepts',
            subject: 'accounting',
            verdict: 'fails',
            detail: 'No rule of accounting accepts messages from shop@sales.hq. Add one for *@sales, or for this sender alone.',
            facts: { suggested: { from: '*@sales', allow: ['send', 'call'] } },
            page: '/tenants/accounting?tab=accepts',
            action: 'allow-sender',
          },
        ],
      },
    },
  },
  problems: ['request-invalid', 'forbidden'],
});

export const DIAGNOSE_CALLS = [diagnose];
