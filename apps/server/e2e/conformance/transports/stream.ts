import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Place } from '../place.js';
import type { ConnectParams } from './bus-client.js';
import { Refused } from './bus-client.js';
import { HttpClient } from './http-client.js';

/** A session whose pushes come as the endless body of `GET …/events`. */
export abstract class StreamClient extends HttpClient {
  #request: ClientRequest | undefined;
  #rest = '';

  constructor(
    place: Place,
    params: ConnectParams,
    private readonly accept: string,
  ) {
    super(place, params);
  }

  /** @throws Refused where the answer is a problem */
  async open(): Promise<this> {
    const url = `${this.base}/events?${this.query({})}`;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const ask = url.startsWith('https:') ? secureRequest : request;
      this.#request = ask(url, { agent: false, headers: { ...this.headers, accept: this.accept } }, resolve);
      this.#request.on('error', reject);
      this.#request.end();
    });
    response.setEncoding('utf8');
    if (response.statusCode !== 200) {
      let body = '';
      for await (const text of response) body += text;
      throw new Refused(JSON.parse(body) as Record<string, unknown>);
    }
    response.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.line(line);
    });
    response.on('error', () => {});
    response.on('close', () => this.hasEnded());
    return this;
  }

  protected abstract line(line: string): void;

  async close(): Promise<void> {
    this.drop();
    await this.whenEnded();
  }

  drop(): void {
    this.#request?.destroy();
  }
}
