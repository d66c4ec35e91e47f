import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { rawElements, rawMember } from '@vestnik/protocol';
import { Refused, type Transport } from './bus-client.js';
import { HttpClient } from './http-client.js';

/** Seconds that a session outlives its last request: short, so that a dropped one is seen to be gone. */
const IDLE_SECONDS = 1;
const WAIT_SECONDS = 20;

/** `GET …/inbox` again and again for what is pushed, `rpc` for the rest; nothing is acknowledged by polling. */
export const longPoll: Transport = {
  name: 'long poll and rpc',
  exact: true,
  answersConnect: false,
  binary: false,
  tellsTakenOver: false,
  async connect(place, params) {
    const client = new PollClient(place, params);
    await client.open();
    return client;
  },
};

class PollClient extends HttpClient {
  #after: string | undefined;
  #request: ClientRequest | undefined;

  /** @throws Refused where the first page is a problem */
  async open(): Promise<void> {
    this.#after = this.params.position;
    await this.#page(0);
    void this.#poll();
  }

  async close(): Promise<void> {
    this.drop();
  }

  drop(): void {
    this.hasEnded();
    this.#request?.destroy();
  }

  async #poll(): Promise<void> {
    try {
      while (this.ended === undefined) await this.#page(WAIT_SECONDS);
    } catch (error) {
      if (this.ended === undefined && error instanceof Refused) this.took('notice', { type: 'vestnik.closing', reason: error.slug }, '');
      this.hasEnded();
    }
  }

  async #page(wait: number): Promise<void> {
    const { after: _after, ...query } = Object.fromEntries(new URLSearchParams(this.query({ wait: String(wait), ack: 'none', idle: String(IDLE_SECONDS) })));
    const askedAt = Date.now();
    const text = await this.#get(`${this.base}/inbox?${new URLSearchParams({ ...query, ...(this.#after === undefined ? {} : { after: this.#after }) })}`);
    if (this.ended !== undefined) return;
    const page = JSON.parse(text) as {
      messages: { position?: string }[];
      position: string;
      events: { method: string; params: { type?: string; reconnect?: boolean } }[];
      gap?: object;
    };
    if (page.gap !== undefined) this.took('notice', { type: 'vestnik.gap', ...page.gap }, JSON.stringify(page.gap));
    const messages = rawElements(rawMember(text, 'messages') ?? '[]');
    for (const message of messages) this.took('message', JSON.parse(message), message);
    for (const event of rawElements(rawMember(text, 'events') ?? '[]')) this.tookObject(event);
    this.#after = page.position;
    if (page.events.some(({ params }) => params.type === 'vestnik.closing')) this.hasEnded();
    // An empty page long before its time: somebody else has taken over, and asking again would take over from them.
    const empty = page.messages.length + page.events.length === 0 && page.gap === undefined;
    if (empty && Date.now() - askedAt < (wait * 1_000) / 2 && wait > 0) this.takenOver();
  }

  async #get(url: string): Promise<string> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const ask = url.startsWith('https:') ? secureRequest : request;
      this.#request = ask(url, { agent: false, headers: this.headers }, resolve);
      this.#request.on('error', reject);
      this.#request.end();
    });
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) text += chunk;
    if (response.statusCode !== 200) throw new Refused(JSON.parse(text) as Record<string, unknown>);
    return text;
  }
}
