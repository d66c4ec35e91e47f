import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { LightSocket } from './light-socket.js';

let server: WebSocketServer | undefined;
afterEach(() => server?.close());

async function serve(onSocket: (socket: WebSocket) => void): Promise<number> {
  const started = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server = started;
  started.on('connection', onSocket);
  await new Promise((listening) => started.once('listening', listening));
  return (started.address() as AddressInfo).port;
}

describe('a light socket', () => {
  it('exchanges texts with a real server, also those that come with the handshake', async () => {
    const port = await serve((socket) => {
      socket.send('welcome');
      socket.on('message', (text) => socket.send(`echo ${text}`));
    });
    const got: string[] = [];
    await new Promise<void>((done) => {
      const text = (bytes: Buffer, start: number, end: number): void => {
        got.push(bytes.toString('utf8', start, end));
        if (got.length === 2) done();
      };
      void LightSocket.open({ port, path: '/' }, { text }).then((socket) => socket.sendText('Иванов'));
    });
    expect(got).toEqual(['welcome', 'echo Иванов']);
  });

  it('answers pings', async () => {
    const ponged = new Promise<string>((resolve) => {
      void serve((socket) => {
        socket.on('pong', (data) => resolve(data.toString()));
        socket.ping('are you there');
      }).then((port) => LightSocket.open({ port, path: '/' }, { text: () => undefined }));
    });
    expect(await ponged).toBe('are you there');
  });

  it('tells the code and the reason of a close', async () => {
    const port = await serve((socket) => socket.close(4401, 'token-expired'));
    const closed = new Promise((resolve) => {
      void LightSocket.open({ port, path: '/' }, { text: () => undefined, closed: (code, reason) => resolve([code, reason]) });
    });
    expect(await closed).toEqual([4401, 'token-expired']);
  });

  it('is refused with the words of the server', async () => {
    const port = await serve(() => undefined);
    const started = server as WebSocketServer;
    started.options.verifyClient = (_info: unknown, answer: (isTaken: boolean, status: number, words: string) => void) => answer(false, 403, 'not you');
    await expect(LightSocket.open({ port, path: '/' }, { text: () => undefined })).rejects.toThrow(/403[\s\S]*not you/);
  });
});
