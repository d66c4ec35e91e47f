/**
 * Floor: the usual way to keep what is pushed: one `insert` a request, committed before the answer, then `ws.send`.
 *
 * `POST /push {to, data}`. Its argument: how many connections to the database. The same kind of Postgres as the product's, in `DATABASE_URL`; nothing is acknowledged.
 */
import { createServer } from 'node:http';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen } from './listen.js';
import { readJson } from './read-json.js';

const INSERT = { name: 'insert', text: 'insert into pushed (recipient, data) values ($1, $2)' };

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.argv[2]) });
await database.query(
  'create table if not exists pushed (id bigserial primary key, recipient text not null, data text not null, at timestamptz not null default now())',
);

const clients = new Map<string, WebSocket>();

const server = createServer((request, response) => {
  readJson<{ to: string; data: unknown }>(request, ({ to, data }) => {
    const text = JSON.stringify(data);
    database.query({ ...INSERT, values: [to, text] }).then(
      () => {
        clients.get(to)?.send(text);
        response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': 11 });
        response.end('{"sent":1}\n');
      },
      (error: Error) => {
        response.writeHead(503, { 'Content-Length': Buffer.byteLength(error.message) });
        response.end(error.message);
      },
    );
  });
});

const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket, request) => {
  const name = new URL(request.url ?? '/', 'http://localhost').searchParams.get('client') ?? '';
  clients.set(name, socket);
  socket.on('close', () => clients.delete(name));
});

listen(server);
