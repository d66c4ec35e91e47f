import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

it('looks for what is asked for', async () => {
  await app.call('POST', '/v1/tenants', 'owner-secret', { name: 'a' });
  await app.call('PATCH', '/v1/tenants/a', 'owner-secret', { ttl: 60 });
  const found = await app.call(
    'GET',
    '/v1/audit?who=administrator:owner-key&action=tenant.change&subject=a&since=2026-11-22T00:00:00Z&until=2026-11-23T03:00:00%2B03:00&search=ttl',
    'viewer-secret',
  );
  expect(app.audit.asked).toEqual({
    who: 'administrator:owner-key',
    action: 'tenant.change',
    subject: 'a',
    since: Date.parse('2026-11-22T00:00:00Z'),
    until: Date.parse('2026-11-23T00:00:00Z'),
    search: 'ttl',
  });
  expect(found.body.items).toMatchObject([{ action: 'tenant.change', before: { ttl: 604800 }, after: { ttl: 60 } }]);
});

it.each(['since', 'until', 'who', 'action', 'subject', 'search'])('names %s where it is wrong', async (name) => {
  const wrong = await app.call('GET', `/v1/audit?${name}=${name === 'since' || name === 'until' ? 'yesterday' : '%00'}`, 'viewer-secret');
  expect([slugOf(wrong), wrong.body.errors?.[0].path]).toEqual(['request-invalid', name]);
});

it('says how far back it came where it looked for nothing', async () => {
  app.ports.audit.list = async () => ({ items: [], next: '5-1', searchedTo: 5_000 });
  expect((await app.call('GET', '/v1/audit?search=x', 'viewer-secret')).body).toEqual({ items: [], next: '5-1', searchedTo: '1970-01-01T00:00:05.000Z' });
});
