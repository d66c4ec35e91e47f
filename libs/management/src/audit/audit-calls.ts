import { isKeepable } from '@vestnik/protocol';
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

const text = (most: number) => z.string().min(1).max(most).refine(isKeepable, 'has characters that are not kept');
const time = z.iso.datetime({ offset: true, error: 'a time as RFC 3339 writes it, such as 2027-01-01T00:00:00Z' });

export const auditQuery = pageQuery.extend({
  who: text(300).optional().describe('Who: `administrator:<name>`, `key:<id>@<tenant>`.'),
  action: text(100).optional().describe('Which action: `tenant.change`, or with `*` at the end all that begin so: `key.*`.'),
  subject: text(300).optional().describe('Of what: the name of a tenant or administrator, `<key>@<tenant>` …'),
  since: time.optional().describe('From this time on.'),
  until: time.optional().describe('Before this time.'),
  search: text(200).optional().describe('What stands anywhere in an entry, whatever the case.'),
});
export type AuditQuery = z.output<typeof auditQuery>;

const searched = {
  searchedTo: z.iso
    .datetime()
    .optional()
    .describe('A page looks through a bounded number of entries: how far back this one came, where it found less than `limit`.'),
};

export const listAudit = operation({
  id: 'listAudit',
  method: 'get',
  path: '/v1/audit',
  tag: 'Installation',
  summary: 'Who changed what, newest first',
  access: administrators('viewer'),
  query: auditQuery,
  answers: {
    200: {
      description: 'A page of the audit trail.',
      schema: pageOfSchema(entry).extend(searched),
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
