import { RawSocketClient } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('connections that take their time, or too many', () => {
  const one = oneServer();

  it('without connect are closed with 4408 after ten seconds, and nothing is pushed to them', async () => {
    const tenant = await one.tenant();
    const startedAt = performance.now();
    const silent = await RawSocketClient.open(tenant.socketUrl);
    const early = await RawSocketClient.open(tenant.socketUrl);
    const refused = await early.ask('send', { to: 'ivanov', type: 'hello' });
    if (refused !== undefined) expect(refused.error?.data.type).toBeOneOf(['unauthenticated', 'request-invalid']);
    expect((await silent.closed(14_000)).code).toBe(4408);
    expect(performance.now() - startedAt).toBeGreaterThan(8_000);
    expect(silent.messages).toEqual([]);
  });

  it('of one client are fifty at most; the next is closed with 4429', async () => {
    const tenant = await one.tenant();
    const sockets = await Promise.all(Array.from({ length: 50 }, () => tenant.connect('ivanov')));
    const token = await tenant.token('ivanov');
    const late = await RawSocketClient.open(tenant.socketUrl);
    await late.ask('connect', { token });
    expect((await late.closed()).code).toBe(4429);
    expect(late.notices.at(-1)).toMatchObject({ type: 'vestnik.closing', code: 4429, reason: 'too-many-connections', reconnect: true });
    sockets[0]?.terminate();
    expect(sockets.slice(1).every(({ close }) => close === undefined)).toBe(true);
    for (const socket of sockets) socket.terminate();
  });
});
