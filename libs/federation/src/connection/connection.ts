import type { ByeFrame, Packet } from '../wire/frames.js';

/** A connection to a neighbour after both have proved who they are, whatever carries it. */
export interface LinkConnection {
  /** The neighbour. */
  readonly peer: string;
  readonly dialledBy: 'us' | 'them';
  readonly transport: 'websocket' | 'exchange';
  /** The version that both speak. */
  readonly version: number;
  /** The address that it comes from, where it was they who dialled. */
  readonly address?: string;
  /** Bytes that were sent and not written to the network yet. */
  readonly buffered: number;
  send(packet: Packet): void;
  /** Says goodbye and closes. */
  close(reason: ByeFrame['reason'], detail?: string): void;
  /** Frames come from here on, none is lost before. What is no frame closes the connection as `protocol`. */
  onPacket(receive: (packet: Packet) => void): void;
  /** Called once. */
  onClose(closed: (reason: string) => void): void;
}
