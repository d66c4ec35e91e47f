import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

interface Call {
  readonly id?: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** One connection to the scripted bus: what the client said, and what to answer. */
export class Visit {
  readonly calls: Call[] = [];
  readonly frames: unknown[] = [];
  /** The methods that are left for the test to answer. */
  readonly unanswered = new Set<string>();
  private readonly watchers = new Set<() => void>();
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(
    readonly socket: WebSocket,
    private readonly answers: Answers,
  ) {
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Call;
      this.frames.push(frame);
      if (typeof frame.method === 'string') {
        this.calls.push(frame);
        if (frame.id !== undefined && !this.unanswered.has(frame.method)) this.answer(frame);
      }
      for (const watcher of [...this.watchers]) watcher();
    });
  }

  of(method: string): Call[] {
    return this.calls.filter((call) => call.method === method);
  }

  /** Waits until the client has called a method so many times. */
  async called(method: string, times = 1): Promise<Call> {
    await this.until(() => this.of(method).length >= times);
    return this.of(method)[times - 1] as Call;
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  answer(call: Call, result = this.answers(call.method, call.params)): void {
    const body =
      result instanceof Refusal
        ? { error: { code: -32000, message: 'no', data: { type: result.slug, detail: result.detail, retryable: result.retryable } } }
        : { result };
    this.say({ id: call.id, ...body });
  }

  tell(method: string, params: unknown): void {
    this.say({ method, params });
  }

  /** Several objects that leave in one write, as one turn of the bus. */
  tellAll(...notifications: { method: string; params: unknown }[]): void {
    for (const notification of notifications) this.say(notification);
  }

  message(number: number, more: Record<string, unknown> = {}): void {
    this.tell('message', messageNumber(number, more));
  }

  close(code: number, reason = '', closing?: { reconnect: boolean; after?: number }): void {
    if (closing !== undefined) this.tell('notice', { type: 'vestnik.closing', code, reason, ...closing });
    this.socket.close(code, reason);
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.socket.terminate();
  }

  private say(object: Record<string, unknown>): void {
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', ...object }));
  }
}

export class Refusal {
  constructor(
    readonly slug: string,
    readonly detail = '',
    readonly retryable = false,
  ) {}
}

export type Answers = (method: string, params: Record<string, unknown>) => unknown;

export const CONNECT_RESULT = {
  client: 'ivanov@demo.local',
  session: '7f3a',
  installation: 'local',
  position: 'AAAAAAA',
  missed: 0,
  serverTime: '2026-11-22T06:22:00.123Z',
  limits: { frame: 327_680, data: 262_144, batch: 100, window: 256, subscriptions: 1_000, watched: 1_000 },
  pingInterval: 25,
};

export function messageNumber(number: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: `0193f2a4-7c1e-7b6e-9a55-${String(number).padStart(12, '0')}`,
    position: `AAAAAAp${number}`,
    from: 'server@demo.local',
    to: 'ivanov@demo.local',
    type: 'order.approved',
    data: { number },
    sentAt: '2026-11-22T06:22:00.123Z',
    ...more,
  };
}

/** What a bus that has nothing to object answers. */
export const kindly: Answers = (method) => {
  switch (method) {
    case 'connect':
      return CONNECT_RESULT;
    case 'send':
      return { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11', to: [{ address: 'petrov@demo.local', state: 'queued' }] };
    case 'refresh':
      return { expiresAt: '2026-11-22T07:22:00.123Z' };
    default:
      return {};
  }
};

/** A WebSocket server that speaks the protocol as the test writes it. */
export class ScriptedBus {
  readonly visits: Visit[] = [];
  answers: Answers = kindly;
  /** Methods whose calls on new connections are left for the test to answer. */
  unanswered: string[] = [];
  private readonly arrivals: (() => void)[] = [];

  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket) => {
      const visit = new Visit(socket, (method, params) => this.answers(method, params));
      for (const method of this.unanswered) visit.unanswered.add(method);
      this.visits.push(visit);
      for (const arrival of this.arrivals.splice(0)) arrival();
    });
  }

  static async start(port = 0): Promise<ScriptedBus> {
    const server = new WebSocketServer({ host: '127.0.0.1', port, handleProtocols: () => 'vestnik.v1.jsonrpc' });
    await once(server, 'listening');
    return new ScriptedBus(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The connection number `number` (from 1), when it has come. */
  async visit(number: number): Promise<Visit> {
    while (this.visits.length < number) await new Promise<void>((resolve) => this.arrivals.push(resolve));
    return this.visits[number - 1] as Visit;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.visits) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
