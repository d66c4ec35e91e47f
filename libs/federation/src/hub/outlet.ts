import type { Clock, Log, Timer, Transit } from '@vestnik/core';
import { decodePacket } from '../wire/codec.js';
import type { Packet } from '../wire/frames.js';

/** More than so many bytes that are not written to the network yet, and what can wait is kept on disk instead. */
const BUFFERED_MAX = 4 * 1024 * 1024;
/** Packets that are read from what is kept at once. */
const PAGE = 16;
const FULL_MS = 50;

export interface OutletParts {
  readonly link: string;
  readonly send: (packet: Packet) => void;
  /** Bytes that are not written to the network yet. */
  readonly buffered: () => number;
  readonly transit: Transit;
  /** Whether something is on its way to disk for this link, from this node. */
  readonly keeping: () => boolean;
  /** Whether anything may leave over the link now. */
  readonly isOpen: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where packets of others leave over a connection: what was kept first, in order, and then what comes. */
export class Outlet {
  private after = 0;
  /** Nothing is kept that has not left, as far as is known. */
  private isDrained = false;
  private draining = false;
  private lookAgain = false;
  private closed = false;
  private waiting: Timer | undefined;

  constructor(private readonly parts: OutletParts) {}

  /** Whether a packet that comes now can leave at once, past nothing that was kept. */
  get isClear(): boolean {
    return this.isDrained && !this.parts.keeping() && this.hasRoom;
  }

  get hasRoom(): boolean {
    return !this.closed && this.parts.buffered() <= BUFFERED_MAX;
  }

  /** @returns false where it cannot be written: what was added on its way has made it too large */
  send(packet: Packet): boolean {
    try {
      this.parts.send(packet);
      return true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return false;
    }
  }

  /** What was kept for another link is to leave over this one now: all is looked through again. */
  restart(): void {
    this.after = 0;
    this.drain();
  }

  /** Sends what is kept, as long as the network takes it. */
  drain(): void {
    if (this.draining) {
      this.lookAgain = true;
      return;
    }
    if (this.closed) return;
    this.draining = true;
    this.work().catch((error: unknown) => this.parts.log.warn('what is kept for other installations could not be read; it is tried again', { error }));
  }

  close(): void {
    this.closed = true;
    this.waiting?.cancel();
  }

  private async work(): Promise<void> {
    try {
      await this.sendKept();
    } finally {
      this.draining = false;
    }
  }

  private async sendKept(): Promise<void> {
    const { transit, link, isOpen, keeping, clock } = this.parts;
    while (!this.closed && isOpen()) {
      if (!this.hasRoom) {
        this.isDrained = false;
        this.waiting?.cancel();
        this.waiting = clock.after(FULL_MS, () => this.drain());
        return;
      }
      this.lookAgain = false;
      const page = await transit.take(link, this.after, PAGE);
      if (this.closed) return;
      for (const { position, packet } of page) {
        const read = decodePacket(packet);
        if (read !== undefined) this.send(read);
        this.after = Math.max(this.after, position);
      }
      if (page.length > 0 || this.lookAgain) continue;
      // What is on its way to disk looks here again when it is there.
      this.isDrained = !keeping();
      return;
    }
  }
}
