import type { TransportName } from './transport.js';

/** Something on the way may have changed: a better way that failed is tried again. */
const AGAIN_MS = 600_000;
/** The way that worked before is taken until it has failed so often in a row: more likely the bus is away for a moment. */
const FAILURES_TRUSTED = 3;

/**
 * Which transports to try, and in which order.
 *
 * The one that worked is kept, so that a client behind a proxy does not wait for what is blocked each
 * time that it comes back.
 */
export class TransportChoice {
  private trusted: TransportName | undefined;
  private failuresInRow = 0;
  private readonly failedAt = new Map<TransportName, number>();
  private readonly starvedAt = new Map<TransportName, number>();

  /** @param order by preference */
  constructor(private readonly order: readonly TransportName[]) {}

  /** Those of the next round, each to be tried where the one before it failed. */
  candidates(nowMs: number): readonly TransportName[] {
    const { trusted, order } = this;
    if (trusted !== undefined && this.failuresInRow < FAILURES_TRUSTED) {
      const better = order.slice(0, order.indexOf(trusted)).filter((name) => isLongAgo(this.failedAt.get(name), nowMs));
      return [...better.filter((name) => isLongAgo(this.starvedAt.get(name), nowMs)), trusted];
    }
    const flowing = order.filter((name) => isLongAgo(this.starvedAt.get(name), nowMs));
    return flowing.length > 0 ? flowing : order;
  }

  worked(name: TransportName): void {
    this.trusted = name;
    this.failuresInRow = 0;
  }

  failed(name: TransportName, nowMs: number): void {
    this.failedAt.set(name, nowMs);
    if (name === this.trusted) this.failuresInRow += 1;
  }

  /** It opened, and then nothing came: a proxy keeps what it is to pass on. */
  starved(name: TransportName, nowMs: number): void {
    this.starvedAt.set(name, nowMs);
    if (name === this.trusted) this.trusted = undefined;
  }
}

function isLongAgo(atMs: number | undefined, nowMs: number): boolean {
  return atMs === undefined || nowMs - atMs >= AGAIN_MS;
}
