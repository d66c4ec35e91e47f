import { get } from 'node:http';
import { type Answer, ask, type TestTenant } from '@vestnik/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const OWN = 'https://shop.example';
const FOREIGN = 'https://evil.example';
const UNKNOWN_ID = '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11';

/** Calls of clients by HTTP, and what they are sent with. */
const CLIENT_CALLS: readonly (readonly [string, string, unknown?])[] = [
  ['GET', '/events'],
  ['GET', '/inbox?wait=0'],
  ['GET', `/inbox/${UNKNOWN_ID}`],
  ['POST', '/rpc', { jsonrpc: '2.0', id: 1, method: 'ping' }],
  ['POST', '/calls', { to: 'nobody', method: 'm' }],
  ['POST', '/messages', { to: 'nobody', type: 't' }],
  ['POST', '/messages/batch', { messages: [{ to: 'nobody', type: 't' }] }],
  ['GET', `/messages/${UNKNOWN_ID}`],
  ['GET', `/messages/${UNKNOWN_ID}/recipients`],
  ['DELETE', `/messages/${UNKNOWN_ID}`],
];

const MANAGEMENT: readonly (readonly [string, string])[] = [
  ['GET', ''],
  ['PATCH', ''],
  ['GET', '/keys'],
  ['POST', '/tokens'],
  ['GET', '/clients'],
  ['POST', '/clients/ivanov/revoke'],
  ['PUT', '/clients/ivanov/webhook'],
  ['GET', '/topics'],
  ['PUT', '/subscriptions'],
  ['GET', '/dead-letters'],
];

const corsOf = ({ headers }: Answer) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));

describe('pages in browsers', () => {
  const one = oneServer();
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await one.tenant({ origins: [OWN] });
  });

  const preflight = (method: string, path: string, origin: string) =>
    ask(`${one.server.url}${path}`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
    });

  /** The head of an answer, which for a stream is all that there is. */
  const headOf = (path: string, headers: Readonly<Record<string, string>>) =>
    new Promise<Answer>((resolve, reject) => {
      const asked = get(`${one.server.url}${path}`, { headers, agent: false }, (answer) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: '', body: {} });
        asked.destroy();
      });
      asked.on('error', reject);
    });

  it('of the tenant’s origins may make the calls of clients, without cookies; no other page may', async () => {
    const key = tenant.key;
    for (const [method, path, body] of CLIENT_CALLS) {
      const what = `${method} ${path}`;
      const allowed = await preflight(method, `${tenant.path}${path}`, OWN);
      expect(allowed.status, what).toBe(204);
      expect(corsOf(allowed), what).toMatchObject({ 'access-control-allow-origin': OWN, 'access-control-allow-methods': expect.stringContaining(method) });
      expect(corsOf(allowed), what).not.toHaveProperty('access-control-allow-credentials');
      for (const origin of [FOREIGN, 'null', `${OWN}.evil.example`, 'http://shop.example', OWN.toUpperCase()]) {
        const refused = await preflight(method, `${tenant.path}${path}`, origin);
        expect(corsOf(refused), `${what} from ${origin}`).toEqual({});
        expect(refused.status, `${what} from ${origin}`).toBe(403);
        const url = `${one.server.url}${tenant.path}${path}`;
        const sent = await ask(url, { method, body, credentials: key, headers: { origin } });
        expect([sent.status, sent.body.type], `${what} from ${origin}`).toEqual([403, 'urn:vestnik:problem:origin-refused']);
        expect(corsOf(sent)).toEqual({});
      }
      const headers = { origin: OWN, authorization: `Bearer ${key}` };
      const answered =
        path === '/events' ? await headOf(`${tenant.path}${path}`, headers) : await ask(`${one.server.url}${tenant.path}${path}`, { method, body, headers });
      expect(corsOf(answered)['access-control-allow-origin'], what).toBe(OWN);
      expect(corsOf(answered), what).not.toHaveProperty('access-control-allow-credentials');
      expect(answered.headers.vary, what).toMatch(/origin/i);
    }
  });

  it('of no other origin manage anything, whichever the tenant names', async () => {
    for (const [method, path] of MANAGEMENT) {
      for (const origin of [OWN, FOREIGN]) {
        expect(corsOf(await preflight(method, `${tenant.path}${path}`, origin)), `${method} ${path}`).toEqual({});
        expect(corsOf(await ask(`${one.server.url}${tenant.path}${path}`, { method: 'GET', credentials: tenant.key, headers: { origin } }))).toEqual({});
      }
    }
    for (const path of ['/v1/session', '/v1/tenants', '/v1/audit', '/v1/settings', '/metrics', '/v1/openapi.json']) {
      expect(corsOf(await ask(`${one.server.url}${path}`, { headers: { origin: OWN } })), path).toEqual({});
    }
  });

  it('that are signed in as an administrator are nobody in the calls of clients', async () => {
    const password = 'correct horse battery staple';
    const made = await one.server.api('POST', '/v1/administrators', { name: 'root', password, role: 'owner' });
    expect(made.status, made.text).toBe(201);
    const signedIn = await ask(`${one.server.url}/v1/session`, { body: { name: 'root', password }, headers: { origin: one.server.url } });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    expect(cookie).toContain('=');
    const headers = { cookie, origin: one.server.url, 'sec-fetch-site': 'same-origin' };
    expect((await ask(`${one.server.url}${tenant.path}`, { headers })).status).toBe(200);
    for (const [method, path, body] of CLIENT_CALLS) {
      const tried = await ask(`${one.server.url}${tenant.path}${path}`, { method, body, headers: { cookie } });
      expect([tried.status, tried.body.type], `${method} ${path}`).toEqual([401, 'urn:vestnik:problem:unauthenticated']);
    }
  });
});

describe('a token in an address', () => {
  const one = oneServer(() => ({ environment: { VESTNIK_LOG_LEVEL: 'trace' } }));
  let tenant: TestTenant;
  let token: string;
  beforeAll(async () => {
    tenant = await one.tenant();
    token = await tenant.mint('ivanov');
  });

  it('counts for the inbox and for events, and nowhere else', async () => {
    const asked = await ask(`${one.server.url}${tenant.path}/inbox?access_token=${token}`);
    expect(asked.status).toBe(200);
    expect(asked.headers['referrer-policy']).toBe('no-referrer');
    for (const [method, path, body] of CLIENT_CALLS) {
      if (/^\/(?:events|inbox\?)/.test(path)) continue;
      const tried = await ask(`${one.server.url}${tenant.path}${path}?access_token=${token}`, { method, body });
      expect(tried.status, `${method} ${path}`).toBe(401);
    }
    for (const [method, path] of MANAGEMENT) expect((await ask(`${one.server.url}${tenant.path}${path}?access_token=${token}`, { method })).status).toBe(401);
  });

  it('is a client’s, never a key, and a wrong one is refused as anywhere', async () => {
    for (const credential of [
      tenant.key,
      one.server.adminKey,
      encodeURIComponent(`x ${token}`),
      `%0a${token}`,
      `${token.slice(0, -4)}AAAA`,
      'x'.repeat(5_000),
    ]) {
      const refused = await ask(`${one.server.url}${tenant.path}/inbox?access_token=${credential}`);
      expect([refused.status, refused.body.type], credential.slice(0, 20)).toEqual([401, 'urn:vestnik:problem:unauthenticated']);
      expect(refused.headers['referrer-policy']).toBe('no-referrer');
      expect(refused.text).not.toContain(credential.slice(0, 40));
    }
    // The header decides where both are there.
    const both = await ask(`${one.server.url}${tenant.path}/inbox?access_token=${token}`, { credentials: 'nonsense' });
    expect(both.status).toBe(401);
  });

  it('is not written down, whatever is logged', async () => {
    await ask(`${one.server.url}${tenant.path}/inbox?access_token=${token}&limit=nonsense`);
    await ask(`${one.server.url}${tenant.path}/inbox/?access_token=${token}`);
    await ask(`${one.server.url}${tenant.path}/inbox?access_token=${token}`, { method: 'DELETE' });
    await ask(`${one.server.url}/nowhere?access_token=${token}`);
    await ask(`${one.server.url}${tenant.path}/inbox?access_token=${token}&after=AAAA`);
    await one.server.stop();
    expect(one.server.log.length).toBeGreaterThan(0);
    for (const secret of [token, token.split('.')[2] ?? '', tenant.key, 'access_token']) expect(one.server.log).not.toContain(secret);
  });
});
