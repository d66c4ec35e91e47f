import { lookup as systemLookup } from 'node:dns/promises';
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Egress, type EgressAnswer, EgressFailure, type EgressRequest } from '@vestnik/core';
import { Problem } from '@vestnik/protocol';
import { Reach } from './reach.js';
import { readUrl } from './read-url.js';
import { Turns } from './turns.js';

export interface EgressOptions {
  /** Networks that may be reached although they are private. */
  readonly allow: readonly string[];
  /** All addresses of a name. */
  readonly resolve?: (name: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;
  /** For all of a request, its answer included. */
  readonly withinMs?: number;
  readonly answerBytesMax?: number;
  /** Requests under way at the same time. */
  readonly requestsMax?: number;
  readonly requestsPerTenantMax?: number;
  /** A certificate that counts besides those of the system, PEM. */
  readonly authority?: string;
}

type Agent = HttpAgent | HttpsAgent;

/** A connection is kept open so long for the next request. */
const IDLE_MS = 15_000;
/** Connections that are kept open by one agent, whatever the number of hosts. */
const IDLE_MAX = 256;

/** The library bounds what is kept open for each host only. */
function keepFew<Some extends Agent>(agent: Some): Some {
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => unknown;
  agent.keepSocketAlive = (socket: Duplex) => {
    let idle = 0;
    for (const sockets of Object.values(agent.freeSockets)) idle += sockets?.length ?? 0;
    return idle < IDLE_MAX && keep(socket);
  };
  return agent;
}

/** What the dialler says where an address may not be dialled. */
class AddressRefused extends Error {}

/**
 * Fetches by node:https and node:http.
 *
 * A name is resolved when a connection is dialled, every address is checked then, and the checked ones are what is
 * dialled: a name that changes its mind a moment later changes nothing. Certificates are checked by name. No proxy
 * of the environment is used.
 */
export class HttpEgress implements Egress {
  private readonly reach: Reach;
  private readonly turns: Turns;
  private readonly secure: Agent;
  private readonly plain: Agent;
  private readonly secureOnce: Agent;
  private readonly plainOnce: Agent;
  private readonly withinMs: number;
  private readonly answerBytesMax: number;

  constructor(private readonly options: EgressOptions) {
    this.reach = new Reach(options.allow);
    this.turns = new Turns(options.requestsMax ?? 256, options.requestsPerTenantMax ?? 32);
    this.withinMs = options.withinMs ?? 10_000;
    this.answerBytesMax = options.answerBytesMax ?? 256 * 1024;
    const { authority } = options;
    const kept = { keepAlive: true, maxFreeSockets: 4, timeout: IDLE_MS, scheduling: 'lifo' as const };
    const tls = authority === undefined ? {} : { ca: authority };
    const secure = { lookup: this.lookup(false), ...tls };
    const plain = { lookup: this.lookup(true) };
    this.secure = keepFew(new HttpsAgent({ ...kept, ...secure }));
    this.plain = keepFew(new HttpAgent({ ...kept, ...plain }));
    this.secureOnce = new HttpsAgent({ keepAlive: false, ...secure });
    this.plainOnce = new HttpAgent({ keepAlive: false, ...plain });
  }

  async check(text: string, field: string): Promise<void> {
    const read = readUrl(text);
    if (read.kind === 'refused') throw refused(field, read.because);
    const { url, host, isAddress } = read;
    const plain = url.protocol === 'http:';
    const addresses = isAddress ? [host] : await this.addressesOf(host).catch(() => undefined);
    // A name that nobody knows yet may be on its way.
    if (addresses === undefined && !plain) return;
    if (addresses === undefined || addresses.length === 0 || !addresses.every((address) => this.reach.mayDial(address, plain))) {
      throw refused(field, plain ? PLAIN_HTTP : NOT_THERE);
    }
  }

  async fetch(request: EgressRequest): Promise<EgressAnswer> {
    const read = readUrl(request.url);
    if (read.kind === 'refused') throw refused('url', read.because);
    const { url, host, isAddress } = read;
    const plain = url.protocol === 'http:';
    // An address is dialled without being looked up, so it is looked at here.
    if (isAddress && !this.reach.mayDial(host, plain)) throw refused('url', NOT_THERE);
    const turn = await this.turns.take(request.tenantId, request.signal).catch(() => {
      throw new EgressFailure('aborted', 'it was given up');
    });
    try {
      return await this.within(request, url);
    } finally {
      turn();
    }
  }

  /** Lets go of connections that are kept open. */
  close(): void {
    for (const agent of [this.secure, this.plain, this.secureOnce, this.plainOnce]) agent.destroy();
  }

  private async within(request: EgressRequest, url: URL): Promise<EgressAnswer> {
    const late = new EgressFailure('timeout', `no whole answer within ${this.withinMs / 1000} s`);
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(late), this.withinMs);
    const givenUp = () => over.abort(new EgressFailure('aborted', 'it was given up'));
    request.signal?.addEventListener('abort', givenUp, { once: true });
    if (request.signal?.aborted) givenUp();
    try {
      try {
        return await this.send(request, url, request.repeatable, over.signal);
      } catch (error) {
        // A connection that was kept open may have been closed over there just when it was used again.
        if (!(error instanceof StaleConnection)) throw error;
        return await this.send(request, url, false, over.signal);
      }
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', givenUp);
    }
  }

  private send(request: EgressRequest, url: URL, mayReuse: boolean, signal: AbortSignal): Promise<EgressAnswer> {
    return new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const agent = mayReuse ? (isSecure ? this.secure : this.plain) : isSecure ? this.secureOnce : this.plainOnce;
      const body = request.body === undefined ? undefined : Buffer.from(request.body);
      const headers = {
        'user-agent': 'Vestnik',
        accept: '*/*',
        // What was packed may be endless when it is unpacked.
        'accept-encoding': 'identity',
        ...request.headers,
        ...(body === undefined ? {} : { 'content-length': String(body.length) }),
      };
      let settled = false;
      let answered = false;
      const sent = (isSecure ? requestHttps : requestHttp)(url, { method: request.method, headers, agent, maxHeaderSize: 16 * 1024 });
      const fail = (error: unknown) => {
        if (settled) return;
        settled = true;
        signal.removeEventListener('abort', aborted);
        sent.destroy();
        reject(error as Error);
      };
      const aborted = () => fail(signal.reason);
      signal.addEventListener('abort', aborted, { once: true });
      if (signal.aborted) aborted();
      sent.on('error', (error: Error) => fail(failureOf(error, sent, answered, mayReuse)));
      sent.on('response', (response: IncomingMessage) => {
        answered = true;
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > this.answerBytesMax) fail(new EgressFailure('too-large', `the answer is larger than ${this.answerBytesMax / 1024} KiB`));
          else chunks.push(chunk);
        });
        response.on('error', (error: Error) => fail(failureOf(error, sent, true, false)));
        response.on('aborted', () => fail(new EgressFailure('interrupted', 'the connection was closed before the answer had ended')));
        response.on('end', () => {
          if (settled) return;
          settled = true;
          signal.removeEventListener('abort', aborted);
          resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body: Buffer.concat(chunks) });
        });
      });
      sent.end(body);
    });
  }

  /** What a connection asks for the addresses of its name: it is told of checked ones, or of none. */
  private lookup(plain: boolean): LookupFunction {
    return (name, options, callback) => {
      this.addressesOf(name).then(
        (addresses) => {
          if (addresses.length === 0 || !addresses.every((address) => this.reach.mayDial(address, plain))) {
            callback(new AddressRefused(), '', 0);
            return;
          }
          const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
          const [first] = found as [(typeof found)[0], ...typeof found];
          if (options.all === true) callback(null, found);
          else callback(null, first.address, first.family);
        },
        (error: Error) => callback(error as NodeJS.ErrnoException, '', 0),
      );
    };
  }

  private async addressesOf(name: string): Promise<string[]> {
    const resolve = this.options.resolve ?? ((host: string) => systemLookup(host, { all: true, verbatim: true }));
    return (await resolve(name)).map(({ address }) => address);
  }
}

/** What can be done about a plain address is said too. */
const PLAIN_HTTP = 'https only; plain http goes to addresses that VESTNIK_EGRESS_ALLOW names';
/** The same words whatever is there: a tenant learns nothing of the house that the bus stands in. */
const NOT_THERE = 'the bus may not fetch from there';

function refused(field: string, because: string): Problem {
  return new Problem('url-refused', `${field}: ${because}`, { errors: [{ path: field, message: because }] });
}

/** A kept connection that was closed over there before anything of the answer came. */
class StaleConnection extends Error {}

function failureOf(error: Error, sent: ClientRequest, answered: boolean, mayReuse: boolean): Error {
  if (error instanceof AddressRefused) return refused('url', NOT_THERE);
  const { code } = error as NodeJS.ErrnoException;
  if (mayReuse && sent.reusedSocket && !answered && (code === 'ECONNRESET' || code === 'EPIPE')) return new StaleConnection();
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') return new EgressFailure('unreachable', 'the name of the host was not found');
  if (code === 'ECONNREFUSED') return new EgressFailure('unreachable', 'the connection was refused');
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT') return new EgressFailure('unreachable', 'the host cannot be reached');
  if (isOfTls(error)) return new EgressFailure('unreachable', 'the certificate or the TLS handshake failed');
  if (code?.startsWith('HPE_')) return new EgressFailure('interrupted', 'what came back is not HTTP');
  return new EgressFailure('interrupted', 'the connection broke');
}

/** OpenSSL's own codes, and those of Node for certificates. */
function isOfTls(error: Error): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || code === 'EPROTO' || /CERT|SIGNATURE|ISSUER|SELF_SIGNED/.test(code);
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
