import type { ConnectResult } from '@vestnik/protocol';
import { RawSocketClient } from '@vestnik/testing';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('a session over a plain WebSocket', () => {
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

  it('of a client has one position with the others: an acknowledgement by one settles for all', async () => {
    const tenant = await one.tenant();
    const [desk, phone] = [await tenant.connect('ivanov'), await tenant.connect('ivanov')];
    const sent = await tenant.send({ to: 'ivanov', type: 'hello' });
    expect(sent.to[0]?.sessions).toBe(2);
    const [message] = await desk.received(1);
    await phone.received(1);
    await desk.call('ack', { position: message?.position });
    const next = await RawSocketClient.open(tenant.socketUrl);
    expect((await next.connect({ token: await tenant.token('ivanov') })).missed).toBe(0);
  });

  it('of a device has a position of its own, and a new one takes over from the old', async () => {
    const tenant = await one.tenant();
    const phone = await tenant.connect('ivanov', { device: 'phone' });
    const desk = await tenant.connect('ivanov', { device: 'desk' });
    await tenant.send({ to: 'ivanov', type: 'hello', data: 1 });
    const [message] = await phone.received(1);
    await phone.call('ack', { position: message?.position });
    await desk.received(1);
    const again = await RawSocketClient.open(tenant.socketUrl);
    expect((await again.connect({ token: await tenant.token('ivanov'), device: 'desk' })).missed).toBe(1);
    expect((await again.received(1))[0]).toMatchObject({ data: 1, redelivered: true });
    expect((await desk.closed()).code).toBe(4409);
    expect(phone.close).toBeUndefined();
  });

  it('starts after a position that it names, which acknowledges nothing', async () => {
    const tenant = await one.tenant();
    const first = await tenant.connect('ivanov');
    for (const data of [1, 2, 3]) await tenant.send({ to: 'ivanov', type: 'hello', data });
    const received = await first.received(3);
    await first.end();
    const resumed = await tenant.connect('ivanov', { position: received[1]?.position });
    expect((await resumed.received(1))[0]?.data).toBe(3);
    const fromStart = await tenant.connect('ivanov');
    expect((await fromStart.received(3)).map(({ data }) => data)).toEqual([1, 2, 3]);
    const wrong = await RawSocketClient.open(tenant.socketUrl);
    expect((await wrong.ask('connect', { token: await tenant.token('ivanov'), position: 'AAAAAAA!' }))?.error).toBeDefined();
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

  it('cannot move its cursor back, nor beyond what it was handed', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('ivanov', { window: 2 });
    for (const data of [1, 2, 3]) await tenant.send({ to: 'ivanov', type: 'hello', data });
    const [first] = await socket.received(2);
    const other = await tenant.connect('ivanov');
    const third = (await other.received(3))[2];
    await socket.call('ack', { position: third?.position });
    expect((await socket.received(3))[2]?.data).toBe(3);
    await socket.call('ack', { position: first?.position });
    await socket.end();
    await other.end();
    const back = await RawSocketClient.open(tenant.socketUrl);
    expect((await back.connect({ token: await tenant.token('ivanov') })).missed).toBe(1);
  });

  it('reads: what a person has seen leaves the other screens', async () => {
    const tenant = await one.tenant();
    const [desk, phone] = [await tenant.connect('ivanov', { device: 'desk' }), await tenant.connect('ivanov', { device: 'phone' })];
    const sent = await tenant.send({ to: 'ivanov', type: 'hello' });
    await desk.received(1);
    await phone.received(1);
    await desk.call('read', { ids: [sent.id] });
    expect(await phone.until('the retract', ({ retracts }) => retracts[0])).toEqual({ ids: [sent.id], reason: 'read' });
    expect(desk.retracts).toEqual([]);
    const { body } = await tenant.api('GET', `/messages/${sent.id}`);
    expect(body.to).toMatchObject([{ state: 'read' }]);
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

  it('is listed, with its device, and can be closed from outside', async () => {
    const tenant = await one.tenant();
    const socket = await RawSocketClient.open(tenant.socketUrl);
    const { session }: ConnectResult = await socket.connect({ token: await tenant.token('ivanov'), device: 'phone', app: 'tests/1' });
    const { body } = await tenant.api('GET', '/clients/ivanov');
    expect(body).toMatchObject({ sessions: [{ session, device: 'phone', app: 'tests/1' }] });
    expect((await tenant.api('DELETE', `/clients/ivanov/sessions/${session}`)).status).toBeLessThan(300);
    expect((await socket.closed()).code).toBe(4410);
    expect(socket.notices.at(-1)).toMatchObject({ type: 'vestnik.closing', code: 4410, reason: 'closed-by-administrator' });
  });

  it('of a client can be written to alone; somebody who is not there is told at once', async () => {
    const tenant = await one.tenant();
    const socket = await RawSocketClient.open(tenant.socketUrl);
    const { session } = await socket.connect({ token: await tenant.token('ivanov') });
    const other = await tenant.connect('ivanov');
    await tenant.send({ to: `ivanov/${session}`, type: 'for-you', durable: false });
    await socket.received(1);
    await tenant.send({ to: 'ivanov', type: 'for-all' });
    expect((await other.received(1))[0]?.type).toBe('for-all');
    expect(await tenant.api('POST', '/messages', { to: 'ivanov/nobody', type: 'hello', durable: false })).toMatchObject({
      status: 404,
      body: { type: 'urn:vestnik:problem:client-offline' },
    });
  });

  it('is pinged by frames of its own where it asks for that', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('ivanov', { heartbeat: true });
    expect(await socket.call('ping', {})).toHaveProperty('serverTime');
    expect(socket.close).toBeUndefined();
  });

  it('gets messages that are larger than it wants as a reference', async () => {
    const tenant = await one.tenant();
    const socket = await tenant.connect('ivanov', { maxData: 100 });
    await tenant.send({ to: 'ivanov', type: 'big', data: 'x'.repeat(1_000) });
    const [message] = await socket.received(1);
    expect(message).not.toHaveProperty('data');
    const whole = await one.server.api('GET', message?.dataRef ?? '', undefined, await tenant.token('ivanov'));
    expect(whole.body.data).toBe('x'.repeat(1_000));
  });
});
