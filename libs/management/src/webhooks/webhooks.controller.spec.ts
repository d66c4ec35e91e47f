import { webhookSecretName } from '@vestnik/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { listedWebhook, webhookAnswer, webhookWithSecret } from './webhook-calls.js';

const WEBHOOK = '/v1/tenants/demo/clients/shop/webhook';
const URL_OF_SHOP = 'https://shop.example/hook';
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
let app: ManagementApp;
let key: string;
beforeEach(async () => {
  app = await managementApp();
  key = await app.keyWith(['manage']);
});
afterEach(() => app.app.close());

const put = (body: unknown, secret = key, path = WEBHOOK) => app.call('PUT', path, secret, body);
const kept = () => {
  const client = app.mailboxes.clients.find(({ name }) => name === 'shop');
  return client === undefined ? undefined : app.secrets.get(webhookSecretName(app.demo.id, client.id));
};

it('sets a webhook, also of a client that was never seen, and shows once the secret that was made', async () => {
  const made = await put({ url: URL_OF_SHOP });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    client: 'shop',
    url: URL_OF_SHOP,
    format: 'json-rpc',
    state: 'active',
    failures: 0,
    secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
  });
  expect(() => webhookWithSecret.strict().parse(made.body)).not.toThrow();
  expect(Buffer.from(kept() as Uint8Array).toString('base64')).toBe(made.body.secret.slice(6));
  expect(app.webhooks.looks).toBe(1);

  const changed = await put({ url: `${URL_OF_SHOP}/2`, format: 'cloudevents' });
  expect([changed.status, changed.body.url, changed.body.format]).toEqual([200, `${URL_OF_SHOP}/2`, 'cloudevents']);
  expect(changed.body).not.toHaveProperty('secret');
  expect(Buffer.from(kept() as Uint8Array).toString('base64')).toBe(made.body.secret.slice(6));

  const got = await app.call('GET', WEBHOOK, 'viewer-secret');
  expect(() => webhookAnswer.strict().parse(got.body)).not.toThrow();
  const everything = JSON.stringify([changed.body, got.body, app.audit.entries, app.logged]);
  expect(everything).not.toContain(made.body.secret.slice(6));
});

it('takes a secret of the caller’s own, and never answers it back', async () => {
  const made = await put({ url: `${URL_OF_SHOP}?key=of-the-endpoint`, secret: SECRET });
  expect(made.status).toBe(201);
  expect(made.body).not.toHaveProperty('secret');
  expect(Buffer.from(kept() as Uint8Array)).toEqual(Buffer.alloc(32, 5));
  await put({ url: URL_OF_SHOP, secret: `whsec_${Buffer.alloc(24, 6).toString('base64')}` });
  expect(Buffer.from(kept() as Uint8Array)).toEqual(Buffer.alloc(24, 6));
  expect(app.audit.entries).toMatchObject([
    { action: 'webhook.set', subject: 'shop@demo', after: { url: URL_OF_SHOP, secret: 'set' } },
    { action: 'webhook.set', subject: 'shop@demo', before: { url: URL_OF_SHOP }, after: { secret: 'replaced' } },
  ]);
  expect(JSON.stringify(app.audit.entries)).not.toContain('of-the-endpoint');
});

it.each([
  [{}, 'request-invalid', 'url'],
  [{ url: URL_OF_SHOP, secret: 'short' }, 'request-invalid', 'secret'],
  [{ url: URL_OF_SHOP, format: 'xml' }, 'request-invalid', 'format'],
  [{ url: URL_OF_SHOP, colour: 'red' }, 'request-invalid', 'colour'],
  [{ url: 'https://inside.example/' }, 'url-refused', 'url'],
])('names the wrong field of %j, and changes nothing', async (body, slug, path) => {
  const refused = await put(body);
  expect([slugOf(refused), refused.body.errors[0].path]).toEqual([slug, path]);
  expect([app.webhooks.all.size, app.secrets.size, app.mailboxes.clients.length]).toEqual([0, 0, 0]);
});

it('sets none for the bus’s own names', async () => {
  expect(slugOf(await put({ url: URL_OF_SHOP }, key, '/v1/tenants/demo/clients/vestnik/webhook'))).toBe('request-invalid');
});

it('resumes and removes it, with its secret', async () => {
  await put({ url: URL_OF_SHOP });
  expect((await app.call('POST', `${WEBHOOK}/resume`, key)).body).toMatchObject({ state: 'active' });
  expect((await app.call('DELETE', WEBHOOK, key)).status).toBe(204);
  expect([app.webhooks.all.size, app.secrets.size]).toEqual([0, 0]);
  for (const [method, path] of [
    ['GET', WEBHOOK],
    ['DELETE', WEBHOOK],
    ['POST', `${WEBHOOK}/resume`],
  ] as const) {
    expect(slugOf(await app.call(method, path, key))).toBe('not-found');
  }
  expect(app.audit.entries.map(({ action }) => action)).toEqual(['webhook.set', 'webhook.resume', 'webhook.delete']);
  expect(app.webhooks.looks).toBe(3);
});

it('is for keys with manage, and operators', async () => {
  for (const secret of [await app.keyWith(['send', 'read']), 'viewer-secret']) expect((await put({ url: URL_OF_SHOP }, secret)).status).toBe(403);
  expect((await put({ url: URL_OF_SHOP }, 'operator-secret')).status).toBe(201);
  expect((await put({ url: URL_OF_SHOP }, await app.keyWith(['manage'], { tenantId: app.other.id }))).status).toBe(401);
});

it('pauses it until it is resumed, and says why', async () => {
  await put({ url: URL_OF_SHOP });
  expect((await app.call('POST', `${WEBHOOK}/pause`, key, { reason: 'the shop moves' })).body).toMatchObject({ state: 'paused', reason: 'the shop moves' });
  expect(app.webhooks.looks).toBe(2);
  expect((await app.call('POST', `${WEBHOOK}/pause`, 'operator-secret')).body).toMatchObject({ state: 'paused', reason: 'paused by an administrator' });
  expect((await app.call('POST', `${WEBHOOK}/resume`, key)).body).toMatchObject({ state: 'active' });
  expect(app.audit.entries.slice(1, 3)).toMatchObject([
    { action: 'webhook.pause', subject: 'shop@demo', after: { reason: 'the shop moves' } },
    { action: 'webhook.pause', after: { reason: 'paused by an administrator' } },
  ]);
  expect(slugOf(await app.call('POST', `${WEBHOOK}/pause`, 'viewer-secret'))).toBe('forbidden');
  expect((await app.call('POST', `${WEBHOOK}/pause`, key, { reason: '' })).body.errors[0].path).toBe('reason');
  expect(slugOf(await app.call('POST', WEBHOOK.replace('shop', 'other').concat('/pause'), key))).toBe('not-found');
});

it('lists them over all tenants, for single tenants’ administrators over theirs', async () => {
  await put({ url: URL_OF_SHOP });
  const [webhook] = app.webhooks.all.values();
  app.browsing.webhooks = [{ ...(webhook as NonNullable<typeof webhook>), tenant: 'demo', waiting: 12 }];
  const { body } = await app.call('GET', '/v1/webhooks?state=failing&search=shop', 'viewer-secret');
  expect(listedWebhook.strict().array().parse(body.items)).toMatchObject([{ tenant: 'demo', client: 'shop', waiting: 12 }]);
  const cookie = app.administratorOf('other');
  await app.call('GET', '/v1/webhooks', undefined, undefined, { cookie });
  expect(app.browsing.asked).toMatchObject([{ asked: { state: 'failing', search: 'shop' } }, { asked: { tenants: [app.other.id] } }]);
  expect((await app.call('GET', '/v1/webhooks?state=broken', 'viewer-secret')).body.errors[0].path).toBe('state');
  expect(slugOf(await app.call('GET', '/v1/webhooks?tenant=demo', undefined, undefined, { cookie }))).toBe('tenant-unknown');
});
