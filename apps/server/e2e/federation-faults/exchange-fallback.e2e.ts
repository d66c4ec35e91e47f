import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { linkConnected, linkSeen } from '@vestnik/testing';
import { afterAll, expect, it } from 'vitest';
import { surviveLinks } from '../federation/run-links.js';

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

/** A proxy that knows HTTP and no WebSockets, as some before companies' networks do. */
async function withoutUpgrades(port: number): Promise<{ readonly port: number; readonly refused: () => number }> {
  let refused = 0;
  const server = createServer((asked, answer) => {
    const passed = request({ host: '127.0.0.1', port, method: asked.method, path: asked.url, headers: asked.headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  server.on('upgrade', (_request, socket) => {
    refused++;
    socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, refused: () => refused };
}

it('goes on by POST after POST where a proxy refuses WebSockets, both ways, with nothing lost', { timeout: 120_000 }, async () => {
  await surviveLinks({
    messages: 100,
    everyMs: 40,
    meanwhile: async ({ hq, branch, proxy, link, handedOver }) => {
      const between = await withoutUpgrades(hq.port);
      await handedOver(10);
      proxy.redirect(between.port);
      proxy.reset();
      await branch.logged(/"transport":"exchange"/, 20_000);
      await handedOver(40);
      expect(between.refused()).toBeGreaterThan(0);
      for (const [server, id] of [
        [hq, link.accepting],
        [branch, link.inviting],
      ] as const) {
        await linkConnected(server, id);
        expect(await linkSeen(server, id)).toMatchObject({ transport: 'exchange', dialledBy: server === hq ? 'them' : 'us' });
      }
      // A line that breaks in the middle of a POST loses nothing either.
      for (let n = 0; n < 5; n++) {
        proxy.reset();
        await handedOver(4);
      }
    },
  });
});
