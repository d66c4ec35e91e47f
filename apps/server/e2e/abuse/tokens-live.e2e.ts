import { RawSocketClient, untilAsked } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('a session whose permission ends', () => {
  const one = oneServer();

  it('is told before its token expires, stays with a fresh one, and is closed without', async () => {
    const tenant = await one.tenant();
    const open = async () => {
      const socket = await RawSocketClient.open(tenant.socketUrl);
      await socket.connect({ token: await tenant.mint('ivanov', { ttl: 5 }) });
      return socket;
    };
    const [refreshes, forgets] = [await open(), await open()];
    for (const socket of [refreshes, forgets]) {
      await socket.until('the notice', ({ notices }) => notices.some(({ type }) => type === 'vestnik.token-expiring'), 5_000);
    }
    const foreign = await refreshes.ask('refresh', { token: await tenant.mint('petrov') });
    expect(foreign?.error?.data.type).toBe('forbidden');
    const { expiresAt } = await refreshes.call<{ expiresAt: string }>('refresh', { token: await tenant.mint('ivanov', { ttl: 3600 }) });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 3_000_000);

    expect((await forgets.closed(35_000)).code).toBe(4401);
    expect(forgets.notices.at(-1)).toMatchObject({ type: 'vestnik.closing', code: 4401, reason: 'token-expired', reconnect: true });
    expect(await refreshes.call('ping', {})).toHaveProperty('serverTime');
  }, 45_000);

  it('is closed within 30 seconds after its key was removed, or its client revoked, and cannot come back', async () => {
    const tenant = await one.tenant();
    const { id, key } = await tenant.createKey({ client: 'robot' });
    const byKey = await RawSocketClient.open(tenant.socketUrl, { headers: { authorization: `Bearer ${key}` } });
    await byKey.connect();
    const minted = await tenant.api('POST', '/tokens', { client: 'petrov' }, key);
    expect(minted.status).toBe(201);
    const byToken = await RawSocketClient.open(tenant.socketUrl);
    await byToken.connect({ token: minted.body.token });
    const revoked = await tenant.connect('ivanov');
    const untouched = await tenant.connect('sidorov');

    expect((await tenant.api('DELETE', `/keys/${id}`)).status).toBeLessThan(300);
    expect((await tenant.api('POST', '/clients/ivanov/revoke', {})).status).toBeLessThan(300);
    for (const socket of [byKey, byToken, revoked]) expect((await socket.closed(30_000)).code).toBe(4401);
    expect(untouched.close).toBeUndefined();

    expect((await tenant.api('GET', '/clients', undefined, key)).status).toBe(401);
    const again = await RawSocketClient.open(tenant.socketUrl);
    const refused = await again.ask('connect', { token: minted.body.token });
    expect(refused?.error?.data.type ?? (await again.closed()).code).toBeOneOf(['unauthenticated', 4401]);
    await untilAsked('a new token is good', async () => {
      const socket = await RawSocketClient.open(tenant.socketUrl);
      await socket.connect({ token: await tenant.mint('ivanov') });
      return true;
    });
  }, 60_000);
});
