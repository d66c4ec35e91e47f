import { ask, RawSocketClient, UpgradeRefused } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('web pages of other origins', () => {
  const one = oneServer();

  const status = (url: string, origin?: string) =>
    RawSocketClient.open(url, { headers: origin === undefined ? {} : { origin } }).then(
      async (socket) => {
        socket.terminate();
        return 101;
      },
      (error: unknown) => (error instanceof UpgradeRefused ? error.status : String(error)),
    );

  it.each(['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'file://'])('%s is refused before the upgrade', async (origin) => {
    const tenant = await one.tenant();
    expect(await status(tenant.socketUrl, origin)).toBe(403);
    const handshake = await ask(`${one.server.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
    expect(handshake.headers['access-control-allow-origin'] ?? '').not.toBe(origin);
    expect(handshake.headers['access-control-allow-origin'] ?? '').not.toBe('*');
  });

  it('its own, and those that the tenant names, are let in; programs send none', async () => {
    const tenant = await one.tenant();
    expect(await status(tenant.socketUrl)).toBe(101);
    expect(await status(tenant.socketUrl, one.server.url)).toBe(101);
    const open = await one.tenant({ origins: ['https://shop.example'] });
    expect(await status(open.socketUrl, 'https://shop.example')).toBe(101);
    expect(await status(open.socketUrl, 'https://shop.example.evil')).toBe(403);
    expect(await status(tenant.socketUrl, 'https://shop.example')).toBe(403);
  });
});
