import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

/** Writes a byte of `text` each second and never comes to an end. @returns after how many seconds the server had enough */
async function drip(port: number, head: string): Promise<number> {
  const startedAt = performance.now();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.write(head);
  const timer = setInterval(() => socket.write('x'), 1_000);
  await once(socket, 'close');
  clearInterval(timer);
  return (performance.now() - startedAt) / 1000;
}

describe('requests that never come to an end', () => {
  const one = oneServer();

  it('are ended by the server, in their headers, in their body and before the first byte', { timeout: 400_000 }, async () => {
    const tenant = await one.tenant();
    const { port } = one.server;
    const head = `POST ${tenant.path}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.key}\r\nContent-Type: application/json\r\n`;
    const dripping = [drip(port, `${head}X-Slow: `), drip(port, `${head}Content-Length: 100000\r\n\r\n{"to":`)];
    for (let times = 0; times < 20; times++) {
      const sentAt = performance.now();
      await tenant.send({ to: 'ivanov', type: 'hello' });
      expect(performance.now() - sentAt).toBeLessThan(2_000);
    }
    const [headersSeconds, bodySeconds] = await Promise.all(dripping);
    expect(headersSeconds).toBeLessThan(100);
    expect(bodySeconds).toBeLessThan(330);
  });

  it('do not grow memory by the thousand', { timeout: 120_000 }, async () => {
    const before = await one.server.residentBytes();
    const sockets = Array.from({ length: 2_000 }, () => connect(one.server.port, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => {});
    await Promise.all(sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
    for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    const tenant = await one.tenant();
    await tenant.send({ to: 'ivanov', type: 'hello' });
    expect((await one.server.residentBytes()) - before).toBeLessThan(128 * 1024 * 1024);
    for (const socket of sockets) socket.destroy();
  });
});
