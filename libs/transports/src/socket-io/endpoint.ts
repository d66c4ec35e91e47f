import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIMITS, Problem, type ProblemSlug } from '@vestnik/protocol';
import { Server, type Socket } from 'socket.io';
import { type Edge, toProblem } from '../edge.js';
import { Carrier } from './carrier.js';
import { Codec, type PacketEncoder } from './codec.js';
import { SocketIoConnection } from './connection.js';
import { connectionOf, type EngineConnection, engineOf, handUpgrade } from './engine.js';
import { AnyOrigin } from './origins.js';
import { answerPolling, isSocketIo } from './polling-requests.js';

/** Socket.IO as the server sees it: two kinds of requests to hand over, and an end. */
export interface SocketIo {
  /** Takes an upgrade request for `/socket.io/`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Answers a request for `/socket.io/`. @returns false where it is for somebody else */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  /** Ends all connections. To be called when the sessions have been ended by `Delivery.drain`. */
  close(): Promise<void>;
  /** Live connections, polling or not. */
  readonly connections: number;
}

const TENANTS = /^\/tenants\/([^/]+)$/;
const ANY = /^/;
/**
 * Refusals that pass without anybody's doing, and of a namespace that was asked for twice at once. The library gives up
 * when it is told of one, and comes back by itself when its connection is closed, so these close it.
 */
const PASSING: ReadonlySet<ProblemSlug> = new Set(['internal', 'unavailable', 'draining', 'conflict']);
/** What was said last has so long to leave when all is closed. */
const CLOSE_MS = 1_000;

/** Starts Socket.IO. It listens nowhere and takes nothing from the HTTP server: what is for it is handed over. */
export function createSocketIo(edge: Edge): SocketIo {
  const pingMs = edge.delivery.pingIntervalSeconds * 1000;
  // The server that the library wants to attach itself to never listens: requests come by `handleRequest` and `upgrade`.
  const io = new Server(createServer(), {
    path: '/socket.io',
    serveClient: false,
    destroyUpgrade: false,
    cleanupEmptyChildNamespaces: true,
    connectTimeout: LIMITS.connectWithinSeconds * 1000,
    pingInterval: pingMs,
    // Silent for two intervals: dropped.
    pingTimeout: pingMs,
    maxHttpBufferSize: frameBytesMax(edge),
    perMessageDeflate: false,
    httpCompression: false,
  });
  const engine = engineOf(io);
  const carriers = new Map<EngineConnection, Carrier>();
  const origins = new AnyOrigin(edge);
  const codec = new Codec(io.encoder as unknown as PacketEncoder);

  edge.tenants.onChange(() => {
    // Of each tenant's own limit its carriers take care; this is what the library holds at most.
    engine.opts.maxHttpBufferSize = frameBytesMax(edge);
    engine.ws.options.maxPayload = frameBytesMax(edge);
  });
  engine.on('connection', (connection) => void new Carrier(edge, codec, connection, carriers));

  const connections = new WeakMap<Socket, SocketIoConnection>();
  const tenants = io.of(TENANTS);
  tenants.use((socket, next) => {
    const carrier = carriers.get(connectionOf(socket));
    if (carrier === undefined) {
      next(new Error('the connection is gone'));
      return;
    }
    const { name } = socket.nsp;
    const connection = new SocketIoConnection(edge, carrier, name, TENANTS.exec(name)?.[1] ?? '');
    connections.set(socket, connection);
    connection.open(socket.handshake.auth).then(
      () => next(),
      (error: unknown) => {
        const problem = toProblem(error, edge.log, 'connect');
        if (PASSING.has(problem.slug)) carrier.close();
        next(refusal(problem));
      },
    );
  });
  tenants.on('connection', (socket) => connections.get(socket)?.begin(socket));

  const nowhere = (socket: Socket, next: (error: Error) => void) =>
    next(refusal(new Problem('not-found', `there is no namespace ${socket.nsp.name.slice(0, 64)}: they are named /tenants/<tenant>`)));
  io.of('/').use(nowhere);
  io.of(ANY).use(nowhere);

  return {
    upgrade: (request, socket, head) => {
      if (origins.allows(request.headers.origin)) handUpgrade(engine, request, socket, head);
      else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    },
    handleRequest: (request, response) => {
      if (!isSocketIo(request.url)) return false;
      answerPolling(edge, engine, origins, request, response);
      return true;
    },
    close: () => closeAll(io, carriers),
    get connections() {
      return engine.clientsCount;
    },
  };
}

/** The largest event that any tenant allows. */
function frameBytesMax({ tenants }: Edge): number {
  let bytes = 0;
  for (const { settings } of tenants.all()) bytes = Math.max(bytes, settings.maxDataBytes);
  return bytes + LIMITS.frameOverheadBytes;
}

/** What the library makes a `connect_error` of: its `data` is the problem as HTTP has it. */
function refusal(problem: Problem): Error {
  return Object.assign(new Error(problem.message), { data: problem.toHttp() });
}

async function closeAll(io: Server, carriers: ReadonlyMap<EngineConnection, Carrier>): Promise<void> {
  const closed = [...carriers].map(([connection, carrier]) => {
    const gone = new Promise<void>((resolve) => connection.on('close', resolve));
    carrier.close();
    return gone;
  });
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MS);
  });
  await Promise.race([Promise.all(closed), patience]);
  clearTimeout(timer);
  for (const carrier of [...carriers.values()]) carrier.terminate();
  await io.close();
}
