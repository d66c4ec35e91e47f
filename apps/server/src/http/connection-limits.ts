import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '@vestnik/core';
import { contains, networks } from './client-address.js';

export interface ConnectionLimits {
  readonly all: number;
  /** Trusted proxies speak for many and are not counted. */
  readonly perAddress: number;
  readonly trustedProxies: readonly string[];
}

const FULL = 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Ends connections that are too many, from one address or in all, before they cost anything.
 * @param take takes the others
 */
export function limitConnections(server: Server, limits: ConnectionLimits, take: (socket: Socket) => void): void {
  const counts = new Map<string, number>();
  const proxies = networks(limits.trustedProxies);
  let all = 0;
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const counted = address !== '' && !contains(proxies, address);
    const network = networkOf(address);
    const count = counted ? (counts.get(network) ?? 0) : 0;
    if (all >= limits.all || count >= limits.perAddress) {
      socket.on('error', () => socket.destroy());
      socket.end(FULL, () => socket.destroy());
      return;
    }
    all++;
    if (counted) counts.set(network, count + 1);
    socket.once('close', () => {
      all--;
      if (!counted) return;
      const left = (counts.get(network) ?? 1) - 1;
      if (left === 0) counts.delete(network);
      else counts.set(network, left);
    });
    take(socket);
  });
}
