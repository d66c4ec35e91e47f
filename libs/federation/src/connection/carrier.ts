/** Carries packets between two installations, whole, in order and at most once, until it ends: a WebSocket, or POST after POST. */
export interface Carrier {
  readonly transport: 'websocket' | 'exchange';
  /** The address that the other side comes from, where it was they who dialled. */
  readonly address?: string;
  /** Bytes that were sent and not written to the network yet. */
  readonly buffered: number;
  /** Does nothing once it has ended. */
  send(packet: Buffer): void;
  /** Ends once what was sent has left, or after 5 s without. */
  end(): void;
  /** Ends at once. @param reason what `closed` is told */
  destroy(reason: string): void;
  /** The other side has proved who it is: packets may be large from here on. */
  admit(): void;
  /** Reads no more of what the other side sends, as soon as it can. */
  pause(): void;
  resume(): void;
  /** To be called once, at once. */
  listen(events: CarrierEvents): void;
}

export interface CarrierEvents {
  received(packet: Uint8Array): void;
  /** Called once; nothing is received after it. */
  closed(reason: string): void;
}

/** Past this much that leaves for nobody the line is taken for dead. */
export const STUCK_MS = 40_000;
/** What was sent last has so long to leave. */
export const END_MS = 5_000;
