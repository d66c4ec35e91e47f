import { PROBLEMS } from '@vestnik/protocol/problems';
import { type ConsoleSlug, ProblemError } from '../../api/problem-error.js';
import { type Frame, withFrame } from './frame-log.js';
import { PollWire } from './wire/poll-wire.js';
import { StreamWire } from './wire/stream-wire.js';
import { WebSocketWire } from './wire/web-socket-wire.js';
import type { Rpc, TransportName, Wire, WireListener, WireSettings } from './wire/wire.js';

/** How a test client is doing, as the page shows it. */
export interface TestState {
  readonly kind: 'idle' | 'connecting' | 'connected' | 'ended';
  /** Of what ended. */
  readonly why?: string;
  readonly frames: readonly Frame[];
  /** Messages and calls that came. */
  readonly received: number;
  readonly answered: number;
}

/** What is answered to calls that come. */
export type Answering =
  | { readonly kind: 'off' }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

const NOTHING: TestState = { kind: 'idle', frames: [], received: 0, answered: 0 };

/**
 * A client of the bus that shows its wire: each text that goes either way is kept, up to `FRAMES_MAX`.
 *
 * It does what any client has to: it acknowledges what it is given and answers calls, where it is told to. It
 * never comes back by itself. The token is in memory only, and never in what is kept.
 */
export class TestClient {
  /** Whether messages are acknowledged as they come. */
  acknowledging = true;
  answering: Answering = { kind: 'off' };
  private state = NOTHING;
  private wire: Wire | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly waiting = new Map<number, { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }>();
  private lastId = 0;
  private frameNumber = 0;

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly read = (): TestState => this.state;

  /** @throws Error where there is a connection already */
  connect(settings: WireSettings, transport: TransportName): void {
    if (this.wire !== undefined) throw new Error('this client is connected');
    this.set({ kind: 'connecting', received: 0, answered: 0, why: undefined });
    const wire = wireOf(settings, transport, {
      opened: () => this.set({ kind: 'connected' }),
      received: (rpc) => this.take(rpc),
      logged: (direction, how, text) => this.log(direction, how, text),
      ended: (why) => this.end('ended', why),
    });
    this.wire = wire;
    wire.open();
  }

  disconnect(): void {
    this.wire?.close();
    this.end('idle');
  }

  clear(): void {
    this.set({ frames: [] });
  }

  /** @throws ProblemError what the bus refused, `unreachable` without a connection */
  request(method: string, params: Rpc): Promise<unknown> {
    const { wire } = this;
    if (wire === undefined || this.state.kind !== 'connected') return Promise.reject(new ProblemError('unreachable', undefined, 0));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      wire.send({ id, method, params });
    });
  }

  private take(rpc: Rpc): void {
    const { id, method, params, result, error } = rpc;
    if (method === undefined) {
      const waiting = typeof id === 'number' ? this.waiting.get(id) : undefined;
      if (waiting !== undefined) {
        this.waiting.delete(id as number);
        if (error === undefined) waiting.resolve(result);
        else waiting.reject(problemOfRpc(error));
      } else if (error !== undefined && id === 'connect') this.set({ why: problemOfRpc(error).message });
      return;
    }
    if (method === 'message') {
      this.set({ received: this.state.received + 1 });
      const position = (params as Rpc | undefined)?.position;
      if (this.acknowledging && typeof position === 'string') this.wire?.send({ method: 'ack', params: { position } });
    }
    if (method === 'call') {
      const answer = answerOf(this.answering);
      this.set({ received: this.state.received + 1, ...(answer === undefined ? {} : { answered: this.state.answered + 1 }) });
      if (answer !== undefined) this.wire?.send({ id, ...answer });
    }
    if (method === 'ping' && id !== undefined) this.wire?.send({ id, result: {} });
  }

  private end(kind: 'idle' | 'ended', why?: string): void {
    this.wire = undefined;
    for (const { reject } of this.waiting.values()) reject(new ProblemError('unreachable', why, 0));
    this.waiting.clear();
    this.set({ kind, why: why ?? (kind === 'idle' ? undefined : this.state.why) });
  }

  private log(direction: 'in' | 'out', how: string, text: string): void {
    this.set({ frames: withFrame(this.state.frames, { number: ++this.frameNumber, at: Date.now(), direction, how, text }) });
  }

  private set(part: Partial<TestState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}

function wireOf(settings: WireSettings, transport: TransportName, listener: WireListener): Wire {
  switch (transport) {
    case 'websocket':
      return new WebSocketWire(settings, listener);
    case 'long-poll':
      return new PollWire(settings, listener);
    default:
      return new StreamWire(settings, listener, transport);
  }
}

function answerOf(answering: Answering): Rpc | undefined {
  switch (answering.kind) {
    case 'off':
      return undefined;
    case 'result':
      return { result: answering.result };
    case 'error':
      return { error: { code: answering.code, message: answering.message } };
  }
}

/** The error of a JSON-RPC answer as the problem that it is of. */
export function problemOfRpc(error: unknown): ProblemError {
  const { message, data } = error as { readonly message?: unknown; readonly data?: Readonly<Record<string, unknown>> };
  const slug = String(data?.type ?? '').replace(/^urn:vestnik:problem:/, '');
  const detail = typeof data?.detail === 'string' ? data.detail : typeof message === 'string' ? message : undefined;
  const known: ConsoleSlug = Object.hasOwn(PROBLEMS, slug) ? (slug as ConsoleSlug) : 'internal';
  const own = data?.error === undefined ? '' : ` ${JSON.stringify(data.error)}`;
  return new ProblemError(known, `${detail ?? ''}${own}`.trim() || undefined, 0);
}
