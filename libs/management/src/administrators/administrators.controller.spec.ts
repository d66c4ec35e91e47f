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
