import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIMITS } from '@vestnik/protocol';
import { WebSocketServer } from 'ws';
import type { Edge } from '../edge.js';
import { type ConnectionRequest, JsonRpcConnection } from './connection.js';

const SUBPROTOCOL = 'vestnik.v1.jsonrpc';
/** A frame in more pieces than this is an attack. */
const FRAGMENTS_MAX = 1_024;
/** For tenants that nobody knows: enough to be told so. */
const FRAME_BYTES_UNKNOWN = 16 * 1024;

/** Takes upgrade requests for plain WebSockets. */
export class JsonRpcEndpoint {
  /** Frames may be as large as the tenant's `maxDataBytes` and a little; the library takes the limit by server. */
  private readonly servers = new Map<number, WebSocketServer>();

  constructor(private readonly edge: Edge) {}

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, connection: ConnectionRequest): void {
    const tenant = this.edge.tenants.get(connection.tenant);
    const frameBytes = tenant === undefined ? FRAME_BYTES_UNKNOWN : tenant.settings.maxDataBytes + LIMITS.frameOverheadBytes;
    this.server(frameBytes).handleUpgrade(request, socket, head, (webSocket) => {
      new JsonRpcConnection(this.edge, webSocket, connection);
    });
  }

  private server(frameBytes: number): WebSocketServer {
    let server = this.servers.get(frameBytes);
    if (server === undefined) {
      server = new WebSocketServer({
        noServer: true,
        clientTracking: false,
        maxPayload: frameBytes,
        maxFragments: FRAGMENTS_MAX,
        perMessageDeflate: false,
        closeTimeout: 5_000,
        handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
      } as ConstructorParameters<typeof WebSocketServer>[0]);
      this.servers.set(frameBytes, server);
    }
    return server;
  }
}
