import { decodePacket, encodePacket } from '../wire/codec.js';
import type { ByeFrame, Packet } from '../wire/frames.js';
import type { Carrier } from './carrier.js';
import type { LinkConnection } from './connection.js';

/** Before somebody listens. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;

/** A connection over whatever carries it, from the end of the handshake on. */
export class CarriedConnection implements LinkConnection {
  readonly transport: LinkConnection['transport'];
  readonly address: string | undefined;
  private receive: ((packet: Packet) => void) | undefined;
  private readonly closedListeners: ((reason: string) => void)[] = [];
  /** What comes before somebody listens. */
  private readonly waiting: Packet[] = [];
  private waitingBytes = 0;
  private goodbye = false;
  private ending: string | undefined;
  private closedBecause: string | undefined;

  constructor(
    private readonly carrier: Carrier,
    readonly peer: string,
    readonly version: number,
    readonly dialledBy: LinkConnection['dialledBy'],
  ) {
    this.transport = carrier.transport;
    this.address = carrier.address;
    carrier.admit();
    carrier.pause();
  }

  get buffered(): number {
    return this.carrier.buffered;
  }

  /** Whether one of the two has said goodbye: the line did not just break. */
  get saidGoodbye(): boolean {
    return this.goodbye;
  }

  send(packet: Packet): void {
    if (this.ending === undefined) this.carrier.send(encodePacket(packet));
  }

  close(reason: ByeFrame['reason'], detail?: string): void {
    if (this.ending !== undefined) return;
    this.send({ frame: { t: 'bye', reason, detail } });
    this.goodbye = true;
    this.ending = `closed here: ${reason}${detail === undefined ? '' : `, ${detail}`}`;
    this.waiting.length = 0;
    // Read on, or the end of the other side is never seen.
    this.carrier.resume();
    this.carrier.end();
  }

  onPacket(receive: (packet: Packet) => void): void {
    this.receive = receive;
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) receive(next);
    this.carrier.resume();
  }

  onClose(closed: (reason: string) => void): void {
    const { closedBecause } = this;
    if (closedBecause === undefined) this.closedListeners.push(closed);
    else queueMicrotask(() => closed(closedBecause));
  }

  // What the carrier tells.

  received(bytes: Uint8Array): void {
    if (this.ending !== undefined) return;
    const packet = decodePacket(bytes);
    if (packet === undefined || packet.frame.t === 'hello' || packet.frame.t === 'proof') {
      this.close('protocol', packet === undefined ? 'what came is no frame' : `${packet.frame.t} after the handshake`);
      return;
    }
    const { frame } = packet;
    if (frame.t === 'bye') {
      this.goodbye = true;
      this.ending = `the other side closed: ${frame.reason}${frame.detail === undefined ? '' : `, ${frame.detail}`}`;
      this.carrier.end();
    }
    if (this.receive !== undefined) {
      this.receive(packet);
      return;
    }
    this.waiting.push(packet);
    this.waitingBytes += bytes.length;
    if (this.waitingBytes > WAITING_BYTES_MAX) this.carrier.destroy('more came than is kept for who does not listen yet');
  }

  closed(reason: string): void {
    this.closedBecause = this.ending ?? reason;
    this.ending = this.closedBecause;
    for (const listener of this.closedListeners.splice(0)) listener(this.closedBecause);
  }
}
