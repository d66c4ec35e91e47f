import { z } from 'zod';
import { administrators, PUBLIC } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const tag = 'Administrators';
const role = z.enum(['owner', 'operator', 'viewer'], { error: 'owner, operator or viewer' });
const name = z.string().min(1, 'name is not empty').max(128);
const password = z.string().min(1, 'password is not empty').max(1_024, 'at most 1,024 characters');

export const credentials = z.strictObject({ name, password }).meta({ id: 'SignIn' });
export type Credentials = z.output<typeof credentials>;

const sessionAnswer = z.object({ name: z.string(), role, expiresAt: z.iso.datetime().optional().describe('When signing in.') }).meta({ id: 'SignedIn' });

export const signIn = operation({
  id: 'signIn',
  method: 'post',
  path: '/v1/session',
  tag,
  summary: 'Signs in with name and password',
  description: 'Answers a cookie that counts for management calls over HTTP only.',
  access: PUBLIC,
  body: { schema: credentials, example: { name: 'admin', password: 'as printed at the first start' } },
  answers: {
    201: {
      description: 'Signed in; the cookie is in `Set-Cookie`.',
      schema: sessionAnswer,
      example: { name: 'admin', role: 'owner', expiresAt: '2026-11-22T18:22:00.000Z' },
    },
  },
  problems: ['unauthenticated', 'origin-refused', 'rate-limited'],
});

export const whoAmI = operation({
  id: 'whoAmI',
  method: 'get',
  path: '/v1/session',
  tag,
  summary: 'Who is signed in',
  access: administrators('viewer'),
  answers: { 200: { description: 'The administrator.', schema: sessionAnswer, example: { name: 'admin', role: 'owner' } } },
});

export const signOut = operation({
  id: 'signOut',
  method: 'delete',
  path: '/v1/session',
  tag,
  summary: 'Signs out',
  access: PUBLIC,
  answers: { 204: { description: 'The cookie counts no longer.' } },
  problems: ['origin-refused'],
});

export const newAdministrator = z.strictObject({ name, password, role }).meta({ id: 'NewAdministrator' });
export type NewAdministrator = z.output<typeof newAdministrator>;

export const administratorPatch = z
  .strictObject({
    role: role.optional(),
    password: password.optional().describe('Ends all sessions of the administrator.'),
    currentPassword: password.optional().describe('To change one’s own password without being an owner.'),
  })
  .refine((patch) => patch.role !== undefined || patch.password !== undefined, 'name role or password')
  .meta({ id: 'AdministratorPatch' });
export type AdministratorPatch = z.output<typeof administratorPatch>;

export const administratorAnswer = z.object({ name: z.string(), role, createdAt: z.iso.datetime() }).meta({ id: 'Administrator' });

const example = { name: 'petrov', role: 'operator', createdAt: '2026-11-22T06:22:00.123Z' };

export const listAdministrators = operation({
  id: 'listAdministrators',
  method: 'get',
  path: '/v1/administrators',
  tag,
  summary: 'Lists the administrators',
  access: administrators('viewer'),
  query: pageQuery,
  answers: { 200: { description: 'A page of administrators.', schema: pageOfSchema(administratorAnswer), example: { items: [example] } } },
});

export const createAdministrator = operation({
  id: 'createAdministrator',
  method: 'post',
  path: '/v1/administrators',
  tag,
  summary: 'Makes an administrator',
  description: 'Roles: `viewer` reads; `operator` also changes tenants, keys and clients; `owner` also administrators.',
  access: administrators('owner'),
  body: { schema: newAdministrator, example: { name: 'petrov', password: 'a long sentence is a good password', role: 'operator' } },
  answers: { 201: { description: 'The administrator.', schema: administratorAnswer, example } },
  problems: ['conflict'],
});

export const changeAdministrator = operation({
  id: 'changeAdministrator',
  method: 'patch',
  path: '/v1/administrators/{name}',
  tag,
  summary: 'Changes role or password',
  description: 'Owners change everybody’s. Others change their own password, giving `currentPassword`.',
  access: administrators('viewer'),
  body: { schema: administratorPatch, example: { role: 'viewer' } },
  answers: { 200: { description: 'The administrator as it is now.', schema: administratorAnswer, example: { ...example, role: 'viewer' } } },
  problems: ['not-found', 'conflict', 'rate-limited'],
});

export const deleteAdministrator = operation({
  id: 'deleteAdministrator',
  method: 'delete',
  path: '/v1/administrators/{name}',
  tag,
  summary: 'Removes an administrator',
  access: administrators('owner'),
  answers: { 204: { description: 'Gone, with all sessions.' } },
  problems: ['not-found', 'conflict'],
});

export const ADMINISTRATOR_CALLS = [signIn, whoAmI, signOut, listAdministrators, createAdministrator, changeAdministrator, deleteAdministrator];
