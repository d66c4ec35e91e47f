import type { Methods } from '@vestnik/protocol';
import { io, type Socket } from 'socket.io-client';
import type { Place } from '../place.js';
import { BusClient, Refused, type Transport } from './bus-client.js';

type Reply = { readonly result?: unknown; readonly error?: { readonly data: Readonly<Record<string, unknown>> } };
type Answer = { readonly result: unknown } | { readonly error: unknown };

/** Socket.IO (section 8 of the protocol), by its own client library, over one of its transports. */
export function socketIo(carrier: 'websocket' | 'polling'): Transport {
  return {
    name: `Socket.IO over ${carrier}`,
    exact: false,
    answersConnect: true,
    binary: true,
    tellsTakenOver: true,
    async connect(place: Place, params) {
      const socket = io(`${place.url}/tenants/${place.tenant}`, { transports: [carrier], auth: params, forceNew: true, reconnection: false });
      const client = new SocketIoClient(socket);
      await client.ready();
      return client;
    },
  };
}

class SocketIoClient extends BusClient {
  readonly #callbacks = new Map<string, (answer: Answer) => void>();
  #refused: Refused | Error | undefined;

  constructor(private readonly socket: Socket) {
    super();
    socket.on('connect_error', (error: Error & { data?: Record<string, unknown> }) => {
      this.#refused = error.data === undefined ? error : new Refused(error.data);
      this.conditions.changed();
    });
    socket.on('ready', (result) => {
      this.connected = result;
      this.conditions.changed();
    });
    for (const kind of ['message', 'retract', 'notice', 'presence', 'cancel']) {
      socket.on(kind, (params: unknown) => this.took(kind, params, JSON.stringify(params)));
    }
    socket.on('call', (params: { id: string }, callback: (answer: Answer) => void) => {
      this.#callbacks.set(params.id, callback);
      this.took('call', params, JSON.stringify(params));
    });
    socket.on('disconnect', () => this.hasEnded());
  }

  async ready(): Promise<void> {
    await this.until('ready', () => this.connected !== undefined || this.#refused !== undefined);
    if (this.#refused === undefined) return;
    this.socket.close();
    throw this.#refused;
  }

  async call<Method extends keyof Methods>(method: Method, params: Methods[Method]['params']): Promise<Methods[Method]['result']> {
    const { result, error } = (await this.socket.timeout(30_000).emitWithAck(method, params)) as Reply;
    if (error !== undefined) throw new Refused(error.data);
    return result as Methods[Method]['result'];
  }

  async callText(method: string, params: string): Promise<string> {
    const { result, error } = (await this.socket.timeout(30_000).emitWithAck(method, JSON.parse(params))) as Reply;
    return JSON.stringify(result ?? error);
  }

  async answerText(id: string, member: string): Promise<void> {
    this.#callbacks.get(id)?.(JSON.parse(`{${member}}`) as Answer);
  }

  async close(): Promise<void> {
    this.socket.disconnect();
    this.hasEnded();
  }

  drop(): void {
    this.socket.io.engine.close();
  }
}
