import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { RawSocketClient, UpgradeRefused } from './raw-socket-client.js';

describe('the raw socket client', () => {
  let server: WebSocketServer;
  let url: string;

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient: ({ req }, done) => done(req.url !== '/refused', 403, 'not you') });
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  async function open(): Promise<{ client: RawSocketClient; peer: WebSocket }> {
    const arrives = once(server, 'connection') as Promise<[WebSocket]>;
    const client = await RawSocketClient.open(url);
    const [peer] = await arrives;
    return { client, peer };
  }

  it('matches answers with calls, whatever their order, also in batches', async () => {
    const { client, peer } = await open();
    const asked: { id: number }[] = [];
    peer.on('message', (bytes) => {
      asked.push(JSON.parse(bytes.toString()) as { id: number });
      if (asked.length < 2) return;
      peer.send(JSON.stringify(asked.reverse().map(({ id }) => ({ jsonrpc: '2.0', id, result: { for: id } }))));
    });
    const [one, two] = await Promise.all([client.call('ping'), client.call('ping')]);
    expect([one, two]).toEqual([{ for: 1 }, { for: 2 }]);
  });

  it('keeps messages, notices, retracts and calls apart, and wakes whoever waits for them', async () => {
    const { client, peer } = await open();
    const waits = client.received(2);
    for (const [method, params, id] of [
      ['message', { id: 'a' }],
      ['notice', { type: 'vestnik.draining', after: 1 }],
      ['retract', { ids: ['a'], reason: 'read' }],
      ['call', { method: 'do' }, 'c1'],
      ['presence', {}],
      ['message', { id: 'b' }],
    ] as const) {
      peer.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    }
    expect((await waits).map(({ id }) => id)).toEqual(['a', 'b']);
    expect([client.notices.length, client.retracts.length, client.calls.length, client.others.length]).toEqual([1, 1, 1, 1]);
  });

  it('answers undefined for calls that the close has overtaken, and tells the close', async () => {
    const { client, peer } = await open();
    const asked = client.ask('ping');
    peer.close(4401, 'unauthenticated');
    expect(await asked).toBeUndefined();
    expect(await client.closed()).toEqual({ code: 4401, reason: 'unauthenticated' });
    expect(await client.ask('ping')).toBeUndefined();
  });

  it('says what was seen when a condition does not come true in time', async () => {
    const { client } = await open();
    await expect(client.received(1, 20)).rejects.toThrow(/not within 20 ms: 1 messages; 0 messages/);
  });

  it('tells the status of a refused upgrade', async () => {
    await expect(RawSocketClient.open(`${url}/refused`)).rejects.toSatisfy((error) => error instanceof UpgradeRefused && error.status === 403);
  });
});
