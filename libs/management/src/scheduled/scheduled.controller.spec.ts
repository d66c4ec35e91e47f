import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { scheduledAnswer } from './scheduled-calls.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

it('lists what waits for its time, with the first addresses of many', async () => {
  const to = Array.from({ length: 7 }, (_, n) => `client-${n}@demo.hq`);
  app.browsing.scheduled = [{ id: 'm1', tenant: 'demo', from: 'server@demo.hq', to, type: 'reminder', deliverAt: NOW + 1000, sentAt: NOW, bytes: 4 }];
  const { status, body } = await app.call('GET', '/v1/scheduled?from=server&to=client-1@demo.hq', 'viewer-secret');
  expect(status).toBe(200);
  expect(scheduledAnswer.strict().array().parse(body.items)).toMatchObject([
    { id: 'm1', to: to.slice(0, 5), recipients: 7, deliverAt: '2026-11-22T06:22:01.000Z', sentAt: '2026-11-22T06:22:00.000Z' },
  ]);
  expect(app.browsing.asked).toEqual([{ subject: 'scheduled', asked: { tenants: undefined, from: 'server', to: 'client-1@demo.hq' } }]);
});

it('tells administrators of single tenants of theirs, and keys nothing', async () => {
  const cookie = app.administratorOf('other');
  await app.call('GET', '/v1/scheduled', undefined, undefined, { cookie });
  expect(app.browsing.asked).toMatchObject([{ asked: { tenants: [app.other.id] } }]);
  expect(slugOf(await app.call('GET', '/v1/scheduled?tenant=demo', undefined, undefined, { cookie }))).toBe('tenant-unknown');
  expect((await app.call('GET', '/v1/scheduled', await app.keyWith(['read']))).status).toBe(401);
});

it('refuses to look for what nobody can be called', async () => {
  for (const query of ['from=%00', 'to=a%00b']) {
    const refused = await app.call('GET', `/v1/scheduled?${query}`, 'viewer-secret');
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, query.slice(0, query.indexOf('='))]);
  }
  expect((await app.call('GET', '/v1/tenants/demo/topics?search=%00', 'viewer-secret')).status).toBe(400);
});
