import 'reflect-metadata';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { EXCHANGE_ROUTES, PAIRING_ROUTES, PairingEndpoint } from '@vestnik/federation';
import { configureHttp, fastifyOptions, KnownRoutes, ManagementModule, type ManagementPorts } from '@vestnik/management';
import { LIMITS } from '@vestnik/protocol';
import {
  CALL_ROUTES,
  CLIENT_ROUTES,
  callRoutes,
  createSocketIo,
  type Edge,
  FastLane,
  Heartbeats,
  HttpClients,
  JsonRpcEndpoint,
  MESSAGE_ROUTES,
  Messages,
  messageRoutes,
  Outboxes,
  routeUpgrades,
} from '@vestnik/transports';
import type { Settings } from '../config/index.js';
import type { House } from '../house.js';
import { ProcessFacts, VERSION } from '../process-facts.js';
import { clientAddress } from './client-address.js';
import { limitConnections } from './connection-limits.js';
import { CONSOLE_ROUTES, consoleRoutes } from './console.js';
import { readConsole } from './console-files.js';
import { HEALTH_ROUTES, type HealthParts, healthRoutes, openMetrics } from './health.js';

export interface HttpOptions {
  readonly house: House;
  readonly settings: Settings;
  readonly managed: ManagementPorts['settings'];
  /** Made once the port is known. */
  readonly publicUrlAt: (port: number) => string;
  readonly accepting: () => boolean;
}

export interface RunningHttp {
  readonly port: number;
  readonly publicUrl: string;
  /** Takes no more connections. */
  stopListening(): void;
  close(): Promise<void>;
}

/**
 * One HTTP server for everything: the routes that must be fast or must always answer stand in front, the framework takes
 * the rest, and upgrades are routed by path.
 */
export async function startHttp({ house, settings, managed, publicUrlAt, accepting }: HttpOptions): Promise<RunningHttp> {
  const { delivery, authenticator, tenants, log, messageLog } = house;
  const server = createServer({
    // Slow headers and bodies hold a connection no longer than this.
    headersTimeout: 10_000,
    requestTimeout: 60_000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 2_000,
    maxHeaderSize: 16 * 1024,
    highWaterMark: 64 * 1024,
  });
  let fastLane: FastLane | undefined;
  // node:http's own listener takes what the fast lane does not.
  const others = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const toNode = (socket: Socket) => {
    for (const other of others) other.call(server, socket);
  };
  limitConnections(
    server,
    { all: settings.maxConnections, perAddress: settings.maxConnectionsPerAddress, trustedProxies: settings.trustedProxies },
    (socket) => (fastLane === undefined ? toNode(socket) : fastLane.take(socket)),
  );
  // Before the port is taken: between that and the listener of requests nothing is waited for, or a request in between is never answered.
  const consoleFiles = await readConsole();
  await listen(server, settings.port, settings.host);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  const publicUrl = publicUrlAt(port);
  house.reachedAt(publicUrl);

  const edge: Edge = {
    ...house.node,
    mailboxes: house.mailboxes,
    clock: house.clock,
    authenticator,
    tenants,
    log,
    outboxes: new Outboxes(),
    heartbeats: new Heartbeats(LIMITS.pingIntervalSeconds * 1000, LIMITS.stuckSeconds * 1000),
    ownOrigins: ownOrigins(publicUrl, port),
    addressOf: clientAddress(settings.trustedProxies),
    accepting,
  };
  const facts = new ProcessFacts(accepting);
  house.node.observatory.describe(() => facts.read());
  const health: HealthParts = { metrics: house.metrics, authenticator, accepting, askStore: () => messageLog.now() };
  const linkDoors = house.linkDoors(edge.addressOf);
  const socketIo = createSocketIo(edge);
  const messages = new Messages(edge);
  const clients = new HttpClients(edge);
  const front = [
    clients.handle,
    callRoutes(edge),
    messageRoutes(edge, messages),
    healthRoutes(health),
    new PairingEndpoint({ pairing: house.links.pairing, clock: house.clock, log, addressOf: edge.addressOf }).handle,
    linkDoors.handle,
    consoleRoutes({ files: consoleFiles, publicUrl }),
    (request: IncomingMessage, response: ServerResponse) => socketIo.handleRequest(request, response),
  ];

  fastLane = new FastLane(edge, messages, toNode, KEEP_ALIVE_MS);

  // The port is taken before the framework is up, since addresses are made from it; until then it says so.
  let handle: Handler = starting;
  let framework: Handler = starting;
  server.on('request', (request, response) => {
    for (const route of front) if (route(request, response)) return;
    framework(request, response);
  });

  const adapter = new FastifyAdapter({
    ...fastifyOptions,
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    serverFactory: (handler: Handler) => {
      handle = handler;
      return server;
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    ManagementModule.with({
      directory: house.directory,
      tenants,
      tokenSettings: house.tokenSettings,
      keys: house.keys,
      keyMaker: house.keyMaker,
      authenticator,
      minter: house.tokens,
      mailboxes: house.mailboxes,
      sessions: house.sessions,
      webhooks: house.webhookDirectory,
      webhookChanged: async () => {
        house.bus.publish({ kind: 'webhook-changed' });
        await house.webhooks.look();
      },
      links: house.links.managed,
      diagnosing: house.diagnosing,
      vault: house.vault,
      egress: house.egress,
      topics: house.node.topics,
      clientBrowser: house.browsing.all,
      messageBrowser: house.browsing.all,
      positions: delivery.epochs,
      deadLetterBrowsing: house.browsing.deadLetters,
      scheduledBrowsing: house.browsing.scheduled,
      webhookBrowsing: house.browsing.webhooks,
      topicBrowsing: house.browsing.topics,
      usage: house.browsing.usage,
      attention: house.browsing.attention,
      messageLog,
      committed: delivery,
      observatory: house.node.observatory,
      storeFigures: () => house.storeFigures.figures(),
      embeddedStore: settings.databaseUrl === undefined,
      signIn: house.administrators,
      accounts: house.administrators,
      oidc: house.oidcSignIn === undefined ? {} : { signIn: house.oidcSignIn },
      audit: house.audit,
      bus: house.bus,
      clock: house.clock,
      log,
      installation: settings.installation,
      version: VERSION,
      publicUrl,
      settings: managed,
    }),
    adapter,
    { logger: false, abortOnError: false },
  );
  configureHttp(app);
  const known = app.get(KnownRoutes);
  for (const [method, path] of [
    ...MESSAGE_ROUTES,
    ...CALL_ROUTES,
    ...CLIENT_ROUTES,
    ...HEALTH_ROUTES,
    ...PAIRING_ROUTES,
    ...EXCHANGE_ROUTES,
    ...CONSOLE_ROUTES,
  ])
    known.add(method, path);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  framework = handle;
  routeUpgrades(server, edge, {
    jsonRpc: new JsonRpcEndpoint(edge),
    socketIo: (request, socket, head) => socketIo.upgrade(request, socket, head),
    others: linkDoors.upgrade,
  });

  const metricsServer = settings.metricsPort === undefined ? undefined : createServer(openMetrics(health));
  if (metricsServer !== undefined) await listen(metricsServer, settings.metricsPort ?? 0, settings.host);

  return {
    port,
    publicUrl,
    stopListening: () => {
      server.close();
      server.closeIdleConnections();
      fastLane?.closeIdle();
    },
    close: async () => {
      edge.heartbeats.stop();
      facts.close();
      clients.close();
      linkDoors.close();
      metricsServer?.close();
      await socketIo.close();
      server.closeAllConnections();
      await app.close();
    },
  };
}

/** Longer than the keep-alive of the usual proxies, so that it is they who close. */
const KEEP_ALIVE_MS = 75_000;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function starting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end();
}

/** Pages of the bus's own address may connect; at home that has two names. */
function ownOrigins(publicUrl: string, port: number): string[] {
  const { origin, hostname } = new URL(publicUrl);
  return hostname === '127.0.0.1' ? [origin, `http://localhost:${port}`] : [origin];
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 4_096 }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
