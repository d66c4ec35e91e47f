import type { Clock } from '../ports/clock.js';
import type { NodeBus, NodeMessage } from '../ports/node-bus.js';

/** What goes wrong between nodes; may be changed at any time. */
export interface NodeFaults {
  /** Whether a message is lost on its way. */
  drops?: (message: NodeMessage, from: string, to: string) => boolean;
  /** How long a message is on its way; what one node publishes keeps its order. */
  delayMs?: (message: NodeMessage, from: string, to: string) => number;
}

/** A node that is silent for so long is gone. */
const GONE_MS = 8_000;

/** The nodes of one installation in one process, and what they tell each other. */
export class MemoryNodeNetwork {
  readonly faults: NodeFaults = {};
  private readonly nodes = new Map<string, MemoryNodeBus>();
  private readonly roads = new Map<string, { dueAt: number; timed: number }>();

  constructor(readonly clock: Pick<Clock, 'monotonic' | 'after'>) {}

  /** A new node; it and the others hear of each other at once. */
  join(nodeId: string): MemoryNodeBus {
    if (this.nodes.has(nodeId)) throw new Error(`there is a node ${nodeId} already`);
    const bus = new MemoryNodeBus(nodeId, this);
    const others = [...this.nodes.values()];
    this.nodes.set(nodeId, bus);
    for (const other of others) {
      other.heardOf(nodeId);
      bus.heardOf(other.nodeId);
    }
    return bus;
  }

  carry(message: NodeMessage, from: string): void {
    for (const to of this.nodes.keys()) {
      if (to === from || this.faults.drops?.(message, from, to) === true) continue;
      const road = this.roads.get(`${from} ${to}`) ?? { dueAt: 0, timed: 0 };
      this.roads.set(`${from} ${to}`, road);
      const now = this.clock.monotonic();
      const dueAt = Math.max(road.dueAt, now + (this.faults.delayMs?.(message, from, to) ?? 0));
      road.dueAt = dueAt;
      const arrive = () => this.nodes.get(to)?.received(message, from);
      if (dueAt <= now && road.timed === 0) {
        queueMicrotask(arrive);
        continue;
      }
      road.timed++;
      this.clock.after(dueAt - now, () => {
        road.timed--;
        arrive();
      });
    }
  }

  /** @param delayMs until the others notice */
  gone(nodeId: string, delayMs: number): void {
    this.nodes.delete(nodeId);
    const tell = () => {
      for (const other of this.nodes.values()) other.forget(nodeId);
    };
    if (delayMs === 0) tell();
    else this.clock.after(delayMs, tell);
  }
}

/** One node's end of a {@link MemoryNodeNetwork}. */
export class MemoryNodeBus implements NodeBus {
  private readonly receivers: ((message: NodeMessage, fromNode: string) => void)[] = [];
  private readonly goneListeners: ((nodeId: string) => void)[] = [];
  private readonly joinedListeners: ((nodeId: string) => void)[] = [];
  private readonly heard = new Set<string>();
  private away = false;

  constructor(
    readonly nodeId: string,
    private readonly network: MemoryNodeNetwork,
  ) {}

  publish(message: NodeMessage): void {
    // As over a wire: what the sender does to its object afterwards is not seen.
    if (!this.away) this.network.carry(structuredClone(message), this.nodeId);
  }

  subscribe(receive: (message: NodeMessage, fromNode: string) => void): void {
    this.receivers.push(receive);
  }

  others(): number {
    return this.heard.size;
  }

  onNodeGone(gone: (nodeId: string) => void): void {
    this.goneListeners.push(gone);
  }

  onNodeJoined(joined: (nodeId: string) => void): void {
    this.joinedListeners.push(joined);
  }

  /** Says goodbye: the others know at once. */
  leave(): void {
    this.end(0);
  }

  /** Ends as a killed process does: the others notice after a while. */
  vanish(): void {
    this.end(GONE_MS);
  }

  private end(delayMs: number): void {
    if (this.away) return;
    this.away = true;
    this.network.gone(this.nodeId, delayMs);
  }

  heardOf(nodeId: string): void {
    this.heard.add(nodeId);
    for (const tell of this.joinedListeners) tell(nodeId);
  }

  forget(nodeId: string): void {
    if (!this.heard.delete(nodeId)) return;
    for (const tell of this.goneListeners) tell(nodeId);
  }

  received(message: NodeMessage, fromNode: string): void {
    if (!this.away) for (const receive of this.receivers) receive(message, fromNode);
  }
}
