import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { keyAnswer, keyShown } from './key-calls.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

const KEYS = '/v1/tenants/demo/keys';

it('shows a key once, and the key works', async () => {
  const made = await app.call('POST', KEYS, 'operator-secret', { title: 'Shop', scopes: ['manage', 'manage', 'send'] });
  expect(made.status).toBe(201);
  expect(keyShown.strict().parse(made.body)).toMatchObject({ title: 'Shop', client: 'server', scopes: ['manage', 'send'] });
  const listed = await app.call('GET', KEYS, made.body.key);
  expect(listed.status).toBe(200);
  expect(keyAnswer.strict().array().parse(listed.body.items)).toHaveLength(1);
  expect(listed.text + JSON.stringify(app.audit.entries)).not.toContain(made.body.key);
  expect(app.published).toContainEqual({ kind: 'directory-changed' });
  expect(app.audit.entries).toMatchObject([{ action: 'key.create', subject: `${made.body.id}@demo`, after: { scopes: ['manage', 'send'] } }]);
});

it('never lets a key give what it has not', async () => {
  const key = await app.keyWith(['manage', 'send'], { expiresAt: NOW + 1000_000 });
  const give = (rest: object) => app.call('POST', KEYS, key, { title: 'x', scopes: ['send'], ...rest });
  const scope = await give({ scopes: ['send', 'read:data'] });
  expect([scope.status, slugOf(scope), scope.body.scope]).toEqual([403, 'scope-missing', 'read:data']);
  // Speaking as another client is what `tokens` is for.
  const client = await give({ client: 'ivanov' });
  expect([slugOf(client), client.body.scope]).toEqual(['scope-missing', 'tokens']);
  expect(slugOf(await give({ expiresAt: new Date(NOW + 2000_000).toISOString() }))).toBe('forbidden');
  expect((await give({})).body.expiresAt).toBe(new Date(NOW + 1000_000).toISOString());
  const mayActAsAny = await app.keyWith(['manage', 'tokens', 'send']);
  expect((await app.call('POST', KEYS, mayActAsAny, { title: 'x', scopes: ['send'], client: 'ivanov' })).body.client).toBe('ivanov');
});

it.each([
  [{ title: '', scopes: ['send'] }, 'title'],
  [{ scopes: ['send'] }, 'title'],
  [{ title: 'x', scopes: [] }, 'scopes'],
  [{ title: 'x', scopes: ['receive'] }, 'scopes/0'],
  [{ title: 'x', scopes: ['send'], client: ' x' }, 'client'],
  [{ title: 'x', scopes: ['send'], client: 'vestnik-bus' }, 'client'],
  [{ title: 'x', scopes: ['send'], expiresAt: 'tomorrow' }, 'expiresAt'],
  [{ title: 'x', scopes: ['send'], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
])('names the wrong field of %j', async (body, path) => {
  const answer = await app.call('POST', KEYS, 'owner-secret', body);
  expect([answer.status, answer.body.errors[0].path]).toEqual([400, path]);
});

it('removes a key of its own tenant only; foreign and unknown ids are answered alike', async () => {
  const foreign = (await app.call('POST', '/v1/tenants/other/keys', 'owner-secret', { title: 'x', scopes: ['send'] })).body;
  const key = await app.keyWith(['manage']);
  const answers = await Promise.all([
    app.call('DELETE', `${KEYS}/${foreign.id}`, key),
    app.call('DELETE', `${KEYS}/nothing`, key),
    app.call('DELETE', `${KEYS}/%00`, key),
  ]);
  expect(answers.map((answer) => [answer.status, answer.body.detail])).toEqual(Array(3).fill([404, 'the tenant has no key of this id']));

  const own = (await app.call('POST', KEYS, 'owner-secret', { title: 'x', scopes: ['manage'] })).body;
  expect((await app.call('GET', KEYS, own.key)).status).toBe(200);
  expect((await app.call('DELETE', `${KEYS}/${own.id}`, key)).status).toBe(204);
  expect((await app.call('GET', KEYS, own.key)).status).toBe(401);
});

it('replaces a key, which counts on for the overlap, and writes no key down', async () => {
  const old = (await app.call('POST', KEYS, 'owner-secret', { title: 'Shop', client: 'shop', scopes: ['send'], expiresAt: '2026-11-23T06:22:00Z' })).body;
  const made = await app.call('POST', `${KEYS}/${old.id}/rotate`, 'operator-secret', { overlap: 3600 });
  expect([made.status, made.body]).toMatchObject([
    201,
    { title: 'Shop', client: 'shop', scopes: ['send'], replaces: old.id, expiresAt: '2026-11-23T06:22:00.000Z', key: expect.stringMatching(/^vk_/) },
  ]);
  expect((await app.keys.findById(old.id))?.expiresAt).toBe(Date.parse('2026-11-22T07:22:00Z'));
  expect(app.audit.entries.at(-1)).toMatchObject({
    action: 'key.rotate',
    subject: `${old.id}@demo`,
    after: { old: { expiresAt: '2026-11-22T07:22:00.000Z' }, new: { id: made.body.id } },
  });
  expect(JSON.stringify(app.audit.entries)).not.toContain(made.body.key);
  const forGood = await app.call('POST', `${KEYS}/${made.body.id}/rotate`, 'owner-secret', { overlap: 0, expiresAt: null });
  expect([forGood.status, forGood.body.expiresAt]).toEqual([201, undefined]);
  expect(slugOf(await app.call('POST', `${KEYS}/nothing/rotate`, 'owner-secret', {}))).toBe('not-found');
  expect((await app.call('POST', `${KEYS}/${old.id}/rotate`, 'owner-secret', { overlap: 2_592_001 })).body.errors[0].path).toBe('overlap');
});

it('lets a key replace only what it might have made', async () => {
  const strong = (await app.call('POST', KEYS, 'owner-secret', { title: 'Shop', client: 'shop', scopes: ['send', 'read:data'] })).body;
  const weak = await app.keyWith(['manage', 'send']);
  expect(slugOf(await app.call('POST', `${KEYS}/${strong.id}/rotate`, weak, {}))).toBe('scope-missing');
  expect((await app.keys.findById(strong.id))?.expiresAt).toBeUndefined();
});
