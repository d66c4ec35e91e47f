import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Timer } from '@vestnik/core';
import { type Carrier, type CarrierEvents, END_MS, STUCK_MS } from './carrier.js';
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
import { greet, NotGreeted } from './greet.js';
import { Newcomers } from './newcomers.js';
import type { AcceptorOptions } from './websocket.js';

const LOOK_MS = 5_000;
/** Of one connection, whose bodies are being read: a dialer has two, and one to say goodbye. */
const READING_MAX = 4;

/** Takes `POST /v1/links/exchange` of other installations: a connection where a proxy kills WebSockets. */
export class ExchangeAcceptor {
  private readonly sessions = new Map<string, ExchangeSession>();
  private readonly newcomers: Newcomers;

  constructor(private readonly options: AcceptorOptions) {
    this.newcomers = options.newcomers ?? new Newcomers();
  }

  /** To stand in front of other routes. @returns whether the request was its own */
  readonly handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    const url = request.url ?? '';
    const question = url.indexOf('?');
    if ((question < 0 ? url : url.slice(0, question)) !== EXCHANGE_PATH || request.method !== 'POST') return false;
    if (this.options.introduction.own() === undefined) return false;
    void this.exchange(request, response);
    return true;
  };

  /** Ends all connections at once. */
  close(): void {
    for (const session of [...this.sessions.values()]) session.destroy('this node goes down');
  }

  private async exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const word = request.headers[SESSION_HEADER];
    if (word === undefined) {
      await this.open(request, response);
      return;
    }
    const session = typeof word === 'string' ? this.sessions.get(word) : undefined;
    // Whoever proved himself elsewhere, or to a node that is gone, begins anew.
    if (session === undefined || session.reading >= READING_MAX) {
      refuse(response, session === undefined ? 410 : 429);
      return;
    }
    session.reading++;
    const turn = await readBody(request, session.bytesMax).finally(() => session.reading--);
    if (typeof turn === 'object') session.post(turn, response);
    else if (turn !== 0) {
      refuse(response, turn);
      session.destroy('what came by POST is no exchange');
    }
  }

  private async open(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { introduction, accepted, addressOf, accepting } = this.options;
    if (accepting?.() === false) {
      refuse(response, 503);
      return;
    }
    const address = addressOf(request);
    const leave = this.newcomers.enter(address);
    if (leave === undefined) {
      refuse(response, 429);
      return;
    }
    const turn = await readBody(request, GREETING_BYTES_MAX);
    if (typeof turn !== 'object') {
      leave();
      if (turn !== 0) refuse(response, turn);
      return;
    }
    const word = Buffer.from(introduction.random(32)).toString('base64url');
    const session = new ExchangeSession(word, introduction.clock, address, () => {
      this.sessions.delete(word);
      leave();
    });
    this.sessions.set(word, session);
    greet(session, { kind: 'acceptor' }, introduction).then(
      (connection) => {
        leave();
        accepted(connection);
      },
      (error: unknown) => {
        if (error instanceof NotGreeted) introduction.log.info('an installation was not let in', { address, why: error.message });
        else introduction.log.error('an error that nobody expected', { where: EXCHANGE_PATH, error });
      },
    );
    session.post(turn, response);
  }
}

/** One connection, from POST to POST. */
class ExchangeSession implements Carrier {
  readonly transport = 'exchange';
  /** Bodies that are being read. */
  reading = 0;
  bytesMax = GREETING_BYTES_MAX;
  private readonly outgoing = new OutgoingPackets();
  private readonly incoming = new IncomingPackets();
  private events: CarrierEvents | undefined;
  /** The one POST that waits for something to be said. */
  private held: ServerResponse | undefined;
  private hold: Timer | undefined;
  private soon: NodeJS.Immediate | undefined;
  private ending = false;
  private gone = false;
  private heardAt: number;
  private movedAt: number;
  private readonly watch: Timer;

  constructor(
    private readonly word: string,
    private readonly clock: Clock,
    readonly address: string | undefined,
    private readonly left: () => void,
  ) {
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
    else this.answerSoon();
  }

  end(): void {
    if (this.ending || this.gone) return;
    this.ending = true;
    this.answerSoon();
    this.clock.after(END_MS, () => this.destroy('ended'));
  }

  destroy(reason: string): void {
    if (this.gone) return;
    this.gone = true;
    this.watch.cancel();
    this.hold?.cancel();
    clearImmediate(this.soon);
    if (this.held !== undefined) refuse(this.held, 410);
    this.held = undefined;
    this.left();
    this.events?.closed(reason);
  }

  admit(): void {
    this.bytesMax = TURN_BYTES_MAX;
  }

  /** What is sent is bounded by what the other side has credit for, and by the connection that keeps it. */
  pause(): void {}
  resume(): void {}

  listen(events: CarrierEvents): void {
    this.events = events;
  }

  post({ note, packets }: ExchangeTurn, response: ServerResponse): void {
    if (this.gone) {
      refuse(response, 410);
      return;
    }
    const now = this.clock.monotonic();
    this.heardAt = now;
    const moved = this.outgoing.acknowledge(note.have);
    if (moved === undefined) {
      refuse(response, 400);
      this.destroy('the other side says that it has what was never sent');
      return;
    }
    if (moved) this.movedAt = now;
    if (note.again) this.outgoing.rewind();

    // Only the newest waits.
    if (this.held !== undefined) this.answer();
    this.held = response;
    response.once('close', () => {
      if (this.held === response) this.release();
    });
    const fresh = this.incoming.take(note.first, packets);
    if (fresh === undefined) {
      this.answer(true);
      return;
    }
    for (const packet of fresh) if (!this.gone) this.events?.received(packet);
    if (note.end && !this.gone) {
      this.answer();
      this.destroy('the other side ended');
    }
    if (this.gone || this.held !== response) return;
    this.hold = this.clock.after(HOLD_MS, () => this.answer());
    if (this.outgoing.waiting || this.ending) this.answerSoon();
  }

  /** At the end of the turn, so that what is said together leaves together. */
  private answerSoon(): void {
    if (this.held === undefined || this.soon !== undefined) return;
    this.soon = setImmediate(() => {
      this.soon = undefined;
      if (this.held !== undefined && (this.outgoing.waiting || this.ending)) this.answer();
    });
  }

  private answer(again?: true): void {
    const { held } = this;
    if (held === undefined) return;
    this.release();
    const { first, packets } = this.outgoing.take();
    const end = this.ending && !this.outgoing.waiting ? true : undefined;
    const body = writeTurn({ note: { first, have: this.incoming.have, again, end }, packets });
    held.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': body.length,
      'cache-control': 'no-store',
      [SESSION_HEADER]: this.word,
    });
    held.end(body, () => end && this.destroy('ended'));
  }

  private release(): void {
    this.hold?.cancel();
    this.held = undefined;
  }

  private look(): void {
    const now = this.clock.monotonic();
    if (this.held !== undefined) this.heardAt = now;
    if (now - this.heardAt >= STUCK_MS) this.destroy(`nothing came for ${STUCK_MS / 1_000} s`);
    else if (this.outgoing.unacknowledged && now - this.movedAt >= STUCK_MS) this.destroy(`nothing was taken from the line for ${STUCK_MS / 1_000} s`);
  }
}

/** @returns the status to refuse it with where it is none; 0 where nobody is there any more */
function readBody(request: IncomingMessage, bytesMax: number): Promise<ExchangeTurn | 400 | 413 | 0> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    if (Number(request.headers['content-length'] ?? 0) > bytesMax) return resolve(413);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
      } else {
        chunks.length = 0;
        resolve(413);
      }
    });
    request.on('end', () => resolve(bytes > bytesMax ? 413 : (readTurn(Buffer.concat(chunks)) ?? 400)));
    request.on('error', () => resolve(0));
    request.on('close', () => resolve(0));
  });
}

function refuse(response: ServerResponse, status: number): void {
  if (response.headersSent || response.destroyed) return;
  // The rest of a body that is not read would be taken for the next request.
  response.writeHead(status, {
    connection: 'close',
    'content-length': 0,
    'cache-control': 'no-store',
    ...(status === 429 || status === 503 ? { 'retry-after': '10' } : {}),
  });
  response.end();
}
