import { kept, LIMITS } from '@vestnik/protocol';
import { administrators, administratorsOfTenants, tenantKeys } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';
import { newTenant, tenantAnswer, tenantPatch } from './tenant-schemas.js';

const tag = 'Tenants';

export const tenantQuery = pageQuery.extend({ search: kept(LIMITS.titleCharacters, 'search').optional().describe('A part of the name or of the title.') });

const example = {
  name: 'accounting',
  title: 'Accounting',
  createdAt: '2026-11-22T06:22:00.123Z',
  ttl: 604800,
  ttlMax: 31622400,
  retention: 2592000,
  maxDataBytes: 262144,
  maxInbox: 100000,
  unknownClients: 'accept',
  rateLimits: {},
  accepts: [{ from: '*@sales', allow: ['send', 'call'] }],
  clientsMay: 'anywhere',
  topics: [],
  webhookAttempts: 12,
  suspended: false,
};

export const createTenant = operation({
  id: 'createTenant',
  method: 'post',
  path: '/v1/tenants',
  tag,
  summary: 'Makes a tenant',
  access: administrators('operator'),
  body: { schema: newTenant, example: { name: 'accounting', title: 'Accounting', accepts: ['*@sales'] } },
  answers: { 201: { description: 'The tenant.', schema: tenantAnswer, example } },
  problems: ['conflict'],
});

export const listTenants = operation({
  id: 'listTenants',
  method: 'get',
  path: '/v1/tenants',
  tag,
  summary: 'Lists the tenants',
  description: 'Administrators of single tenants see theirs.',
  access: administratorsOfTenants('viewer'),
  query: tenantQuery,
  answers: { 200: { description: 'A page of tenants, by name.', schema: pageOfSchema(tenantAnswer), example: { items: [example] } } },
});

export const getTenant = operation({
  id: 'getTenant',
  method: 'get',
  path: '/v1/tenants/{tenant}',
  tag,
  summary: 'One tenant with its settings',
  access: tenantKeys('manage', 'viewer'),
  answers: { 200: { description: 'The tenant.', schema: tenantAnswer, example } },
});

export const changeTenant = operation({
  id: 'changeTenant',
  method: 'patch',
  path: '/v1/tenants/{tenant}',
  tag,
  summary: 'Changes settings of a tenant',
  description:
    'What is named is merged in; `null` puts the default back. A key with `manage` changes the settings of its own tenant, but not what limits the tenant: `suspended` and `rateLimits`. Administrators of single tenants change none of `maxDataBytes`, `maxInbox`, `rateLimits`, `retention`, `ttlMax`, `webhookAttempts` and `suspended`.',
  access: tenantKeys('manage', 'operator'),
  body: { schema: tenantPatch, example: { ttl: 86400, accepts: ['*@sales', { from: 'orders@crm', allow: ['send', 'presence'] }] } },
  answers: { 200: { description: 'The tenant as it is now.', schema: tenantAnswer, example } },
});

export const deleteTenant = operation({
  id: 'deleteTenant',
  method: 'delete',
  path: '/v1/tenants/{tenant}',
  tag,
  summary: 'Removes a tenant with all that belongs to it',
  access: administrators('operator'),
  answers: { 204: { description: 'It is gone.' } },
});

export const TENANT_CALLS = [createTenant, listTenants, getTenant, changeTenant, deleteTenant];
