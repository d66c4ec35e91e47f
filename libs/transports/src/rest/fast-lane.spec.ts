import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBus } from '../spec/memory-bus.js';

let bus: MemoryBus;
let socket: Socket;
let received: string;
let changed: () => void;

beforeEach(async () => {
  bus = await MemoryBus.start({ fastLane: true });
  socket = connect({ host: '127.0.0.1', port: bus.port, noDelay: true });
  received = '';
  changed = () => undefined;
  socket.on('data', (chunk) => {
    received += chunk.toString();
    changed();
  });
  socket.on('close', () => changed());
  await once(socket, 'connect');
});

afterEach(async () => {
  socket.destroy();
  await bus.stop();
});

function request(body: string, { path = '/v1/tenants/demo/messages', headers = '' } = {}): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer server\r\nContent-Type: application/json\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const send = (n: number) => request(JSON.stringify({ to: 'ivanov', type: 't', data: n, correlationId: `c${n}` }));

/** Waits for so many answers. @returns their statuses, in order */
async function answers(count: number): Promise<number[]> {
  const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
  while (statuses().length < count || !/\r\n\r\n.*\}$/s.test(received)) {
    if (socket.destroyed) break;
    await new Promise<void>((resolve) => {
      changed = resolve;
    });
  }
  return statuses();
}

/** The data that was stored, in the order of the log. */
const stored = async () =>
  (await bus.messageLog.tail(1, 0, 1_000)).flatMap((entry) => (entry.kind === 'message' ? [JSON.parse(entry.message.data) as unknown] : []));

describe('the fast lane', () => {
  it('answers one request after another on one connection', async () => {
    for (let n = 1; n <= 3; n++) {
      socket.write(send(n));
      expect(await answers(n)).toEqual(Array(n).fill(202));
    }
    expect(await stored()).toEqual([1, 2, 3]);
  });

  it('answers requests that come at once, in their order', async () => {
    socket.write(Array.from({ length: 50 }, (_, n) => send(n)).join(''));
    expect(await answers(50)).toEqual(Array(50).fill(202));
    expect(await stored()).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it.each([1, 10, 100, 250])('answers requests that are cut anywhere and come in pieces of %i bytes', async (size) => {
    const bytes = Buffer.from(Array.from({ length: 20 }, (_, n) => send(n)).join(''));
    for (let at = 0; at < bytes.length; at += size) socket.write(bytes.subarray(at, at + size));
    expect(await answers(20)).toEqual(Array(20).fill(202));
    expect(await stored()).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('never takes the body of one request for another request', async () => {
    // The first is answered at once (it is refused); the second comes with its head at the end of the same piece, its body apart.
    const inner = request(JSON.stringify({ to: 'smuggled', type: 't', data: 666 }));
    const second = request(JSON.stringify({ to: 'ivanov', type: 't', data: inner }));
    const cut = second.indexOf(JSON.stringify(inner).slice(1, 30));
    socket.write(request('{') + second.slice(0, cut));
    socket.write(second.slice(cut));
    expect(await answers(2)).toEqual([400, 202]);
    expect(await stored()).toEqual([inner]);
  });

  it('leaves the rest to node: what is malformed, chunked, or for another path', async () => {
    socket.write(
      'POST /v1/tenants/demo/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer server\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"to":"ivanov","type":"t","data":7}'.slice(
        0,
        -3,
      ),
    );
    socket.write(' }');
    socket.end();
    await once(socket, 'close');
    expect(received).toMatch(/^HTTP\/1\.1 400/);
  });

  it('takes no request with two lengths, or with a length beside chunks', async () => {
    for (const headers of ['Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n']) {
      const one = connect({ host: '127.0.0.1', port: bus.port });
      let text = '';
      one.on('data', (chunk) => {
        text += chunk.toString();
      });
      one.write(request(JSON.stringify({ to: 'a', type: 't' }), { headers }));
      await once(one, 'close');
      expect(text).toMatch(/^HTTP\/1\.1 400/);
    }
    expect(await stored()).toEqual([]);
  });

  it('reads a hostile head in no time', async () => {
    const started = performance.now();
    for (let n = 0; n < 20; n++) {
      const one = connect({ host: '127.0.0.1', port: bus.port });
      one.on('error', () => undefined).resume();
      one.write(request('{}', { headers: `X: ${' '.repeat(7_800)}\u0001\r\n` }));
      await once(one, 'close');
    }
    expect(performance.now() - started).toBeLessThan(400);
  });
});
