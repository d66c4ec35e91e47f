import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Edge } from './edge.js';
import type { JsonRpcEndpoint } from './json-rpc/endpoint.js';
import { routeUpgrades } from './upgrade-router.js';

let server: Server;
let accepting: boolean;

beforeEach(async () => {
  accepting = true;
  server = createServer();
  routeUpgrades(server, { accepting: () => accepting } as unknown as Edge, {
    jsonRpc: {} as JsonRpcEndpoint,
    others: (path, _request, socket) => {
      if (path !== '/of/others') return false;
      socket.end(`HTTP/1.1 101 ${path}\r\n\r\n`);
      return true;
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => server.close());

async function statusOf(path: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text.slice('HTTP/1.1 '.length, text.indexOf('\r'));
}

it('offers other edges what is not its own, by path alone, and ends the rest', async () => {
  expect(await statusOf('/of/others?a=b')).toBe('101 /of/others');
  expect(await statusOf('/of/nobody')).toBe('404 Not Found');
});

it('offers nothing while the node takes no connections', async () => {
  accepting = false;
  expect(await statusOf('/of/others')).toBe('503 Service Unavailable');
});
