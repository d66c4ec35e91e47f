import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';

const PUBLIC_URL = 'http://127.0.0.1:8378';
const COOKIE = { cookie: 'theme=dark; vestnik=cookie-of-admin' };
const OURS = { 'sec-fetch-site': 'same-origin' };

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp(PUBLIC_URL);
  await app.administrators.create('admin', 'correct horse', 'owner');
});
afterEach(() => app.app.close());

const enter = (headers = {}) => app.call('POST', '/v1/session', undefined, { name: 'admin', password: 'correct horse' }, headers);

it('signs in, says who is signed in, signs out', async () => {
  const entered = await enter();
  const answer = { name: 'admin', role: 'owner', expiresAt: '2026-11-22T07:22:00.000Z', installation: 'hq', version: '0.1.0' };
  expect([entered.status, entered.body]).toEqual([201, answer]);
  expect(entered.headers['set-cookie']).toBe('vestnik=cookie-of-admin; Path=/; HttpOnly; SameSite=Strict; Max-Age=3600');
  expect((await app.call('GET', '/v1/session', undefined, undefined, COOKIE)).body).toEqual(answer);
  expect((await app.call('GET', '/v1/session', 'viewer-secret')).body).toMatchObject({ name: 'viewer-key', role: 'viewer', byKey: true });
  const left = await app.call('DELETE', '/v1/session', undefined, undefined, { ...COOKIE, ...OURS });
  expect([left.status, left.headers['set-cookie']]).toEqual([204, 'vestnik=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0']);
  expect((await app.call('GET', '/v1/session', undefined, undefined, COOKIE)).status).toBe(401);
});

it('binds the cookie to the host under https', async () => {
  const secure = await managementApp('https://bus.example.com');
  await secure.administrators.create('admin', 'x', 'owner');
  const entered = await secure.call('POST', '/v1/session', undefined, { name: 'admin', password: 'x' });
  expect(entered.headers['set-cookie']).toMatch(/^__Host-vestnik=cookie-of-admin; Path=\/; HttpOnly; SameSite=Strict; Max-Age=3600; Secure$/);
  expect((await secure.call('GET', '/v1/session', undefined, undefined, { cookie: 'vestnik=cookie-of-admin' })).status).toBe(401);
  await secure.app.close();
});

it('refuses a wrong password and a foreign page', async () => {
  const wrong = await app.call('POST', '/v1/session', undefined, { name: 'admin', password: 'nope' });
  expect([wrong.status, slugOf(wrong), wrong.headers['set-cookie']]).toEqual([401, 'unauthenticated', undefined]);
  expect(slugOf(await enter({ 'sec-fetch-site': 'cross-site' }))).toBe('origin-refused');
  expect(slugOf(await enter({ origin: 'https://evil.example' }))).toBe('origin-refused');
  expect((await enter({ origin: PUBLIC_URL })).status).toBe(201);
});

it.each([
  ['nothing', {}, 'origin-refused'],
  ['another origin', { origin: 'https://evil.example' }, 'origin-refused'],
  ['another site', { 'sec-fetch-site': 'cross-site' }, 'origin-refused'],
  ['a page of the same site only', { 'sec-fetch-site': 'same-site' }, 'origin-refused'],
  ['no JSON', { ...OURS, 'content-type': 'text/plain' }, 'request-invalid'],
])('refuses a change by cookie with %s', async (_, headers, slug) => {
  await enter();
  const refused = await app.call('POST', '/v1/tenants', undefined, '{"name":"new"}', { ...COOKIE, ...headers });
  expect(slugOf(refused)).toBe(slug);
  expect(await app.directory.list()).toHaveLength(2);
});

it('takes a change by cookie with proof of origin, and reads without', async () => {
  await enter();
  expect((await app.call('POST', '/v1/tenants', undefined, { name: 'new' }, { ...COOKIE, ...OURS })).status).toBe(201);
  expect((await app.call('PATCH', '/v1/tenants/new', undefined, { ttl: 9 }, { ...COOKIE, origin: PUBLIC_URL })).status).toBe(200);
  expect((await app.call('DELETE', '/v1/tenants/new', undefined, undefined, { ...COOKIE, ...OURS })).status).toBe(204);
  expect((await app.call('GET', '/v1/tenants', undefined, undefined, COOKIE)).status).toBe(200);
  expect(app.audit.entries.map(({ who, action }) => [who, action])).toEqual([
    ['administrator:admin', 'session.open'],
    ['administrator:admin', 'tenant.create'],
    ['administrator:admin', 'tenant.change'],
    ['administrator:admin', 'tenant.delete'],
  ]);
});

it('wants a JSON body type by cookie even where there is no body', async () => {
  await enter();
  await app.mailboxes.ensure(app.demo.id, 'client', ['ivanov']);
  const revoke = (headers: Record<string, string>) =>
    app.call('POST', '/v1/tenants/demo/clients/ivanov/revoke', undefined, undefined, { ...COOKIE, ...OURS, ...headers });
  expect(slugOf(await revoke({}))).toBe('request-invalid');
  expect((await revoke({ 'content-type': 'application/json' })).status).toBe(204);
});

it('lets Authorization decide where both are there', async () => {
  await enter();
  expect((await app.call('GET', '/v1/tenants', 'nothing', undefined, COOKIE)).status).toBe(401);
});
