import { KEY_SCOPES } from '@vestnik/core';
import { isReserved, kept, LIMITS, nameSchema } from '@vestnik/protocol';
import { z } from 'zod';
import { tenantKeys } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const tag = 'Keys';

/** The name under which a key speaks that names none. */
export const KEY_CLIENT_DEFAULT = 'server';

export const newKey = z
  .strictObject({
    title: kept(LIMITS.titleCharacters, 'title').min(1, 'title is not empty').describe('For people: what the key is for.'),
    client: nameSchema('a client')
      .refine((name) => !isReserved(name), 'names that begin with vestnik are the bus’s own')
      .optional()
      .describe('The client under whose name the key speaks; default `server`.'),
    scopes: z
      .array(z.enum(KEY_SCOPES, { error: `one of ${KEY_SCOPES.join(', ')}` }))
      .min(1, 'name at least one scope')
      .max(KEY_SCOPES.length)
      .transform((scopes) => [...new Set(scopes)]),
    expiresAt: z.iso.datetime({ offset: true, error: 'a time as RFC 3339 writes it, such as 2027-01-01T00:00:00Z' }).optional(),
  })
  .meta({ id: 'NewKey' });

export type NewKey = z.output<typeof newKey>;

export const keyAnswer = z
  .object({
    id: z.string(),
    title: z.string(),
    client: z.string(),
    scopes: z.array(z.enum(KEY_SCOPES)),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
    lastUsedAt: z.iso.datetime().optional(),
    replaces: z.string().optional().describe('The id of the key that it was made to replace.'),
  })
  .meta({ id: 'Key' });

export const keyShown = keyAnswer.extend({ key: z.string().describe('The key itself: shown this once, kept nowhere.') }).meta({ id: 'KeyShown' });

const example = {
  id: 'k7f3a91c',
  title: 'Backend of the shop',
  client: 'server',
  scopes: ['send', 'tokens', 'read'],
  createdAt: '2026-11-22T06:22:00.123Z',
};

export const createKey = operation({
  id: 'createKey',
  method: 'post',
  path: '/v1/tenants/{tenant}/keys',
  tag,
  summary: 'Makes an API key',
  description:
    'The key is shown once. A key with `manage` may make keys of its own tenant, with no scope that it has not itself, none that outlives it, and for another client than its own only if it has `tokens`.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: newKey, example: { title: 'Backend of the shop', scopes: ['send', 'tokens', 'read'] } },
  answers: { 201: { description: 'The key.', schema: keyShown, example: { ...example, key: 'vk_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCBrZXkgYXQgYWxs' } } },
});

export const listKeys = operation({
  id: 'listKeys',
  method: 'get',
  path: '/v1/tenants/{tenant}/keys',
  tag,
  summary: 'Lists the API keys',
  access: tenantKeys('manage', 'viewer'),
  query: pageQuery,
  answers: { 200: { description: 'A page of keys, without the keys themselves.', schema: pageOfSchema(keyAnswer), example: { items: [example] } } },
});

export const deleteKey = operation({
  id: 'deleteKey',
  method: 'delete',
  path: '/v1/tenants/{tenant}/keys/{key}',
  tag,
  summary: 'Removes an API key',
  description: 'Its sessions, and those of tokens that it minted, end within 30 seconds.',
  access: tenantKeys('manage', 'operator'),
  answers: { 204: { description: 'It counts no longer.' } },
  problems: ['not-found'],
});

/** Seconds. */
export const OVERLAP_DEFAULT = 86_400;
const OVERLAP_MAX = 2_592_000;

export const keyRotation = z
  .strictObject({
    overlap: z
      .number('a number of seconds')
      .int('whole seconds')
      .min(0, 'not below 0')
      .max(OVERLAP_MAX, 'at most 30 days')
      .default(OVERLAP_DEFAULT)
      .describe('Seconds for which the old key counts beside the new one.'),
    expiresAt: z.iso
      .datetime({ offset: true, error: 'a time as RFC 3339 writes it, such as 2027-01-01T00:00:00Z' })
      .nullish()
      .describe('When the new key ends; `null`: never; absent: it lives as long as the old one was made for.'),
  })
  .meta({ id: 'KeyRotation' });

export type KeyRotation = z.output<typeof keyRotation>;

export const rotateKey = operation({
  id: 'rotateKey',
  method: 'post',
  path: '/v1/tenants/{tenant}/keys/{key}/rotate',
  tag,
  summary: 'Makes a key that replaces another',
  description:
    'The new key has the title, client and scopes of the old one, which ends after `overlap` together with the tokens that it minted. `DELETE` ends it at once. A key with `manage` may rotate what it might have made.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: keyRotation, example: { overlap: 3600 } },
  answers: {
    201: {
      description: 'The new key.',
      schema: keyShown,
      example: { ...example, id: 'k91ca7f3', replaces: example.id, key: 'vk_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCBrZXkgYXQgYWxs' },
    },
  },
  problems: ['not-found'],
});

export const KEY_CALLS = [createKey, listKeys, rotateKey, deleteKey];
