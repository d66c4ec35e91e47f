import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { tenantAnswer } from './tenant-schemas.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

it('makes a tenant with settings, and knows it at once', async () => {
  const made = await app.call('POST', '/v1/tenants', 'operator-secret', { name: 'accounting', title: 'Accounting', ttl: 3600, accepts: ['*@sales'] });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    name: 'accounting',
    title: 'Accounting',
    ttl: 3600,
    retention: 2592000,
    accepts: [{ from: '*@sales', allow: ['send', 'call'] }],
  });
  expect(() => tenantAnswer.strict().parse(made.body)).not.toThrow();
  expect((await app.call('GET', '/v1/tenants/accounting', 'viewer-secret')).body).toEqual(made.body);
  expect(app.published).toContainEqual({ kind: 'directory-changed' });
  expect(app.audit.entries).toMatchObject([{ who: 'administrator:operator-key', action: 'tenant.create', subject: 'accounting', address: '127.0.0.1' }]);
});

it('answers a conflict for a name that is taken', async () => {
  const again = await app.call('POST', '/v1/tenants', 'owner-secret', { name: 'demo' });
  expect([again.status, slugOf(again)]).toEqual([409, 'conflict']);
  expect(app.audit.entries).toEqual([]);
});

it.each([
  [{ name: 'No Label' }, 'name'],
  [{ name: 'a', ttl: 0 }, 'ttl'],
  [{ name: 'a', ttl: 100, ttlMax: 10 }, 'ttl'],
  [{ name: 'a', accepts: ['sales'] }, 'accepts/0'],
  [{ name: 'a', accepts: [{ from: '*@sales', allow: ['everything'] }] }, 'accepts/0'],
  [{ name: 'a', topics: [{ pattern: 'a//b' }] }, 'topics/0/pattern'],
  [{ name: 'a', topics: [{ pattern: '#/a' }] }, 'topics/0/pattern'],
  [{ name: 'a', origins: ['https://shop.example.com/path'] }, 'origins/0'],
  [{ name: 'a', rateLimits: { perTenant: -1 } }, 'rateLimits/perTenant'],
  [{ name: 'a', jwt: { algorithms: ['none'] } }, 'jwt/algorithms/0'],
  [{ name: 'a', jwt: { algorithms: ['HS256'], secret: 'short' } }, 'jwt/secret'],
  [{ name: 'a', colour: 'red' }, 'colour'],
  [{}, 'name'],
])('names the wrong field of %j', async (body, path) => {
  const answer = await app.call('POST', '/v1/tenants', 'owner-secret', body);
  expect([answer.status, slugOf(answer)]).toEqual([400, 'request-invalid']);
  expect(answer.body.errors[0].path).toBe(path);
  expect(await app.directory.list()).toHaveLength(2);
});

it('merges a patch, and null puts the default back', async () => {
  const set = { title: 'New', ttl: 60, origins: ['https://shop.example.com'], rateLimits: { perKey: 5, perClient: 7 } };
  await app.call('PATCH', '/v1/tenants/demo', 'operator-secret', set);
  const merged = await app.call('PATCH', '/v1/tenants/demo', 'operator-secret', { rateLimits: { perKey: null, perTenant: 9 }, origins: null, title: null });
  expect(merged.status).toBe(200);
  expect(merged.body).toMatchObject({ ttl: 60, rateLimits: { perClient: 7, perTenant: 9 } });
  expect(merged.body.rateLimits).not.toHaveProperty('perKey');
  expect(merged.body).not.toHaveProperty('origins');
  expect(merged.body).not.toHaveProperty('title');
  expect((await app.call('PATCH', '/v1/tenants/demo', 'operator-secret', { ttl: null })).body.ttl).toBe(604800);
  expect(app.audit.entries[1]).toMatchObject({
    before: { title: 'New', rateLimits: { perKey: 5, perClient: 7 } },
    after: { rateLimits: { perClient: 7, perTenant: 9 } },
  });
});

it('holds ttl against the ttlMax that stands after the patch', async () => {
  expect((await app.call('PATCH', '/v1/tenants/demo', 'operator-secret', { ttlMax: 60 })).body.errors[0].path).toBe('ttlMax');
  expect((await app.call('PATCH', '/v1/tenants/demo', 'operator-secret', { ttlMax: 60, ttl: 60 })).status).toBe(200);
});

it('takes a jwt secret in and never answers it back', async () => {
  const secret = 'a secret that is long enough for it';
  const made = await app.call('POST', '/v1/tenants', 'owner-secret', { name: 'shop', jwt: { algorithms: ['HS256'], secret } });
  expect(made.body.jwt).toEqual({ algorithms: ['HS256'], keyIds: [], bareAudience: false, hasSecret: true, hasJwks: false });
  const id = app.tenants.get('shop')?.id as number;
  expect(app.tokenSettings.secrets.get(id)).toBe(secret);

  const patched = await app.call('PATCH', '/v1/tenants/shop', 'owner-secret', { jwt: { secret: `${secret}!`, keyIds: ['a'] } });
  expect(patched.body.jwt).toMatchObject({ algorithms: ['HS256'], keyIds: ['a'], hasSecret: true });
  expect(app.tokenSettings.secrets.get(id)).toBe(`${secret}!`);
  const everything = JSON.stringify([made.body, patched.body, app.audit.entries, (await app.call('GET', '/v1/tenants', 'owner-secret')).body]);
  expect(everything).not.toContain(secret);

  expect((await app.call('PATCH', '/v1/tenants/shop', 'owner-secret', { jwt: null })).body).not.toHaveProperty('jwt');
  expect(app.tokenSettings.secrets.has(id)).toBe(false);
});

it('removes a tenant with its secrets', async () => {
  await app.call('PATCH', '/v1/tenants/demo', 'owner-secret', { jwt: { algorithms: ['HS256'], secret: 'a secret that is long enough for it' } });
  expect((await app.call('DELETE', '/v1/tenants/demo', 'operator-secret')).status).toBe(204);
  expect(app.tokenSettings.secrets.size).toBe(0);
  const gone = await app.call('GET', '/v1/tenants/demo', 'operator-secret');
  expect([gone.status, slugOf(gone)]).toEqual([404, 'tenant-unknown']);
});

it('lists the tenants by page, each once', async () => {
  for (const name of ['c', 'a', 'b']) await app.call('POST', '/v1/tenants', 'owner-secret', { name });
  const names: string[] = [];
  let next: string | undefined = '';
  while (next !== undefined) {
    const { body } = await app.call('GET', `/v1/tenants?limit=2${next === '' ? '' : `&cursor=${next}`}`, 'viewer-secret');
    names.push(...body.items.map(({ name }: { name: string }) => name));
    next = body.next;
  }
  expect(names).toEqual(['a', 'b', 'c', 'demo', 'other']);
  expect((await app.call('GET', '/v1/tenants?limit=0', 'viewer-secret')).body.errors[0].path).toBe('limit');
  expect((await app.call('GET', '/v1/tenants?cursor=%21', 'viewer-secret')).body.errors[0].path).toBe('cursor');
});

it('lets a manage key change its own settings, but not what limits its tenant', async () => {
  const key = await app.keyWith(['manage']);
  expect((await app.call('PATCH', '/v1/tenants/demo', key, { accepts: ['*@other'] })).status).toBe(200);
  for (const limit of [{ suspended: false }, { rateLimits: { perKey: null } }]) {
    const refused = await app.call('PATCH', '/v1/tenants/demo', key, limit);
    expect([refused.status, slugOf(refused)]).toEqual([403, 'forbidden']);
  }
  expect(slugOf(await app.call('DELETE', '/v1/tenants/demo', key))).toBe('forbidden');
  expect(slugOf(await app.call('GET', '/v1/tenants/demo', await app.keyWith(['send'])))).toBe('scope-missing');
  expect(app.audit.entries.at(-1)?.who).toMatch(/^key:k\d+@demo$/);
});

it('lets viewers read and change nothing', async () => {
  const refused = await app.call('PATCH', '/v1/tenants/demo', 'viewer-secret', { ttl: 60 });
  expect([refused.status, slugOf(refused)]).toEqual([403, 'forbidden']);
  expect((await app.call('GET', '/v1/tenants', 'viewer-secret')).status).toBe(200);
});

it('finds tenants by a part of the name or of the title, among those the caller may know', async () => {
  const names = async (query: string, cookie?: string) => {
    const answer = await app.call(
      'GET',
      `/v1/tenants?${query}`,
      cookie === undefined ? 'viewer-secret' : undefined,
      undefined,
      cookie === undefined ? {} : { cookie },
    );
    return answer.body.items.map(({ name }: { name: string }) => name);
  };
  await app.call('PATCH', '/v1/tenants/other', 'owner-secret', { title: 'Склад' });
  expect([await names('search=em'), await names('search=OTH'), await names(`search=${encodeURIComponent('скл')}`), await names('search=%25')]).toEqual([
    ['demo'],
    ['other'],
    ['other'],
    [],
  ]);
  expect([await names('search=e', app.administratorOf('demo')), await names('limit=1&search=e')]).toEqual([['demo'], ['demo']]);
});
