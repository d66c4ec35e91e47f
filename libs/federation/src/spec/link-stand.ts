import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { LinkConnection } from '../connection/connection.js';
import type { Packet } from '../wire/frames.js';

type Upgrade = (path: string, request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
type Handle = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A server of HTTP on loopback that hands requests to whatever is under test, below a path of its own. */
export class LinkStand {
  readonly connections: LinkConnection[] = [];
  private readonly waiting: ((connection: LinkConnection) => void)[] = [];

  private constructor(
    readonly server: Server,
    private readonly base: string,
  ) {}

  static async start(base: string, parts: (stand: LinkStand) => { readonly upgrade?: Upgrade; readonly handle?: Handle }): Promise<LinkStand> {
    const server = createServer();
    const stand = new LinkStand(server, base);
    const { upgrade, handle } = parts(stand);
    const below = (request: IncomingMessage) => (request.url?.startsWith(base) === true ? request.url.slice(base.length) : '');
    server.on('upgrade', (request: IncomingMessage, socket, head) => {
      socket.on('error', () => socket.destroy());
      if (upgrade?.(below(request), request, socket, head) !== true) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      request.url = below(request);
      if (handle?.(request, response) !== true) response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return stand;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}${this.base}`;
  }

  readonly accepted = (connection: LinkConnection): void => {
    const next = this.waiting.shift();
    if (next === undefined) this.connections.push(connection);
    else next(connection);
  };

  /** The connection that was accepted first and not asked for yet. */
  next(): Promise<LinkConnection> {
    const there = this.connections.shift();
    return there === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(there);
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What comes out of a connection, to be awaited. */
export class Heard {
  readonly packets: Packet[] = [];
  readonly closed: Promise<string>;
  private look: (() => void) | undefined;

  constructor(connection: LinkConnection) {
    this.closed = new Promise((resolve) => connection.onClose(resolve));
    connection.onPacket((packet) => {
      this.packets.push(packet);
      this.look?.();
    });
  }

  async until(count: number): Promise<Packet[]> {
    while (this.packets.length < count) await new Promise<void>((resolve) => (this.look = resolve));
    return this.packets;
  }
}
