import { type IncomingMessage, request } from 'node:http';
import type { DeliveredMessage } from '@vestnik/protocol';
import type { RpcReply } from '../raw-socket-client.js';
import type { TestTenant } from '../test-tenant.js';
import { type ConnectionWishes, type LoadConnection, RpcCalls, streamQuery } from './connection.js';

interface Page {
  readonly messages: readonly DeliveredMessage[];
  readonly position: string;
  readonly events: readonly { readonly method: string; readonly params: { readonly type?: string } }[];
}

/** Small, so that there are many pages. */
const PAGE = 10;
/** Polls at one place before the next is asked. */
const POLLS_AT_ONE = 4;
const WAIT_SECONDS = 5;

/**
 * Over long poll, at one place after the other. The poll that is asked for after a page acknowledges it; that it was
 * answered does not say that this is on disk.
 */
export async function overLongPoll(wishes: ConnectionWishes): Promise<LoadConnection> {
  const poll = new LongPoll(wishes);
  await poll.begin();
  return poll;
}

class LongPoll implements LoadConnection {
  open = true;
  readonly acknowledges = true;
  readonly closed: Promise<void>;
  #hasClosed: () => void = () => {};
  readonly #calls: RpcCalls;
  #after: string | undefined;
  readonly #abort = new AbortController();

  constructor(private readonly wishes: ConnectionWishes) {
    this.#calls = new RpcCalls(wishes);
    this.#after = wishes.position;
    this.closed = new Promise((resolve) => {
      this.#hasClosed = resolve;
    });
  }

  async begin(): Promise<void> {
    try {
      await this.#poll(0, 0);
    } catch (error) {
      this.terminate();
      throw error;
    }
    void this.#goOn();
  }

  ask(method: string, params: Readonly<Record<string, unknown>>): Promise<RpcReply | undefined> {
    return this.#calls.ask(method, params);
  }

  terminate(): void {
    this.open = false;
    this.#abort.abort();
    this.#hasClosed();
  }

  async #goOn(): Promise<void> {
    try {
      for (let polls = 1; this.open; polls++) await this.#poll(Math.floor(polls / POLLS_AT_ONE), WAIT_SECONDS);
    } catch {
      // Whatever it is, it comes back as after a cut.
    }
    this.terminate();
  }

  async #poll(turn: number, wait: number): Promise<void> {
    const { places, onMessage } = this.wishes;
    const place = places[turn % places.length] as TestTenant;
    const page = await this.#get(place, streamQuery(this.wishes, { after: this.#after, wait: String(wait), limit: String(PAGE), idle: '10' }));
    // What comes after a drop is read by nobody.
    if (!this.open) return;
    this.#after = page.position;
    for (const message of page.messages) if (this.open) onMessage(message);
    if (page.events.some(({ params }) => params.type === 'vestnik.closing')) this.terminate();
  }

  async #get({ node, path }: TestTenant, query: string): Promise<Page> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout((WAIT_SECONDS + 15) * 1_000)]);
      const asked = request(`${node.url}${path}/inbox?${query}`, { agent: false, signal, headers: { authorization: `Bearer ${this.wishes.token}` } }, resolve);
      asked.on('error', reject);
      asked.end();
    });
    response.setEncoding('utf8');
    let text = '';
    for await (const piece of response) text += piece;
    if (response.statusCode !== 200) throw new Error(`no page: ${response.statusCode} ${text.slice(0, 200)}`);
    return JSON.parse(text) as Page;
  }
}
