import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type Authenticator,
  composeBus,
  type Delivery,
  type Log,
  type Principal,
  type Scope,
  type Sending,
  TENANT_DEFAULTS,
  type TenantSettings,
  Tenants,
} from '@vestnik/core';
import {
  ManualClock,
  MemoryBase,
  MemoryMailboxes,
  MemoryMessageLog,
  MemoryNodeNetwork,
  MemorySubscriptions,
  MemoryTenantDirectory,
} from '@vestnik/core/memory';
import { Problem, uuidv7Maker } from '@vestnik/protocol';
import type { Edge } from '../edge.js';
import { Heartbeats } from '../heartbeats.js';
import { HttpClients } from '../http-clients/routes.js';
import { JsonRpcEndpoint } from '../json-rpc/endpoint.js';
import { Outboxes } from '../outbox.js';
import { callRoutes } from '../rest/calls.js';
import { FastLane } from '../rest/fast-lane.js';
import { Messages } from '../rest/messages.js';
import { messageRoutes } from '../rest/routes.js';
import { routeUpgrades } from '../upgrade-router.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/**
 * A bus with its ports in memory behind a real HTTP server on a free port of 127.0.0.1, with the tenant `demo`.
 * A credential is the name of the client whose it is; `refused` is nobody's.
 */
export class MemoryBus {
  readonly clock = new ManualClock();
  readonly lines: string[] = [];
  readonly log: Log;
  readonly base: MemoryBase;
  readonly messageLog: MemoryMessageLog;
  readonly delivery: Delivery;
  readonly sending: Sending;
  readonly heartbeats: Heartbeats;
  readonly edge: Edge;
  private readonly clients: HttpClients;
  accepting = true;
  /** Awaited before each operation of the store. */
  gate: ((operation: string) => Promise<void> | void) | undefined;
  private readonly directory: MemoryTenantDirectory;
  private readonly tenants: Tenants;
  private readonly server: Server;
  private readonly open = new Set<Socket>();

  private constructor(heartbeatMs: number, stuckMs: number, fastLane: boolean, commentMs: number) {
    const note = (message: string) => void this.lines.push(message);
    this.log = { debug: note, info: note, warn: note, error: note };
    const { clock, log } = this;
    const newId = uuidv7Maker(clock.now, (bytes) => void bytes.fill(7));
    this.base = new MemoryBase({ installation: 'hq', now: clock.now, newId, gate: async (operation) => this.gate?.(operation) });
    this.base.beginEpoch(1);
    this.messageLog = new MemoryMessageLog(this.base);
    const mailboxes = new MemoryMailboxes(this.base);
    this.directory = new MemoryTenantDirectory(this.base);
    this.tenants = new Tenants(this.directory);
    const bus = new MemoryNodeNetwork(clock).join('n1');
    const authenticator = this.authenticator();
    let opened = 0;
    const newSessionId = () => `s${++opened}`;
    const { messageLog, tenants } = this;
    const node = composeBus({
      installation: 'hq',
      messageLog,
      mailboxes,
      subscriptions: new MemorySubscriptions(this.base),
      tenants,
      authenticator,
      bus,
      clock,
      log,
      newSessionId,
      newId,
    });
    this.delivery = node.delivery;
    this.sending = node.sending;
    this.heartbeats = new Heartbeats(heartbeatMs, stuckMs);
    this.edge = {
      ...node,
      mailboxes,
      clock,
      authenticator,
      tenants,
      log,
      outboxes: new Outboxes(),
      heartbeats: this.heartbeats,
      ownOrigins: ['https://own.example'],
      addressOf: () => '127.0.0.1',
      accepting: () => this.accepting,
    };
    this.clients = new HttpClients(this.edge, commentMs);
    const messages = new Messages(this.edge);
    const routes = messageRoutes(this.edge, messages);
    const calls = callRoutes(this.edge);
    this.server = createServer((request, response) => {
      if (!this.clients.handle(request, response) && !calls(request, response) && !routes(request, response)) response.writeHead(404).end();
    });
    if (fastLane) {
      const others = this.server.listeners('connection') as ((socket: Socket) => void)[];
      this.server.removeAllListeners('connection');
      const lane = new FastLane(this.edge, messages, (socket) => others.forEach((other) => void other.call(this.server, socket)), 5_000);
      this.server.on('connection', (socket) => lane.take(socket));
    }
    this.server.on('connection', (socket) => {
      this.open.add(socket);
      socket.on('close', () => this.open.delete(socket));
    });
    routeUpgrades(this.server, this.edge, { jsonRpc: new JsonRpcEndpoint(this.edge) });
  }

  static async start({
    settings = {},
    heartbeatMs = 3_600_000,
    stuckMs = 60_000,
    fastLane = false,
    commentMs = 3_600_000,
  }: {
    settings?: Partial<TenantSettings>;
    heartbeatMs?: number;
    stuckMs?: number;
    fastLane?: boolean;
    commentMs?: number;
  } = {}): Promise<MemoryBus> {
    const bus = new MemoryBus(heartbeatMs, stuckMs, fastLane, commentMs);
    await bus.directory.create('demo', undefined, { ...TENANT_DEFAULTS, ...settings });
    await bus.tenants.refresh();
    await bus.delivery.readEpochs();
    bus.server.listen(0, '127.0.0.1');
    await once(bus.server, 'listening');
    return bus;
  }

  async stop(): Promise<void> {
    this.heartbeats.stop();
    this.clients.close();
    for (const socket of this.open) socket.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The server's ends of the connections, oldest first. */
  get sockets(): readonly Socket[] {
    return [...this.open];
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  principal(client: string): Principal {
    const tenant = this.tenants.get('demo');
    if (tenant === undefined) throw new Error('the tenant is made at the start');
    return { kind: 'key', tenant, client, scopes: new Set<Scope>(['receive', 'send', 'call', 'read', 'read:data', 'broadcast']) };
  }

  /** POSTs a body as it is given, in pieces if in a list; without one the head alone is sent. */
  post(path: string, body: string | Buffer | readonly Buffer[] | undefined, headers: Record<string, string> = {}, method = 'POST'): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const all = { authorization: 'Bearer server', 'content-type': 'application/json', ...headers };
      const request = httpRequest({ host: '127.0.0.1', port: this.port, path, method, headers: all, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          request.destroy();
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
          });
        });
      });
      request.on('error', reject);
      if (Array.isArray(body)) {
        for (const piece of body as readonly Buffer[]) request.write(piece);
        request.end();
      } else if (body === undefined) request.flushHeaders();
      else request.end(body as string | Buffer);
    });
  }

  private authenticator(): Authenticator {
    const check = (tenant: string, credential: string) => {
      if (tenant !== 'demo' || credential === 'refused') throw new Problem('unauthenticated', 'the token or key does not count');
      return this.principal(credential);
    };
    return {
      known: (tenant: string, credential: string) => (tenant === 'demo' && credential === 'server' ? check(tenant, credential) : undefined),
      authenticate: async (tenant: string, credential: string) => check(tenant, credential),
      stillValid: async () => true,
      administrator: async () => {
        throw new Problem('unauthenticated', 'there is none here');
      },
    };
  }
}
