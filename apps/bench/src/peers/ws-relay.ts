/**
 * Floor: calls through a relay of `ws`, and nothing else: `{to, id, data}` of one client goes to another one as
 * `{from, id, data}`, which sends it back the same way. No authentication, no deadline, nothing checked.
 */
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from './listen.js';

const clients = new Map<string, WebSocket>();

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket, request) => {
  const name = new URL(request.url ?? '/', 'http://localhost').searchParams.get('client') ?? '';
  clients.set(name, socket);
  socket.on('close', () => clients.delete(name));
  socket.on('message', (bytes) => {
    const { to, id, data } = JSON.parse(String(bytes)) as { to: string; id: number; data: unknown };
    clients.get(to)?.send(JSON.stringify({ from: name, id, data }));
  });
});

listen(server);
