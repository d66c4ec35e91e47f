import { type CalledAnswer, closingNotice, type Opened, Push, type Session, type SessionEnd, type SessionOutlet, sessionEnd } from '@vestnik/core';
import { connectSchema, LIMITS, Problem, parseWith } from '@vestnik/protocol';
import type { Socket } from 'socket.io';
import { type Edge, originAllowed, toProblem } from '../edge.js';
import { withBase64, withTextData } from './binary-data.js';
import type { Carrier, Rider } from './carrier.js';
import { callPacket, eventPacket } from './codec.js';
import { acksOf, slim } from './engine.js';

/** Takes what becomes of a call. */
type Reply = (answer: { readonly result: unknown } | { readonly error: object }) => void;

/** Pushes that may come between the opening of a session and its `ready`. */
const EARLY_PUSHES = 100;

/** One client in one namespace: the methods of the protocol as events, over a session of the core. */
export class SocketIoConnection implements SessionOutlet, Rider {
  private socket: Socket | undefined;
  private session: Session | undefined;
  private opened: Opened | undefined;
  /** What is pushed before `ready` waits for it. */
  private early: Push[] | undefined = [];
  private endedEarly: SessionEnd | undefined;
  private ended = false;
  /** Calls that it was asked and has not answered: the library's numbers for them, by id. */
  private calls: Map<string, number> | undefined;
  private nextAck = 0;

  constructor(
    private readonly edge: Edge,
    private readonly carrier: Carrier,
    readonly namespace: string,
    private readonly tenant: string,
  ) {}

  /**
   * Finds out who it is and opens the session; nothing is told to the client yet.
   *
   * @param auth what the client gave as `auth`: the params of `connect`
   * @throws Problem why it is refused
   */
  async open(auth: unknown): Promise<void> {
    const { edge, carrier, tenant } = this;
    carrier.take(this);
    try {
      if (!originAllowed(edge, tenant, carrier.origin)) throw new Problem('origin-refused', 'pages of this origin may not connect to this tenant');
      const { token, heartbeat: _engineBeats, ...options } = parseWith(connectSchema, auth ?? {}, 'request-invalid');
      const credential = token ?? carrier.credential;
      if (credential === undefined) throw new Problem('unauthenticated', 'a token or key is required');
      const principal = await edge.authenticator.authenticate(tenant, credential);
      if (this.ended) throw new Problem('unavailable', 'the connection is gone');
      this.opened = await edge.delivery.open(principal, { ...options, transport: 'socket.io', address: carrier.address }, this);
      this.session = this.opened.session;
      if (this.ended) throw new Problem('unavailable', 'the connection is gone');
      if (this.endedEarly !== undefined) throw new Problem(this.endedEarly.slug, this.endedEarly.detail ?? 'the session was ended');
    } catch (error) {
      this.gone();
      throw toProblem(error, edge.log, 'connect');
    }
  }

  /** The namespace has taken the client: it is told `ready`, and after that all that is for it. */
  begin(socket: Socket): void {
    this.socket = socket;
    const { opened, early } = this;
    this.opened = undefined;
    this.early = undefined;
    if (opened === undefined || this.ended) {
      socket.disconnect();
      return;
    }
    if (this.endedEarly !== undefined) {
      this.end(this.endedEarly);
      return;
    }
    slim(socket);
    socket.on('disconnect', () => this.gone());
    // Only the library itself comes here, with a packet that it could not read: events go no further than `use`.
    socket.on('error', () => this.end(sessionEnd('request-invalid', 'a packet could not be read')));
    socket.use((event) => this.received(event));
    this.carrier.event(eventPacket(this.namespace, 'ready', JSON.stringify(opened.result)));
    for (const push of early ?? []) this.push(push);
    opened.start();
  }

  // What the core asks of the connection.

  push(push: Push): void {
    if (this.early !== undefined) {
      this.early.push(push);
      return;
    }
    if (push.id !== undefined) {
      this.pushCall(push.id, push.params);
      return;
    }
    if (push.method === 'cancel') this.forgetCall(push.params);
    this.carrier.push(this.namespace, push);
  }

  private pushCall(id: string, params: string): void {
    const { socket } = this;
    if (socket === undefined) return;
    const ack = this.nextAck++;
    this.calls ??= new Map();
    this.calls.set(id, ack);
    acksOf(socket).set(ack, (answer) => this.answeredCall(id, answer));
    this.carrier.event(callPacket(this.namespace, ack, id, params));
  }

  /** The library would keep what waits for the answer as long as the socket lives. */
  private forgetCall(params: string): void {
    const { id } = JSON.parse(params) as { id: string };
    const ack = this.calls?.get(id);
    if (ack === undefined || this.socket === undefined) return;
    this.calls?.delete(id);
    acksOf(this.socket).delete(ack);
  }

  private answeredCall(id: string, answer: unknown): void {
    this.calls?.delete(id);
    if (this.session !== undefined) this.edge.methods.answered(this.session, id, readAnswer(this.carrier.gate.sawBinary ? withBase64(answer) : answer));
  }

  ready(): boolean {
    return this.early === undefined ? this.carrier.ready() : this.early.length < EARLY_PUSHES;
  }

  end(end: SessionEnd): void {
    if (this.ended) return;
    if (this.socket === undefined) {
      this.endedEarly ??= end;
      return;
    }
    this.ended = true;
    this.push(new Push('notice', JSON.stringify(closingNotice(end))));
    this.carrier.flush();
    // The library comes back by itself when the connection is lost, and never after its namespace was disconnected.
    if (end.reconnect) this.carrier.close();
    else this.socket.disconnect();
    this.gone();
  }

  // What the carrier asks of it.

  get eventBytesMax(): number {
    const settings = this.session === undefined ? undefined : this.edge.tenants.get(this.tenant)?.settings;
    return settings === undefined ? 0 : settings.maxDataBytes + LIMITS.frameOverheadBytes;
  }

  drained(): void {
    this.session?.drained();
  }

  gone(): void {
    this.ended = true;
    this.carrier.leave(this);
    this.session?.closed();
    this.session = undefined;
  }

  // What the client calls.

  /** An event: its name, its params, and where an answer is wanted the function that takes it. */
  private received(event: readonly unknown[]): void {
    const [method, ...rest] = event;
    const last = rest.at(-1);
    const reply = typeof last === 'function' ? (last as Reply) : undefined;
    if (reply !== undefined) rest.pop();
    const { session } = this;
    if (session === undefined) return;
    const failed = (error: unknown) => this.answer(reply, { error: toProblem(error, this.edge.log, String(method)).toRpc() });
    try {
      const result = this.call(session, method, rest, reply !== undefined);
      if (result instanceof Promise) result.then((value: unknown) => this.answer(reply, { result: value }), failed);
      else this.answer(reply, { result });
    } catch (error) {
      failed(error);
    }
  }

  private call(session: Session, method: unknown, rest: readonly unknown[], answered: boolean): unknown {
    if (typeof method !== 'string') throw new Problem('method-unknown', 'an event has the name of a method');
    const given = rest[0] ?? {};
    if (rest.length > 1 || !isParams(given)) {
      throw new Problem('request-invalid', 'params: one object', { errors: [{ path: 'params', message: 'one object' }] });
    }
    const params = this.carrier.gate.sawBinary ? withoutBinary(method, given) : given;
    return this.edge.methods.call(session, method, params, JSON.stringify(params), answered);
  }

  private answer(reply: Reply | undefined, answer: Parameters<Reply>[0]): void {
    if (reply === undefined || this.ended) return;
    reply(answer);
    this.carrier.answered();
  }
}

function withoutBinary(method: string, params: Record<string, unknown>): unknown {
  return method === 'call' ? withBase64(params) : withTextData(params, method === 'send' ? 'message-invalid' : 'request-invalid');
}

const NO_ANSWER = JSON.stringify(new Problem('request-invalid', 'the callback of a call takes { result } or { error }').toRpc());

/** What a program gave to the callback of a call. */
function readAnswer(answer: unknown): CalledAnswer {
  if (answer === undefined || answer === null) return { result: 'null' };
  if (typeof answer !== 'object' || Array.isArray(answer)) return { error: NO_ANSWER };
  const { result, error } = answer as { result?: unknown; error?: unknown };
  if (error !== undefined && (error !== null || result === undefined)) return { error: JSON.stringify(error) };
  return { result: JSON.stringify(result) ?? 'null' };
}

function isParams(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
