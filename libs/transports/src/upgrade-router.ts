import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { readCredential } from '@vestnik/core';
import { type Edge, originAllowed } from './edge.js';
import type { JsonRpcEndpoint } from './json-rpc/endpoint.js';
import { isSocketIo } from './socket-io/polling-requests.js';

const SOCKET = /^\/v1\/tenants\/([^/]+)\/socket$/;

export interface UpgradeTargets {
  readonly jsonRpc: JsonRpcEndpoint;
  /** Takes the upgrade requests of Socket.IO. */
  readonly socketIo?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Takes those of other edges. @returns whether the request was its own */
  readonly others?: (path: string, request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
}

/** The one owner of the HTTP server's `upgrade` event: routes by path and ends the rest. */
export function routeUpgrades(server: Server, edge: Edge, targets: UpgradeTargets): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const url = request.url ?? '';
    const question = url.indexOf('?');
    const path = question < 0 ? url : url.slice(0, question);
    const query = new URLSearchParams(question < 0 ? '' : url.slice(question + 1));
    const origin = request.headers.origin;
    if (!edge.accepting()) return refuse(socket, '503 Service Unavailable', 'Retry-After: 1\r\n');
    const match = SOCKET.exec(path);
    if (match !== null) {
      const tenant = decoded(match[1] as string);
      if (tenant === undefined) return refuse(socket, '400 Bad Request');
      if (!originAllowed(edge, tenant, origin)) return refuse(socket, '403 Forbidden');
      const presented = readCredential(request.headers.authorization);
      targets.jsonRpc.upgrade(request, socket, head, {
        tenant,
        credential: presented.kind === 'credential' ? presented.credential : undefined,
        address: edge.addressOf(request),
        auto: query.get('connect') === 'auto' ? autoParams(query) : undefined,
      });
    } else if (isSocketIo(path) && targets.socketIo !== undefined) {
      targets.socketIo(request, socket, head);
    } else if (targets.others?.(path, request, socket, head) !== true) {
      refuse(socket, '404 Not Found');
    }
  });
}

/** A part of a path, or nothing where it is not percent-encoded UTF-8. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function autoParams(query: URLSearchParams): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of query) if (name !== 'connect' && name !== 'token') params[name] = value;
  return params;
}

function refuse(socket: Duplex, status: string, headers = ''): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${headers}\r\n`);
}
