import { TOKEN_SCOPES, TOKEN_SCOPES_DEFAULT } from '@vestnik/core';
import { isReserved, nameSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { tenantKeys } from '../access/access.js';
import { operation } from '../openapi/operation.js';

/** Seconds. */
export const TOKEN_TTL_DEFAULT = 3600;
const TOKEN_TTL_MAX = 30 * 24 * 3600;

const scope = z.enum(TOKEN_SCOPES, { error: `one of ${TOKEN_SCOPES.join(', ')}` });

export const newToken = z
  .strictObject({
    client: nameSchema('a client')
      .refine((name) => !isReserved(name), 'names that begin with vestnik are the bus’s own')
      .describe('Whose token it is.'),
    ttl: z
      .number('a number of seconds')
      .int('whole seconds')
      .min(1, 'at least 1 second')
      .max(TOKEN_TTL_MAX, 'at most 30 days')
      .default(TOKEN_TTL_DEFAULT)
      .describe('Seconds until it expires.'),
    scope: z
      .union([z.array(scope).min(1, 'name at least one scope'), z.string()], { error: 'a list of scopes, or one string with spaces between them' })
      .transform((given, context) => {
        const words = typeof given === 'string' ? given.split(' ').filter((word) => word !== '') : given;
        const read = z.array(scope).min(1, 'name at least one scope').safeParse(words);
        if (read.success) return [...new Set(read.data)];
        context.addIssue({ code: 'custom', message: read.error.issues[0]?.message ?? 'is not valid' });
        return z.NEVER;
      })
      .optional()
      .describe(`What the token may do: a list, or one string with spaces between; default \`${TOKEN_SCOPES_DEFAULT.join(' ')}\`.`),
  })
  .meta({ id: 'NewToken' });

export type NewToken = z.output<typeof newToken>;

export const tokenAnswer = z.object({ token: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'Token' });

export const mintToken = operation({
  id: 'mintToken',
  method: 'post',
  path: '/v1/tenants/{tenant}/tokens',
  tag: 'Tokens',
  summary: 'Mints a token for a client',
  description:
    'It dies with the key that minted it. `broadcast` only if the key has it. Administrators from `operator` on mint tokens for at most an hour, which die when the administrator is gone, is no longer `operator`, or no longer one of this tenant; that is in the audit trail.',
  access: tenantKeys('tokens', 'operator'),
  body: { schema: newToken, example: { client: 'ivanov' } },
  answers: {
    201: {
      description: 'The token.',
      schema: tokenAnswer,
      example: { token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJpdmFub3YifQ.signature', expiresAt: '2026-11-22T07:22:00.000Z' },
    },
  },
});

export const TOKEN_CALLS = [mintToken];
