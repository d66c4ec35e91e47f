import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Conditions } from '@vestnik/testing';

/** A request that an endpoint was sent. */
export interface Delivered {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: { readonly method?: string; readonly params?: Record<string, unknown>; readonly [member: string]: unknown };
}

export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A webhook's endpoint on a free port of 127.0.0.1, which keeps what it was sent. */
export class Endpoint {
  readonly delivered: Delivered[] = [];
  reply: (request: Delivered) => Reply | Promise<Reply> = () => ({ status: 204 });
  private readonly conditions = new Conditions();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const delivered = { path: request.url ?? '', headers: request.headers, text, body: text === '' ? {} : (JSON.parse(text) as Delivered['body']) };
        this.delivered.push(delivered);
        this.conditions.changed();
        void Promise.resolve(this.reply(delivered)).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
      });
    });
  }

  static async open(): Promise<Endpoint> {
    const endpoint = new Endpoint();
    endpoint.server.listen(0, '127.0.0.1');
    await once(endpoint.server, 'listening');
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** The data of the messages, in the order in which they came. */
  get data(): unknown[] {
    return this.delivered.filter(({ body }) => body.method === 'message').map(({ body }) => body.params?.data);
  }

  until<Value>(what: string, condition: () => Value | undefined | false, timeoutMs?: number): Promise<Value> {
    return this.conditions.until(() => `${what}; there came ${JSON.stringify(this.delivered.map(({ body }) => body)).slice(0, 2_000)}`, condition, timeoutMs);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** As the page of Standard Webhooks has it. @param secret `whsec_…` */
export function isSigned({ headers, text }: Delivered, secret: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const isRecent = Math.abs(Date.now() / 1000 - Number(timestamp)) < 300;
  return isRecent && signature === `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64')}`;
}
