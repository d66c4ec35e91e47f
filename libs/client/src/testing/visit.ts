import type { RawData } from 'ws';
import type { TransportName } from '../transports/transport.js';

export interface Call {
  readonly id?: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** What a visit needs of a WebSocket: streams and polls look like one. */
export interface Wire {
  readonly protocol: string;
  send(text: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown;
  on(event: 'message', listener: (data: RawData) => void): unknown;
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
    readonly transport: TransportName,
    readonly socket: Wire,
    private readonly answers: Answers,
  ) {
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('message', (data) => this.heard(JSON.parse(data.toString()) as Call));
  }

  /** The client has said something. */
  heard(frame: Call): void {
    this.frames.push(frame);
    if (typeof frame.method === 'string') {
      this.calls.push(frame);
      if (frame.id !== undefined && !this.unanswered.has(frame.method)) this.answer(frame);
    }
    for (const watcher of [...this.watchers]) watcher();
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

  /** Calls the client; `answered` waits for what it says. */
  ask(id: string, method: string, params: unknown, more: Record<string, unknown> = {}): void {
    this.say({ id, method: 'call', params: { from: 'server@demo.local', method, params, deadline: '2026-11-22T06:22:15.123Z', ...more } });
  }

  async answered(id: string): Promise<{ result?: unknown; error?: { code: number; message: string; data?: unknown } }> {
    const found = () => this.frames.find((frame) => (frame as { id?: unknown }).id === id);
    await this.until(() => found() !== undefined);
    return found() as { result?: unknown };
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

/** What becomes of a transport on the way: `refused` at once, or nothing ever comes of it. */
export type Blocked = Partial<Record<TransportName, 'refused' | 'silent'>>;
