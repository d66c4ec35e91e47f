import { errorFromRpc, VestnikError } from './vestnik-error.js';

type Settle = (error: VestnikError | undefined, result: unknown) => void;

/** What the other side asks for. */
export interface ChannelListener {
  notification(method: string, params: unknown): void;
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
    private readonly write: (text: string) => void,
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
      this.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
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
    if (this.over === undefined) this.write(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  receive(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.listener.unreadable();
      return;
    }
    if (Array.isArray(value)) for (const frame of value) this.read(frame);
    else this.read(value);
  }

  /** Ends all calls that are still waiting. */
  end(error: VestnikError): void {
    if (this.over !== undefined) return;
    this.over = error;
    const settles = [...this.waiting.values()];
    this.waiting.clear();
    for (const settle of settles) settle(error, undefined);
  }

  private read(frame: unknown): void {
    if (typeof frame !== 'object' || frame === null) {
      this.listener.unreadable();
      return;
    }
    const { id, method, params, result, error } = frame as Record<string, unknown>;
    if (typeof method === 'string') {
      if (id === undefined) this.listener.notification(method, params);
      else this.write(JSON.stringify({ jsonrpc: '2.0', id, error: METHOD_UNKNOWN }));
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

/** The bus may call its clients; this client has no methods to be called by yet. */
const METHOD_UNKNOWN = {
  code: -32601,
  message: 'Method not found',
  data: { type: 'method-unknown', detail: 'this client has no such method', retryable: false },
};
