/** What a hub keeps at most while those it is for are not reached. */
export const TRANSIT = {
  /** Of what one installation has sent to another: twice what it sends without an acknowledgement. */
  pairMessages: 2_000,
  pairBytes: 8 * 1024 * 1024,
  /** Of one pair, that do not replace one another. */
  pairHaves: 8,
  /** Of all that leaves over one link. */
  linkBytes: 256 * 1024 * 1024,
  keptMs: 72 * 3_600_000,
} as const;

export type TransitLimits = Readonly<Record<keyof typeof TRANSIT, number>>;

/** A packet on its way between two other installations. */
export interface TransitPacket {
  /** Installation ids. */
  readonly destination: string;
  readonly origin: string;
  readonly content: TransitContent;
  /** As it goes on the wire. */
  readonly packet: Uint8Array;
}

export type TransitContent =
  /** Messages, by their numbers in the outbox of the origin. */
  | { readonly kind: 'bundle'; readonly epoch: number; readonly first: number; readonly last: number }
  /** How far the origin has come in the numbers of the destination, of which epochs. */
  | { readonly kind: 'have'; readonly epochs: readonly number[] };

export interface KeptPacket {
  /** Grows; what was kept again has a new one. */
  readonly position: number;
  readonly packet: Uint8Array;
}

/**
 * What a hub keeps of what it passes on, while those it is for are not reached. It is a help, not a promise: whatever is dropped
 * here its origin sends again, as only the destination acknowledges.
 */
export interface Transit {
  /**
   * Keeps a packet; on disk when it resolves. Those for one link get their positions in the order in which they become visible.
   *
   * A bundle that is there already is due again; one that reaches further takes its place. A `have` takes the place of older ones
   * between the same two that name no other epochs than it does.
   *
   * @returns `full` where the pair, or the link, has no room: nothing was written; `unreached` where one of the two is not known
   */
  keep(packet: TransitPacket): Promise<'kept' | 'full' | 'unreached'>;
  /**
   * What is kept for all that is reached over a link now, past a position, in order. Bundles stay until they are covered; a `have`
   * is handed out once, as one that is out of date would send its reader back.
   */
  take(link: string, after: number, limit: number): Promise<KeptPacket[]>;
  /** The destination has said how far it has come in what the origin sent: bundles up to there are dropped. */
  cover(destination: string, origin: string, cursors: readonly (readonly [epoch: number, number: number])[]): Promise<void>;
  /** Drops what is kept for longer than 72 h, so many at most. @returns how many */
  expire(limit: number): Promise<number>;
}
