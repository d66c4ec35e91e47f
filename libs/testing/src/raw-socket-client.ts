import { once } from 'node:events';
import type { ConnectResult, DeliveredMessage, NoticeParams, RetractParams } from '@vestnik/protocol';
import { WebSocket } from 'ws';
import { Conditions } from './until.js';

export interface RpcReply {
  readonly jsonrpc: '2.0';
  readonly id: string | number | null;
  readonly result?: unknown;
  readonly error?: RpcReplyError;
}

export interface RpcReplyError {
  readonly code: number;
  readonly message: string;
  readonly data: { readonly type: string; readonly detail: string; readonly [member: string]: unknown };
}

export interface Frame {
  readonly direction: 'in' | 'out';
  readonly text: string;
}

export interface RawSocketOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  /** Keeps the text of each frame; off for loads. */
  readonly keepFrames?: boolean;
  /** Told of each message as it comes, before conditions are looked at. */
  readonly onMessage?: (message: DeliveredMessage) => void;
  /** Whether pings are answered. */
  readonly autoPong?: boolean;
}

/** The upgrade was answered by a plain HTTP answer. */
export class UpgradeRefused extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(`the upgrade was answered with ${status}: ${body.slice(0, 200)}`);
  }
}

/** A call was answered with an error. */
export class RpcFailed extends Error {
  constructor(readonly reply: RpcReplyError) {
    super(`${reply.data?.type ?? reply.code}: ${reply.data?.detail ?? reply.message}`);
  }

  get slug(): string {
    return this.reply.data.type;
  }
}

/**
 * A JSON-RPC WebSocket client as anybody would write it, that keeps all it sees.
 *
 * It does nothing by itself: no acknowledgements, no coming back.
 */
export class RawSocketClient {
  readonly frames: Frame[] = [];
  readonly messages: DeliveredMessage[] = [];
  readonly notices: NoticeParams[] = [];
  readonly retracts: RetractParams[] = [];
  /** Requests that the server made. */
  readonly calls: { readonly id: string; readonly method: string; readonly params: Record<string, unknown> }[] = [];
  /** Notifications of other methods, by name. */
  readonly others: { readonly method: string; readonly params: unknown }[] = [];
  /** Replies to no call of ours, such as those to unreadable frames. */
  readonly strays: RpcReply[] = [];
  /** Set once it has closed. */
  close: { readonly code: number; readonly reason: string } | undefined;
  pings = 0;
  readonly #conditions = new Conditions();
  readonly #asked = new Map<string | number, (reply: RpcReply | undefined) => void>();
  #lastId = 0;

  private constructor(
    readonly socket: WebSocket,
    private readonly options: RawSocketOptions,
  ) {
    socket.on('message', (bytes, isBinary) => {
      this.#read(isBinary ? '' : bytes.toString());
      this.#conditions.changed();
    });
    socket.on('ping', () => {
      this.pings++;
      this.#conditions.changed();
    });
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      this.close = { code, reason: reason.toString() };
      for (const settle of this.#asked.values()) settle(undefined);
      this.#asked.clear();
      this.#conditions.changed();
    });
  }

  /**
   * Opens a socket and does not `connect` yet.
   *
   * @throws UpgradeRefused where an HTTP answer came instead
   */
  static async open(url: string, options: RawSocketOptions = {}): Promise<RawSocketClient> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), [...(options.protocols ?? ['vestnik.v1.jsonrpc'])], {
      headers: { ...options.headers },
      perMessageDeflate: false,
      autoPong: options.autoPong ?? true,
      maxPayload: 64 * 1024 * 1024,
    });
    const client = new RawSocketClient(socket, options);
    const refused = new Promise<never>((_resolve, reject) => {
      socket.on('unexpected-response', (request, response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => reject(new UpgradeRefused(response.statusCode ?? 0, body)));
        response.on('error', reject);
        request.on('error', () => {});
      });
    });
    refused.catch(() => {});
    await Promise.race([once(socket, 'open'), refused]);
    return client;
  }

  /** Resolves with the first true value of the condition; looked at after each frame, ping and close. */
  until<Value>(what: string, condition: (client: this) => Value | undefined | false, timeoutMs?: number): Promise<Value> {
    return this.#conditions.until(
      () =>
        `${what}; ${this.messages.length} messages, ${this.notices.length} notices, close ${JSON.stringify(this.close)}, last frames ${JSON.stringify(this.frames.slice(-3))}`,
      () => condition(this),
      timeoutMs,
    );
  }

  /** The first `count` messages, as soon as they are there. */
  received(count: number, timeoutMs?: number): Promise<readonly DeliveredMessage[]> {
    return this.until(`${count} messages`, ({ messages }) => messages.length >= count && messages.slice(0, count), timeoutMs);
  }

  closed(timeoutMs?: number): Promise<{ readonly code: number; readonly reason: string }> {
    return this.until('the close', ({ close }) => close, timeoutMs);
  }

  /** Calls a method; an error comes back in the reply. Undefined: the socket closed before the answer. */
  ask(method: string, params?: unknown): Promise<RpcReply | undefined> {
    const id = ++this.#lastId;
    return this.askText(id, JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  }

  /** Sends a call as its JSON text, so that numbers of any length and odd spellings can be sent. */
  askText(id: string | number, text: string): Promise<RpcReply | undefined> {
    if (this.close !== undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.sendText(text);
    });
  }

  /**
   * Calls a method and hands over its result.
   *
   * @throws RpcFailed where the answer is an error; Error where the socket closed before it
   */
  async call<Result = Record<string, unknown>>(method: string, params?: unknown): Promise<Result> {
    const reply = await this.ask(method, params);
    if (reply === undefined) throw new Error(`closed before ${method} was answered: ${JSON.stringify(this.close)}`);
    if (reply.error !== undefined) throw new RpcFailed(reply.error);
    return reply.result as Result;
  }

  connect(params: Record<string, unknown> = {}): Promise<ConnectResult> {
    return this.call<ConnectResult>('connect', params);
  }

  notify(method: string, params?: unknown): void {
    this.sendText(JSON.stringify({ jsonrpc: '2.0', method, params }));
  }

  sendText(text: string): void {
    if (this.options.keepFrames !== false) this.frames.push({ direction: 'out', text });
    this.socket.send(text, () => {});
  }

  /** Stops reading the socket, so that the server feels a slow reader. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Closes cleanly and waits for it. */
  async end(code = 1000): Promise<void> {
    if (this.close !== undefined) return;
    this.socket.close(code);
    await this.closed();
  }

  /** Drops the connection without a word. */
  terminate(): void {
    this.socket.terminate();
  }

  #read(text: string): void {
    if (this.options.keepFrames !== false) this.frames.push({ direction: 'in', text });
    const value = JSON.parse(text) as unknown;
    for (const object of Array.isArray(value) ? value : [value]) this.#take(object as Record<string, unknown>);
  }

  #take(object: Record<string, unknown>): void {
    const { id, method, params } = object;
    if (method === undefined) {
      const settle = this.#asked.get(id as string | number);
      this.#asked.delete(id as string | number);
      if (settle === undefined) this.strays.push(object as unknown as RpcReply);
      else settle(object as unknown as RpcReply);
      return;
    }
    if (id !== undefined) {
      this.calls.push({ id: id as string, method: method as string, params: params as Record<string, unknown> });
      return;
    }
    switch (method) {
      case 'message':
        this.messages.push(params as DeliveredMessage);
        this.options.onMessage?.(params as DeliveredMessage);
        break;
      case 'notice':
        this.notices.push(params as NoticeParams);
        break;
      case 'retract':
        this.retracts.push(params as RetractParams);
        break;
      default:
        this.others.push({ method: method as string, params });
    }
  }
}
