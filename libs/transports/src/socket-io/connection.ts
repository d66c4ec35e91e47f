import { closingNotice, type Opened, Push, type Session, type SessionEnd, type SessionOutlet, sessionEnd } from '@vestnik/core';
import { connectSchema, LIMITS, Problem, parseWith } from '@vestnik/protocol';
import type { Socket } from 'socket.io';
import { type Edge, originAllowed, toProblem } from '../edge.js';
import { withTextData } from './binary-data.js';
import type { Carrier, Rider } from './carrier.js';
import { eventPacket } from './codec.js';
import { slim } from './engine.js';

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
    if (this.early === undefined) this.carrier.push(this.namespace, push);
    else this.early.push(push);
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
    const params = this.carrier.gate.sawBinary ? withTextData(given, method === 'send' ? 'message-invalid' : 'request-invalid') : given;
    return this.edge.methods.call(session, method, params, JSON.stringify(params), answered);
  }

  private answer(reply: Reply | undefined, answer: Parameters<Reply>[0]): void {
    if (reply === undefined || this.ended) return;
    reply(answer);
    this.carrier.answered();
  }
}

function isParams(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
