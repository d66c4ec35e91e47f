import { ask, type TestServer, untilAsked } from '@vestnik/testing';
import { expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

/*
 * What administrators may, at a real server: of single tenants, with sessions, keys that are replaced, tokens to try things with.
 */

const one = oneServer();
const PASSWORD = 'a long sentence is a good password';
let names = 0;

async function make(server: TestServer, right: object): Promise<string> {
  const name = `somebody-${++names}`;
  const made = await ask(`${server.url}/v1/administrators`, { method: 'POST', credentials: server.adminKey, body: { name, password: PASSWORD, ...right } });
  expect(made.status).toBe(201);
  return name;
}

/** Calls with the cookie of somebody who has signed in. */
async function signIn(server: TestServer, name: string, password = PASSWORD) {
  const entered = await ask(`${server.url}/v1/session`, { method: 'POST', body: { name, password }, headers: { 'user-agent': 'Firefox/128.0 (Windows)' } });
  const cookie = /^[^;]+/.exec(String(entered.headers['set-cookie']))?.[0] ?? '';
  return (method: string, path: string, body?: unknown) =>
    ask<Record<string, never> & { items: Record<string, unknown>[] }>(`${server.url}${path}`, {
      method,
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
}

it('keeps an administrator to its tenants, until one is deleted and made again', async () => {
  const { server } = one;
  const mine = await one.tenant();
  const other = await one.tenant();
  const call = await signIn(server, await make(server, { role: 'operator', tenants: [mine.name] }));
  expect((await call('GET', '/v1/tenants')).body.items.map(({ name }) => name)).toEqual([mine.name]);
  expect((await call('PATCH', `/v1/tenants/${mine.name}`, { ttl: 60 })).status).toBe(200);
  expect((await call('PATCH', `/v1/tenants/${mine.name}`, { maxInbox: 1 })).status).toBe(403);
  expect((await call('GET', `/v1/tenants/${other.name}`)).status).toBe(404);
  expect((await call('GET', '/v1/audit')).status).toBe(403);

  const remake = { method: 'POST', credentials: server.adminKey, body: { name: mine.name } };
  expect((await ask(`${server.url}/v1/tenants/${mine.name}`, { method: 'DELETE', credentials: server.adminKey })).status).toBe(204);
  expect((await ask(`${server.url}/v1/tenants`, remake)).status).toBe(201);
  expect((await call('GET', '/v1/tenants')).body.items).toEqual([]);
  expect((await call('GET', `/v1/tenants/${mine.name}`)).status).toBe(404);
});

it('mints a token to try with, which dies with the right of whoever minted it', async () => {
  const { server } = one;
  const tenant = await one.tenant();
  const name = await make(server, { role: 'operator', tenants: [tenant.name] });
  const call = await signIn(server, name);
  const minted = await call('POST', `/v1/tenants/${tenant.name}/tokens`, { client: 'trying' });
  expect(minted.status).toBe(201);
  const poll = () => ask(`${server.url}/v1/tenants/${tenant.name}/inbox?wait=0`, { credentials: String(minted.body.token) });
  expect((await poll()).status).toBe(200);
  expect((await call('POST', `/v1/tenants/${tenant.name}/tokens`, { client: 'trying', ttl: 3_601 })).status).toBe(400);

  await ask(`${server.url}/v1/administrators/${name}`, { method: 'PATCH', credentials: server.adminKey, body: { role: 'viewer' } });
  expect((await poll()).status).toBe(401);
  const { body } = await ask<{ items: unknown[] }>(`${server.url}/v1/audit?action=token.mint&who=administrator:${name}`, { credentials: server.adminKey });
  expect(body.items).toMatchObject([{ subject: `trying@${tenant.name}` }]);
});

it('ends the other sessions with a new password, keeps the one that asks, and locks out and unlocks', async () => {
  const { server } = one;
  const name = await make(server, { role: 'viewer' });
  const [here, there] = [await signIn(server, name), await signIn(server, name)];
  const listed = (await here('GET', `/v1/administrators/${name}/sessions`)).body.items;
  expect(listed).toMatchObject([
    { browser: 'Firefox 128 on Windows', address: '127.0.0.1', current: false },
    { current: true, lastSeenAt: expect.any(String) },
  ]);
  const next = 'another long sentence, as good';
  expect((await here('PATCH', `/v1/administrators/${name}`, { password: next, currentPassword: PASSWORD })).body.sessions).toEqual({ ended: 1, kept: true });
  expect([(await here('GET', '/v1/session')).status, (await there('GET', '/v1/session')).status]).toEqual([200, 401]);

  for (let at = 0; at < 5; at++) await signIn(server, name);
  const look = async () => {
    const { body } = await ask<{ items: { name: string; locked?: boolean }[] }>(`${server.url}/v1/administrators`, { credentials: server.adminKey });
    return body.items.find((administrator) => administrator.name === name)?.locked;
  };
  expect(await look()).toBe(true);
  const tried = () => ask(`${server.url}/v1/session`, { method: 'POST', body: { name, password: next } });
  expect((await tried()).status).toBe(429);
  await ask(`${server.url}/v1/administrators/${name}/unlock`, { method: 'POST', credentials: server.adminKey });
  expect([await look(), (await tried()).status]).toEqual([undefined, 201]);
  const refused = await ask<{ items: { after: object }[] }>(`${server.url}/v1/audit?action=session.refused&subject=${name}`, { credentials: server.adminKey });
  expect(refused.body.items.map(({ after }) => after)).toEqual([{ why: 'wrong-password', locks: true }, { why: 'wrong-password' }]);
});

it('replaces a key: both count for the overlap, and then one', async () => {
  const { server } = one;
  const tenant = await one.tenant();
  const old = await tenant.createKey({});
  const path = `${server.url}/v1/tenants/${tenant.name}`;
  const rotate = (overlap: number) =>
    ask<{ key: string; replaces: string }>(`${path}/keys/${old.id}/rotate`, { method: 'POST', credentials: server.adminKey, body: { overlap } });
  const status = async (key: string) => (await ask(`${path}/messages`, { method: 'POST', credentials: key, body: { to: 'ivanov', type: 't' } })).status;
  const made = await rotate(600);
  expect([made.body.replaces, await status(made.body.key), await status(old.key)]).toEqual([old.id, 202, 202]);
  await rotate(0);
  await untilAsked('the old key has ended', async () => (await status(old.key)) === 401);
  expect(await status(made.body.key)).toBe(202);
});

it('lets scripts in with a key of administrators until it is removed', async () => {
  const { server } = one;
  const body = { title: 'script', role: 'viewer' };
  const made = await ask<{ id: string; key: string }>(`${server.url}/v1/administrator-keys`, { method: 'POST', credentials: server.adminKey, body });
  const list = () => ask(`${server.url}/v1/tenants`, { credentials: made.body.key });
  const change = await ask(`${server.url}/v1/tenants`, { method: 'POST', credentials: made.body.key, body: { name: 'no' } });
  expect([(await list()).status, change.status]).toEqual([200, 403]);
  await ask(`${server.url}/v1/administrator-keys/${made.body.id}`, { method: 'DELETE', credentials: server.adminKey });
  expect((await list()).status).toBe(401);
});
