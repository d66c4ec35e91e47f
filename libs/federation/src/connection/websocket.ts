import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { CarriedConnection } from './carried-connection.js';
import type { LinkConnection } from './connection.js';
import { greet, NotGreeted } from './greet.js';
import type { Introduction } from './introduction.js';
import { Newcomers } from './newcomers.js';
import { WEB_SOCKET_OPTIONS, WebSocketCarrier } from './websocket-carrier.js';

export const CONNECT_PATH = '/v1/links/connect';

const OPEN_MS = 10_000;

/** A WebSocket that was not to be had. */
export class NotOpened extends Error {
  override readonly name = 'NotOpened';

  constructor(
    message: string,
    /** What was answered instead of the upgrade; undefined: nobody answered, or not in HTTP. */
    readonly status?: number,
    /** Node's word for what went wrong: `ECONNREFUSED`. */
    readonly code?: string,
  ) {
    super(message);
  }
}

/** A path below an installation's address, which may have one of its own behind a proxy. */
export function below(url: string, path: string): URL {
  const there = new URL(url);
  there.pathname = `${there.pathname.replace(/\/+$/, '')}${path}`;
  there.search = '';
  there.hash = '';
  return there;
}

/**
 * Opens a WebSocket to a neighbour, and shakes hands.
 *
 * @param url the installation's address, `https://bus.example.com/base`
 * @param opened called once the socket is open, before the handshake
 * @throws NotOpened, NotGreeted
 */
export async function dialWebSocket(url: string, peer: string, introduction: Introduction, opened?: () => void): Promise<CarriedConnection> {
  const there = below(url, CONNECT_PATH);
  there.protocol = there.protocol === 'https:' ? 'wss:' : 'ws:';
  const carrier = await open(there, introduction);
  opened?.();
  return greet(carrier, { kind: 'dialer', peer }, introduction);
}

function open(there: URL, { clock }: Introduction): Promise<WebSocketCarrier> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(there, { ...WEB_SOCKET_OPTIONS, handshakeTimeout: OPEN_MS, followRedirects: false });
    webSocket.once('open', () => {
      deadline.cancel();
      resolve(new WebSocketCarrier(webSocket, clock));
    });
    webSocket.on('error', (error: NodeJS.ErrnoException) => fail(new NotOpened(error.message, undefined, error.code)));
    webSocket.on('unexpected-response', (request, response) => {
      fail(new NotOpened(`HTTP ${response.statusCode} was answered in place of a WebSocket`, response.statusCode));
      request.destroy();
    });
    const fail = (error: NotOpened) => {
      deadline.cancel();
      reject(error);
    };
    // The library's own time starts over with whatever it hears.
    const deadline = clock.after(OPEN_MS, () => {
      fail(new NotOpened(`no answer within ${OPEN_MS / 1_000} s`));
      webSocket.terminate();
    });
  });
}

export interface AcceptorOptions {
  readonly introduction: Introduction;
  /** Whoever came and has proved who it is. */
  readonly accepted: (connection: LinkConnection) => void;
  /** The address that a request comes from: the socket's, or what a trusted proxy forwarded. */
  readonly addressOf: (request: IncomingMessage) => string | undefined;
  /** Shared by all doors. */
  readonly newcomers?: Newcomers;
  /** Whether a node that is overloaded or going down takes new connections. */
  readonly accepting?: () => boolean;
}

/** Takes upgrade requests of other installations. */
export class WebSocketAcceptor {
  private readonly server = new WebSocketServer({ noServer: true, clientTracking: false, ...WEB_SOCKET_OPTIONS } as ConstructorParameters<
    typeof WebSocketServer
  >[0]);
  private readonly newcomers: Newcomers;

  constructor(private readonly options: AcceptorOptions) {
    this.newcomers = options.newcomers ?? new Newcomers();
  }

  /** For the upgrade router. @returns whether the request was its own */
  readonly upgrade = (path: string, request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    const { introduction, accepted, addressOf } = this.options;
    if (path !== CONNECT_PATH || introduction.own() === undefined) return false;
    const address = addressOf(request);
    const leave = this.newcomers.enter(address);
    if (leave === undefined) {
      socket.end('HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 10\r\n\r\n');
      return true;
    }
    // Whatever becomes of the upgrade, the socket ends.
    socket.once('close', leave);
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      greet(new WebSocketCarrier(webSocket, introduction.clock, address), { kind: 'acceptor' }, introduction).then(
        (connection) => {
          leave();
          accepted(connection);
        },
        (error: unknown) => {
          if (error instanceof NotGreeted) introduction.log.info('an installation was not let in', { address, why: error.message });
          else introduction.log.error('an error that nobody expected', { where: CONNECT_PATH, error });
        },
      );
    });
    return true;
  };
}
