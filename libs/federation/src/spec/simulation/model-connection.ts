import type { ModelLink, ModelPacket } from './model-link.js';

/** A connection between neighbours: what is sent comes in order, or not at all. It may fall silent. */
export class ModelConnection {
  closed = false;
  silent = false;
  private readonly ways = new Map<number, ModelPacket[]>();
  private readonly ends = new Map<number, ModelLink>();

  constructor(
    readonly one: number,
    readonly other: number,
    private readonly forward: (at: number, packet: ModelPacket) => void,
  ) {
    this.ways.set(one, []);
    this.ways.set(other, []);
  }

  open(at: number, link: ModelLink): void {
    this.ends.set(at, link);
  }

  get isUp(): boolean {
    return !this.closed && this.ends.get(this.one)?.state.up === true && this.ends.get(this.other)?.state.up === true;
  }

  send(from: number, packet: ModelPacket): void {
    if (!this.closed) this.ways.get(from)?.push(packet);
  }

  get quiet(): boolean {
    return (this.ways.get(this.one) as ModelPacket[]).length === 0 && (this.ways.get(this.other) as ModelPacket[]).length === 0;
  }

  /** Brings the next packet of one direction. @returns whether there was one */
  deliver(from: number): boolean {
    const to = from === this.one ? this.other : this.one;
    const link = this.ends.get(to);
    if (this.closed || this.silent || link === undefined) return false;
    const packet = this.ways.get(from)?.shift();
    if (packet === undefined) return false;
    if ('to' in packet.frame && packet.frame.to !== link.owner.id) {
      link.dispatch({ kind: 'heard', at: link.owner.world.clock });
      this.forward(to, packet);
    } else {
      link.arrived(packet);
    }
    return true;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const link of this.ends.values()) {
      link.end();
      if (link.owner.connections.get(link.neighbour) === this) {
        link.owner.connections.delete(link.neighbour);
        link.owner.links.delete(link.neighbour);
      }
    }
  }
}
