import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

const ask = (query: Record<string, string>, secret = 'viewer-secret') => app.call('GET', `/v1/diagnose?${new URLSearchParams(query)}`, secret);

it('answers a viewer what was found, and asks for a durable message where nothing else is said', async () => {
  const answer = await ask({ from: 'shop@demo', to: 'Иванов@other' });
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      from: 'shop@demo',
      to: 'Иванов@other',
      use: 'send',
      as: 'key',
      reachable: false,
      firstFailure: 0,
      steps: [{ step: 'to-accepts', subject: 'other', verdict: 'fails', detail: 'No rule fits.', page: '/tenants/other?tab=accepts', action: 'allow-sender' }],
    },
  ]);
  expect(app.diagnosing.asked).toEqual([{ from: 'shop@demo', to: 'Иванов@other', use: 'send', told: undefined }]);
  expect(app.audit.entries).toEqual([]);
});

it('passes on what is wanted, and how the sender shows who it is', async () => {
  await ask({ from: 'a@demo', to: '#orders/eu@demo', use: 'call', as: 'token' });
  expect(app.diagnosing.asked).toEqual([{ from: 'a@demo', to: '#orders/eu@demo', use: 'call', as: 'token', told: undefined }]);
});

it.each([
  [{ to: 'a@demo' }, 'from'],
  [{ from: 'a@demo' }, 'to'],
  [{ from: '', to: 'a@demo' }, 'from'],
  [{ from: 'a@demo', to: 'b@demo', use: 'shout' }, 'use'],
  [{ from: 'a@demo', to: 'b@demo', as: 'administrator' }, 'as'],
  [{ from: 'a@demo', to: 'b'.repeat(1_025) }, 'to'],
])('names what is wrong with %j', async (query, field) => {
  const refused = await ask(query as Record<string, string>);
  expect([slugOf(refused), refused.body.errors[0].path]).toEqual(['request-invalid', field]);
  expect(app.diagnosing.asked).toEqual([]);
});

it('is for administrators, not for keys of tenants', async () => {
  const key = await app.keyWith(['read', 'manage']);
  expect([401, 403]).toContain((await ask({ from: 'a@demo', to: 'b@demo' }, key)).status);
  expect((await app.call('GET', '/v1/diagnose?from=a@demo&to=b@demo')).status).toBe(401);
});
