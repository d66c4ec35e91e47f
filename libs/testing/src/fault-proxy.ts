import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { FaultPipe, type PipeFaults } from './fault-pipe.js';
import { Conditions } from './until.js';

export type { PipeFaults } from './fault-pipe.js';

/** `up` is from the client to the server. */
export type Direction = 'up' | 'down' | 'both';

export interface FaultProxyOptions {
  readonly port: number;
  readonly host?: string;
  /** A random number in [0, 1), for jitter. */
  readonly chance?: () => number;
}

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  readonly up: FaultPipe;
  readonly down: FaultPipe;
}

/**
 * A TCP proxy on 127.0.0.1 that harms what passes through it, switchable while it runs.
 *
 * Faults hold for the connections that are open and for those to come, until `heal`.
 */
export class FaultProxy {
  readonly #connections = new Set<Connection>();
  readonly #conditions = new Conditions();
  #faults: { up: PipeFaults; down: PipeFaults } = { up: {}, down: {} };
  #target: { readonly host: string; readonly port: number };
  #refusing = false;
  #accepted = 0;
  #lostBytes = 0;

  private constructor(
    private readonly listener: Server,
    options: FaultProxyOptions,
  ) {
    this.#target = { host: options.host ?? '127.0.0.1', port: options.port };
    const chance = options.chance ?? Math.random;
    listener.on('connection', (client) => this.#accept(client, chance));
  }

  /** Listens on a free port; `options.port` is where connections are passed on to. */
  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const listener = createServer({ allowHalfOpen: true });
    const proxy = new FaultProxy(listener, options);
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** The same URL, through the proxy. */
  through(url: string): string {
    const there = new URL(url);
    there.hostname = '127.0.0.1';
    there.port = String(this.port);
    return there.toString().replace(/\/$/, url.endsWith('/') ? '/' : '');
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#connections.size;
  }

  /** Connections that were ever taken. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Bytes that were swallowed by `silence: 'lost'`. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  /** Resolves as soon as `condition` holds; looked at whenever a connection comes or goes, or bytes are lost. */
  until(what: string, condition: (proxy: FaultProxy) => boolean, timeoutMs?: number): Promise<true> {
    return this.#conditions.until(what, () => condition(this), timeoutMs);
  }

  /** Replaces the faults of one direction, or of both. */
  harm(faults: PipeFaults, direction: Direction = 'both'): void {
    if (direction !== 'down') this.#faults = { ...this.#faults, up: faults };
    if (direction !== 'up') this.#faults = { ...this.#faults, down: faults };
    for (const { up, down } of this.#connections) {
      if (direction !== 'down') up.change(faults);
      if (direction !== 'up') down.change(faults);
    }
  }

  /** Takes all faults away and lets new connections in. */
  heal(): void {
    this.#refusing = false;
    this.harm({});
  }

  /** New connections are reset at once; the open ones stay. */
  refuse(): void {
    this.#refusing = true;
  }

  /** Resets every open connection (RST) on both sides, as a router does that has lost its tables. */
  reset(): void {
    for (const { client, server } of this.#connections) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Ends one direction of every open connection (FIN) and leaves the other as it is. */
  halfClose(direction: 'up' | 'down'): void {
    for (const connection of this.#connections) connection[direction].halfClose();
  }

  /** Sends connections to come to another port, as after a restart elsewhere. */
  redirect(port: number, host = '127.0.0.1'): void {
    this.#target = { host, port };
  }

  async close(): Promise<void> {
    this.#refusing = true;
    for (const { client, server } of this.#connections) {
      client.destroy();
      server.destroy();
    }
    this.listener.close();
    if (this.listener.listening) await once(this.listener, 'close');
  }

  #accept(client: Socket, chance: () => number): void {
    client.on('error', () => {});
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    this.#accepted++;
    client.setNoDelay(true);
    const server = connect({ ...this.#target, noDelay: true, allowHalfOpen: true });
    // Whatever ended one side ends the other; a clean end of one direction has already been passed on by then.
    server.on('error', () => client.resetAndDestroy());
    client.on('error', () => server.resetAndDestroy());
    const lost = (bytes: number) => {
      this.#lostBytes += bytes;
      this.#conditions.changed();
    };
    const connection: Connection = {
      client,
      server,
      up: new FaultPipe(client, server, this.#faults.up, chance, lost),
      down: new FaultPipe(server, client, this.#faults.down, chance, lost),
    };
    this.#connections.add(connection);
    const closed = () => {
      if (!client.closed || !server.closed) return;
      this.#connections.delete(connection);
      this.#conditions.changed();
    };
    client.on('close', (hadError) => {
      if (hadError) server.resetAndDestroy();
      closed();
    });
    server.on('close', (hadError) => {
      if (hadError) client.resetAndDestroy();
      closed();
    });
    this.#conditions.changed();
  }
}
