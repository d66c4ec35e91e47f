import { z } from 'zod';
import { administrators } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const entry = z
  .object({
    id: z.number(),
    at: z.iso.datetime(),
    who: z.string().describe('`administrator:<name>` or `key:<id>@<tenant>`.'),
    address: z.string().optional(),
    action: z.string(),
    subject: z.string(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  })
  .meta({ id: 'AuditEntry' });

export const listAudit = operation({
  id: 'listAudit',
  method: 'get',
  path: '/v1/audit',
  tag: 'Installation',
  summary: 'Who changed what, newest first',
  access: administrators('viewer'),
  query: pageQuery,
  answers: {
    200: {
      description: 'A page of the audit trail.',
      schema: pageOfSchema(entry),
      example: {
        items: [
          {
            id: 12,
            at: '2026-11-22T06:22:00.123Z',
            who: 'administrator:admin',
            address: '127.0.0.1',
            action: 'tenant.change',
            subject: 'accounting',
            before: { ttl: 604800 },
            after: { ttl: 86400 },
          },
        ],
      },
    },
  },
});

export const AUDIT_CALLS = [listAudit];
