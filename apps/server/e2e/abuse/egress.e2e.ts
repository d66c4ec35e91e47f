import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { Endpoint } from '../webhooks/endpoint.js';

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

describe('a URL that leads inside', () => {
  const one = oneServer();
  let inside: Endpoint;
  beforeAll(async () => {
    inside = await Endpoint.open();
  });
  afterAll(() => inside.close());

  it('is refused as a webhook, a hook and the place of keys, and nothing is dialled', async () => {
    const tenant = await one.tenant();
    const port = new URL(inside.url).port;
    const urls = [
      inside.url,
      `https://127.0.0.1:${port}/`,
      `https://localhost:${port}/`,
      `http://localhost:${port}/`,
      `https://[::1]:${port}/`,
      `https://2130706433:${port}/`,
      `https://0x7f000001:${port}/`,
      `https://0177.0.0.1:${port}/`,
      `https://[::ffff:127.0.0.1]:${port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'https://169.254.169.254/latest/meta-data/',
      'https://10.0.0.1/',
      'https://192.168.0.1/',
      'https://[fd00:ec2::254]/',
      'file:///etc/passwd',
      'https://user:password@127.0.0.1/',
    ];
    for (const url of urls) {
      const webhook = await tenant.api('PUT', '/clients/shop/webhook', { url });
      expect(webhook, url).toMatchObject({ status: 403, body: { type: 'urn:vestnik:problem:url-refused', errors: [{ path: 'url' }] } });
      const hooks = await one.server.api('PATCH', tenant.path, { hooks: { url, secret: SECRET } });
      expect(hooks, url).toMatchObject({ status: 403, body: { type: 'urn:vestnik:problem:url-refused', errors: [{ path: 'hooks/url' }] } });
      const keys = await one.server.api('PATCH', tenant.path, { jwt: { algorithms: ['RS256'], jwksUrl: url } });
      expect(keys, url).toMatchObject({ status: 403, body: { type: 'urn:vestnik:problem:url-refused', errors: [{ path: 'jwt/jwksUrl' }] } });
    }
    expect((await tenant.api('GET', '/clients/shop/webhook')).status).toBe(404);
    expect(inside.delivered).toEqual([]);
  });
});

describe('an endpoint that is allowed and means harm', () => {
  const one = oneServer(() => ({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' } }));

  it('leads nowhere by a redirect, and cannot fill the memory with an endless answer', async () => {
    const tenant = await one.tenant({ webhookAttempts: 1 });
    const inside = await Endpoint.open();
    let mode: 'redirect' | 'endless' = 'redirect';
    const bad = createServer((request, response) => {
      request.resume();
      if (mode === 'redirect') return void response.writeHead(307, { location: inside.url }).end();
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 'x'))) {}
      };
      response.on('drain', more);
      more();
    });
    await new Promise<void>((resolve) => void bad.listen(0, '127.0.0.1', resolve));
    try {
      await tenant.api('PUT', '/clients/shop/webhook', { url: `http://127.0.0.1:${(bad.address() as AddressInfo).port}/` });
      const failsWith = (error: string) =>
        untilAsked(`it fails: ${error}`, async () =>
          ((await tenant.api('GET', '/clients/shop/webhook')).body.lastError as string | undefined)?.includes(error),
        );
      await tenant.send({ to: 'shop', type: 'order', data: 1 });
      await failsWith('307');
      mode = 'endless';
      await tenant.send({ to: 'shop', type: 'order', data: 2 });
      await failsWith('larger than 256 KiB');
      expect(inside.delivered).toEqual([]);
      expect((await tenant.api('GET', '/dead-letters')).body.items).toHaveLength(2);
    } finally {
      inside.close();
      bad.close();
      bad.closeAllConnections();
    }
  });
});
