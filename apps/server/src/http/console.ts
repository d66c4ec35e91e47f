import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '@vestnik/protocol';
import { acceptedEncoding } from './accepted-encoding.js';
import { type ConsoleFile, type ConsoleFiles, type Encoding, PRECOMPRESSED } from './console-files.js';
import { FILE_POLICY, pagePolicy, securityHeaders } from './console-headers.js';

export interface ConsoleParts {
  /** undefined: the server was installed without the console. */
  readonly files: ConsoleFiles | undefined;
  readonly publicUrl: string;
  /** A value that nobody can guess, for one response. */
  readonly nonce?: () => string;
}

/** What {@link consoleRoutes} answers whatever comes after it. */
export const CONSOLE_ROUTES = [
  ['GET', '/'],
  ['GET', '/console'],
] as const;

/**
 * `GET /` and everything below `/console`: the console's files, and its page for every other path, which the page itself reads.
 *
 * The page is public, as its sources are; what it shows it asks the API for, with the administrator's cookie.
 */
export function consoleRoutes(parts: ConsoleParts): (request: IncomingMessage, response: ServerResponse) => boolean {
  const served = new ServedConsole(parts);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const [path = '', ...query] = (request.url ?? '').split('?');
    if (path !== '/' && path !== '/console' && !path.startsWith(BASE)) return false;
    request.resume();
    served.answer(path, query.length === 0 ? '' : `?${query.join('?')}`, request, response);
    return true;
  };
}

const BASE = '/console/';
const ENCODINGS = Object.keys(PRECOMPRESSED) as Encoding[];
/** What the build leaves in the page for each response to put its own in. */
const NONCE_PLACE = '__CSP_NONCE__';

class ServedConsole {
  private readonly headers: Readonly<Record<string, string>>;
  private readonly page: readonly string[] | undefined;
  private readonly nonce: () => string;

  constructor(private readonly parts: ConsoleParts) {
    this.headers = securityHeaders(parts.publicUrl);
    this.page = parts.files?.index.split(NONCE_PLACE);
    this.nonce = parts.nonce ?? (() => randomBytes(18).toString('base64'));
  }

  answer(path: string, query: string, request: IncomingMessage, response: ServerResponse): void {
    if (this.parts.files === undefined || this.page === undefined) this.withoutConsole(path, response);
    else if (!path.startsWith(BASE)) this.redirect(query, response);
    else this.within(this.parts.files, path.slice(BASE.length), request, response);
  }

  private within({ files }: ConsoleFiles, name: string, request: IncomingMessage, response: ServerResponse): void {
    const file = files.get(name);
    if (file !== undefined) this.file(file, request, response);
    // A page of an earlier build asks for a script of its own: it must see that this is gone, and not be given a page.
    else if (name.startsWith('assets/')) this.problem(new Problem('not-found', 'the console has no such file; load its page again'), BASE + name, response);
    else this.html(response);
  }

  private html(response: ServerResponse): void {
    const nonce = this.nonce();
    const body = (this.page ?? []).join(nonce);
    send(response, 200, body, {
      ...this.headers,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': pagePolicy(nonce),
    });
  }

  private file({ type, hashed, identity, encoded }: ConsoleFile, request: IncomingMessage, response: ServerResponse): void {
    const encoding = acceptedEncoding(
      headerOf(request, 'accept-encoding'),
      ENCODINGS.filter((one) => encoded.has(one)),
    );
    const { bytes, etag } = (encoding === undefined ? undefined : encoded.get(encoding)) ?? identity;
    const headers = {
      ...this.headers,
      'content-security-policy': FILE_POLICY,
      'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag,
      ...(encoded.size > 0 ? { vary: 'accept-encoding' } : {}),
    };
    if (isKnown(etag, headerOf(request, 'if-none-match'))) {
      response.writeHead(304, headers).end();
      return;
    }
    send(response, 200, bytes, { ...headers, 'content-type': type, ...(encoding === undefined ? {} : { 'content-encoding': encoding }) });
  }

  private redirect(query: string, response: ServerResponse): void {
    response.writeHead(302, { ...this.headers, location: BASE + query, 'cache-control': 'no-store', 'content-length': '0' }).end();
  }

  private withoutConsole(path: string, response: ServerResponse): void {
    if (path !== '/') {
      this.problem(new Problem('not-found', 'this server was installed without the console, or the console was not built'), path, response);
      return;
    }
    const text =
      'This is Vestnik, a notification bus. It was installed without its console.\n\nThe API to try: /docs\nThe API to read: /v1/openapi.json\nReady? /readyz\n';
    send(response, 200, text, { ...this.headers, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  }

  private problem(problem: Problem, path: string, response: ServerResponse): void {
    const body = JSON.stringify(problem.toHttp(path));
    send(response, problem.kind.status, body, { ...this.headers, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' });
  }
}

/** To HEAD node:http writes no body. */
function send(response: ServerResponse, status: number, body: string | Buffer, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) }).end(body);
}

/** RFC 9110, 13.1.2: compared weakly. */
function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  return ifNoneMatch?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) ?? false;
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
