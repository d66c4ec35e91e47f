import { kept, LIMITS } from '@vestnik/protocol';
import { z } from 'zod';
import { administrators } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const tag = 'Administrators';
const role = z.enum(['owner', 'operator', 'viewer'], { error: 'owner, operator or viewer' });

export const newAdministratorKey = z
  .strictObject({
    title: kept(LIMITS.titleCharacters, 'title').min(1, 'title is not empty').describe('For people: what the key is for.'),
    role,
    expiresAt: z.iso.datetime({ offset: true, error: 'a time as RFC 3339 writes it, such as 2027-01-01T00:00:00Z' }).optional(),
  })
  .meta({ id: 'NewAdministratorKey' });
export type NewAdministratorKey = z.output<typeof newAdministratorKey>;

export const administratorKeyAnswer = z
  .object({
    id: z.string(),
    title: z.string(),
    role,
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
    lastUsedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'AdministratorKey' });

export const administratorKeyShown = administratorKeyAnswer
  .extend({ key: z.string().describe('The key itself: shown this once, kept nowhere.') })
  .meta({ id: 'AdministratorKeyShown' });

const example = { id: 'a91ck7f3', title: 'Backup script', role: 'viewer', createdAt: '2026-11-22T06:22:00.123Z' };

export const createAdministratorKey = operation({
  id: 'createAdministratorKey',
  method: 'post',
  path: '/v1/administrator-keys',
  tag,
  summary: 'Makes a key for scripts that administer the installation',
  description: 'It is one of the whole installation, with the rights of its role. It is shown once.',
  access: administrators('owner'),
  body: { schema: newAdministratorKey, example: { title: 'Backup script', role: 'viewer' } },
  answers: {
    201: { description: 'The key.', schema: administratorKeyShown, example: { ...example, key: 'vk_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEgcmVhbCBrZXkgYXQgYWxs' } },
  },
});

export const listAdministratorKeys = operation({
  id: 'listAdministratorKeys',
  method: 'get',
  path: '/v1/administrator-keys',
  tag,
  summary: 'Lists the keys of administrators',
  access: administrators('owner'),
  query: pageQuery,
  answers: {
    200: { description: 'A page of keys, without the keys themselves.', schema: pageOfSchema(administratorKeyAnswer), example: { items: [example] } },
  },
});

export const deleteAdministratorKey = operation({
  id: 'deleteAdministratorKey',
  method: 'delete',
  path: '/v1/administrator-keys/{key}',
  tag,
  summary: 'Removes a key of administrators',
  access: administrators('owner'),
  answers: { 204: { description: 'It counts no longer.' } },
  problems: ['not-found'],
});

export const ADMINISTRATOR_KEY_CALLS = [createAdministratorKey, listAdministratorKeys, deleteAdministratorKey];
