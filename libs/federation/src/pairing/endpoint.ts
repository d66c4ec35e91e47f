import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, type Log, networkOf, TokenBucket } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { PAIRING_BYTES_MAX } from './exchange.js';
import type { Pairing } from './pairing.js';

/** What {@link PairingEndpoint} answers, for whoever tells a wrong method from a wrong path. */
export const PAIRING_ROUTES = [['POST', '/v1/links/pair']] as const;

/** Of one network address: ten at once, then one in ten seconds. */
const PER_SECOND = 0.1;
const ADDRESSES_MAX = 10_000;

export interface PairingEndpointParts {
  readonly pairing: Pick<Pairing, 'answer'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Pick<Log, 'error'>;
  readonly addressOf: (request: IncomingMessage) => string | undefined;
}

/** `POST /v1/links/pair`: whoever was invited comes here without a key; the invite's secret is what it proves. */
export class PairingEndpoint {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(private readonly parts: PairingEndpointParts) {}

  /** To stand in front of the framework's routes. @returns whether the request was its own */
  readonly handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    const url = request.url ?? '';
    const question = url.indexOf('?');
    if (request.method !== 'POST' || (question < 0 ? url : url.slice(0, question)) !== PAIRING_ROUTES[0][1]) return false;
    void this.answer(request, response);
    return true;
  };

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const address = this.parts.addressOf(request);
      this.count(address);
      write(response, 200, 'application/json', await this.parts.pairing.answer(await readBody(request), address));
    } catch (error) {
      if (!(error instanceof Problem)) this.parts.log.error('an internal error', { error, at: 'POST /v1/links/pair' });
      const problem = error instanceof Problem ? error : new Problem('internal', 'an internal error');
      if (!request.complete) response.setHeader('connection', 'close');
      if (problem.extra.retryAfter !== undefined) response.setHeader('retry-after', Math.ceil(problem.extra.retryAfter));
      write(response, problem.kind.status, 'application/problem+json', problem.toHttp(PAIRING_ROUTES[0][1]));
    }
  }

  private count(address: string | undefined): void {
    const now = this.parts.clock.monotonic();
    const network = networkOf(address ?? '');
    const bucket = this.buckets.get(network) ?? new TokenBucket(PER_SECOND, now);
    bucket.refill(PER_SECOND, now);
    this.buckets.delete(network);
    this.buckets.set(network, bucket);
    for (const oldest of this.buckets.keys()) {
      if (this.buckets.size <= ADDRESSES_MAX) break;
      this.buckets.delete(oldest);
    }
    const wait = bucket.wait(1);
    if (wait > 0) throw new Problem('rate-limited', 'too many tries from one address; try again later', { retryAfter: Math.ceil(wait) });
    bucket.take(1);
  }
}

function write(response: ServerResponse, status: number, type: string, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' }).end(text);
}

/** @throws Problem `data-too-large`, `request-invalid` */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const tooLarge = () => new Problem('data-too-large', `this request has ${PAIRING_BYTES_MAX} bytes at most`, { limit: PAIRING_BYTES_MAX });
  if (Number(request.headers['content-length'] ?? 0) > PAIRING_BYTES_MAX) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > PAIRING_BYTES_MAX) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('request-invalid', 'the body was cut off');
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Problem('request-invalid', 'the body is no JSON');
  }
}
