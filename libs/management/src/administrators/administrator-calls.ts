import { z } from 'zod';
import { administrators, administratorsOfTenants, PUBLIC } from '../access/access.js';
import { pageQuery } from '../http/input.js';
import { operation } from '../openapi/operation.js';
import { pageOfSchema } from '../openapi/page-schema.js';

const tag = 'Administrators';
const role = z.enum(['owner', 'operator', 'viewer'], { error: 'owner, operator or viewer' });
const name = z.string().min(1, 'name is not empty').max(128);
const password = z.string().min(1, 'password is not empty').max(1_024, 'at most 1,024 characters');

export const credentials = z.strictObject({ name, password }).meta({ id: 'SignIn' });
export type Credentials = z.output<typeof credentials>;

/** Names of tenants, as they come in. */
const tenants = z
  .array(z.string().min(1).max(63), 'a list of tenants')
  .min(1, 'name at least one tenant, or leave it out')
  .max(1_000, 'at most 1,000')
  .transform((names) => [...new Set(names)]);
const tenantsAnswer = z.array(z.string()).optional().describe('The tenants that it administers; absent: the whole installation.');

const signedIn = { name: z.string(), role, tenants: tenantsAnswer };
export const sessionAnswer = z
  .object({
    ...signedIn,
    expiresAt: z.iso.datetime().optional().describe('When the session ends, or the key; absent for a key that does not.'),
    oidc: z.boolean().optional().describe('`true`: an account of the OpenID provider, without a password here.'),
    byKey: z.boolean().optional().describe('`true`: by a key, not by a session.'),
    installation: z.string().describe('The name of this installation.'),
    version: z.string().describe('Of the node that answers.'),
  })
  .meta({ id: 'SignedIn' });
const sessionExample = { name: 'admin', role: 'owner', expiresAt: '2026-11-22T18:22:00.000Z', installation: 'hq', version: '0.1.0' };

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
      example: sessionExample,
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
  access: administratorsOfTenants('viewer'),
  answers: { 200: { description: 'The administrator.', schema: sessionAnswer, example: sessionExample } },
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

export const newAdministrator = z
  .strictObject({
    name,
    password,
    role,
    tenants: tenants.optional().describe('The tenants that it is to administer, as operator or viewer; absent: the whole installation.'),
  })
  .refine((given) => given.tenants === undefined || given.role !== 'owner', { path: ['tenants'], error: 'an owner is one of the whole installation' })
  .meta({ id: 'NewAdministrator' });
export type NewAdministrator = z.output<typeof newAdministrator>;

export const administratorPatch = z
  .strictObject({
    role: role.optional(),
    tenants: tenants.nullish().describe('`null`: the whole installation.'),
    password: password.optional().describe('Ends all sessions of the administrator but the one that asks.'),
    currentPassword: password.optional().describe('To change one’s own password without being an owner.'),
  })
  .refine((patch) => patch.role !== undefined || patch.password !== undefined || patch.tenants !== undefined, 'name role, tenants or password')
  .meta({ id: 'AdministratorPatch' });
export type AdministratorPatch = z.output<typeof administratorPatch>;

export const administratorAnswer = z
  .object({
    ...signedIn,
    createdAt: z.iso.datetime(),
    lastSignInAt: z.iso.datetime().optional(),
    locked: z.boolean().optional().describe('`true`: after failed tries signing in has to wait, from one address at least, at the node that answers.'),
    oidc: z.boolean().optional().describe('`true`: an account of the OpenID provider, which decides on its role.'),
  })
  .meta({ id: 'Administrator' });

const changedAnswer = administratorAnswer
  .extend({
    sessions: z
      .object({ ended: z.number().describe('How many were ended.'), kept: z.boolean().describe('Whether the one that asked was kept.') })
      .optional()
      .describe('What became of its sessions, where the password was replaced.'),
  })
  .meta({ id: 'ChangedAdministrator' });

const example = { name: 'petrov', role: 'operator', tenants: ['sales'], createdAt: '2026-11-22T06:22:00.123Z', lastSignInAt: '2026-11-22T08:00:00.000Z' };

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
  description:
    'Roles: `viewer` reads; `operator` also changes tenants, keys and clients; `owner` also administrators. With `tenants` it sees and changes nothing of others, nor what reaches beyond a tenant.',
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
  summary: 'Changes role, tenants or password',
  description:
    'Owners change everybody’s. Others change their own password, giving `currentPassword`. An account of the OpenID provider is changed there: `conflict`.',
  access: administratorsOfTenants('viewer'),
  body: { schema: administratorPatch, example: { role: 'viewer' } },
  answers: { 200: { description: 'The administrator as it is now.', schema: changedAnswer, example: { ...example, role: 'viewer' } } },
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

const administratorSession = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().optional().describe('To the minute.'),
    address: z.string().optional().describe('From where it was opened.'),
    browser: z.string().optional().describe('With what it was opened, as that says of itself: `Firefox 128 on Windows`.'),
    current: z.boolean().describe('Whether it is the one that asks.'),
  })
  .meta({ id: 'AdministratorSession' });

export const listAdministratorSessions = operation({
  id: 'listAdministratorSessions',
  method: 'get',
  path: '/v1/administrators/{name}/sessions',
  tag,
  summary: 'Where an administrator is signed in',
  description: 'Owners see everybody’s, others their own.',
  access: administratorsOfTenants('viewer'),
  query: pageQuery,
  answers: {
    200: {
      description: 'A page of sessions, newest first.',
      schema: pageOfSchema(administratorSession),
      example: {
        items: [
          {
            id: '17',
            createdAt: '2026-11-22T06:22:00.123Z',
            expiresAt: '2026-11-22T18:22:00.123Z',
            lastSeenAt: '2026-11-22T07:01:00.000Z',
            address: '10.0.0.5',
            browser: 'Firefox 128 on Windows',
            current: true,
          },
        ],
      },
    },
  },
  problems: ['not-found'],
});

export const endAdministratorSession = operation({
  id: 'endAdministratorSession',
  method: 'delete',
  path: '/v1/administrators/{name}/sessions/{session}',
  tag,
  summary: 'Ends a session of an administrator',
  description: 'Owners end everybody’s, others their own.',
  access: administratorsOfTenants('viewer'),
  answers: { 204: { description: 'Its cookie counts no longer.' } },
  problems: ['not-found'],
});

export const unlockAdministrator = operation({
  id: 'unlockAdministrator',
  method: 'post',
  path: '/v1/administrators/{name}/unlock',
  tag,
  summary: 'Forgets failed tries to sign in',
  description: 'On all nodes, from all addresses.',
  access: administrators('owner'),
  answers: { 204: { description: 'Signing in has to wait no longer.' } },
  problems: ['not-found'],
});

export const ADMINISTRATOR_CALLS = [
  signIn,
  whoAmI,
  signOut,
  listAdministrators,
  createAdministrator,
  changeAdministrator,
  deleteAdministrator,
  listAdministratorSessions,
  endAdministratorSession,
  unlockAdministrator,
];
