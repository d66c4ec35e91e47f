import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type Append,
  type Appended,
  type Authenticator,
  type Clock,
  Delivery,
  Intake,
  type Log,
  type LogEntry,
  type Mailbox,
  type Mailboxes,
  type MessageEntry,
  type MessageLog,
  MessageStates,
  type NodeBus,
  type Principal,
  Receivers,
  type ReplayQuery,
  Resolver,
  type Scope,
  Sending,
  SessionMethods,
  SessionRegistry,
  TENANT_DEFAULTS,
  type Tenant,
  type TenantDirectory,
  type TenantSettings,
  Tenants,
  TOKEN_SCOPES,
} from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
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

/** The log of messages in memory, as much of it as pushing, replaying and acknowledging need. */
class LogInMemory {
  private readonly entries: LogEntry[] = [];
  private readonly cursors = new Map<string, number>();

  async append(batch: readonly Append[]): Promise<Appended[]> {
    return batch.map(({ message, destinations }) => {
      const entries = destinations.map(({ tenantId, mailboxId, to, ttl }): MessageEntry => {
        const at = Date.now();
        const previous = this.headOf(tenantId);
        const position = this.entries.length + 1;
        const entry: MessageEntry = {
          kind: 'message',
          tenantId,
          mailboxId,
          to,
          position,
          previous,
          at,
          expiresAt: at + ttl * 1000,
          message: { ...message, sentAt: at },
        };
        this.entries.push(entry);
        return entry;
      });
      return { kind: 'appended', entries };
    });
  }

  async head(tenantId: number): Promise<number> {
    return this.headOf(tenantId);
  }

  async heads(tenantIds: readonly number[]): Promise<Map<number, number>> {
    return new Map(tenantIds.map((tenantId) => [tenantId, this.headOf(tenantId)]));
  }

  async tail(tenantId: number, after: number, limit: number): Promise<LogEntry[]> {
    return this.entries.filter((entry) => entry.tenantId === tenantId && entry.position > after).slice(0, limit);
  }

  async replay(query: ReplayQuery): Promise<{ entries: LogEntry[]; scannedTo: number }> {
    const entries = this.within(query).slice(0, query.limit);
    return { entries, scannedTo: entries.length === query.limit ? (entries.at(-1)?.position ?? query.upTo) : query.upTo };
  }

  async countWaiting(query: Omit<ReplayQuery, 'limit'>, limit: number): Promise<number> {
    return Math.min(limit, this.within(query).length);
  }

  async outcomesSince(): Promise<never[]> {
    return [];
  }

  async droppedUpTo(): Promise<number> {
    return 0;
  }

  async openCursor(_tenantId: number, clientId: number, device: string): Promise<{ acknowledged: number; delivered: number }> {
    const acknowledged = this.cursors.get(`${clientId} ${device}`) ?? 0;
    return { acknowledged, delivered: acknowledged };
  }

  async moveCursors(moves: readonly { clientId: number; device: string; acknowledged?: number }[]): Promise<LogEntry[]> {
    for (const { clientId, device, acknowledged } of moves) this.cursors.set(`${clientId} ${device}`, acknowledged ?? 0);
    return [];
  }

  async epochs(): Promise<{ epoch: number; begins: number }[]> {
    return [{ epoch: 7, begins: 0 }];
  }

  private headOf(tenantId: number): number {
    return this.entries.findLast((entry) => entry.tenantId === tenantId)?.position ?? 0;
  }

  private within({ tenantId, mailboxes, after, upTo }: Omit<ReplayQuery, 'limit'>): LogEntry[] {
    return this.entries.filter(
      (entry) =>
        entry.tenantId === tenantId &&
        entry.position > after &&
        entry.position <= upTo &&
        mailboxes.some(({ id, since }) => id === entry.mailboxId && entry.position > since),
    );
  }
}

class MailboxesInMemory implements Pick<Mailboxes, 'cached' | 'find' | 'ensure'> {
  private readonly all = new Map<string, Mailbox>();

  cached(tenantId: number, kind: Mailbox['kind'], name: string): Mailbox | undefined {
    return this.all.get(`${tenantId} ${kind} ${name}`);
  }

  async find(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<(Mailbox | undefined)[]> {
    return names.map((name) => this.cached(tenantId, kind, name));
  }

  async ensure(tenantId: number, kind: Mailbox['kind'], names: readonly string[]): Promise<{ mailbox: Mailbox; known: boolean }[]> {
    return names.map((name) => {
      const before = this.cached(tenantId, kind, name);
      const mailbox = before ?? { id: this.all.size + 1, tenantId, kind, name, since: 0 };
      this.all.set(`${tenantId} ${kind} ${name}`, mailbox);
      return { mailbox, known: before !== undefined };
    });
  }
}

class TenantsInMemory implements Pick<TenantDirectory, 'list' | 'version'> {
  readonly tenants: Tenant[] = [];

  async list(): Promise<Tenant[]> {
    return [...this.tenants];
  }

  async version(): Promise<number> {
    return this.tenants.length;
  }
}

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
  private readonly directory = new TenantsInMemory();
  private readonly tenants: Tenants;

  private constructor(options: SmallBusOptions) {
    const log: Log = {
      debug() {},
      info() {},
      warn: (message, fields) => void this.errors.push({ message, fields }),
      error: (message, fields) => void this.errors.push({ message, fields }),
    };
    const messageLog = new LogInMemory() as unknown as MessageLog;
    const mailboxes = new MailboxesInMemory() as unknown as Mailboxes;
    const tenants = new Tenants(this.directory as unknown as TenantDirectory);
    const sessions = new SessionRegistry(ALONE, CLOCK);
    const receivers = new Receivers();
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
    const delivery = new Delivery({
      installation: 'hq',
      messageLog,
      mailboxes,
      authenticator,
      sessions,
      receivers,
      bus: ALONE,
      clock: CLOCK,
      log,
      newSessionId: () => `session-${++made}`,
      pingIntervalSeconds: options.pingIntervalSeconds,
      onDelivered: () => void this.handed++,
    });
    const intake = new Intake(messageLog, delivery, CLOCK, log);
    const sending = new Sending({
      resolver: new Resolver('hq', tenants, mailboxes),
      mailboxes,
      tenants,
      intake,
      log: messageLog,
      sessions,
      receivers,
      bus: ALONE,
      clock: CLOCK,
      newId: () => `0193f2a4-7c1e-7b6e-9a55-${String(++made).padStart(12, '0')}`,
    });
    const states = new MessageStates(messageLog, mailboxes, delivery, CLOCK);
    this.tenants = tenants;
    this.edge = {
      delivery,
      methods: new SessionMethods({ sending, states }),
      sending,
      states,
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
    this.directory.tenants.push({ id: this.directory.tenants.length + 1, name, settings: { ...TENANT_DEFAULTS, ...settings }, createdAt: 0 });
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
