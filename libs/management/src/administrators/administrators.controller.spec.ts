import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { administratorAnswer } from './administrator-calls.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
  await app.administrators.create('admin', 'correct horse', 'owner');
});
afterEach(() => app.app.close());

const ONE = '/v1/administrators/admin';

it('makes, lists, changes and removes administrators, and writes no password down', async () => {
  const made = await app.call('POST', '/v1/administrators', 'owner-secret', { name: 'petrov', password: 'battery staple', role: 'viewer' });
  expect([made.status, administratorAnswer.strict().parse(made.body)]).toMatchObject([201, { name: 'petrov', role: 'viewer' }]);
  expect((await app.call('PATCH', '/v1/administrators/petrov', 'owner-secret', { role: 'operator', password: 'another one' })).body.role).toBe('operator');
  const listed = await app.call('GET', '/v1/administrators', 'viewer-secret');
  expect(listed.body.items.map(({ name }: { name: string }) => name)).toEqual(['admin', 'petrov']);
  expect((await app.call('DELETE', '/v1/administrators/petrov', 'owner-secret')).status).toBe(204);
  expect(slugOf(await app.call('DELETE', '/v1/administrators/petrov', 'owner-secret'))).toBe('not-found');
  expect(app.audit.entries.map(({ action }) => action)).toEqual(['administrator.create', 'administrator.change', 'administrator.delete']);
  expect(JSON.stringify(app.audit.entries) + listed.text).not.toMatch(/battery|another|horse/);
});

it('keeps the last owner', async () => {
  expect(slugOf(await app.call('PATCH', ONE, 'owner-secret', { role: 'viewer' }))).toBe('conflict');
  expect(slugOf(await app.call('DELETE', ONE, 'owner-secret'))).toBe('conflict');
});

it.each(['operator-secret', 'viewer-secret'])('lets no %s change administrators', async (secret) => {
  const answers = [
    await app.call('POST', '/v1/administrators', secret, { name: 'x', password: 'y', role: 'owner' }),
    await app.call('PATCH', ONE, secret, { password: 'mine now' }),
    await app.call('DELETE', ONE, secret),
  ];
  expect(answers.map(slugOf)).toEqual(['forbidden', 'forbidden', 'forbidden']);
});

it('lets everybody change their own password, knowing the old one, and not their role', async () => {
  await app.administrators.create('petrov', 'old', 'viewer');
  await app.administrators.signIn('petrov', 'old');
  const change = (body: object) =>
    app.call('PATCH', '/v1/administrators/petrov', undefined, body, { cookie: 'vestnik=cookie-of-petrov', 'sec-fetch-site': 'same-origin' });
  expect((await change({ password: 'new' })).body.errors[0].path).toBe('currentPassword');
  expect(slugOf(await change({ password: 'new', currentPassword: 'wrong' }))).toBe('unauthenticated');
  expect(slugOf(await change({ password: 'new', currentPassword: 'old', role: 'owner' }))).toBe('forbidden');
  expect((await change({ password: 'new', currentPassword: 'old' })).status).toBe(200);
  expect(app.administrators.accounts.get('petrov')?.password).toBe('new');
});

const asPetrov = { cookie: 'vestnik=cookie-of-petrov', 'sec-fetch-site': 'same-origin' };

it('keeps the session that changes its own password, ends the others, and says so', async () => {
  await app.administrators.create('petrov', 'old', 'viewer');
  for (let at = 0; at < 3; at++) await app.administrators.signIn('petrov', 'old');
  const changed = await app.call('PATCH', '/v1/administrators/petrov', undefined, { password: 'new', currentPassword: 'old' }, asPetrov);
  expect([changed.status, changed.body.sessions]).toEqual([200, { ended: 2, kept: true }]);
  const byOwner = await app.call('PATCH', '/v1/administrators/petrov', 'owner-secret', { password: 'newer' });
  expect(byOwner.body.sessions).toEqual({ ended: 1, kept: false });
});

it('lists where somebody is signed in, to themselves and to owners, and ends one', async () => {
  await app.administrators.create('petrov', 'p', 'viewer', ['demo']);
  await app.administrators.signIn('petrov', 'p', { address: '10.0.0.5', userAgent: 'Firefox 128 on Windows' });
  await app.administrators.signIn('petrov', 'p');
  const path = '/v1/administrators/petrov/sessions';
  const own = await app.call('GET', path, undefined, undefined, asPetrov);
  expect(own.body.items.map(({ id, current }: { id: string; current: boolean }) => [id, current])).toEqual([
    ['2', true],
    ['1', false],
  ]);
  const paged = await app.call('GET', `${path}?limit=1`, 'owner-secret');
  const next = await app.call('GET', `${path}?limit=1&cursor=${paged.body.next}`, 'owner-secret');
  expect(next.body.items).toEqual([
    {
      id: '1',
      createdAt: '2026-11-22T06:22:00.000Z',
      expiresAt: '2026-11-22T07:22:00.000Z',
      address: '10.0.0.5',
      browser: 'Firefox 128 on Windows',
      current: false,
    },
  ]);
  const others = ['operator-secret', 'viewer-secret'].map((secret) => app.call('GET', path, secret));
  expect((await Promise.all(others)).map(slugOf)).toEqual(['forbidden', 'forbidden']);
  expect(slugOf(await app.call('GET', '/v1/administrators/admin/sessions', undefined, undefined, asPetrov))).toBe('forbidden');
  expect(slugOf(await app.call('DELETE', '/v1/administrators/admin/sessions/1', undefined, undefined, asPetrov))).toBe('forbidden');
  expect((await app.call('DELETE', `${path}/1`, undefined, undefined, asPetrov)).status).toBe(204);
  expect(slugOf(await app.call('DELETE', `${path}/1`, 'owner-secret'))).toBe('not-found');
  expect(app.audit.entries.at(-1)).toMatchObject({ who: 'administrator:petrov', action: 'session.end', subject: 'petrov', before: { session: '1' } });
});

it('tells who is locked out, and unlocks', async () => {
  app.administrators.lockedNames.add('admin');
  expect((await app.call('GET', '/v1/administrators', 'viewer-secret')).body.items[0].locked).toBe(true);
  expect(slugOf(await app.call('POST', `${ONE}/unlock`, 'operator-secret'))).toBe('forbidden');
  expect((await app.call('POST', `${ONE}/unlock`, 'owner-secret')).status).toBe(204);
  expect((await app.call('GET', '/v1/administrators', 'viewer-secret')).body.items[0].locked).toBeUndefined();
  expect(slugOf(await app.call('POST', '/v1/administrators/nobody/unlock', 'owner-secret'))).toBe('not-found');
});

it('makes administrators of single tenants, who are no owners, and widens them again', async () => {
  const make = (role: string, tenants: string[]) => app.call('POST', '/v1/administrators', 'owner-secret', { name: 'petrov', password: 'p', role, tenants });
  expect((await make('owner', ['demo'])).body.errors[0].path).toBe('tenants');
  expect((await make('viewer', [])).body.errors[0].path).toBe('tenants');
  expect((await make('viewer', ['demo'])).body.tenants).toEqual(['demo']);
  const widened = await app.call('PATCH', '/v1/administrators/petrov', 'owner-secret', { tenants: null });
  expect([widened.status, widened.body.tenants]).toEqual([200, undefined]);
  expect(app.audit.entries.at(-1)).toMatchObject({ before: { role: 'viewer', tenants: ['demo'] }, after: { role: 'viewer' } });
  expect(app.published).toContainEqual({ kind: 'directory-changed' });
});

it('makes keys for scripts, lists and removes them, and they count for what their role may', async () => {
  const made = await app.call('POST', '/v1/administrator-keys', 'owner-secret', { title: 'Backup', role: 'viewer', expiresAt: '2027-01-01T00:00:00Z' });
  expect([made.status, made.body.key]).toEqual([201, expect.stringMatching(/^vk_/)]);
  expect((await app.call('GET', '/v1/tenants', made.body.key)).status).toBe(200);
  expect(slugOf(await app.call('POST', '/v1/tenants', made.body.key, { name: 'x' }))).toBe('forbidden');
  const listed = await app.call('GET', '/v1/administrator-keys', 'owner-secret');
  expect(listed.body.items).toMatchObject([{ id: made.body.id, title: 'Backup', role: 'viewer' }]);
  expect(listed.text + JSON.stringify(app.audit.entries)).not.toContain(made.body.key);
  const past = await app.call('POST', '/v1/administrator-keys', 'owner-secret', { title: 'x', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' });
  expect(past.body.errors[0].path).toBe('expiresAt');
  const ofTenant = await app.call('POST', '/v1/tenants/demo/keys', 'owner-secret', { title: 'x', scopes: ['send'] });
  expect(slugOf(await app.call('DELETE', `/v1/administrator-keys/${ofTenant.body.id}`, 'owner-secret'))).toBe('not-found');
  expect((await app.call('DELETE', `/v1/administrator-keys/${made.body.id}`, 'owner-secret')).status).toBe(204);
  expect((await app.call('GET', '/v1/tenants', made.body.key)).status).toBe(401);
});
