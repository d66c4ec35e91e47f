/** A connection that is kept alive by pings. */
export interface Beating {
  /** Sends a ping; called once an interval. */
  ping(): void;
  /** Nothing was heard for two intervals. */
  lifeless(): void;
  /** Set by the connection whenever anything was heard; cleared here. */
  heard: boolean;
}

/** A connection whose socket takes no more for now. */
export interface Choked {
  /** Bytes that have left for the kernel so far. */
  readonly bytesLeft: number;
  /** Whether the socket has caught up since. */
  relieved(): boolean;
  /** No byte has left for so long that the connection is given up. */
  stuck(): void;
}

/**
 * Pings all connections of a node, each once an interval, spread over it, and watches those that are choked: one
 * timer for all, since a timer each is memory and work at 10,000 connections.
 */
export class Heartbeats {
  private readonly slots: Set<Beating>[];
  private readonly silent = new WeakMap<Beating, number>();
  private readonly choked = new Map<Choked, { bytes: number; since: number }>();
  private readonly timer: NodeJS.Timeout;
  private at = 0;

  /**
   * @param intervalMs between two pings of one connection
   * @param stuckMs a choked connection of which no byte left for so long is given up
   */
  constructor(
    intervalMs: number,
    private readonly stuckMs: number,
    slots = 25,
  ) {
    this.slots = Array.from({ length: slots }, () => new Set<Beating>());
    this.timer = setInterval(() => this.beat(), intervalMs / slots);
    this.timer.unref();
  }

  /**
   * A new connection is pinged after a whole interval.
   * @returns its slot, for {@link remove}
   */
  add(beating: Beating): number {
    this.slots[this.at]?.add(beating);
    return this.at;
  }

  remove(beating: Beating, slot: number): void {
    this.slots[slot]?.delete(beating);
  }

  watch(choked: Choked): void {
    if (!this.choked.has(choked)) this.choked.set(choked, { bytes: choked.bytesLeft, since: performance.now() });
  }

  unwatch(choked: Choked): void {
    this.choked.delete(choked);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    this.at = (this.at + 1) % this.slots.length;
    for (const beating of this.slots[this.at] as Set<Beating>) {
      const silent = beating.heard ? 0 : (this.silent.get(beating) ?? 0) + 1;
      beating.heard = false;
      if (silent > 0) this.silent.set(beating, silent);
      else this.silent.delete(beating);
      if (silent >= 2) beating.lifeless();
      else beating.ping();
    }
    const now = performance.now();
    for (const [choked, state] of this.choked) {
      if (choked.relieved()) this.choked.delete(choked);
      else if (choked.bytesLeft > state.bytes) this.choked.set(choked, { bytes: choked.bytesLeft, since: now });
      else if (now - state.since >= this.stuckMs) {
        this.choked.delete(choked);
        choked.stuck();
      }
    }
  }
}
