import { WEBHOOK_TRANSPORT } from '@vestnik/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { usageAnswer } from './usage-calls.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

it('tells what a tenant uses beside what it may; a webhook makes nobody online', async () => {
  const session = { client: 'ivanov', tenantId: app.demo.id, transport: 'websocket', since: NOW };
  app.sessions.open.push(
    { ...session, session: 's1', clientId: 1 },
    { ...session, session: 's2', clientId: 1 },
    { ...session, session: 's3', clientId: 2 },
    { ...session, session: 's4', clientId: 3, transport: WEBHOOK_TRANSPORT },
    { ...session, session: 's5', clientId: 4, tenantId: app.other.id },
  );
  await app.call('PATCH', '/v1/tenants/demo', 'owner-secret', { rateLimits: { perTenant: 500 } });
  const { status, body } = await app.call('GET', '/v1/tenants/demo/usage', await app.keyWith(['read']));
  expect(status).toBe(200);
  expect(usageAnswer.strict().parse(body)).toMatchObject({
    clients: 3,
    online: 2,
    sessions: 3,
    waiting: 2,
    oldestWaitingAt: '2026-11-22T06:22:00.000Z',
    lastDay: { accepted: 100 },
    limits: { rateLimits: { perTenant: 500 }, scheduled: 100_000 },
  });
});

it('is for the tenant’s keys with read, and administrators who may know the tenant', async () => {
  expect((await app.call('GET', '/v1/tenants/demo/usage', 'viewer-secret')).status).toBe(200);
  expect(slugOf(await app.call('GET', '/v1/tenants/demo/usage', await app.keyWith(['send'])))).toBe('scope-missing');
  const cookie = app.administratorOf('other');
  expect(slugOf(await app.call('GET', '/v1/tenants/demo/usage', undefined, undefined, { cookie }))).toBe('tenant-unknown');
});
