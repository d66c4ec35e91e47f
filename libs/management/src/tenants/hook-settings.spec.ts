import { tenantHookSecretName } from '@vestnik/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { tenantAnswer } from './tenant-schemas.js';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const URL_OF_HOOKS = 'https://shop.example/events';
let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

const patch = (body: unknown, secret = 'operator-secret') => app.call('PATCH', '/v1/tenants/demo', secret, body);
const kept = (id = app.demo.id) => app.secrets.get(tenantHookSecretName(id));

it('takes hooks with a secret that is never answered back', async () => {
  const set = await patch({ hooks: { url: URL_OF_HOOKS, secret: SECRET, on: ['connect'] }, webhookAttempts: 3 });
  expect(set.body).toMatchObject({ hooks: { url: URL_OF_HOOKS, on: ['connect'] }, webhookAttempts: 3 });
  expect(() => tenantAnswer.strict().parse(set.body)).not.toThrow();
  expect(Buffer.from(kept() as Uint8Array)).toEqual(Buffer.alloc(32, 5));
  const everything = JSON.stringify([set.body, app.audit.entries, (await app.call('GET', '/v1/tenants/demo', 'viewer-secret')).body]);
  expect(everything).not.toContain(SECRET.slice(6));
  expect(app.audit.entries.at(-1)?.after).toMatchObject({ hooksSecret: 'replaced' });
});

it('puts no query of a URL on record: it may carry a key of the endpoint’s own', async () => {
  const query = '?key=swordfish';
  await app.call('POST', '/v1/tenants', 'owner-secret', { name: 'shop', hooks: { url: `${URL_OF_HOOKS}${query}`, secret: SECRET } });
  await app.call('PATCH', '/v1/tenants/shop', 'owner-secret', {
    hooks: { url: `${URL_OF_HOOKS}/2${query}` },
    jwt: { algorithms: ['RS256'], jwksUrl: `https://shop.example/keys${query}` },
  });
  await app.call('DELETE', '/v1/tenants/shop', 'owner-secret');
  expect(JSON.stringify(app.audit.entries)).toContain(`${URL_OF_HOOKS}/2`);
  expect(JSON.stringify(app.audit.entries)).not.toContain('swordfish');
});

it('keeps what a change does not name, and removes all with null', async () => {
  await patch({ hooks: { url: URL_OF_HOOKS, secret: SECRET } });
  expect((await patch({ hooks: { on: ['disconnect'] } })).body.hooks).toEqual({ url: URL_OF_HOOKS, on: ['disconnect'] });
  expect((await patch({ hooks: { url: `${URL_OF_HOOKS}/2` } })).body.hooks).toEqual({ url: `${URL_OF_HOOKS}/2`, on: ['disconnect'] });
  expect(kept()).toBeDefined();
  expect((await patch({ hooks: null })).body).not.toHaveProperty('hooks');
  expect(kept()).toBeUndefined();
});

it('takes them with a new tenant, and lets them go with it', async () => {
  const made = await app.call('POST', '/v1/tenants', 'owner-secret', { name: 'shop', hooks: { url: URL_OF_HOOKS, secret: SECRET } });
  expect([made.status, made.body.hooks]).toEqual([201, { url: URL_OF_HOOKS, on: ['connect', 'disconnect', 'send-refused'] }]);
  const id = app.tenants.get('shop')?.id as number;
  expect(kept(id)).toBeDefined();
  await app.call('DELETE', '/v1/tenants/shop', 'owner-secret');
  expect(kept(id)).toBeUndefined();
});

it.each([
  [{ hooks: { secret: SECRET } }, 'request-invalid', 'hooks/url'],
  [{ hooks: { url: URL_OF_HOOKS } }, 'request-invalid', 'hooks/secret'],
  [{ hooks: { url: URL_OF_HOOKS, secret: 'password' } }, 'request-invalid', 'hooks/secret'],
  [{ hooks: { url: URL_OF_HOOKS, secret: SECRET, on: [] } }, 'request-invalid', 'hooks/on'],
  [{ hooks: { url: URL_OF_HOOKS, secret: SECRET, on: ['everything'] } }, 'request-invalid', 'hooks/on/0'],
  [{ hooks: { url: 'https://inside.example', secret: SECRET } }, 'url-refused', 'hooks/url'],
  [{ webhookAttempts: 0 }, 'request-invalid', 'webhookAttempts'],
])('names the wrong field of %j', async (body, slug, path) => {
  const refused = await patch(body);
  expect([slugOf(refused), refused.body.errors[0].path]).toEqual([slug, path]);
  expect(kept()).toBeUndefined();
});
