import type { Clock } from '../ports/clock.js';
import type { NodeBus } from '../ports/node-bus.js';

/** Why a client lost its connection: it did not read what it was sent, or the connection broke without goodbye. */
export type DropReason = 'too-slow' | 'broken';

export interface Drop {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: DropReason;
}

/** So long it is remembered. */
const KEPT_MS = 3_600_000;
/** Of so many at most; the oldest go first. */
const KEPT = 10_000;

/** The clients that lost a connection in the last hour, on any node that this one has heard of. */
export class DroppedClients {
  private readonly drops = new Map<number, Drop>();

  constructor(
    private readonly bus: NodeBus,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    bus.subscribe((message) => {
      if (message.kind === 'client-dropped') this.keep(message.clientId, { at: message.at, reason: message.reason });
    });
  }

  note(clientId: number, reason: DropReason): void {
    const at = this.clock.now();
    this.keep(clientId, { at, reason });
    if (this.bus.others() > 0) this.bus.publish({ kind: 'client-dropped', clientId, at, reason });
  }

  /** By the ids of the clients. */
  all(): ReadonlyMap<number, Drop> {
    const since = this.clock.now() - KEPT_MS;
    for (const [clientId, { at }] of this.drops) {
      if (at >= since) break;
      this.drops.delete(clientId);
    }
    return this.drops;
  }

  private keep(clientId: number, drop: Drop): void {
    // Put in anew: the map stays in the order of the times.
    this.drops.delete(clientId);
    this.drops.set(clientId, drop);
    if (this.drops.size <= KEPT) return;
    const [oldest] = this.drops.keys();
    if (oldest !== undefined) this.drops.delete(oldest);
  }
}
