import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpConnection } from './http-connection.js';

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that treats every request as the script says. */
async function serve(answer: (socket: Socket, request: string) => void): Promise<HttpConnection> {
  const started = createServer((socket) => socket.on('data', (bytes) => answer(socket, bytes.toString())));
  server = started;
  await new Promise<void>((listening) => started.listen(0, '127.0.0.1', listening));
  return HttpConnection.open((started.address() as AddressInfo).port);
}

const ask = (connection: HttpConnection, text: string) =>
  new Promise<[number, string]>((answered) => connection.send(Buffer.from(text), (status, body) => answered([status, body()])));

describe('an HTTP connection', () => {
  it('answers one request after the other', async () => {
    const connection = await serve((socket, request) => socket.write(`HTTP/1.1 202 Accepted\r\nContent-Length: ${request.length}\r\n\r\n${request}`));
    expect(await ask(connection, 'first')).toEqual([202, 'first']);
    expect(await ask(connection, 'second')).toEqual([202, 'second']);
    connection.close();
  });

  it('waits for an answer that comes in pieces', async () => {
    const pieces = ['HTTP/1.1 404 Not', ' Found\r\ncontent-length: 6\r\n\r', '\nab', 'cdef'];
    const connection = await serve((socket) => {
      const next = (): void => {
        const piece = pieces.shift();
        if (piece !== undefined) socket.write(piece, () => setImmediate(next));
      };
      socket.setNoDelay(true);
      next();
    });
    expect(await ask(connection, 'x')).toEqual([404, 'abcdef']);
    connection.close();
  });

  it('answers with status 0 when the server closes it', async () => {
    const connection = await serve((socket) => socket.destroy());
    expect((await ask(connection, 'x'))[0]).toBe(0);
    expect((await ask(connection, 'x'))[0]).toBe(0);
  });
});
