import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Server, Socket } from 'socket.io';
import type { WebSocket } from 'ws';

/**
 * What is used of Engine.IO, the layer below Socket.IO that makes HTTP long-polling and WebSockets look alike. Some of
 * it has no public name in the library's types (4.8.4, engine.io 6.6); all that depends on its insides stands here.
 */
export interface EngineConnection {
  readonly readyState: 'opening' | 'open' | 'closing' | 'closed';
  /** The handshake, which the library keeps for the life of the connection: several KiB. */
  request: IncomingMessage | undefined;
  readonly transport: EngineTransport;
  /** Packets that wait for the transport: for the next poll, or for the write before to end. */
  readonly writeBuffer: readonly EnginePacket[];
  /** Text or bytes of one packet of Socket.IO. */
  write(packet: string | Uint8Array, options: { readonly compress: boolean }): void;
  /** Closes when what waits has left: while polling, with the next poll, or after 30 s without one. `discard`: at once, where that has not begun. */
  close(discard?: boolean): void;
  /** A packet has arrived; nobody has looked at it yet. */
  on(event: 'packet', listener: (packet: EnginePacket) => void): void;
  /** A packet is put into the write buffer. */
  on(event: 'packetCreate', listener: (packet: EnginePacket) => void): void;
  /** The write buffer goes to the transport. */
  on(event: 'flush' | 'drain', listener: () => void): void;
  /** Polling has given way to a WebSocket; what waited is written after this. */
  on(event: 'upgrade', listener: () => void): void;
  on(event: 'close', listener: () => void): void;
}

export interface EnginePacket {
  type: string;
  readonly data?: string | Uint8Array;
}

interface EngineTransport {
  readonly name: string;
  /** Whether it takes packets now: for polling, whether a request waits for them. */
  writable: boolean;
  readonly socket?: WebSocket;
  /** While polling: what the next poll, or a timer, is to do because it is closing. */
  shouldClose?: (() => void) | null;
}

export interface Engine {
  readonly clientsCount: number;
  readonly opts: { maxHttpBufferSize: number };
  readonly ws: { readonly options: { maxPayload: number } };
  on(event: 'connection', listener: (connection: EngineConnection) => void): void;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export function engineOf(io: Server): Engine {
  return io.engine as unknown as Engine;
}

export function connectionOf(socket: Socket): EngineConnection {
  return socket.conn as unknown as EngineConnection;
}

/**
 * Hands an upgrade over. For middlewares, of which there are none, the library would listen for the end of the socket,
 * and keep the request, 2 KiB and more, as long as the socket lives.
 */
export function handUpgrade(engine: Engine, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const before = socket.listeners('close');
  engine.handleUpgrade(request, socket, head);
  for (const listener of socket.listeners('close')) {
    if (listener.name === '' && !before.includes(listener)) socket.removeListener('close', listener as () => void);
  }
}

/** Drops what the library keeps of the handshake; its transport has an ear for errors of its own by now. */
export function forgetHandshake(connection: EngineConnection): void {
  connection.request = undefined;
  const webSocket = webSocketOf(connection);
  for (const listener of webSocket?.listeners('error') ?? []) {
    if (listener.name === 'onUpgradeError') webSocket?.removeListener('error', listener as (error: Error) => void);
  }
}

/** Ends a connection now, whatever waits. */
export function terminate(connection: EngineConnection): void {
  const { transport } = connection;
  const webSocket = webSocketOf(connection);
  if (webSocket !== undefined) webSocket.terminate();
  else if (transport.shouldClose) transport.shouldClose();
  else connection.close(true);
}

/** The WebSocket of a connection, where it is one. */
export function webSocketOf(connection: EngineConnection): WebSocket | undefined {
  return connection.transport.name === 'websocket' ? connection.transport.socket : undefined;
}

/** Writes packets so that they leave together: the first alone would answer the poll that waits, and the others wait for the next. */
export function writeTogether(connection: EngineConnection, packets: readonly (string | Uint8Array)[]): void {
  const { transport } = connection;
  const { writable } = transport;
  transport.writable = false;
  packets.forEach((packet, at) => {
    if (at === packets.length - 1) transport.writable = writable;
    connection.write(packet, UNCOMPRESSED);
  });
}

/** Nothing is compressed: it would cost more than it saves for what is small and many. */
export const UNCOMPRESSED = { compress: false } as const;

/** What the library would keep of a socket that nobody here asks for: its handshake with the token in it, and a room of its own. */
export function slim(socket: Socket): void {
  (socket as unknown as { handshake: unknown }).handshake = undefined;
  socket.join = () => undefined;
}

/** The functions that wait for answers to what a socket was asked, by the number under which they come. */
export function acksOf(socket: Socket): Map<number, (...answer: unknown[]) => void> {
  return (socket as unknown as { readonly acks: Map<number, (...answer: unknown[]) => void> }).acks;
}
