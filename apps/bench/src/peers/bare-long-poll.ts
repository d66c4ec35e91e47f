/**
 * Floor: long poll on bare `node:http`, and nothing else: `GET /poll?client=` waits for the next thing that
 * `POST /push {to, data}` brings, and is answered with all that came meanwhile. Nothing is kept beyond that.
 */
import { createServer, type ServerResponse } from 'node:http';
import { listen } from './listen.js';
import { readJson } from './read-json.js';

const polls = new Map<string, ServerResponse>();
const waiting = new Map<string, string[]>();

function answer(response: ServerResponse, items: readonly string[]): void {
  const body = `{"messages":[${items.join(',')}]}`;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.method === 'GET') {
    const client = new URL(request.url ?? '/', 'http://localhost').searchParams.get('client') ?? '';
    const items = waiting.get(client);
    waiting.delete(client);
    if (items === undefined) polls.set(client, response);
    else answer(response, items);
    return;
  }
  readJson<{ to: string; data: unknown }>(request, ({ to, data }) => {
    const item = JSON.stringify(data);
    const poll = polls.get(to);
    polls.delete(to);
    if (poll === undefined) waiting.set(to, [...(waiting.get(to) ?? []), item]);
    else answer(poll, [item]);
    response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': 11 });
    response.end('{"sent":1}\n');
  });
});

listen(server);
