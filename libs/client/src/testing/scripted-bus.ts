import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { TransportName } from '../transports/transport.js';
import { ScriptedHttp } from './scripted-http.js';
import { type Answers, type Blocked, kindly, type Refusal, Visit, type Wire } from './visit.js';

export { CONNECT_RESULT, kindly, Refusal } from './visit.js';

/** A server that speaks the protocol as the test writes it, over all three transports. */
export class ScriptedBus {
  readonly visits: Visit[] = [];
  answers: Answers = kindly;
  /** Methods whose calls on new connections are left for the test to answer. */
  unanswered: string[] = [];
  blocked: Blocked = {};
  /** With what `rpc` as a whole is refused. */
  rpcRefusal: Refusal | undefined;
  /** After which position each page was asked for. */
  readonly polledAfter: readonly (string | undefined)[];
  private readonly ignored: Duplex[] = [];
  private readonly arrivals: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    private readonly sockets: WebSocketServer,
  ) {
    server.on('upgrade', (request, socket, head) => {
      if (this.blocked.websocket === 'silent') {
        this.ignored.push(socket);
        socket.on('error', () => undefined);
        return;
      }
      if (this.blocked.websocket === 'refused') socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      else sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => this.arrive('websocket', webSocket));
    });
    const http = new ScriptedHttp({
      blocked: () => this.blocked,
      rpcRefusal: () => this.rpcRefusal,
      arrive: (transport, wire) => this.arrive(transport, wire),
    });
    this.polledAfter = http.polledAfter;
    server.on('request', (request, response) => http.handle(request, response));
  }

  private arrive(transport: TransportName, wire: Wire): Visit {
    const visit = new Visit(transport, wire, (method, params) => this.answers(method, params));
    for (const method of this.unanswered) visit.unanswered.add(method);
    this.visits.push(visit);
    for (const arrival of this.arrivals.splice(0)) arrival();
    return visit;
  }

  static async start(port = 0): Promise<ScriptedBus> {
    const server = createServer();
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'vestnik.v1.jsonrpc' });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedBus(server, sockets);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The connection number `number` (from 1), when it has come. */
  async visit(number: number): Promise<Visit> {
    while (this.visits.length < number) await new Promise<void>((resolve) => this.arrivals.push(resolve));
    return this.visits[number - 1] as Visit;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.visits) socket.terminate();
    for (const socket of this.ignored) socket.destroy();
    this.sockets.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
