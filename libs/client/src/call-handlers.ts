import type { CallParams } from '@vestnik/protocol';
import { asError } from './events.js';
import type { RpcChannel, RpcFailure } from './rpc-channel.js';
import { VestnikError } from './vestnik-error.js';

/** What a handler is told beside the params. */
export interface CallContext {
  /** Whole address of the caller. */
  readonly from: string;
  /** After this nobody waits for the answer. */
  readonly deadline: Date;
  /** Aborted when nobody waits for the answer any more, or when the connection is lost on which the call came. */
  readonly signal: AbortSignal;
}

/** Answers a call. What it returns is the result; what it throws the caller is told as an error: see {@link CallError}. */
export type CallHandler<Params = unknown, Result = unknown> = (params: Params, context: CallContext) => Result | Promise<Result>;

/** An error with which a handler answers; it reaches the caller as it is. Any other error reaches it as code -32000 and its text. */
export class CallError extends Error {
  override readonly name = 'CallError';

  /** @param code of JSON-RPC: applications have those outside -32768 to -32000 */
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

const FAILED = -32_000;

/**
 * Answers the calls that reach this client. They run side by side.
 *
 * An answer goes over the connection on which the call came, or nowhere: the bus has told the caller
 * by then that the call was interrupted.
 */
export class CallHandlers {
  private readonly handlers = new Map<string, CallHandler>();
  private readonly running = new Map<string | number, { readonly control: AbortController; readonly finished: Promise<void> }>();
  private open = true;

  constructor(private readonly failed: (error: Error) => void) {}

  /**
   * @returns what takes the handler off again
   * @throws TypeError where the method has a handler
   */
  add(method: string, handler: CallHandler): () => void {
    if (this.handlers.has(method)) throw new TypeError(`${method} has a handler already`);
    this.handlers.set(method, handler);
    return () => {
      if (this.handlers.get(method) === handler) this.handlers.delete(method);
    };
  }

  start(): void {
    this.open = true;
  }

  /** Takes no more calls. */
  stop(): void {
    this.open = false;
  }

  /** Fulfilled when every running handler has answered. */
  async idle(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ finished }) => finished));
  }

  request(channel: RpcChannel, id: string | number, method: string, params: unknown): void {
    const call = params as CallParams;
    const handler = method === 'call' ? this.handlers.get(call.method) : undefined;
    if (handler === undefined) {
      const what = method === 'call' ? call.method : method;
      channel.answer(id, { error: problem(-32_601, 'Method not found', 'method-unknown', `this client has no method ${what}`, false) });
    } else if (!this.open) {
      channel.answer(id, { error: problem(FAILED, 'The client is closing', 'draining', 'the client is closing', true) });
    } else {
      const control = new AbortController();
      this.running.set(id, { control, finished: this.run(channel, id, handler, call, control.signal) });
    }
  }

  /** Nobody waits for this answer any more. */
  cancel(id: string | number): void {
    this.running.get(id)?.control.abort(new VestnikError('call-timeout', 'nobody waits for the answer any more', false));
    this.running.delete(id);
  }

  /** The connection is gone, and the callers have been told. */
  lost(): void {
    for (const { control } of this.running.values()) control.abort(new VestnikError('disconnected', 'the connection was lost on which the call came', false));
    this.running.clear();
  }

  private async run(channel: RpcChannel, id: string | number, handler: CallHandler, call: CallParams, signal: AbortSignal): Promise<void> {
    try {
      const result = await handler(call.params, { from: call.from, deadline: new Date(call.deadline), signal });
      this.tell(channel, id, { result }, signal);
    } catch (thrown) {
      this.tell(channel, id, { error: failureOf(thrown) }, signal);
    } finally {
      if (this.running.get(id)?.control.signal === signal) this.running.delete(id);
    }
  }

  private tell(channel: RpcChannel, id: string | number, answer: { result: unknown } | { error: RpcFailure }, signal: AbortSignal): void {
    if (signal.aborted) return;
    try {
      channel.answer(id, answer);
    } catch (error) {
      this.failed(new Error(`the answer to a call cannot be written as JSON: ${asError(error).message}`, { cause: error }));
      channel.answer(id, { error: { code: FAILED, message: 'the answer cannot be written as JSON' } });
    }
  }
}

function failureOf(thrown: unknown): RpcFailure {
  if (thrown instanceof CallError) return { code: thrown.code, message: thrown.message, data: thrown.data };
  const { message, name } = asError(thrown);
  return { code: FAILED, message: message === '' ? name : message };
}

function problem(code: number, message: string, type: string, detail: string, retryable: boolean): RpcFailure {
  return { code, message, data: { type, detail, retryable } };
}
