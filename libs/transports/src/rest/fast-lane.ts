import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Principal } from '@vestnik/core';
import type { Problem } from '@vestnik/protocol';
import { type Edge, toProblem } from '../edge.js';
import type { MessageHeaders, Messages } from './messages.js';
import { rateLimitFields } from './rate-limit-fields.js';
import { textOf } from './read-body.js';
import { principalOf } from './routes.js';

const REQUEST_LINE = /^POST \/v1\/tenants\/([a-z0-9-]{1,63})\/messages(\/batch)? HTTP\/1\.1$/;
const HEADER = /^([A-Za-z0-9-]+):([\x20-\x7e]*)$/;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const HEAD_BYTES_MAX = 8 * 1024;
/** What is none of our business, or needs more than this lane knows: node:http takes it. */
const NOT_HERE = new Set(['transfer-encoding', 'expect', 'upgrade', 'trailer', 'te', 'content-encoding', 'origin']);

/** The head of a request that belongs in this lane. */
interface Head {
  readonly tenant: string;
  readonly batch: boolean;
  readonly authorization: string | undefined;
  readonly headers: MessageHeaders;
  readonly forwardedFor: string | undefined;
  readonly contentLength: number;
}

/**
 * A lane for the one request that must be fast: `POST …/messages` (and `/batch`) on a connection that is kept alive.
 *
 * It takes a request only if it arrives whole in one piece, in plain HTTP/1.1 with a `Content-Length` and nothing
 * unusual; at the first other byte the connection goes over to node:http, with all that was read, for good. So slow,
 * large, chunked, malformed or hostile requests are what they were: node's affair.
 */
export class FastLane {
  private readonly connections = new Set<Connection>();

  /** @param other takes a connection that does not belong here */
  constructor(
    readonly edge: Edge,
    readonly messages: Messages,
    readonly other: (socket: Socket) => void,
    readonly idleMs: number,
  ) {}

  /** Takes a new connection. */
  take(socket: Socket): void {
    this.connections.add(new Connection(this, socket));
  }

  forget(connection: Connection): void {
    this.connections.delete(connection);
  }

  /** Ends connections on which no request is under way. */
  closeIdle(): void {
    for (const connection of this.connections) connection.closeIfIdle();
  }
}

class Connection {
  private lastHead = '';
  private lastParsed: Head | undefined;
  /** Of the client, as the last head has it. */
  private address: string | undefined;
  /** Whose request is under way. */
  private principal: Principal | undefined;
  private busy = false;
  private waiting: Buffer | undefined;
  private readonly onData = (chunk: Buffer) => this.received(chunk);
  private readonly onGone = () => this.lane.forget(this);
  private readonly onIdle = () => {
    if (!this.busy) this.socket.destroy();
  };
  private readonly onError = () => this.socket.destroy();

  constructor(
    private readonly lane: FastLane,
    private readonly socket: Socket,
  ) {
    socket.setNoDelay(true);
    socket.setTimeout(lane.idleMs, this.onIdle);
    socket.on('data', this.onData);
    socket.on('error', this.onError);
    socket.on('close', this.onGone);
  }

  closeIfIdle(): void {
    if (!this.busy) this.socket.destroySoon();
  }

  private received(chunk: Buffer): void {
    if (this.busy) {
      // Pipelined: read on when the answer is out.
      this.waiting = this.waiting === undefined ? chunk : Buffer.concat([this.waiting, chunk]);
      this.socket.pause();
      return;
    }
    this.handle(chunk);
  }

  private handle(chunk: Buffer): void {
    const end = chunk.indexOf(END_OF_HEAD);
    const head = end < 0 || end > HEAD_BYTES_MAX ? undefined : this.headOf(chunk.toString('latin1', 0, end));
    const bodyEnd = end + 4 + (head?.contentLength ?? 0);
    if (head === undefined || chunk.length < bodyEnd) {
      this.handOver(chunk);
      return;
    }
    if (chunk.length > bodyEnd) this.waiting = chunk.subarray(bodyEnd);
    const body = chunk.subarray(end + 4, bodyEnd);
    this.busy = true;
    this.principal = undefined;
    try {
      const principal = principalOf(this.lane.edge, head.tenant, head.authorization);
      if (principal instanceof Promise) principal.then((known) => this.carryOut(head, known, body)).catch((error: unknown) => this.fail(error));
      else this.carryOut(head, principal, body);
    } catch (error) {
      this.fail(error);
    }
  }

  /** One client's requests differ in their bodies; a head that came last time too is not read again. */
  private headOf(text: string): Head | undefined {
    if (text !== this.lastHead || this.lastParsed === undefined) {
      this.lastHead = text;
      this.lastParsed = readHead(text);
      this.address = this.addressOf(this.lastParsed?.forwardedFor);
    }
    return this.lastParsed;
  }

  private carryOut(head: Head, principal: Principal, body: Buffer): void {
    const { messages, edge } = this.lane;
    this.principal = principal;
    edge.limits.take(principal, this.address);
    const text = textOf(body);
    const answer = head.batch ? messages.sendBatch(principal, head.headers, text, this.address) : messages.send(principal, head.headers, text);
    if (answer instanceof Promise)
      answer.then(
        (sent) => this.answer(ACCEPTED, sent),
        (error: unknown) => this.fail(error),
      );
    else this.answer(ACCEPTED, answer);
  }

  private fail(error: unknown): void {
    const problem: Problem = toProblem(error, this.lane.edge.log, 'POST /messages');
    const { status } = problem.kind;
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncache-control: no-store\r\n`;
    if (status === 401) head += 'www-authenticate: Bearer\r\n';
    if (problem.extra.retryAfter !== undefined) head += `retry-after: ${Math.ceil(problem.extra.retryAfter)}\r\n`;
    const path = this.lastParsed === undefined ? undefined : `/v1/tenants/${this.lastParsed.tenant}/messages${this.lastParsed.batch ? '/batch' : ''}`;
    this.answer(head, JSON.stringify(problem.toHttp(path)));
  }

  private answer(head: string, body: string): void {
    if (this.socket.destroyed) return;
    this.socket.write(`${head}${this.limitFields()}${dateHeader()}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    if (!this.lane.edge.accepting()) {
      this.socket.destroySoon();
      return;
    }
    if (this.waiting === undefined) {
      this.busy = false;
      return;
    }
    // Not from here: a thousand pipelined requests would be a thousand frames of the stack. Until then what comes is
    // put behind what waits.
    setImmediate(() => {
      const waiting = this.waiting as Buffer;
      this.waiting = undefined;
      this.busy = false;
      if (this.socket.destroyed) return;
      this.handle(waiting);
      this.socket.resume();
    });
  }

  private addressOf(forwardedFor: string | undefined): string | undefined {
    const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
    return this.lane.edge.addressOf({ socket: this.socket, headers } as unknown as IncomingMessage);
  }

  /** How the limits of whoever asked stand. */
  private limitFields(): string {
    const { principal } = this;
    if (principal === undefined) return '';
    let fields = '';
    for (const [name, value] of rateLimitFields(this.lane.edge.limits.statesOf(principal, this.address))) fields += `${name}: ${value}\r\n`;
    return fields;
  }

  /** The connection is node's from now on, with the bytes that were read. */
  private handOver(chunk: Buffer): void {
    const { socket } = this;
    socket.removeListener('data', this.onData);
    socket.removeListener('error', this.onError);
    socket.removeListener('close', this.onGone);
    socket.removeListener('timeout', this.onIdle);
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(chunk);
    this.lane.forget(this);
    this.lane.other(socket);
    socket.resume();
  }
}

const ACCEPTED = 'HTTP/1.1 202 Accepted\r\ncontent-type: application/json; charset=utf-8\r\ncache-control: no-store\r\n';

let dateText = '';
let dateUntil = 0;

/** The `date` header, made once a second. */
function dateHeader(): string {
  const now = Date.now();
  if (now >= dateUntil) {
    dateText = `date: ${new Date(now).toUTCString()}\r\n`;
    dateUntil = now - (now % 1000) + 1000;
  }
  return dateText;
}

/** @returns undefined where the request does not belong in this lane */
function readHead(text: string): Head | undefined {
  const lines = text.split('\r\n');
  const request = REQUEST_LINE.exec(lines[0] ?? '');
  if (request === null) return undefined;
  const headers = new Map<string, string>();
  for (let at = 1; at < lines.length; at++) {
    const match = HEADER.exec(lines[at] ?? '');
    if (match === null) return undefined;
    const name = (match[1] as string).toLowerCase();
    if (headers.has(name) || NOT_HERE.has(name) || name.startsWith('ce-')) return undefined;
    headers.set(name, (match[2] as string).trim());
  }
  const connection = headers.get('connection')?.toLowerCase();
  if (connection !== undefined && connection !== 'keep-alive') return undefined;
  const type = headers.get('content-type');
  if (type !== undefined && type !== 'application/json' && !/^application\/json\s*;/i.test(type)) return undefined;
  const length = headers.get('content-length') ?? '';
  if (!/^\d{1,7}$/.test(length) || !headers.has('host')) return undefined;
  return {
    tenant: request[1] as string,
    batch: request[2] !== undefined,
    authorization: headers.get('authorization'),
    headers: { 'content-type': headers.get('content-type'), 'idempotency-key': headers.get('idempotency-key'), traceparent: headers.get('traceparent') },
    forwardedFor: headers.get('x-forwarded-for'),
    contentLength: Number(length),
  };
}
