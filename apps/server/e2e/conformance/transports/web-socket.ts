import { type Methods, rawMember } from '@vestnik/protocol';
import { WebSocket } from 'ws';
import type { Place } from '../place.js';
import { BusClient, Refused, type Transport } from './bus-client.js';

/** JSON-RPC over a plain WebSocket (section 7 of the protocol). */
export const webSocket: Transport = {
  name: 'plain WebSocket',
  exact: true,
  answersConnect: true,
  binary: false,
  tellsTakenOver: true,
  async connect(place, params) {
    const client = new WebSocketClient(place);
    client.connected = await client.call('connect', params);
    return client;
  },
};

class WebSocketClient extends BusClient {
  readonly #socket: WebSocket;
  readonly #asked = new Map<number, (frame: string | undefined) => void>();
  #lastId = 0;

  constructor(place: Place) {
    super();
    this.#socket = new WebSocket(`${place.url.replace(/^http/, 'ws')}${place.path}/socket`, ['vestnik.v1.jsonrpc'], { perMessageDeflate: false });
    this.#socket.on('error', () => {});
    this.#socket.on('message', (bytes) => this.#read(bytes.toString()));
    this.#socket.on('close', (code) => {
      this.hasEnded(code);
      for (const settle of this.#asked.values()) settle(undefined);
    });
  }

  async call<Method extends keyof Methods>(method: Method, params: Methods[Method]['params']): Promise<Methods[Method]['result']> {
    const reply = JSON.parse(await this.#ask(method, JSON.stringify(params))) as {
      result?: Methods[Method]['result'];
      error?: { data: Record<string, unknown> };
    };
    if (reply.error !== undefined) throw new Refused(reply.error.data);
    return reply.result as Methods[Method]['result'];
  }

  async callText(method: string, params: string): Promise<string> {
    const reply = await this.#ask(method, params);
    return rawMember(reply, 'result') ?? rawMember(reply, 'error') ?? '';
  }

  async answerText(id: string, member: string): Promise<void> {
    this.#socket.send(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},${member}}`);
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.whenEnded();
  }

  drop(): void {
    this.#socket.terminate();
  }

  async #ask(method: string, params: string): Promise<string> {
    const id = ++this.#lastId;
    const text = `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`;
    const reply = await new Promise<string | undefined>((resolve) => {
      if (this.ended !== undefined) return resolve(undefined);
      this.#asked.set(id, resolve);
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
      else this.#socket.once('open', () => this.#socket.send(text));
    });
    if (reply === undefined) throw new Error(`closed before ${method} was answered: ${JSON.stringify(this.ended)}`);
    return reply;
  }

  #read(text: string): void {
    const { id, method, params } = JSON.parse(text) as { id?: string | number | null; method?: string; params?: Record<string, unknown> };
    if (method === undefined) {
      // A frame that cannot be read is answered without an id: here one call is under way at a time where that happens.
      const asked = id === null ? this.#lastId : (id as number);
      this.#asked.get(asked)?.(text);
      this.#asked.delete(asked);
    } else if (method !== 'ping') {
      this.took(method, id === undefined ? params : { ...params, id }, rawMember(text, 'params') ?? '');
    }
  }
}
