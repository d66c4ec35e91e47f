import type { OutgoingFrame } from './transports/transport.js';
import { errorFromRpc, VestnikError } from './vestnik-error.js';

type Settle = (error: VestnikError | undefined, result: unknown) => void;

/** The `error` member of a JSON-RPC answer. */
export interface RpcFailure {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** What the other side asks for. */
export interface ChannelListener {
  notification(method: string, params: unknown): void;
  /** Answered by {@link RpcChannel.answer}. */
  request(id: string | number, method: string, params: unknown): void;
  /** A frame that is no JSON-RPC. */
  unreadable(): void;
}

/**
 * JSON-RPC 2.0 over one connection: gives calls their numbers and answers to whoever asked.
 *
 * Answers and notifications are handed over while their frame is read, in the order of the frames.
 */
export class RpcChannel {
  private readonly waiting = new Map<number, Settle>();
  private lastId = 0;
  private over: VestnikError | undefined;

  constructor(
    private readonly write: (frame: OutgoingFrame) => void,
    private readonly listener: ChannelListener,
  ) {}

  /** @param settle called exactly once */
  call(method: string, params: unknown, settle: Settle): void {
    if (this.over !== undefined) {
      settle(this.over, undefined);
      return;
    }
    const id = ++this.lastId;
    this.waiting.set(id, settle);
    try {
      this.write({ text: JSON.stringify({ jsonrpc: '2.0', id, method, params }), id, method });
    } catch (error) {
      this.waiting.delete(id);
      settle(new VestnikError('request-invalid', `this cannot be written as JSON, or not sent: ${String(error)}`, false, { cause: error }), undefined);
    }
  }

  request(method: string, params: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.call(method, params, (error, result) => (error === undefined ? resolve(result) : reject(error)));
    });
  }

  notify(method: string, params: unknown): void {
    if (this.over === undefined) this.write({ text: JSON.stringify({ jsonrpc: '2.0', method, params }), method });
  }

  /** @throws TypeError where it cannot be written as JSON */
  answer(id: string | number, answer: { readonly result: unknown } | { readonly error: RpcFailure }): void {
    // Without a result it would be no answer.
    const written = 'result' in answer ? { result: answer.result ?? null } : answer;
    const text = JSON.stringify({ jsonrpc: '2.0', id, ...written });
    if (this.over === undefined) this.write({ text });
  }

  receive(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.listener.unreadable();
      return;
    }
    if (Array.isArray(value)) for (const frame of value) this.receiveFrame(frame);
    else this.receiveFrame(value);
  }

  /** Ends all calls that are still waiting. */
  end(error: VestnikError): void {
    if (this.over !== undefined) return;
    this.over = error;
    const settles = [...this.waiting.values()];
    this.waiting.clear();
    for (const settle of settles) settle(error, undefined);
  }

  receiveFrame(frame: unknown): void {
    if (typeof frame !== 'object' || frame === null) {
      this.listener.unreadable();
      return;
    }
    const { id, method, params, result, error } = frame as Record<string, unknown>;
    if (typeof method === 'string') {
      if (id === undefined) this.listener.notification(method, params);
      else this.listener.request(id as string | number, method, params);
      return;
    }
    const settle = typeof id === 'number' ? this.waiting.get(id) : undefined;
    if (settle === undefined) {
      // An error without an id is the bus's answer to a frame that it could not read.
      if (error !== undefined) this.listener.unreadable();
      return;
    }
    this.waiting.delete(id as number);
    if (error === undefined) settle(undefined, result);
    else settle(errorFromRpc(error), undefined);
  }
}
