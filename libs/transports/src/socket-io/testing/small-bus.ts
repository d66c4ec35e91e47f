import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type Authenticator,
  type Clock,
  composeBus,
  type Log,
  type NodeBus,
  type Principal,
  type Scope,
  TENANT_DEFAULTS,
  type Tenant,
  type TenantSettings,
  Tenants,
  TOKEN_SCOPES,
} from '@vestnik/core';
import { MemoryBase, MemoryMailboxes, MemoryMessageLog, MemorySubscriptions, MemoryTenantDirectory } from '@vestnik/core/memory';
import { Problem, uuidv7Maker } from '@vestnik/protocol';
import type { Edge } from '../../edge.js';
import { Heartbeats } from '../../heartbeats.js';
import { JsonRpcEndpoint } from '../../json-rpc/endpoint.js';
import { Outboxes } from '../../outbox.js';
import { routeUpgrades } from '../../upgrade-router.js';
import { createSocketIo, type SocketIo } from '../endpoint.js';

const CLOCK: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, then) => {
    const timer = setTimeout(then, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  every: (periodMs, then) => {
    const timer = setInterval(then, periodMs);
    timer.unref();
    return { cancel: () => clearInterval(timer) };
  },
};

const ALONE: NodeBus = { nodeId: 'one', publish() {}, subscribe() {}, others: () => 0, onNodeGone() {}, onNodeJoined() {} };

export interface SmallBusOptions {
  readonly pingIntervalSeconds?: number;
  readonly stuckMs?: number;
}

/**
 * A node with a real core, a real HTTP server on a free port of 127.0.0.1, and everything that is stored in memory.
 * A token is the name of a client.
 */
export class SmallBus {
  readonly server: Server;
  readonly edge: Edge;
  readonly socketIo: SocketIo;
  readonly errors: { readonly message: string; readonly fields?: object }[] = [];
  accepting = true;
  /** What the next one who shows a token is told instead of being let in. */
  refuseNext: Problem | undefined;
  /** Whoever shows a token waits for this. */
  authenticating: Promise<void> = Promise.resolve();
  /** Messages that were handed to sessions. */
  handed = 0;
  /** Polls that wait for an answer. */
  polls = 0;
  private readonly sockets = new Set<Socket>();
  private readonly directory: MemoryTenantDirectory;
  private readonly tenants: Tenants;

  private constructor(options: SmallBusOptions) {
    const log: Log = {
      debug() {},
      info() {},
      warn: (message, fields) => void this.errors.push({ message, fields }),
      error: (message, fields) => void this.errors.push({ message, fields }),
    };
    const newId = uuidv7Maker(Date.now, (bytes) => void randomFillSync(bytes));
    const base = new MemoryBase({ installation: 'hq', now: Date.now, newId });
    const messageLog = new MemoryMessageLog(base);
    const mailboxes = new MemoryMailboxes(base);
    this.directory = new MemoryTenantDirectory(base);
    const tenants = new Tenants(this.directory);
    const authenticator = {
      authenticate: async (tenantName: string, credential: string): Promise<Principal> => {
        await this.authenticating;
        const refusal = this.refuseNext;
        this.refuseNext = undefined;
        if (refusal !== undefined) throw refusal;
        const tenant = tenants.get(tenantName);
        if (tenant === undefined || !/^[a-z]+$/.test(credential)) throw new Problem('unauthenticated', 'this token or key is not valid here');
        return { kind: 'token', tenant, client: credential, scopes: new Set<Scope>(TOKEN_SCOPES) };
      },
      stillValid: async () => true,
    } as unknown as Authenticator;
    let made = 0;
    const node = composeBus({
      installation: 'hq',
      messageLog,
      mailboxes,
      subscriptions: new MemorySubscriptions(base),
      tenants,
      authenticator,
      bus: ALONE,
      clock: CLOCK,
      log,
      newId,
      newSessionId: () => `session-${++made}`,
      pingIntervalSeconds: options.pingIntervalSeconds,
      onDelivered: () => void this.handed++,
    });
    this.tenants = tenants;
    this.edge = {
      ...node,
      mailboxes,
      clock: CLOCK,
      authenticator,
      tenants,
      log,
      outboxes: new Outboxes(),
      heartbeats: new Heartbeats(1_000, options.stuckMs ?? 60_000),
      ownOrigins: ['https://own.example'],
      addressOf: (request) => request.socket.remoteAddress,
      accepting: () => this.accepting,
    };
    this.socketIo = createSocketIo(this.edge);
    this.server = createServer((request, response) => {
      if (request.method === 'GET') this.polls++;
      response.once('close', () => {
        if (request.method === 'GET') this.polls--;
      });
      if (!this.socketIo.handleRequest(request, response)) response.writeHead(404).end();
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    routeUpgrades(this.server, this.edge, {
      jsonRpc: new JsonRpcEndpoint(this.edge),
      socketIo: (request, socket, head) => this.socketIo.upgrade(request, socket, head),
    });
  }

  static async start(options: SmallBusOptions = {}): Promise<SmallBus> {
    const bus = new SmallBus(options);
    await bus.edge.delivery.readEpochs();
    await bus.tenant('demo');
    await bus.listen();
    return bus;
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** What waits in all sockets. */
  get unsentBytes(): number {
    let bytes = 0;
    for (const { writableLength } of this.sockets) bytes += writableLength;
    return bytes;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async tenant(name: string, settings: Partial<TenantSettings> = {}): Promise<void> {
    await this.directory.create(name, undefined, { ...TENANT_DEFAULTS, ...settings });
    await this.tenants.refresh();
  }

  /** Sends as a backend would. @param data JSON text */
  async send(to: string, data: string, more: { readonly contentType?: string; readonly durable?: boolean; readonly tenant?: string } = {}): Promise<void> {
    const tenant = this.tenants.get(more.tenant ?? 'demo') as Tenant;
    await this.edge.sending.send(
      { kind: 'key', tenant, client: 'server', scopes: new Set<Scope>(TOKEN_SCOPES) },
      {
        to: [{ addressee: { kind: 'client', name: to }, path: [] }],
        type: 'note',
        data,
        durable: more.durable ?? true,
        receipt: false,
        retain: false,
        contentType: more.contentType,
      },
    );
  }

  async close(): Promise<void> {
    this.edge.heartbeats.stop();
    await this.socketIo.close();
    this.server.closeAllConnections();
    this.server.close();
  }
}
