import { TURN_BYTES } from './exchange-format.js';

/** Packets on their way to the other side: numbered, kept until it says that it has them. */
export class OutgoingPackets {
  private readonly packets: Buffer[] = [];
  /** The number of the last that the other side has. */
  private acknowledged = 0;
  /** The number of the last that was put into a body since. */
  private handedOut = 0;
  private handedOutBytes = 0;
  /** Of all that are kept. */
  bytes = 0;

  push(packet: Buffer): void {
    this.packets.push(packet);
    this.bytes += packet.length;
  }

  private get last(): number {
    return this.acknowledged + this.packets.length;
  }

  /** Of those that were not put into a body. */
  get waitingBytes(): number {
    return this.bytes - this.handedOutBytes;
  }

  /** Whether there is something that was not put into a body. */
  get waiting(): boolean {
    return this.handedOut < this.last;
  }

  /** Whether there is something that the other side is not known to have. */
  get unacknowledged(): boolean {
    return this.packets.length > 0;
  }

  /** @returns whether it moved; undefined where the other side says that it has what was never sent */
  acknowledge(number: number): boolean | undefined {
    if (number > this.last) return undefined;
    if (number <= this.acknowledged) return false;
    for (const packet of this.packets.splice(0, number - this.acknowledged)) {
      this.bytes -= packet.length;
      // What was to go out again may have come there after all.
      if (++this.acknowledged <= this.handedOut) this.handedOutBytes -= packet.length;
    }
    this.handedOut = Math.max(this.handedOut, number);
    return true;
  }

  /** A body was lost, or may have been: what is not acknowledged goes out again. */
  rewind(): void {
    this.handedOut = this.acknowledged;
    this.handedOutBytes = 0;
  }

  /** What goes into the next body. */
  take(): { readonly first: number; readonly packets: readonly Buffer[] } {
    const from = this.handedOut - this.acknowledged;
    let to = from;
    for (let bytes = 0; to < this.packets.length; to++) {
      bytes += 4 + (this.packets[to]?.length ?? 0);
      if (to > from && bytes > TURN_BYTES) break;
    }
    const first = this.handedOut + 1;
    this.handedOut += to - from;
    const packets = this.packets.slice(from, to);
    for (const packet of packets) this.handedOutBytes += packet.length;
    return { first, packets };
  }
}

/** Packets that come: each once, in order. */
export class IncomingPackets {
  /** All up to there have come. */
  have = 0;

  /** @returns those that are new; undefined where some are missing before them */
  take(first: number, packets: readonly Uint8Array[]): readonly Uint8Array[] | undefined {
    if (packets.length === 0) return packets;
    if (first > this.have + 1) return undefined;
    const fresh = packets.slice(this.have + 1 - first);
    this.have += fresh.length;
    return fresh;
  }
}
