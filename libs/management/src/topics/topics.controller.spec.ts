import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';

const TENANT = '/v1/tenants/demo';

let app: ManagementApp;
let key: string;
beforeEach(async () => {
  app = await managementApp();
  key = await app.keyWith(['manage']);
});
afterEach(() => app.app.close());

it('subscribes a client, says whether that is new, and ends it', async () => {
  const path = `${TENANT}/topics/${encodeURIComponent('заказы/+')}/subscribers/${encodeURIComponent('Иванов Иван')}`;
  const first = await app.call('PUT', path, key);
  expect([first.status, first.body]).toEqual([201, { topic: 'заказы/+', client: 'Иванов Иван' }]);
  expect((await app.call('PUT', path, key)).status).toBe(200);
  expect(app.topics.subscriptions).toEqual([{ tenantId: app.demo.id, client: 'Иванов Иван', pattern: 'заказы/+' }]);
  expect((await app.call('DELETE', path, key)).status).toBe(204);
  expect(slugOf(await app.call('DELETE', path, key))).toBe('not-found');
  expect(app.audit.entries.map(({ action }) => action)).toEqual(['subscription.begin', 'subscription.end']);
});

it('takes the same in a body', async () => {
  const body = { topic: 'orders/#', client: 'ivanov' };
  expect((await app.call('PUT', `${TENANT}/subscriptions`, 'operator-secret', body)).status).toBe(201);
  expect((await app.call('PUT', `${TENANT}/subscriptions`, key, body)).status).toBe(200);
  expect((await app.call('DELETE', `${TENANT}/subscriptions`, key, body)).status).toBe(204);
});

it.each([
  [{ topic: '#orders', client: 'ivanov' }, 'topic'],
  [{ topic: 'a//b', client: 'ivanov' }, 'topic'],
  [{ topic: 'vestnik.own', client: 'ivanov' }, 'topic'],
  [{ topic: 'orders', client: 'vestnik' }, 'client'],
  [{ topic: 'orders', client: ' ' }, 'client'],
  [{ topic: 'orders' }, 'client'],
])('names what is wrong in %j', async (body, field) => {
  const refused = await app.call('PUT', `${TENANT}/subscriptions`, key, body);
  expect([slugOf(refused), refused.body.errors[0].path]).toEqual(['request-invalid', field]);
});

it('lists topics and who is subscribed, by pages, to those who may read', async () => {
  for (const client of ['anna', 'boris']) await app.topics.subscribeClient(app.demo.id, client, 'orders');
  await app.topics.subscribeClient(app.other.id, 'secret', 'orders');
  const reading = await app.keyWith(['read']);
  expect((await app.call('GET', `${TENANT}/topics?search=ord`, reading)).body).toEqual({
    items: [{ topic: 'orders', subscribers: 1, lastAt: '2026-11-22T06:22:00.000Z' }],
  });
  const page = await app.call('GET', `${TENANT}/topics/orders/subscribers?limit=1`, 'viewer-secret');
  expect(page.body).toEqual({ items: [{ client: 'anna', pattern: 'orders' }], next: '1' });
  expect(slugOf(await app.call('GET', `${TENANT}/topics/${encodeURIComponent('a/+')}/subscribers`, reading))).toBe('request-invalid');
  expect(slugOf(await app.call('GET', `${TENANT}/topics`, key))).toBe('scope-missing');
  expect(slugOf(await app.call('PUT', `${TENANT}/subscriptions`, 'viewer-secret', { topic: 'a', client: 'b' }))).toBe('forbidden');
});

it('lists them over all tenants, for single tenants’ administrators over theirs', async () => {
  app.browsing.topics = [{ tenant: 'demo', topic: 'orders', subscribers: 2, lastAt: Date.parse('2026-11-22T06:22:00Z') }];
  const { body } = await app.call('GET', '/v1/topics?search=ord', 'viewer-secret');
  expect(body).toEqual({ items: [{ tenant: 'demo', topic: 'orders', subscribers: 2, lastAt: '2026-11-22T06:22:00.000Z' }] });
  const cookie = app.administratorOf('other');
  await app.call('GET', '/v1/topics', undefined, undefined, { cookie });
  expect(app.browsing.asked).toMatchObject([{ asked: { search: 'ord' } }, { asked: { tenants: [app.other.id] } }]);
  expect(slugOf(await app.call('GET', '/v1/topics?tenant=demo', undefined, undefined, { cookie }))).toBe('tenant-unknown');
  expect((await app.call('GET', '/v1/topics', key)).status).toBe(401);
});
