import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What the tiny bus does wrong. */
export interface TinyFaults {
  /** Takes this message, counted from 1, and forgets it. */
  readonly loses?: (number: number) => boolean;
  readonly ignoresKeys?: boolean;
  /** Hands this message over only after the next one of the same sender to the same address. */
  readonly holdsBack?: (number: number) => boolean;
  /** Carries this send over HTTP out and does not answer it. */
  readonly silentAfter?: (number: number) => boolean;
  readonly forgetsAcknowledgements?: boolean;
}

interface Stored {
  readonly position: number;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly data: unknown;
  handed: boolean;
}

/** The least that load senders and receivers need of a bus, in memory and with faults at will: to test them and the checker together. */
export class TinyBus {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #log: Stored[] = [];
  readonly #cursors = new Map<string, number>();
  readonly #sessions = new Map<string, Set<(stored: Stored) => void>>();
  readonly #keys = new Map<string, unknown>();
  #sends = 0;
  #heldBack: Stored | undefined;

  private constructor(private readonly faults: TinyFaults) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#sockets.handleUpgrade(request, socket, head, (peer) => this.#talk(peer)));
  }

  static async start(faults: TinyFaults = {}): Promise<TinyBus> {
    const bus = new TinyBus(faults);
    await new Promise<void>((resolve) => bus.#server.listen(0, '127.0.0.1', resolve));
    return bus;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const peer of this.#sockets.clients) peer.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as { client: string; to: string[]; data: unknown; key: string };
    const answer = (status: number, value: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url?.endsWith('/keys') === true) answer(201, { id: 'k', key: 'vk_k' });
    else if (request.url?.endsWith('/tokens') === true) answer(201, { token: body.client });
    else {
      const before = this.#sends;
      const sent = this.#send('server@t.hq', body);
      if (this.#sends > before && this.faults.silentAfter?.(this.#sends) === true) request.socket.destroy();
      else answer(202, sent);
    }
  }

  #send(from: string, { to, data, key }: { to: string[]; data: unknown; key: string }): unknown {
    const known = this.#keys.get(key);
    if (known !== undefined && this.faults.ignoresKeys !== true) return known;
    const number = ++this.#sends;
    const answer = { id: `id-${number}`, to: to.map((address) => ({ address, state: 'queued' })) };
    this.#keys.set(key, answer);
    if (this.faults.loses?.(number) === true) return answer;
    for (const address of to) {
      const stored = { position: this.#log.length + 1, id: answer.id, from, to: address, data, handed: false };
      if (this.#heldBack === undefined && this.faults.holdsBack?.(number) === true) {
        this.#heldBack = stored;
        continue;
      }
      this.#append(stored);
      if (this.#heldBack?.from === from && this.#heldBack.to === address) {
        this.#append({ ...this.#heldBack, position: this.#log.length + 1 });
        this.#heldBack = undefined;
      }
    }
    return answer;
  }

  #append(stored: Stored): void {
    this.#log.push(stored);
    for (const hand of this.#sessions.get(stored.to) ?? []) hand(stored);
  }

  #talk(peer: WebSocket): void {
    const write = (value: unknown) => peer.send(JSON.stringify({ jsonrpc: '2.0', ...(value as object) }));
    let address = '';
    const hand = (stored: Stored) => {
      const { position, id, from, to, data, handed } = stored;
      stored.handed = true;
      write({ method: 'message', params: { id, position: String(position), from, to, data, ...(handed ? { redelivered: true } : {}) } });
    };
    peer.on('message', (bytes) => {
      const { id, method, params } = JSON.parse(bytes.toString()) as { id: number; method: string; params: { token: string; position: string } };
      if (method === 'connect') {
        address = `${params.token}@t.hq`;
        write({ id, result: {} });
        const sessions = this.#sessions.get(address) ?? new Set();
        this.#sessions.set(address, sessions.add(hand));
        const cursor = this.#cursors.get(address) ?? 0;
        for (const stored of this.#log) if (stored.to === address && stored.position > cursor) hand(stored);
      } else if (method === 'ack') {
        if (this.faults.forgetsAcknowledgements !== true) this.#cursors.set(address, Math.max(this.#cursors.get(address) ?? 0, Number(params.position)));
        write({ id, result: {} });
      } else write({ id, result: this.#send(address, params as never) });
    });
    peer.on('close', () => this.#sessions.get(address)?.delete(hand));
  }
}
