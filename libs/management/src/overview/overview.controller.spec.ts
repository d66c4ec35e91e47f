import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../spec/fakes.js';
import { type ManagementApp, managementApp, slugOf } from '../spec/management-app.js';
import { attentionOf } from './attention.js';
import { statsAnswer } from './overview-calls.js';

let app: ManagementApp;
beforeEach(async () => {
  app = await managementApp();
});
afterEach(() => app.app.close());

it('tells what the node has counted, a second and of the last hour', async () => {
  app.ports.observatory.start();
  app.observer.counts.accepted += 30;
  app.observer.counts.refused += 5;
  const { status, body } = await app.call('GET', '/v1/stats', 'viewer-secret');
  expect(status).toBe(200);
  expect(() => statsAnswer.strict().parse(body)).not.toThrow();
  expect(body.hour).toEqual({ accepted: 30, delivered: 0, acknowledged: 0, refused: 5, expired: 0 });
  expect(body.series).toMatchObject({ step: 10, from: '2026-11-22T06:22:00.000Z', accepted: [3], sessions: [3] });
  expect(body.now).toMatchObject({ sessions: 3, accepted: 3, refused: 0.5 });
  expect(body.postgres).toMatchObject({ version: '18.4', embedded: true });
  expect(body.attention).toEqual([]);
});

it('tells the nodes, and how they are', async () => {
  app.ports.observatory.describe(() => ({
    host: 'bus-1',
    version: '0.1.0',
    startedAt: NOW,
    memoryBytes: 1,
    cpu: 0.5,
    loopDelayMs: 0,
    accepting: true,
  }));
  const { body } = await app.call('GET', '/v1/nodes', 'viewer-secret');
  expect(body.items).toEqual([
    {
      node: 'node',
      self: true,
      host: 'bus-1',
      version: '0.1.0',
      startedAt: '2026-11-22T06:22:00.000Z',
      memoryBytes: 1,
      cpu: 0.5,
      loopDelayMs: 0,
      accepting: true,
      sessions: 3,
      intakeWaiting: 0,
    },
  ]);
});

it('tells administrators of single tenants nothing that counts for all together', async () => {
  app.trouble.keys = [
    { tenantId: app.demo.id, id: 'k1', title: 'Shop', expiresAt: NOW + 86_400_000 },
    { tenantId: app.other.id, id: 'k2', title: 'Foreign', expiresAt: NOW + 86_400_000 },
  ];
  const { text, body } = await app.call('GET', '/v1/stats', undefined, undefined, { cookie: app.administratorOf('demo') });
  expect(Object.keys(body).toSorted()).toEqual(['at', 'attention', 'tenants', 'waiting']);
  expect(body.attention).toMatchObject([{ kind: 'key-expiring', subject: 'Shop' }]);
  expect(text).not.toContain('Foreign');
});

it('is for administrators, not for keys of a tenant', async () => {
  const key = await app.keyWith(['manage', 'read']);
  for (const path of ['/v1/stats', '/v1/nodes', '/v1/calls', '/v1/tail']) expect(slugOf(await app.call('GET', path, key))).toBe('unauthenticated');
});

it('names who needs attention, the most pressing first, with the page that mends it', async () => {
  const pending = await app.links.accept('vestnik-link.x');
  const link = { ...pending, link: { ...pending.link, state: 'active' as const } };
  const nothing = { now: NOW, nameOf: () => 'demo', links: [], behind: [], deadLetters: [], webhooks: [], keys: [], intakeWaiting: 0 };
  const long = NOW - 3_600_000;
  const found = attentionOf({
    ...nothing,
    behind: [
      { tenantId: 1, client: 'ivanov', waiting: 500, oldestAt: long },
      { tenantId: 1, client: 'petrov', waiting: 500, oldestAt: NOW - 1_000 },
      { tenantId: 1, client: 'sidorov', waiting: 3, oldestAt: long },
    ],
    deadLetters: [{ tenantId: 1, count: 7, newestAt: NOW }],
    webhooks: [
      { tenantId: 1, client: 'shop', state: 'paused', since: long, detail: 'the endpoint answered 410' },
      { tenantId: 1, client: 'crm', state: 'failing', since: long },
    ],
    keys: [{ tenantId: 1, id: 'k1', title: 'Shop', expiresAt: NOW + 86_400_000 }],
    links: [
      { ...link, status: { link: 'x', generation: 1, connected: false, since: long, lastError: 'ECONNREFUSED' } },
      { ...link, link: { ...link.link, name: 'branch-8' }, status: { link: 'y', generation: 1, connected: true, since: long } },
    ],
  });
  expect(found.map(({ kind, subject, severity }) => [kind, subject, severity])).toEqual([
    ['link-down', 'branch-7', 'critical'],
    ['webhook-paused', 'shop', 'critical'],
    ['key-expiring', 'Shop', 'critical'],
    ['webhook-failing', 'crm', 'warning'],
    ['client-behind', 'ivanov', 'warning'],
    ['dead-letters', undefined, 'warning'],
  ]);
  expect(found[4]?.page).toBe('/tenants/demo/clients/ivanov');
});
