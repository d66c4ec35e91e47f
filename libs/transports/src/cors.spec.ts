import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBus } from './spec/memory-bus.js';

const SHOP = 'https://shop.example';
const OWN = 'https://own.example';
const EVIL = 'https://evil.example';
const CALLS = [
  'events',
  'inbox',
  'inbox/0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11',
  'rpc',
  'messages',
  'messages/batch',
  'messages/0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11',
];

let bus: MemoryBus;

beforeEach(async () => {
  bus = await MemoryBus.start({ settings: { origins: [SHOP] }, fastLane: true });
});

afterEach(() => bus.stop());

const preflight = (path: string, origin: string) =>
  bus.post(`/v1/tenants/demo/${path}`, '', { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }, 'OPTIONS');
const message = JSON.stringify({ to: 'ivanov', type: 't' });

describe('a page of an origin that the tenant names', () => {
  it.each(CALLS)('may ask for %s', async (path) => {
    const { status, headers } = await preflight(path, SHOP);
    expect(status).toBe(204);
    expect(headers).toMatchObject({ 'access-control-allow-origin': SHOP, vary: 'Origin' });
    expect(headers['access-control-allow-headers']).toMatch(/authorization.*last-event-id.*vestnik-session/);
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('may read the answers, problems too, in the fast lane or not', async () => {
    const sent = await bus.post('/v1/tenants/demo/messages', message, { origin: SHOP });
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([202, SHOP]);
    expect(sent.headers['access-control-expose-headers']).toContain('retry-after');
    const refused = await bus.post('/v1/tenants/demo/rpc', '{}', { origin: SHOP, authorization: 'Bearer refused' });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, SHOP]);
    const page = await bus.post('/v1/tenants/demo/inbox', undefined, { origin: SHOP }, 'GET');
    expect([page.status, page.headers['access-control-allow-origin']]).toEqual([200, SHOP]);
  });
});

describe('a page of a foreign origin', () => {
  it.each(CALLS)('is refused %s before anything is done', async (path) => {
    for (const origin of [EVIL, 'null', `${SHOP}.evil.example`]) {
      const { status, headers } = await preflight(path, origin);
      expect(status).toBe(403);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
    const sent = await bus.post(`/v1/tenants/demo/${path}`, message, { origin: EVIL });
    expect([sent.status, sent.body.type]).toEqual([403, 'urn:vestnik:problem:origin-refused']);
    expect(await bus.messageLog.head(1)).toBe(0);
  });

  it('finds nothing allowed elsewhere either', async () => {
    for (const path of ['/v1/tenants/demo', '/v1/tenants', '/v1/session']) {
      const { headers } = await bus.post(path, '', { origin: SHOP, 'access-control-request-method': 'GET' }, 'OPTIONS');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

it('the bus’s own pages go on calling it where a tenant names other origins', async () => {
  const sent = await bus.post('/v1/tenants/demo/messages', message, { origin: OWN });
  expect(sent.status).toBe(202);
  expect(sent.headers).not.toHaveProperty('access-control-allow-origin');
});

it('programs, which send no origin, are not asked', async () => {
  expect((await bus.post('/v1/tenants/demo/messages', message)).status).toBe(202);
});
