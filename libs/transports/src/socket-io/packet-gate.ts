import { depthOf, LIMITS } from '@vestnik/protocol';

/** What becomes of a packet before anybody parses it. */
export type Gated =
  | { readonly kind: 'pass' }
  | { readonly kind: 'too-large' }
  /** `namespace` and `id` where somebody waits for an answer to it. */
  | { readonly kind: 'too-deep'; readonly asked?: { readonly namespace: string; readonly id: number } };

const PASS: Gated = { kind: 'pass' };
const TOO_LARGE: Gated = { kind: 'too-large' };

/** Around what is counted stands the array with the event's name, and its params. */
const DEPTH_MAX = LIMITS.jsonDepth + 2;
/** An event (type 2) of a namespace, with the number under which it wants to be answered. */
const ASKING = /^2(\/[^,]*),(\d{1,15})\[/;

/**
 * The door for what a client sends: sizes and depths are judged before anything is parsed. One for each connection,
 * since what is binary comes in packets of its own after the text that it belongs to.
 */
export class PacketGate {
  private bytes = 0;
  /** Something binary has come: events have to be looked through for it. */
  sawBinary = false;

  /** @param bytesMax of an event with all that is binary in it */
  judge(packet: string | Uint8Array, bytesMax: number): Gated {
    if (typeof packet !== 'string') {
      this.sawBinary = true;
      this.bytes += packet.length;
      return this.bytes > bytesMax ? TOO_LARGE : PASS;
    }
    // A character is three bytes of UTF-8 at most.
    this.bytes = packet.length * 3 > bytesMax ? Buffer.byteLength(packet) : packet.length;
    if (this.bytes > bytesMax) return TOO_LARGE;
    if (depthOf(packet) <= DEPTH_MAX) return PASS;
    const asking = ASKING.exec(packet.slice(0, 512));
    return { kind: 'too-deep', asked: asking === null ? undefined : { namespace: asking[1] as string, id: Number(asking[2]) } };
  }
}
