import { RawSocketClient } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('a session over a plain WebSocket alone', () => {
  const one = oneServer();

  it('is told who and where it is, and what holds for it', async () => {
    const tenant = await one.tenant();
    const socket = await RawSocketClient.open(tenant.socketUrl);
    expect(socket.socket.protocol).toBe('vestnik.v1.jsonrpc');
    const result = await socket.connect({ token: await tenant.token('ivanov') });
    expect(result).toMatchObject({
      client: tenant.address('ivanov'),
      installation: one.server.installation,
      missed: 0,
      pingInterval: 25,
      limits: { batch: 100, window: 256, data: 256 * 1024 },
      position: expect.any(String),
      serverTime: expect.any(String),
    });
    expect(result).not.toHaveProperty('gap');
    const plain = await RawSocketClient.open(tenant.socketUrl, { protocols: [] });
    expect((await plain.connect({ token: await tenant.token('ivanov') })).session).not.toBe(result.session);
  });

  it('may be opened by the address alone, for clients that only listen', async () => {
    const tenant = await one.tenant();
    await tenant.send({ to: 'ivanov', type: 'hello' });
    const socket = await RawSocketClient.open(`${tenant.socketUrl}?connect=auto&device=phone&window=5`, {
      headers: { authorization: `Bearer ${await tenant.token('ivanov')}` },
    });
    await socket.received(1);
  });

  it('is handed no more than its window, is told so once, and gets the rest as it acknowledges', async () => {
    const tenant = await one.tenant();
    for (let data = 0; data < 10; data++) await tenant.send({ to: 'ivanov', type: 'hello', data });
    const socket = await tenant.connect('ivanov', { window: 4 });
    await socket.received(4);
    const notice = await socket.until('the notice', ({ notices }) => notices.find(({ type }) => type === 'vestnik.waiting-for-ack'), 8_000);
    expect(notice).toBeDefined();
    expect(socket.messages).toHaveLength(4);
    while (socket.messages.length < 10) {
      const before = socket.messages.length;
      await socket.call('ack', { position: socket.messages.at(-1)?.position });
      await socket.until('more', ({ messages }) => messages.length > before);
    }
    expect(socket.messages.map(({ data }) => data)).toEqual(Array.from({ length: 10 }, (_, at) => at));
    expect(socket.notices.filter(({ type }) => type === 'vestnik.waiting-for-ack')).toHaveLength(1);
  });

  it('carries a batch out in order, and leaves out what nobody asked an answer to', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('ivanov');
    const send = (id: number | undefined, data: number) => ({ jsonrpc: '2.0', id, method: 'send', params: { to: 'ivanov', type: 'hello', data } });
    socket.sendText(JSON.stringify([send(101, 1), send(undefined, 2), send(103, 3), 7, { jsonrpc: '2.0', id: 105, method: 'nothing' }]));
    await socket.received(3);
    expect(socket.messages.map(({ data }) => data)).toEqual([1, 2, 3]);
    await socket.until('the answers', ({ strays }) => strays.length >= 4);
    const answers = socket.frames.find(({ direction, text }) => direction === 'in' && text.startsWith('['));
    expect(answers, 'one frame with all answers').toBeDefined();
    expect(socket.strays.map(({ id }) => id)).toEqual([101, 103, null, 105]);
    expect(socket.strays.map(({ error }) => error?.code)).toEqual([undefined, undefined, -32600, -32601]);
  });

  it('is pinged by frames of its own where it asks for that', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('ivanov', { heartbeat: true });
    expect(await socket.call('ping', {})).toHaveProperty('serverTime');
    expect(socket.close).toBeUndefined();
  });
});
