import type { Role } from '@vestnik/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_CALLS, SERVED_HERE } from '../openapi/calls.js';
import type { Operation } from '../openapi/operation.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { hasRole } from './access.js';

/*
 * Which administrators may make which call, written down a second time: a call that is new, or that lets in others than
 * before, is looked at by somebody before this is green again. `of all`: those of single tenants may not. `of the
 * tenant`: they may for theirs. `narrowed`: they may, and are answered what is theirs. `keys`: no administrator may.
 */

type Who = `${Role} ${'of all' | 'of the tenant' | 'narrowed'}` | 'keys' | 'anybody';

const WHO: Readonly<Record<string, Who>> = {
  sendMessage: 'keys',
  sendBatch: 'keys',
  getMessage: 'keys',
  listRecipients: 'keys',
  withdrawMessage: 'keys',
  receivedMessage: 'keys',
  callClient: 'keys',
  openEvents: 'keys',
  pollInbox: 'keys',
  callMethods: 'keys',
  createTenant: 'operator of all',
  listTenants: 'viewer narrowed',
  getTenant: 'viewer of the tenant',
  changeTenant: 'operator of the tenant',
  deleteTenant: 'operator of all',
  getTenantUsage: 'viewer of the tenant',
  createKey: 'operator of the tenant',
  listKeys: 'viewer of the tenant',
  rotateKey: 'operator of the tenant',
  deleteKey: 'operator of the tenant',
  mintToken: 'operator of the tenant',
  listClients: 'viewer of the tenant',
  getClient: 'viewer of the tenant',
  changeClient: 'operator of the tenant',
  forgetClient: 'operator of the tenant',
  closeSession: 'operator of the tenant',
  revokeClient: 'operator of the tenant',
  browseClients: 'viewer narrowed',
  listWaiting: 'viewer of the tenant',
  resendToClient: 'operator of the tenant',
  purgeClient: 'operator of the tenant',
  findMessages: 'viewer narrowed',
  getMessageLife: 'viewer narrowed',
  listMessageRecipients: 'viewer narrowed',
  getMessageData: 'operator narrowed',
  withdrawForAll: 'operator narrowed',
  putWebhook: 'operator of the tenant',
  getWebhook: 'viewer of the tenant',
  deleteWebhook: 'operator of the tenant',
  resumeWebhook: 'operator of the tenant',
  pauseWebhook: 'operator of the tenant',
  listWebhooks: 'viewer narrowed',
  listTopics: 'viewer of the tenant',
  listTopicsEverywhere: 'viewer narrowed',
  listSubscribers: 'viewer of the tenant',
  subscribeClient: 'operator of the tenant',
  unsubscribeClient: 'operator of the tenant',
  putSubscription: 'operator of the tenant',
  deleteSubscription: 'operator of the tenant',
  listDeadLetters: 'viewer of the tenant',
  listDeadLetterGroups: 'viewer narrowed',
  listDeadLettersEverywhere: 'viewer narrowed',
  getDeadLetter: 'operator of the tenant',
  replayDeadLetter: 'operator of the tenant',
  replayDeadLetters: 'operator of the tenant',
  discardDeadLetters: 'operator of the tenant',
  deleteDeadLetter: 'operator of the tenant',
  listScheduled: 'viewer narrowed',
  createLinkInvite: 'owner of all',
  acceptLink: 'owner of all',
  listLinks: 'viewer of all',
  confirmLink: 'owner of all',
  pauseLink: 'operator of all',
  resumeLink: 'operator of all',
  allowTransit: 'owner of all',
  setLinkQuota: 'owner of all',
  deleteLink: 'owner of all',
  listLinkKeys: 'viewer of all',
  rotateLinkKeys: 'owner of all',
  deleteLinkKey: 'owner of all',
  diagnose: 'viewer narrowed',
  signIn: 'anybody',
  whoAmI: 'viewer narrowed',
  signOut: 'anybody',
  listAdministrators: 'viewer of all',
  createAdministrator: 'owner of all',
  changeAdministrator: 'viewer narrowed',
  deleteAdministrator: 'owner of all',
  listAdministratorSessions: 'viewer narrowed',
  endAdministratorSession: 'viewer narrowed',
  unlockAdministrator: 'owner of all',
  createAdministratorKey: 'owner of all',
  listAdministratorKeys: 'owner of all',
  deleteAdministratorKey: 'owner of all',
  signInWays: 'anybody',
  beginOidc: 'anybody',
  oidcCallback: 'anybody',
  getStats: 'viewer narrowed',
  listNodes: 'viewer of all',
  listCalls: 'viewer narrowed',
  openTail: 'viewer narrowed',
  listAudit: 'viewer of all',
  listSettings: 'viewer of all',
  getDocument: 'anybody',
  getAsyncApi: 'anybody',
  pairLink: 'anybody',
  openSocket: 'keys',
  healthz: 'anybody',
  readyz: 'anybody',
  metrics: 'viewer of all',
};

/** Whatever lets them in answers without end. */
const ENDLESS = new Set(['openTail']);

function declared({ access }: Operation): Who {
  if (access.kind === 'public') return 'anybody';
  if (access.kind === 'administrators') return `${access.role} ${access.ofTenants === true ? 'narrowed' : 'of all'}`;
  return access.role === undefined ? 'keys' : `${access.role} of the tenant`;
}

it('is written down for every call of the document', () => {
  expect(Object.fromEntries(ALL_CALLS.map((call) => [call.id, declared(call)]))).toEqual(WHO);
});

/** An account with this role; of the tenant `demo`, or of all. */
interface Account {
  readonly role: Role;
  readonly ofDemo: boolean;
}

const ACCOUNTS: readonly (readonly [string, Account])[] = [
  ['viewer', { role: 'viewer', ofDemo: false }],
  ['operator', { role: 'operator', ofDemo: false }],
  ['owner', { role: 'owner', ofDemo: false }],
  ['viewer of demo', { role: 'viewer', ofDemo: true }],
  ['operator of demo', { role: 'operator', ofDemo: true }],
];

/** What a call by this account comes to, as far as who may is concerned. */
function expected(call: Operation, { role, ofDemo }: Account, tenant: string): 'in' | 'forbidden' | 'tenant-unknown' {
  const who = WHO[call.id] as Who;
  if (who === 'anybody') return 'in';
  if (who === 'keys') return 'forbidden';
  const [wanted, ...scope] = who.split(' ') as [Role, ...string[]];
  if (!hasRole(role, wanted) || (ofDemo && scope.join(' ') === 'of all')) return 'forbidden';
  return ofDemo && call.path.includes('{tenant}') && tenant !== 'demo' ? 'tenant-unknown' : 'in';
}

describe.each(ACCOUNTS)('a call by the %s', (name, account) => {
  let app: ManagementApp;
  beforeAll(async () => {
    app = await managementApp();
    await app.administrators.create('somebody', 'p', account.role, account.ofDemo ? ['demo'] : undefined);
    await app.administrators.create('root', 'p', 'owner');
    await app.administrators.signIn('somebody', 'p');
  });
  afterAll(() => app.app.close());

  async function make(call: Operation, tenant: string) {
    // A call before this one may have removed it.
    for (const one of ['demo', 'other'])
      if (!(await app.directory.list()).some((there) => there.name === one)) await app.directory.create(one, undefined, app.demo.settings);
    await app.tenants.refresh();
    const path = call.path.replaceAll(/\{(\w+)\}/g, (_, part: string) => (part === 'tenant' ? tenant : part === 'name' ? 'root' : '0'));
    const method = call.method.toUpperCase() as Parameters<ManagementApp['call']>[0];
    // A body that no call takes: who may is asked first.
    const body = method === 'GET' || method === 'DELETE' ? undefined : { 'there is no such field': 1 };
    return app.call(method, path, undefined, body, { cookie: 'vestnik=cookie-of-somebody', 'sec-fetch-site': 'same-origin' });
  }

  const guarded = SERVED_HERE.filter(({ id, access }) => access.kind !== 'public' && !ENDLESS.has(id));
  it.each(guarded.map((call) => [call.id, call] as const))('%s', async (_, call) => {
    for (const tenant of call.path.includes('{tenant}') ? ['demo', 'other'] : ['demo']) {
      const wanted = expected(call, account, tenant);
      const answer = await make(call, tenant);
      const slug = slugOf(answer);
      if (wanted === 'in') {
        expect(['unauthenticated', 'origin-refused', 'tenant-unknown'], `${name} on ${tenant}: ${answer.text}`).not.toContain(slug);
        // A handler may be stricter than the door, as with the sessions of others.
        if (!call.path.includes('{name}')) expect(slug, `${name} on ${tenant}: ${answer.text}`).not.toBe('forbidden');
        if (account.ofDemo && call.method === 'get') expect(answer.text).not.toMatch(/"(?:tenant|name)":"other"/);
      } else {
        expect(slug, `${name} on ${tenant}`).toBe(wanted);
      }
    }
  });
});

it('refuses the endless ones too, before they begin', async () => {
  const app = await managementApp();
  try {
    for (const id of ENDLESS) {
      const { path } = ALL_CALLS.find((call) => call.id === id) as Operation;
      expect((await app.call('GET', path)).status).toBe(401);
      expect((await app.call('GET', path, await app.keyWith(['manage']))).status).toBe(401);
    }
  } finally {
    await app.app.close();
  }
});

describe('an administrator of one tenant', () => {
  let app: ManagementApp;
  const cookie = { cookie: 'vestnik=cookie-of-petrov', 'sec-fetch-site': 'same-origin' };
  beforeAll(async () => {
    app = await managementApp();
    await app.administrators.create('petrov', 'p', 'operator', ['demo']);
    await app.administrators.signIn('petrov', 'p');
  });
  afterAll(() => app.app.close());

  it('sees no other tenant in the list, and not whether there is one', async () => {
    const listed = await app.call('GET', '/v1/tenants', undefined, undefined, cookie);
    expect(listed.body.items.map((tenant: { name: string }) => tenant.name)).toEqual(['demo']);
    const [other, none] = await Promise.all(['other', 'nowhere'].map((name) => app.call('GET', `/v1/tenants/${name}`, undefined, undefined, cookie)));
    expect([other?.status, { ...other?.body, instance: '' }]).toEqual([none?.status, { ...none?.body, instance: '' }]);
  });

  it.each([
    ['maxDataBytes', 2_048],
    ['maxInbox', 5],
    ['rateLimits', { perTenant: 5 }],
    ['retention', 5],
    ['ttlMax', 700_000],
    ['webhookAttempts', 5],
    ['suspended', true],
    ['suspended', null],
  ])('does not change %s, which reaches beyond the tenant', async (setting, value) => {
    const refused = await app.call('PATCH', '/v1/tenants/demo', undefined, { ttl: 60, [setting]: value }, cookie);
    expect([slugOf(refused), refused.body.errors[0].path]).toEqual(['forbidden', setting]);
    expect(app.audit.entries).toEqual([]);
  });

  it('changes what is the tenant’s own', async () => {
    expect((await app.call('PATCH', '/v1/tenants/demo', undefined, { ttl: 60, accepts: ['*@other'] }, cookie)).status).toBe(200);
  });
});
