import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock, Timer } from '@vestnik/core';
import { type Carrier, type CarrierEvents, END_MS, STUCK_MS } from './carrier.js';
import type { LinkConnection } from './connection.js';
import {
  EXCHANGE_PATH,
  type ExchangeTurn,
  GREETING_BYTES_MAX,
  HOLD_MS,
  readTurn,
  SESSION_HEADER,
  TURN_BYTES_MAX,
  UNACKNOWLEDGED_BYTES_MAX,
  writeTurn,
} from './exchange-format.js';
import { IncomingPackets, OutgoingPackets } from './exchange-streams.js';
import { greet } from './greet.js';
import type { Introduction } from './introduction.js';
import { below } from './websocket.js';

const LOOK_MS = 5_000;
/** Past the time that an answer may wait. */
const POST_MS = HOLD_MS + 10_000;
const RETRY_MS = { first: 250, most: 5_000 } as const;
const WORD = /^[A-Za-z0-9_-]{16,128}$/;

/**
 * Connects to a neighbour by POST after POST, and shakes hands.
 *
 * @param url the installation's address, `https://bus.example.com/base`
 * @throws NotGreeted
 */
export function dialExchange(url: string, peer: string, introduction: Introduction): Promise<LinkConnection> {
  return greet(new ExchangeDialer(below(url, EXCHANGE_PATH), introduction.clock), { kind: 'dialer', peer }, introduction);
}

/** A POST that brought nothing. `final`: another one would not either. */
class Failed extends Error {
  constructor(
    message: string,
    readonly final: boolean,
  ) {
    super(message);
  }
}

/** The dialler's end: one POST waits for what the other side says, a second one carries what is to be said meanwhile. */
class ExchangeDialer implements Carrier {
  readonly transport = 'exchange';
  private readonly outgoing = new OutgoingPackets();
  private readonly incoming = new IncomingPackets();
  private readonly agent: HttpAgent | HttpsAgent;
  private readonly underWay = new Set<ClientRequest>();
  private events: CarrierEvents | undefined;
  private word: string | undefined;
  private bytesMax = GREETING_BYTES_MAX;
  /** Something of the other side was lost. */
  private again: true | undefined;
  private failures = 0;
  private retry: Timer | undefined;
  private soon: NodeJS.Immediate | undefined;
  private ending = false;
  private saidEnd = false;
  private gone = false;
  private heardAt: number;
  private movedAt: number;
  private readonly watch: Timer;

  constructor(
    private readonly url: URL,
    private readonly clock: Clock,
  ) {
    this.agent = new (url.protocol === 'https:' ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 3 });
    this.heardAt = clock.monotonic();
    this.movedAt = this.heardAt;
    this.watch = clock.every(LOOK_MS, () => this.look());
  }

  /** What stands in bodies is under way: there are few of them at once. */
  get buffered(): number {
    return this.outgoing.waitingBytes;
  }

  send(packet: Buffer): void {
    if (this.ending || this.gone) return;
    if (!this.outgoing.unacknowledged) this.movedAt = this.clock.monotonic();
    this.outgoing.push(packet);
    if (this.outgoing.bytes > UNACKNOWLEDGED_BYTES_MAX) this.destroy('the other side takes less than it is sent');
    else this.postSoon();
  }

  end(): void {
    if (this.ending || this.gone) return;
    this.ending = true;
    this.postSoon();
    this.clock.after(END_MS, () => this.destroy('ended'));
  }

  destroy(reason: string): void {
    if (this.gone) return;
    this.gone = true;
    this.watch.cancel();
    this.retry?.cancel();
    clearImmediate(this.soon);
    for (const request of this.underWay) request.destroy();
    this.agent.destroy();
    this.events?.closed(reason);
  }

  admit(): void {
    this.bytesMax = TURN_BYTES_MAX;
  }

  pause(): void {}
  resume(): void {}

  listen(events: CarrierEvents): void {
    this.events = events;
  }

  private postSoon(): void {
    this.soon ??= setImmediate(() => {
      this.soon = undefined;
      this.postWhatIsDue();
    });
  }

  private postWhatIsDue(): void {
    if (this.gone || this.retry !== undefined) return;
    if (this.underWay.size === 0) {
      this.post();
    } else if (this.word !== undefined) {
      if (this.ending && !this.saidEnd) this.post();
      else if (this.underWay.size === 1 && this.outgoing.waiting) this.post();
    }
  }

  private post(): void {
    const { first, packets } = this.outgoing.take();
    const end = this.ending && !this.outgoing.waiting ? true : undefined;
    if (end) this.saidEnd = true;
    const { again } = this;
    this.again = undefined;
    this.ask(writeTurn({ note: { first, have: this.incoming.have, again, end }, packets })).then(
      (turn) => this.answered(turn, end === true),
      (error: Error) => this.failed(error),
    );
  }

  private answered({ note, packets }: ExchangeTurn, saidEnd: boolean): void {
    if (this.gone) return;
    const now = this.clock.monotonic();
    this.heardAt = now;
    this.failures = 0;
    const moved = this.outgoing.acknowledge(note.have);
    if (moved === undefined) {
      this.destroy('the other side says that it has what was never sent');
      return;
    }
    if (moved) this.movedAt = now;
    if (note.again) this.outgoing.rewind();
    const fresh = this.incoming.take(note.first, packets);
    if (fresh === undefined) this.again = true;
    for (const packet of fresh ?? []) if (!this.gone) this.events?.received(packet);
    if (saidEnd && this.outgoing.unacknowledged) this.saidEnd = false;
    if (saidEnd && !this.outgoing.unacknowledged) this.destroy('ended');
    else if (note.end && fresh !== undefined) this.destroy('the other side ended');
    else this.postSoon();
  }

  private failed(error: Error): void {
    if (this.gone) return;
    // Without an answer there is no connection yet that could go on.
    if (this.word === undefined || (error instanceof Failed && error.final)) {
      this.destroy(error.message);
      return;
    }
    // Whether it came there nobody knows; what has come twice is taken once.
    this.outgoing.rewind();
    this.again = true;
    this.saidEnd = false;
    this.retry ??= this.clock.after(Math.min(RETRY_MS.first * 2 ** this.failures++, RETRY_MS.most), () => {
      this.retry = undefined;
      this.postWhatIsDue();
    });
  }

  private ask(body: Buffer): Promise<ExchangeTurn> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = { 'content-type': 'application/octet-stream', 'content-length': body.length };
      if (this.word !== undefined) headers[SESSION_HEADER] = this.word;
      const request = (this.url.protocol === 'https:' ? httpsRequest : httpRequest)(this.url, { method: 'POST', agent: this.agent, headers });
      this.underWay.add(request);
      const settle = () => {
        deadline.cancel();
        this.underWay.delete(request);
      };
      const fail = (error: Error) => {
        settle();
        reject(error);
        request.destroy();
      };
      const deadline = this.clock.after(POST_MS, () => fail(new Failed(`no answer within ${POST_MS / 1_000} s`, false)));
      request.on('error', fail);
      request.on('response', (response) => {
        this.read(response).then((turn) => {
          settle();
          resolve(turn);
        }, fail);
      });
      request.end(body);
    });
  }

  private read(response: IncomingMessage): Promise<ExchangeTurn> {
    return new Promise((resolve, reject) => {
      const { statusCode = 0 } = response;
      if (statusCode !== 200) {
        // A proxy that has lost the server for a moment is no answer of its.
        const final = statusCode < 500 && statusCode !== 429;
        reject(new Failed(statusCode === 410 ? 'the other side knows this connection no more' : `HTTP ${statusCode} was answered`, final));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > this.bytesMax) reject(new Failed('more was answered than one answer may hold', true));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('close', () => reject(new Error('the answer was cut off')));
      response.on('end', () => {
        const turn = readTurn(Buffer.concat(chunks));
        const word = response.headers[SESSION_HEADER];
        if (turn === undefined || typeof word !== 'string' || !WORD.test(word)) return reject(new Failed('what was answered is no exchange', true));
        this.word ??= word;
        resolve(turn);
      });
    });
  }

  private look(): void {
    const now = this.clock.monotonic();
    if (now - this.heardAt >= STUCK_MS) this.destroy(`nothing came for ${STUCK_MS / 1_000} s`);
    else if (this.outgoing.unacknowledged && now - this.movedAt >= STUCK_MS) this.destroy(`nothing was taken from the line for ${STUCK_MS / 1_000} s`);
  }
}
