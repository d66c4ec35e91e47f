import { HAPPENINGS } from '@vestnik/core';
import { kept, LIMITS } from '@vestnik/protocol';
import { z } from 'zod';
import { administratorsOfTenants } from '../access/access.js';
import { operation } from '../openapi/operation.js';
import { tenantName } from '../tenants/tenant-schemas.js';

const part = (name: string) => kept(LIMITS.titleCharacters, name).optional();

export const tailQuery = z.object({
  tenant: tenantName.optional(),
  from: part('from').describe('Part of the sender’s address.'),
  to: part('to').describe('Part of the recipient’s address.'),
  type: part('type').describe('Part of the type, or of a call’s method.'),
  kinds: z
    .string()
    .max(500)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(HAPPENINGS, { error: `some of ${HAPPENINGS.join(', ')}, with commas between them` })))
    .optional()
    .describe(`Some of \`${HAPPENINGS.join('`, `')}\`, with commas between them; absent: all.`),
  sample: z.coerce
    .number({ error: 'a number' })
    .int('a whole number')
    .min(1, 'at least 1')
    .max(1_000, 'at most 1,000')
    .optional()
    .describe('One message of so many, each with all that becomes of it.'),
});

export type TailQuery = z.output<typeof tailQuery>;

const SEEN = `event: seen
data: {"at":"2026-11-22T06:22:00.123Z","node":"hY2kQx8ZbW1c","kind":"accepted","tenant":"demo","id":"0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11","from":"server@demo.local","to":"ivanov@demo.local","type":"order.created","bytes":42}

`;

export const openTail = operation({
  id: 'openTail',
  method: 'get',
  path: '/v1/tail',
  tag: 'Installation',
  summary: 'What happens now, as it happens',
  description:
    'Server-sent events: `seen` `{at, node, kind, tenant, id?, from?, to?, type?, bytes?, reason?, session?, transport?, count?}`, and `skipped` `{count}` where more happened than the 50 a second that a node tells. Never what a message says.',
  access: administratorsOfTenants('viewer'),
  query: tailQuery,
  answers: {
    200: {
      description: 'The stream; it ends when the connection does, and within half a minute after the session, the key or the right is gone.',
      contentType: 'text/event-stream',
      schema: z.string(),
      example: SEEN,
    },
  },
});

export const TAIL_CALLS = [openTail];
