/**
 * Floor: Socket.IO behind `node:http`, and nothing else: a room for each client, `io.to(client).emit(…)`.
 *
 * `POST /push {to, data}`. Clients name themselves in the query, as with the other floors.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listen } from './listen.js';
import { readJson } from './read-json.js';

const server = createServer((request, response) => {
  readJson<{ to: string; data: unknown }>(request, ({ to, data }) => {
    io.to(to).emit('message', data);
    response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': 11 });
    response.end('{"sent":1}\n');
  });
});

const io = new Server(server, { serveClient: false });
io.on('connection', (socket) => socket.join(String(socket.handshake.query.client)));

listen(server);
