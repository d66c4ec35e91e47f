import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Opened, Push, type Session, type SessionEnd, type SessionOutlet, sessionEnd } from '@vestnik/core';
import { LIMITS } from '@vestnik/protocol';
import type { Edge } from '../edge.js';
import type { Beating, Choked, Heartbeats } from '../heartbeats.js';
import { Outbox } from '../outbox.js';
import type { StreamFormat } from './stream-format.js';

/**
 * An HTTP answer that does not end, over a session of the core: whatever is due for it in one turn leaves in one write.
 *
 * It shows no life of its own, so it lives as long as its connection does.
 */
export class Stream implements SessionOutlet, Beating, Choked {
  heard = true;
  private readonly outbox: Outbox;
  private session: Session | undefined;
  private beatSlot: number | undefined;
  private choked = false;
  private ended = false;
  /** Where it was ended before it had begun. */
  private lastWords: Uint8Array | undefined;

  /**
   * @param beats pings once in 15 s
   * @param resumesAcknowledged the position that it resumes with counts as acknowledged: `ack=auto`
   */
  constructor(
    private readonly edge: Edge,
    private readonly response: ServerResponse<IncomingMessage>,
    private readonly format: StreamFormat,
    private readonly beats: Heartbeats,
    private readonly resumesAcknowledged: boolean,
  ) {
    this.outbox = new Outbox(edge.outboxes, this);
    response.on('close', () => this.gone());
    response.on('error', () => this.gone());
  }

  /** Begins: the head goes out at once, then what is pushed. */
  begin({ session, result, start }: Opened): void {
    if (this.response.destroyed) {
      session.closed();
      return;
    }
    this.response.writeHead(200, {
      ...streamHeaders(this.format),
      'vestnik-connected': headerJson(result),
    });
    if (this.ended) {
      // Somebody took over, or closed it, before it had begun.
      this.response.end(this.lastWords);
      return;
    }
    this.session = session;
    this.response.write(this.format.opening);
    this.beatSlot = this.beats.add(this);
    if (result.gap !== undefined) this.push(new Push('notice', JSON.stringify({ type: 'vestnik.gap', ...result.gap })));
    start();
  }

  push(push: Push): void {
    this.outbox.push(this.format.encode(push));
  }

  ready(): boolean {
    const { response } = this;
    if (response.writableLength + this.outbox.bytes < LIMITS.unsentBytes) return true;
    if (!this.choked) {
      this.choked = true;
      this.edge.heartbeats.watch(this);
      this.whenDrained(() => {
        this.choked = false;
        this.session?.drained();
      });
    }
    return false;
  }

  end(end: SessionEnd): void {
    this.finish(this.format.closing(end));
  }

  /** With `ack=auto` a full window is emptied by resuming: the client comes back with the last position that it saw. */
  full(): void {
    if (!this.resumesAcknowledged) return;
    setImmediate(() => {
      const { session } = this;
      this.finish(this.format.comeBack);
      session?.closed();
    });
  }

  write(bytes: Uint8Array): void {
    if (!this.response.writableEnded) this.response.write(bytes);
  }

  // What heartbeats ask of it.

  ping(): void {
    this.heard = true;
    if (!this.ended && !this.choked) this.outbox.push(this.format.stillThere);
  }

  lifeless(): void {}

  get bytesLeft(): number {
    const { socket } = this.response;
    return socket === null ? 0 : socket.bytesWritten - socket.writableLength;
  }

  relieved(): boolean {
    return !this.choked;
  }

  stuck(): void {
    const { response, session } = this;
    this.edge.log.info('a client that does not read was cut off', { tenant: session?.principal.tenant.name, session: session?.session });
    session?.end(sessionEnd('too-slow', 'nothing was read for 60 s'));
    // What waits unsent before the last notice would never leave.
    setTimeout(() => response.destroy(), 1_000).unref();
  }

  private finish(last: Uint8Array): void {
    if (this.ended) return;
    this.outbox.flush();
    if (this.response.headersSent) this.response.end(last);
    else this.lastWords = last;
    this.gone();
  }

  private gone(): void {
    this.ended = true;
    if (this.beatSlot !== undefined) this.beats.remove(this, this.beatSlot);
    this.beatSlot = undefined;
    this.edge.heartbeats.unwatch(this);
    this.session?.closed();
    this.session = undefined;
  }

  private whenDrained(then: () => void): void {
    const { response } = this;
    if (response.writableNeedDrain) response.once('drain', then);
    else setImmediate(() => (response.writableNeedDrain ? response.once('drain', then) : then()));
  }
}

export function streamHeaders(format: StreamFormat): Record<string, string> {
  return {
    'content-type': format.contentType,
    // Nothing keeps it; `no-transform` keeps proxies from compressing it, which holds back what is small.
    'cache-control': 'no-store, no-transform',
    // nginx would gather it.
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}

/** JSON for a header: ASCII alone. */
function headerJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
