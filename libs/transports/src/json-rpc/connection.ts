import { closingNotice, type Principal, Push, type Session, type SessionEnd, type SessionOutlet, sessionEnd } from '@vestnik/core';
import { connectSchema, LIMITS, Problem, parseWith, type RpcFrame, readRpc, rpcError, rpcResult } from '@vestnik/protocol';
import type { RawData, WebSocket } from 'ws';
import { calledAnswer } from '../called-answer.js';
import { type Edge, toProblem } from '../edge.js';
import type { Beating, Choked } from '../heartbeats.js';
import { textFrame } from '../web-socket-frames.js';
import { WebSocketWriter } from '../web-socket-writer.js';
import { pushFrame } from './codec.js';

export interface ConnectionRequest {
  readonly tenant: string;
  /** What the upgrade request carried. */
  readonly credential?: string;
  readonly address?: string;
  /** The query of `?connect=auto`: taken as the call itself. */
  readonly auto?: Record<string, string>;
}

/** Frames that arrive while the session opens wait, at most so many. */
const WAITING_FRAMES = 1_000;
const UNREADABLE_PER_MINUTE = 10;

/** Pushes that may come between the opening of a session and the answer that says so. */
const EARLY_PUSHES = 100;

/** The close code of a WebSocket that broke. */
const WITHOUT_GOODBYE = 1006;

const PING = new Push('ping', '{}');

/** One plain WebSocket: JSON-RPC 2.0 in text frames, over a session of the core. */
export class JsonRpcConnection implements SessionOutlet, Beating, Choked {
  heard = true;
  private readonly writer: WebSocketWriter;
  private session: Session | undefined;
  /** A connect is under way. */
  private opening = false;
  /** Frames that wait until what came before them has begun: a connect, a batch, or a socket that takes no more answers. */
  private readonly held: string[] = [];
  private holds = 0;
  private paused = false;
  /** Begins to push, where the answer to connect is part of a batch that is not out yet. */
  private startLater: (() => void) | undefined;
  /** What is pushed before the answer to connect is out waits for it. */
  private early: Push[] | undefined;
  private connectTimer: NodeJS.Timeout | undefined;
  private beatSlot: number | undefined;
  private unreadable: number[] | undefined;
  private appBeat = false;
  private choked = false;
  private ended = false;

  constructor(
    private readonly edge: Edge,
    private readonly webSocket: WebSocket,
    private readonly request: ConnectionRequest,
  ) {
    this.writer = new WebSocketWriter(webSocket, edge.outboxes);
    webSocket.on('message', (data: RawData, isBinary: boolean) => this.received(data, isBinary));
    webSocket.on('pong', () => {
      if (!this.appBeat) this.heard = true;
    });
    webSocket.on('error', () => this.gone(true));
    webSocket.on('close', (code) => this.gone(code === WITHOUT_GOODBYE));
    this.beatSlot = edge.heartbeats.add(this);
    if (request.auto !== undefined) {
      void this.connect(undefined, request.auto);
    } else {
      this.awaitConnect();
    }
  }

  // What the core asks of the connection.

  push(push: Push): void {
    if (this.early === undefined) this.writer.push(pushFrame(push));
    else this.early.push(push);
  }

  ready(): boolean {
    if (this.early !== undefined && this.early.length >= EARLY_PUSHES) return false;
    if (this.writer.ready()) return true;
    if (!this.choked) {
      this.choked = true;
      this.edge.heartbeats.watch(this);
      this.writer.whenDrained(() => {
        this.choked = false;
        if (this.paused) {
          this.paused = false;
          this.webSocket.resume();
        }
        this.session?.drained();
      });
    }
    return false;
  }

  end(end: SessionEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.early = undefined;
    this.push(new Push('notice', JSON.stringify(closingNotice(end))));
    this.writer.flush();
    this.webSocket.close(end.code, end.slug);
    this.gone();
  }

  // What heartbeats ask of it.

  ping(): void {
    if (this.ended) return;
    // Nothing is read from it now; whether it takes anything is watched instead.
    if (this.paused) this.heard = true;
    if (this.appBeat) this.push(PING);
    else this.webSocket.ping();
  }

  lifeless(): void {
    this.gone(true);
    this.webSocket.terminate();
  }

  get bytesLeft(): number {
    return this.writer.bytesLeft;
  }

  relieved(): boolean {
    return !this.choked;
  }

  stuck(): void {
    this.edge.log.info('a client that does not read was cut off', { tenant: this.request.tenant, session: this.session?.session });
    this.end(sessionEnd('too-slow', 'nothing was read for 60 s'));
    // What waits unsent before the close frame would never leave.
    setTimeout(() => this.webSocket.terminate(), 1_000).unref();
  }

  // The life of the connection.

  private gone(broke = false): void {
    this.ended = true;
    clearTimeout(this.connectTimer);
    this.connectTimer = undefined;
    if (this.beatSlot !== undefined) this.edge.heartbeats.remove(this, this.beatSlot);
    this.beatSlot = undefined;
    this.edge.heartbeats.unwatch(this);
    this.session?.closed(broke);
    this.session = undefined;
    this.held.length = 0;
  }

  private received(data: RawData, isBinary: boolean): void {
    this.heard = true;
    if (this.ended) return;
    if (isBinary) {
      this.end({ code: 1003, slug: 'request-invalid', reconnect: false, detail: 'text frames only' });
      return;
    }
    const text = (data as Buffer).toString();
    if (this.holds === 0) {
      this.handle(text);
    } else if (this.held.length >= WAITING_FRAMES) {
      this.end(sessionEnd('request-invalid', 'too many frames while one before them is carried out'));
      return;
    } else {
      this.held.push(text);
    }
    // Who takes no answers is asked for no more questions.
    if (!this.paused && !this.ended && !this.ready()) {
      this.paused = true;
      this.webSocket.pause();
    }
  }

  private release(): void {
    this.holds--;
    while (this.holds === 0 && this.held.length > 0) this.handle(this.held.shift() as string);
  }

  private awaitConnect(): void {
    const { connectWithinSeconds } = LIMITS;
    this.connectTimer = setTimeout(() => this.end(sessionEnd('too-slow', `connect within ${connectWithinSeconds} s`)), connectWithinSeconds * 1000);
  }

  private handle(text: string): void {
    const input = readRpc(text);
    if (input.kind === 'unreadable') {
      this.reply(rpcError(null, input.failure));
      this.countUnreadable();
      return;
    }
    if (input.batch) {
      void this.batch(input.frames);
      return;
    }
    const frame = input.frames[0] as RpcFrame;
    if (frame.kind === 'request' && frame.method === 'connect' && this.session === undefined) {
      void this.connect(frame.id, frame.params);
      return;
    }
    const answer = this.answer(frame);
    if (typeof answer === 'string') this.reply(answer);
    else if (answer !== undefined) void answer.then((text) => text !== undefined && this.reply(text));
  }

  /** Carries a batch out in order; sends that follow each other share a commit, and nothing waits for what a call brings. */
  private async batch(frames: readonly RpcFrame[]): Promise<void> {
    const answers: (string | undefined | Promise<string | undefined>)[] = [];
    const before: typeof answers = [];
    this.holds++;
    for (const frame of frames) {
      if (frame.kind === 'request' && frame.method === 'connect') {
        const answer = this.session === undefined ? this.connect(frame.id, frame.params, true) : this.answer(frame);
        answers.push(answer);
        before.push(answer);
      } else {
        if (frame.kind !== 'request' || frame.method !== 'send' || this.session === undefined) await Promise.all(before);
        const answer = this.answer(frame);
        answers.push(answer);
        if (frame.kind !== 'request' || frame.method !== 'call') before.push(answer);
      }
    }
    this.release();
    const texts = (await Promise.all(answers)).filter((text) => text !== undefined);
    if (texts.length > 0) this.reply(`[${texts.join(',')}]`);
    const start = this.startLater;
    this.startLater = undefined;
    if (start !== undefined) this.begin(start);
  }

  /** @returns the response, or nothing for a notification */
  private answer(frame: RpcFrame): string | undefined | Promise<string | undefined> {
    if (frame.kind === 'invalid') return rpcError(frame.id, frame.problem);
    if (frame.kind === 'response') {
      if (this.session !== undefined && typeof frame.id === 'string') this.edge.methods.answered(this.session, frame.id, calledAnswer(frame));
      return undefined;
    }
    const { id, method, params, raw } = frame;
    const failed = (error: unknown) => {
      const problem = toProblem(error, this.edge.log, method);
      return id === undefined ? undefined : rpcError(id, problem);
    };
    try {
      if (this.session === undefined) throw new Problem('request-invalid', 'the first call is connect');
      const result = this.edge.methods.call(this.session, method, params, raw, id !== undefined);
      if (result instanceof Promise) return result.then((value: unknown) => (id === undefined ? undefined : rpcResult(id, value)), failed);
      return id === undefined ? undefined : rpcResult(id, result);
    } catch (error) {
      return failed(error);
    }
  }

  /** @returns the answer where it is part of a batch */
  private async connect(id: string | number | null | undefined, params: unknown, inBatch = false): Promise<string | undefined> {
    if (this.opening) return id === undefined ? undefined : rpcError(id, new Problem('conflict', 'this connection is connecting already'));
    this.opening = true;
    this.holds++;
    clearTimeout(this.connectTimer);
    this.connectTimer = undefined;
    const { edge, request } = this;
    try {
      const { token, heartbeat, ...options } = parseWith(connectSchema, params, 'request-invalid');
      const credential = token ?? request.credential;
      if (credential === undefined) throw new Problem('unauthenticated', 'a token or key is required');
      const principal: Principal = await edge.authenticator.authenticate(request.tenant, credential);
      if (this.ended) return undefined;
      this.appBeat = heartbeat ?? false;
      this.early = [];
      const opened = await edge.delivery.open(principal, { ...options, transport: 'websocket', address: request.address }, this);
      if (this.ended) {
        opened.session.closed();
        return undefined;
      }
      this.session = opened.session;
      const answer = id === undefined ? undefined : rpcResult(id, opened.result);
      if (inBatch) {
        this.startLater = opened.start;
        return answer;
      }
      if (answer !== undefined) this.reply(answer);
      this.begin(opened.start);
      return undefined;
    } catch (error) {
      this.early = undefined;
      const problem = toProblem(error, edge.log, 'connect');
      const answer = id === undefined ? undefined : rpcError(id, problem);
      // What a client can mend by another call leaves the connection open; who it is, and whether it may, does not.
      if (problem.kind.close === undefined && answer !== undefined) {
        this.awaitConnect();
        if (inBatch) return answer;
        this.reply(answer);
        return undefined;
      }
      if (answer !== undefined) this.reply(answer);
      const end = sessionEnd(problem.slug, problem.detail);
      this.end(problem.kind.close === undefined && !problem.kind.retryable ? { ...end, code: 4400 } : end);
      return undefined;
    } finally {
      this.opening = false;
      this.release();
    }
  }

  /** The answer to connect is on its way: what is for the session may follow it. */
  private begin(start: () => void): void {
    const { early } = this;
    this.early = undefined;
    if (this.ended) return;
    for (const push of early ?? []) this.push(push);
    start();
  }

  private reply(text: string): void {
    if (!this.ended) this.writer.push(textFrame(text));
  }

  /** A frame that cannot be read is answered and the session stays; the tenth in a minute closes it. */
  private countUnreadable(): void {
    const now = performance.now();
    this.unreadable = [...(this.unreadable ?? []).filter((at) => now - at < 60_000), now];
    if (this.unreadable.length >= UNREADABLE_PER_MINUTE) this.end(sessionEnd('request-invalid', 'ten frames in a minute could not be read'));
  }
}
