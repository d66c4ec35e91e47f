import { ask, RawSocketClient } from '@vestnik/testing';
import { io } from 'socket.io-client';
import { describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

describe('whoever claims to be somebody else', () => {
  const one = oneServer();

  it('cannot forge `from`, by field, by name or by header', async () => {
    const tenant = await one.tenant();
    const receiver = await tenant.connect('ivanov');
    const sender = await tenant.connect('petrov');
    const forged = await sender.ask('send', { to: 'ivanov', type: 'hello', from: tenant.address('director') });
    expect(forged?.error?.data).toMatchObject({ type: 'message-invalid', errors: [{ path: 'from' }] });
    const byHttp = await ask(`${one.server.url}${tenant.path}/messages`, {
      body: { to: 'ivanov', type: 'hello', data: 'http' },
      credentials: tenant.key,
      headers: { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-user': 'director', forwarded: 'for=10.0.0.1;host=evil.example', 'vestnik-from': 'director' },
    });
    expect(byHttp.status).toBe(202);
    await sender.call('send', { to: 'ivanov', type: 'hello', data: { from: 'director' } });
    const received = await receiver.received(2);
    expect(received.map(({ from }) => from)).toEqual([tenant.address('server'), tenant.address('petrov')]);
  });

  it('cannot use a token in another tenant, nor another name than the one it was made for', async () => {
    const [mine, other] = [await one.tenant(), await one.tenant()];
    const token = await mine.token('ivanov');
    const socket = await RawSocketClient.open(other.socketUrl);
    const reply = await socket.ask('connect', { token });
    if (reply !== undefined) expect(reply.error?.data.type).toBe('unauthenticated');
    expect((await socket.closed()).code).toBe(4401);

    const named = await RawSocketClient.open(mine.socketUrl);
    const connected = await named.connect({ token, client: 'director', from: 'director' });
    expect(connected.client).toBe(mine.address('ivanov'));
  });

  it('cannot enter another tenant by the name of a namespace', async () => {
    const [mine, other] = [await one.tenant(), await one.tenant()];
    const token = await mine.token('ivanov');
    for (const namespace of [`/tenants/${other.name}`, `/tenants/${mine.name}/../${other.name}`, `/tenants/${mine.name}%00`, '/', '/tenants/', '/admin']) {
      const socket = io(`${one.server.url}${namespace}`, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
      const outcome = await new Promise<string>((resolve) => {
        socket.on('ready', () => resolve('ready'));
        socket.on('connect_error', () => resolve('refused'));
        socket.on('disconnect', () => resolve('refused'));
        // A namespace that nobody serves may let a socket in as long as nothing answers there.
        socket.on('connect', () => setTimeout(() => resolve('silence'), 300));
      });
      socket.disconnect();
      expect(outcome, namespace).not.toBe('ready');
    }
  });
});
