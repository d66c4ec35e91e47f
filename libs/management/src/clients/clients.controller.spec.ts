import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { clientAnswer } from './client-calls.js';

const NAME = 'Иванов Иван';
const CLIENTS = '/v1/tenants/demo/clients';
const IVANOV = `${CLIENTS}/${encodeURIComponent(NAME)}`;

let app: ManagementApp;
let clientId: number;
beforeEach(async () => {
  app = await managementApp();
  clientId = 55;
  app.mailboxes.clients.push({
    id: clientId,
    tenantId: app.demo.id,
    kind: 'client',
    name: NAME,
    since: 1,
    createdAt: NOW,
    seenAt: NOW,
    devices: [
      { device: '', acknowledged: 490, delivered: 495, at: NOW },
      { device: 'phone', acknowledged: 498, delivered: 498, at: NOW },
    ],
  });
  app.sessions.open.push({ session: '7f3a', clientId, client: 'ivanov', tenantId: app.demo.id, transport: 'websocket', device: 'phone', since: NOW });
});
afterEach(() => app.app.close());

it('tells presence, sessions, devices and how far behind', async () => {
  app.log.unacknowledged.set(clientId, 7);
  const { status, body } = await app.call('GET', IVANOV, await app.keyWith(['read']));
  expect(status).toBe(200);
  expect(clientAnswer.strict().parse(body)).toEqual({
    client: NAME,
    address: `${NAME}@demo.hq`,
    online: true,
    sessions: [{ session: '7f3a', transport: 'websocket', device: 'phone', since: '2026-11-22T06:22:00.000Z' }],
    devices: [
      { movedAt: '2026-11-22T06:22:00.000Z', position: app.epochs.format(490), delivered: app.epochs.format(495), behind: 10 },
      { device: 'phone', movedAt: '2026-11-22T06:22:00.000Z', position: app.epochs.format(498), delivered: app.epochs.format(498), behind: 2 },
    ],
    behind: 2,
    waiting: 7,
    subscriptions: [],
    createdAt: '2026-11-22T06:22:00.000Z',
    seenAt: '2026-11-22T06:22:00.000Z',
  });
});

it('lists clients with search and pages', async () => {
  await app.mailboxes.ensure(app.demo.id, 'client', ['petrov', 'sidorov']);
  const first = await app.call('GET', `${CLIENTS}?limit=2`, 'viewer-secret');
  const second = await app.call('GET', `${CLIENTS}?limit=2&cursor=${first.body.next}`, 'viewer-secret');
  expect([first, second].map(({ body }) => body.items.map(({ client }: { client: string }) => client))).toEqual([[NAME, 'petrov'], ['sidorov']]);
  expect(second.body).not.toHaveProperty('next');
  expect((await app.call('GET', `${CLIENTS}?search=petr`, 'viewer-secret')).body.items).toMatchObject([{ client: 'petrov', online: false }]);
  for (const query of ['search', 'cursor']) {
    expect((await app.call('GET', `${CLIENTS}?${query}=%00`, 'viewer-secret')).body.errors[0].path).toBe(query);
  }
  expect((await app.call('GET', '/v1/tenants/other/clients', 'viewer-secret')).body).toEqual({ items: [] });
});

it('gives a title, and takes it away', async () => {
  const key = await app.keyWith(['manage']);
  expect((await app.call('PATCH', IVANOV, key, { title: 'Ivan' })).body.title).toBe('Ivan');
  expect((await app.call('PATCH', IVANOV, key, { title: null })).body).not.toHaveProperty('title');
  expect((await app.call('PATCH', IVANOV, key, { title: 'a\nb' })).body.errors[0].path).toBe('title');
  expect(app.audit.entries[0]).toMatchObject({ action: 'client.change', subject: `${NAME}@demo`, before: { title: null }, after: { title: 'Ivan' } });
});

it('closes one session', async () => {
  expect((await app.call('DELETE', `${IVANOV}/sessions/7f3a`, 'operator-secret')).status).toBe(204);
  expect(app.sessions.closed).toEqual([{ session: '7f3a', slug: 'closed-by-administrator' }]);
  expect(slugOf(await app.call('DELETE', `${IVANOV}/sessions/none`, 'operator-secret'))).toBe('not-found');
});

it('revokes: the tokens count no longer, the sessions end, the nodes are told', async () => {
  expect((await app.call('POST', `${IVANOV}/revoke`, await app.keyWith(['manage']))).status).toBe(204);
  expect(app.mailboxes.clients[0]?.revokedBefore).toBe(NOW);
  expect(app.sessions.closed).toEqual([{ session: '7f3a', slug: 'unauthenticated' }]);
  expect(app.published).toContainEqual({ kind: 'directory-changed' });
});

it('revokes a client that was never seen where tokens are signed elsewhere', async () => {
  expect(slugOf(await app.call('POST', `${CLIENTS}/petrov/revoke`, 'operator-secret'))).toBe('client-unknown');
  await app.call('PATCH', '/v1/tenants/demo', 'operator-secret', { jwt: { algorithms: ['HS256'], secret: 'a secret that is long enough for it' } });
  expect((await app.call('POST', `${CLIENTS}/petrov/revoke`, 'operator-secret')).status).toBe(204);
  expect(app.mailboxes.clients.find(({ name }) => name === 'petrov')?.revokedBefore).toBe(NOW);
});

it('forgets a client and closes its sessions', async () => {
  expect((await app.call('DELETE', IVANOV, 'operator-secret')).status).toBe(204);
  expect(app.sessions.closed).toEqual([{ session: '7f3a', slug: 'closed-by-administrator' }]);
  expect(slugOf(await app.call('GET', IVANOV, 'operator-secret'))).toBe('client-unknown');
});

it('answers alike for clients of other tenants and for unknown ones, and names a bad name', async () => {
  await app.mailboxes.ensure(app.other.id, 'client', ['foreign']);
  const key = await app.keyWith(['read']);
  const [foreign, unknown] = await Promise.all([app.call('GET', `${CLIENTS}/foreign`, key), app.call('GET', `${CLIENTS}/unknown`, key)]);
  expect({ ...foreign?.body, instance: '' }).toEqual({ ...unknown?.body, instance: '' });
  expect((await app.call('GET', `${CLIENTS}/..%2f`, key)).body.errors[0].path).toBe('client');
});

it('takes a name of 128 Cyrillic letters in a path', async () => {
  const name = 'Ж'.repeat(128);
  await app.mailboxes.ensure(app.demo.id, 'client', [name]);
  expect((await app.call('GET', `${CLIENTS}/${encodeURIComponent(name)}`, 'viewer-secret')).body.client).toBe(name);
});
