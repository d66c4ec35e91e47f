import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ask } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleParts, consoleRoutes } from './console.js';
import { readConsole } from './console-files.js';

const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2_000))})`;
const folder = mkdtempSync(join(tmpdir(), 'vestnik-console-'));
const dist = join(folder, 'dist');
const servers: Server[] = [];
let url = '';

beforeAll(async () => {
  write('secret.txt', 'of the machine');
  write('dist/index.html', '<!doctype html><script type="module" src="/console/assets/a-1.js" nonce="__CSP_NONCE__"></script><meta nonce="__CSP_NONCE__">');
  write('dist/assets/a-1.js', SCRIPT);
  write('dist/assets/a-1.js.br', brotliCompressSync(SCRIPT));
  write('dist/assets/a-1.js.gz', gzipSync(SCRIPT));
  write('dist/assets/font.woff2', Buffer.from([0, 1, 2]));
  write('dist/favicon.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>');
  write('dist/.env', 'SECRET=1');
  write('dist/.vite/manifest.json', '{}');
  url = await serve();
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the page', () => {
  it.each(['', 'tenants', 'tenants/sales/clients/%D0%98%D0%B2%D0%B0%D0%BD.js', 'messages/01J?tab=data', 'index.html', '?page=2'])(
    'answers /console/%s',
    async (path) => {
      const answer = await ask(`${url}/console/${path}`);
      expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-store']);
      expect(answer.text).toContain('/console/assets/a-1.js');
    },
  );

  it('has a nonce of its own in each response, in the page and in the policy', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const { text, headers } = await ask(`${url}/console/`);
      const [nonce, ...others] = [...text.matchAll(/nonce="([^"]+)"/g)].map((match) => match[1] as string);
      expect(others).toEqual([nonce]);
      expect(Buffer.from(nonce ?? '', 'base64').length).toBeGreaterThanOrEqual(16);
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
      seen.add(nonce ?? '');
    }
    expect(seen.size).toBe(3);
  });

  it('allows nothing inline, and nothing of elsewhere', async () => {
    const { headers } = await ask(`${url}/console/`);
    const policy = directives(headers['content-security-policy'] as string);
    expect(policy).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'script-src-attr': "'none'",
      'style-src': expect.stringMatching(/^'self' 'nonce-[\w+/=]+'$/),
      'style-src-attr': "'none'",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'manifest-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
    });
  });

  it('is kept to https only where it is reached by https', async () => {
    expect((await ask(`${url}/console/`)).headers['strict-transport-security']).toBeUndefined();
    const secure = await serve({ publicUrl: 'https://bus.example' });
    expect((await ask(`${secure}/console/`)).headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it.each(['/', '/console', '/console?lang=ru'])('is where %s leads to', async (path) => {
    const { status, headers } = await ask(`${url}${path}`);
    expect([status, headers.location]).toEqual([302, path.replace(/^\/(console)?/, '/console/')]);
  });

  it.each(['/consoles', '/console.js', '/v1/console/', '/docs'])('leaves %s to others', async (path) => {
    expect((await ask(`${url}${path}`)).status).toBe(418);
  });

  it('leaves what is neither GET nor HEAD to others', async () => {
    expect((await ask(`${url}/console/`, { method: 'POST', body: {} })).status).toBe(418);
    const head = await ask(`${url}/console/`, { method: 'HEAD' });
    expect([head.status, head.text, Number(head.headers['content-length']) > 100]).toEqual([200, '', true]);
  });
});

describe('a file', () => {
  it.each([
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('comes to who takes %j as %s', async (accepted, encoding) => {
    const { status, headers } = await ask(`${url}/console/assets/a-1.js`, { headers: { 'accept-encoding': accepted } });
    expect([status, headers['content-encoding'], headers.vary, headers['content-type']]).toEqual([
      200,
      encoding,
      'accept-encoding',
      'text/javascript; charset=utf-8',
    ]);
  });

  it('is the same whichever way it comes', async () => {
    const [plain, brotli] = await Promise.all(
      ['identity', 'br'].map(async (accepted) => {
        const response = await fetch(`${url}/console/assets/a-1.js`, { headers: { 'accept-encoding': accepted } });
        return { text: await response.text(), etag: response.headers.get('etag') };
      }),
    );
    expect(plain?.text).toBe(SCRIPT);
    expect(brotli?.text).toBe(SCRIPT);
    expect(brotli?.etag).not.toBe(plain?.etag);
  });

  it('is kept for ever where its name holds its hash, and asked for again where not', async () => {
    expect((await ask(`${url}/console/assets/a-1.js`)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await ask(`${url}/console/favicon.svg`)).headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'image/svg+xml' });
    expect((await ask(`${url}/console/assets/font.woff2`)).headers['content-type']).toBe('font/woff2');
  });

  it('does not come again to who has it', async () => {
    const etag = (await ask(`${url}/console/favicon.svg`)).headers.etag as string;
    const known = await ask(`${url}/console/favicon.svg`, { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([known.status, known.text, known.headers.etag]).toEqual([304, '', etag]);
    expect((await ask(`${url}/console/favicon.svg`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('that is gone is a problem, and not the page', async () => {
    const { status, headers } = await ask(`${url}/console/assets/old-0.js`);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([404, 'application/problem+json; charset=utf-8', 'no-store']);
  });

  it.each([
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '..%5csecret.txt',
    'assets/../../secret.txt',
    'assets/%2e%2e/%2e%2e/secret.txt',
    '/secret.txt',
    '//etc/passwd',
    '%00/../secret.txt',
    '.env',
    '.vite/manifest.json',
    'assets/a-1.js.br',
    'constructor',
    '__proto__',
  ])('of %s is not to be had', async (path) => {
    const answer = await rawGet(`/console/${path}`);
    expect(answer).toMatch(/^HTTP\/1\.1 (200 OK|404 Not Found)\r\n/);
    expect(answer).not.toMatch(/of the machine|SECRET=1|root:|^\{\}$/m);
    expect(answer).toMatch(/text\/html; charset=utf-8|application\/problem\+json/);
  });
});

describe('a server without the console', () => {
  let bare = '';
  beforeAll(async () => {
    bare = await serve({ files: undefined });
  });

  it('says so below /console', async () => {
    for (const path of ['/console', '/console/', '/console/tenants']) {
      const { status, body, headers } = await ask(`${bare}${path}`);
      expect([status, headers['content-type'], body.instance]).toEqual([404, 'application/problem+json; charset=utf-8', path]);
      expect(body.detail).toContain('without the console');
    }
  });

  it('tells at / where the API is', async () => {
    const { status, text } = await ask(`${bare}/`);
    expect(status).toBe(200);
    expect(text).toContain('/docs');
  });

  it('is one whose console was not built', async () => {
    expect(await readConsole(join(folder, 'nowhere'))).toBeUndefined();
    expect(await readConsole(folder)).toBeUndefined();
  });
});

function write(name: string, contents: string | Buffer): void {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, contents);
}

async function serve(parts: Partial<ConsoleParts> = {}): Promise<string> {
  const handle = consoleRoutes({ files: await readConsole(dist), publicUrl: 'http://127.0.0.1:8378', ...parts });
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(418).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends the path as it is: clients tidy it up first. */
function rawGet(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`));
    let text = '';
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    socket.on('end', () => resolve(text)).on('error', reject);
  });
}

function directives(policy: string): Record<string, string> {
  return Object.fromEntries(
    policy.split('; ').map((directive) => {
      const space = directive.indexOf(' ');
      return [directive.slice(0, space), directive.slice(space + 1)];
    }),
  );
}
