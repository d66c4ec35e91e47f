import { FaultProxy, RawSocketClient, type TestTenant } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('over a bad network', () => {
  const one = oneServer();
  let proxy: FaultProxy;

  beforeAll(async () => {
    proxy = await FaultProxy.start({ port: one.server.port });
  });
  afterAll(() => proxy?.close());

  const connect = async (tenant: TestTenant, client: string, params: Record<string, unknown> = {}) => {
    const socket = await RawSocketClient.open(proxy.through(tenant.socketUrl));
    const connected = await socket.connect({ token: await tenant.token(client), ...params });
    return { socket, connected };
  };

  it('works where everything comes in single bytes, or merged, late and in spurts', async () => {
    const tenant = await one.tenant();
    const name = 'Иванов Иван';
    proxy.harm({ sliceBytes: 1 });
    const { socket } = await connect(tenant, name);
    await tenant.send({ to: name, type: 'hello', data: 'слово' });
    await socket.received(1);
    proxy.harm({ mergeMs: 30, jitterMs: 20 });
    const asked = await Promise.all(Array.from({ length: 20 }, (_, at) => socket.call('send', { to: name, type: 'hello', data: at })));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(20);
    await socket.received(21);
    expect(socket.messages.map(({ data }) => data)).toEqual(['слово', ...Array.from({ length: 20 }, (_, at) => at)]);
    proxy.heal();
  });

  it('hands over again what was on a connection that broke, marked, and nothing that was acknowledged', async () => {
    const tenant = await one.tenant();
    const { socket } = await connect(tenant, 'ivanov');
    await tenant.send({ to: 'ivanov', type: 'hello', data: 1 });
    const [first] = await socket.received(1);
    await socket.call('ack', { position: first?.position });
    await tenant.send({ to: 'ivanov', type: 'hello', data: 2 });
    await socket.received(2);
    proxy.reset();
    await socket.closed();
    const { socket: back, connected } = await connect(tenant, 'ivanov');
    expect(connected.missed).toBe(1);
    const [again] = await back.received(1);
    expect(again).toMatchObject({ data: 2, redelivered: true });
  });

  it('loses nothing when only what the server sends is lost', async () => {
    const tenant = await one.tenant();
    const { socket } = await connect(tenant, 'ivanov', { device: 'phone' });
    proxy.harm({ silence: 'lost' }, 'down');
    const sent = await tenant.send({ to: 'ivanov', type: 'hello', data: 'into the void' });
    expect(sent.to[0]?.sessions).toBe(1);
    await proxy.until('the message is lost', ({ lostBytes }) => lostBytes > 100);
    proxy.heal();
    await socket.closed();
    const { socket: back } = await connect(tenant, 'ivanov', { device: 'phone' });
    expect((await back.received(1))[0]).toMatchObject({ id: sent.id });
  });

  it('lets a new session of a device take over from one whose connection is silent', async () => {
    const tenant = await one.tenant();
    const { socket } = await connect(tenant, 'ivanov', { device: 'phone' });
    proxy.harm({ silence: 'held' });
    const back = await tenant.connect('ivanov', { device: 'phone' });
    await tenant.send({ to: 'ivanov', type: 'hello', data: 1 });
    await back.received(1);
    proxy.heal();
    expect((await socket.closed()).code).toBe(4409);
    expect(socket.notices.at(-1)).toMatchObject({ type: 'vestnik.closing', code: 4409, reconnect: false });
  });

  it('closes a session whose client has ended its half', async () => {
    const tenant = await one.tenant();
    const { socket } = await connect(tenant, 'ivanov');
    proxy.halfClose('up');
    await socket.closed();
    const { body } = await tenant.api('GET', '/clients/ivanov');
    expect(body.sessions).toEqual([]);
  });
});
