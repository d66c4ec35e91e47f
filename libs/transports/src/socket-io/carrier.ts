import { type Push, readCredential, type SessionEnd, sessionEnd } from '@vestnik/core';
import { LIMITS, Problem } from '@vestnik/protocol';
import type { Edge } from '../edge.js';
import type { Choked } from '../heartbeats.js';
import { WebSocketWriter } from '../web-socket-writer.js';
import { ackPacket, type Codec, packetFrame } from './codec.js';
import { type EngineConnection, type EnginePacket, forgetHandshake, terminate, UNCOMPRESSED, webSocketOf, writeTogether } from './engine.js';
import { PacketGate } from './packet-gate.js';

/** A session that is carried, as its carrier sees it. */
export interface Rider {
  readonly namespace: string;
  /** What one event of it may have, in bytes; 0 before it has shown who it is. */
  readonly eventBytesMax: number;
  /** There is room again. */
  drained(): void;
  end(end: SessionEnd): void;
  /** The connection is gone. */
  gone(): void;
}

/** Before anybody has shown who he is, an event has a token and a few words at most. */
const BYTES_BEFORE = 16 * 1024;
/** Answers that a client asked for and does not read: beyond this it is cut off without waiting. */
const UNREAD_BYTES_MAX = 8 * LIMITS.unsentBytes;
const UNREADABLE_PER_MINUTE = 10;
/** A connection without a session is closed after this. */
const EMPTY_MS = LIMITS.connectWithinSeconds * 1000;

/**
 * One connection of Engine.IO, be it polling or a WebSocket, which carries the sessions of one or more namespaces.
 *
 * Everything that must keep its order (`ready`, then pushes) goes through {@link push} and {@link event}: on a WebSocket
 * past the library, one write a turn; while polling, and as long as the library itself has packets waiting, through its
 * write buffer, which an upgrade takes along; what one turn brings answers one poll. Answers to events go through the library alone.
 */
export class Carrier implements Choked {
  readonly origin: string | undefined;
  readonly credential: string | undefined;
  readonly address: string | undefined;
  readonly gate = new PacketGate();
  private riders: readonly Rider[] = [];
  private writer: WebSocketWriter | undefined;
  /** What this turn brought for the library to write. */
  private gathered: (string | Uint8Array)[] = [];
  private gatheredBytes = 0;
  /** Bytes in the library's write buffer, and those that have left it; only where {@link counting}. */
  private waitingBytes = 0;
  private flushedBytes = 0;
  private counting = false;
  private choked = false;
  private awaitingDrain = false;
  private unreadable: number[] | undefined;
  private emptyTimer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly edge: Edge,
    private readonly codec: Codec,
    private readonly connection: EngineConnection,
    private readonly all: Map<EngineConnection, Carrier>,
  ) {
    all.set(connection, this);
    const { request } = connection;
    this.origin = request?.headers.origin;
    const presented = readCredential(request?.headers.authorization);
    this.credential = presented.kind === 'credential' ? presented.credential : undefined;
    this.address = request === undefined ? undefined : edge.addressOf(request);
    forgetHandshake(connection);
    // Every listener is memory that ten thousand idle connections hold: each only where it is needed.
    connection.on('packet', (packet) => this.received(packet));
    connection.on('close', () => this.gone());
    this.useWebSocket();
    if (this.writer === undefined) {
      this.count();
      connection.on('upgrade', () => this.useWebSocket());
    }
  }

  // Its riders.

  /** @throws Problem `conflict` where the namespace has a session already, or one that is being opened */
  take(rider: Rider): void {
    for (const { namespace } of this.riders) {
      if (namespace === rider.namespace) throw new Problem('conflict', 'this connection has a session of this namespace already');
    }
    clearTimeout(this.emptyTimer);
    this.riders = [...this.riders, rider];
  }

  /** A connection that carries nobody for a while is closed. */
  leave(rider: Rider): void {
    if (!this.riders.includes(rider)) return;
    this.riders = this.riders.filter((other) => other !== rider);
    if (this.riders.length > 0 || this.closed) return;
    clearTimeout(this.emptyTimer);
    this.emptyTimer = setTimeout(() => this.close(), EMPTY_MS);
    this.emptyTimer.unref();
  }

  // What it sends.

  push(namespace: string, push: Push): void {
    if (this.straight(this.writer)) this.writer.push(this.codec.pushFrame(namespace, push));
    else for (const packet of this.codec.pushPackets(namespace, push)) this.throughLibrary(packet);
  }

  /** @param packet the text of an event that only one session gets */
  event(packet: string): void {
    if (this.straight(this.writer)) this.writer.push(packetFrame(packet));
    else this.throughLibrary(packet);
  }

  /** Writes now what waits for the end of the turn. */
  flush(): void {
    this.writer?.flush();
    if (this.gathered.length === 0) return;
    const { gathered } = this;
    this.gathered = [];
    this.gatheredBytes = 0;
    writeTogether(this.connection, gathered);
  }

  /** Closes the connection when what waits has left: the client's library comes back by itself. */
  close(): void {
    this.flush();
    this.connection.close();
  }

  /** Closes it now, whatever waits. */
  terminate(): void {
    terminate(this.connection);
  }

  /** Whether the library has nothing in front: what it has not yet written must not be overtaken. */
  private straight(writer: WebSocketWriter | undefined): writer is WebSocketWriter {
    return writer !== undefined && this.gathered.length === 0 && this.connection.writeBuffer.length === 0;
  }

  private throughLibrary(packet: string | Uint8Array): void {
    if (this.gathered.length === 0) {
      this.writer?.flush();
      setImmediate(() => this.flush());
    }
    this.gathered.push(packet);
    this.gatheredBytes += sizeOf(packet);
  }

  private useWebSocket(): void {
    const webSocket = webSocketOf(this.connection);
    if (webSocket !== undefined) this.writer = new WebSocketWriter(webSocket, this.edge.outboxes);
  }

  // How much it holds.

  /** Whether less than 512 KiB wait unsent; where not, its riders are told when there is room. */
  ready(): boolean {
    if (!this.choked && this.hasRoom()) return true;
    if (!this.choked && !this.closed) {
      this.choked = true;
      this.count();
      this.edge.heartbeats.watch(this);
      this.awaitDrain();
    }
    return false;
  }

  /** To be called when an answer was written: nobody reads what he asked for, and asks on. */
  answered(): void {
    if (!this.ready() && this.waitingBytes > UNREAD_BYTES_MAX) this.stuck();
  }

  get bytesLeft(): number {
    return this.flushedBytes + (this.writer?.bytesLeft ?? 0);
  }

  relieved(): boolean {
    return !this.choked;
  }

  stuck(): void {
    this.edge.log.info('a client that does not read was cut off', { address: this.address });
    this.endAll(sessionEnd('too-slow', 'what was sent is not read'));
    // What waits unsent before the close would never leave.
    setTimeout(() => this.terminate(), 1_000).unref();
  }

  private hasRoom(): boolean {
    return this.inLibrary() + this.gatheredBytes < LIMITS.unsentBytes && (this.writer?.ready() ?? true);
  }

  private inLibrary(): number {
    if (this.counting) return this.waitingBytes;
    let bytes = 0;
    for (const { data } of this.connection.writeBuffer) bytes += sizeOf(data);
    return bytes;
  }

  /** On a WebSocket the library's buffer is empty but for moments: there it is counted only once a client has been slow. */
  private count(): void {
    if (this.counting) return;
    this.waitingBytes = this.inLibrary();
    this.counting = true;
    this.connection.on('packetCreate', ({ data }) => {
      this.waitingBytes += sizeOf(data);
    });
    this.connection.on('flush', () => {
      this.flushedBytes += this.waitingBytes;
      this.waitingBytes = 0;
    });
    this.connection.on('drain', () => this.relieve());
  }

  /** Of what polls the library tells. */
  private awaitDrain(): void {
    if (this.awaitingDrain || this.writer === undefined) return;
    this.awaitingDrain = true;
    this.writer.whenDrained(() => {
      this.awaitingDrain = false;
      this.relieve();
    });
  }

  private relieve(): void {
    if (!this.choked || this.closed) return;
    if (!this.hasRoom()) {
      this.awaitDrain();
      return;
    }
    this.choked = false;
    this.edge.heartbeats.unwatch(this);
    for (const rider of this.riders) rider.drained();
  }

  // What it receives.

  /** Judges a packet before the library parses it; what does not pass is made into one that the library ignores. */
  private received(packet: EnginePacket): void {
    if (packet.type !== 'message' || packet.data === undefined) return;
    const gated = this.gate.judge(packet.data, this.eventBytesMax());
    if (gated.kind === 'pass') return;
    packet.type = 'noop';
    if (gated.kind === 'too-large') {
      this.endAll(sessionEnd('data-too-large', `an event of yours may have ${this.eventBytesMax()} bytes`));
      return;
    }
    const problem = new Problem('request-invalid', `JSON may be nested ${LIMITS.jsonDepth} levels deep at most`);
    if (gated.asked !== undefined && this.carries(gated.asked.namespace)) {
      // As JSON-RPC has it for what cannot be read.
      const error = { ...problem.toRpc(), code: -32700, message: 'Parse error' };
      this.connection.write(ackPacket(gated.asked.namespace, gated.asked.id, { error }), UNCOMPRESSED);
      this.answered();
    }
    this.countUnreadable();
  }

  private carries(namespace: string): boolean {
    for (const rider of this.riders) if (rider.namespace === namespace && rider.eventBytesMax > 0) return true;
    return false;
  }

  private eventBytesMax(): number {
    let bytes = BYTES_BEFORE;
    for (const rider of this.riders) bytes = Math.max(bytes, rider.eventBytesMax);
    return bytes;
  }

  /** An event that cannot be read is answered and the session stays; the tenth in a minute closes it. */
  private countUnreadable(): void {
    const now = performance.now();
    this.unreadable = [...(this.unreadable ?? []).filter((at) => now - at < 60_000), now];
    if (this.unreadable.length >= UNREADABLE_PER_MINUTE) this.endAll(sessionEnd('request-invalid', 'ten events in a minute could not be read'));
  }

  // How it ends.

  endAll(end: SessionEnd): void {
    for (const rider of this.riders) rider.end(end);
    this.close();
  }

  private gone(): void {
    if (this.closed) return;
    this.closed = true;
    this.all.delete(this.connection);
    clearTimeout(this.emptyTimer);
    this.edge.heartbeats.unwatch(this);
    for (const rider of this.riders) rider.gone();
  }
}

function sizeOf(packet: string | Uint8Array | undefined): number {
  if (packet === undefined) return 0;
  return typeof packet === 'string' ? Buffer.byteLength(packet) : packet.length;
}
