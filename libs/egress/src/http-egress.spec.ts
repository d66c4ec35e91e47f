import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createPlainServer, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { EgressAnswer, EgressRequest } from '@vestnik/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EgressOptions, HttpEgress } from './http-egress.js';

const LOCAL = ['127.0.0.1/32'];
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening<Some extends Server | NetServer>(server: Some): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener) => listening(createServer(listener));

function egressOf(options: Partial<EgressOptions> = {}): HttpEgress {
  const egress = new HttpEgress({ allow: LOCAL, ...options });
  closing.push(() => egress.close());
  return egress;
}

const get = (egress: HttpEgress, url: string, more: Partial<EgressRequest> = {}): Promise<EgressAnswer> =>
  egress.fetch({ tenantId: 1, method: 'GET', url, repeatable: true, ...more });
const textOf = ({ body }: EgressAnswer) => Buffer.from(body).toString();
const names = (table: Record<string, string[]>) => async (name: string) => {
  const found = table[name];
  if (found === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};

/** Sends a beginning, and then a character now and then, for ever. */
function dropByDrop(socket: Socket, beginning: string): void {
  socket.write(beginning);
  const timer = setInterval(() => socket.write('x'), 20);
  socket.on('close', () => clearInterval(timer));
}

describe('fetching for a tenant', () => {
  it('brings status, headers and body of an address that is allowed', async () => {
    const port = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.writeHead(207, { 'x-one': '1' }).end(`${request.method} ${request.headers['content-type']} ${Buffer.concat(chunks)}`));
    });
    const answer = await get(egressOf(), `http://127.0.0.1:${port}/hook`, { method: 'POST', body: '{"ä":1}', headers: { 'content-type': 'application/json' } });
    expect([answer.status, answer.headers['x-one'], textOf(answer)]).toEqual([207, '1', 'POST application/json {"ä":1}']);
  });

  it('dials nothing that is private: loopback, metadata, link-local, whichever name it goes by', async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked++;
      response.end();
    });
    const inside = {
      'inside.example': ['127.0.0.1'],
      'metadata.example': ['169.254.169.254'],
      'mixed.example': ['93.184.216.34', '10.0.0.1'],
      'mapped.example': ['::ffff:127.0.0.1'],
    };
    const egress = egressOf({ allow: [], resolve: names(inside) });
    const urls = [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `https://[::1]:${port}/`,
      'https://169.254.169.254/latest/meta-data/',
      `http://2130706433:${port}/`,
      ...Object.keys(inside).flatMap((name) => [`https://${name}:${port}/`, `http://${name}:${port}/`]),
    ];
    for (const url of urls) {
      await expect(get(egress, url), url).rejects.toMatchObject({ slug: 'url-refused' });
      await expect(egress.check(url, 'url'), url).rejects.toMatchObject({ slug: 'url-refused', extra: { errors: [{ path: 'url' }] } });
    }
    expect(asked).toBe(0);
  });

  it('says the same of whatever a name leads to', async () => {
    const egress = egressOf({ allow: [], resolve: names({ 'a.example': ['127.0.0.1'], 'b.example': ['10.0.0.1'], 'c.example': ['169.254.169.254'] }) });
    const told = await Promise.all(['a', 'b', 'c'].map((name) => egress.check(`https://${name}.example/`, 'url').catch((error: Error) => error.message)));
    expect(new Set(told).size).toBe(1);
  });

  it('takes a name that nobody knows yet when it is set, by https', async () => {
    const egress = egressOf({ resolve: names({}) });
    await egress.check('https://soon.example/hook', 'url');
    await expect(egress.check('http://soon.example/hook', 'url')).rejects.toMatchObject({ slug: 'url-refused' });
    await expect(get(egress, 'https://soon.example/hook')).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('dials the very address that it has checked, so that a name that rebinds leads nowhere', async () => {
    let asked = 0;
    const port = await serve((_request, response) => {
      asked++;
      response.end();
    });
    // Public when it is set, loopback when it is dialled.
    const answers = [['93.184.216.34'], ['127.0.0.1'], ['127.0.0.1']];
    const egress = egressOf({ allow: [], resolve: async () => (answers.shift() ?? []).map((address) => ({ address, family: 4 })) });
    await egress.check(`https://rebinds.example:${port}/`, 'url');
    await expect(get(egress, `https://rebinds.example:${port}/`)).rejects.toMatchObject({ slug: 'url-refused' });
    expect(asked).toBe(0);
  });

  it('asks for the name once a connection, and never between the check and the dialling', async () => {
    let asked = 0;
    const port = await serve((_request, response) => response.end('here'));
    const egress = egressOf({
      resolve: async () => {
        asked++;
        return [{ address: asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }];
      },
    });
    for (let time = 0; time < 3; time++) expect(textOf(await get(egress, `http://one.example:${port}/`))).toBe('here');
    expect(asked).toBe(1);
  });

  it('follows no redirect', async () => {
    let inside = 0;
    const secret = await serve((_request, response) => {
      inside++;
      response.end('secret');
    });
    const port = await serve((_request, response) => response.writeHead(302, { location: `http://127.0.0.1:${secret}/` }).end());
    expect((await get(egressOf(), `http://127.0.0.1:${port}/`)).status).toBe(302);
    expect(inside).toBe(0);
  });

  it('cuts an endless answer', async () => {
    let closed = false;
    const port = await serve((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 'x'))) {}
      };
      response.on('drain', more);
      response.on('close', () => {
        closed = true;
      });
      more();
    });
    await expect(get(egressOf(), `http://127.0.0.1:${port}/`)).rejects.toMatchObject({ kind: 'too-large' });
    await expect.poll(() => closed).toBe(true);
  });

  it('unpacks nothing', async () => {
    let accepted: unknown;
    const port = await serve((request, response) => {
      accepted = request.headers['accept-encoding'];
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not really');
    });
    expect(textOf(await get(egressOf(), `http://127.0.0.1:${port}/`))).toBe('not really');
    expect(accepted).toBe('identity');
  });

  it.each([
    ['never answers', () => {}],
    ['sends its headers drop by drop', (socket: Socket) => dropByDrop(socket, 'HTTP/1.1 200 OK\r\nx: ')],
    ['sends its body drop by drop', (socket: Socket) => dropByDrop(socket, 'HTTP/1.1 200 OK\r\n\r\n')],
  ])('gives up on one that %s', async (_name, behave) => {
    const port = await listening(createPlainServer((socket) => behave(socket)));
    await expect(get(egressOf({ withinMs: 150 }), `http://127.0.0.1:${port}/`)).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('gives up when nobody waits any more', async () => {
    const port = await listening(createPlainServer(() => {}));
    const over = new AbortController();
    const fetched = get(egressOf(), `http://127.0.0.1:${port}/`, { signal: over.signal });
    over.abort();
    await expect(fetched).rejects.toMatchObject({ kind: 'aborted' });
    await expect(get(egressOf(), `http://127.0.0.1:${port}/`, { signal: over.signal })).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('tells a host that cannot be reached from a connection that broke', async () => {
    const gone = createServer();
    const port = await listening(gone);
    gone.close();
    await once(gone, 'close');
    await expect(get(egressOf(), `http://127.0.0.1:${port}/`)).rejects.toMatchObject({ kind: 'unreachable' });
    const rude = await listening(createPlainServer((socket) => socket.once('data', () => socket.destroy())));
    await expect(get(egressOf(), `http://127.0.0.1:${rude}/`, { repeatable: false })).rejects.toMatchObject({ kind: 'interrupted' });
  });

  it('uses a connection again, and sends anew where that one was closed meanwhile; what may not be repeated gets one of its own', async () => {
    const sockets: Socket[] = [];
    let requests = 0;
    const port = await serve((request, response) => {
      requests++;
      if (!sockets.includes(request.socket)) sockets.push(request.socket);
      // The second request on a connection finds it dead.
      else if (request.url === '/dies') return void request.socket.destroy();
      response.end('ok');
    });
    const egress = egressOf();
    for (let time = 0; time < 3; time++) await get(egress, `http://127.0.0.1:${port}/`);
    expect(sockets).toHaveLength(1);
    expect(textOf(await get(egress, `http://127.0.0.1:${port}/dies`))).toBe('ok');
    await get(egress, `http://127.0.0.1:${port}/`, { repeatable: false });
    expect([sockets.length, requests]).toEqual([3, 6]);
  });

  it('lets one tenant have so many at once', async () => {
    let open = 0;
    let most = 0;
    const answers: (() => void)[] = [];
    const port = await serve((_request, response) => {
      most = Math.max(most, ++open);
      answers.push(() => {
        open--;
        response.end();
      });
    });
    const egress = egressOf({ requestsPerTenantMax: 2 });
    const all = [1, 1, 1, 1, 2].map((tenantId) => get(egress, `http://127.0.0.1:${port}/`, { tenantId }));
    await expect.poll(() => answers.length).toBe(3);
    expect(most).toBe(3);
    for (let done = 0; done < 5; done++) {
      await expect.poll(() => answers.length).toBeGreaterThan(done);
      answers[done]?.();
    }
    await Promise.all(all);
    expect(most).toBe(3);
  });
});

describe('https', () => {
  let folder: string;
  let certificate: string;
  let key: string;
  beforeEach(() => {
    if (certificate !== undefined) return;
    folder = mkdtempSync(join(tmpdir(), 'vestnik-egress-'));
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=shop.example', '-addext', 'subjectAltName=DNS:shop.example', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...files, ...subject], { stdio: 'ignore' });
    certificate = readFileSync(join(folder, 'cert.pem'), 'utf8');
    key = readFileSync(join(folder, 'key.pem'), 'utf8');
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes to the address and asks for the name, whose certificate it wants to see', async () => {
    let servername: unknown;
    const port = await listening(
      createSecureServer({ key, cert: certificate }, (request, response) => {
        servername = (request.socket as TLSSocket & { servername?: unknown }).servername;
        response.end(request.headers.host);
      }),
    );
    const options = { authority: certificate, resolve: names({ 'shop.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] }) };
    const egress = egressOf(options);
    expect(textOf(await get(egress, `https://shop.example:${port}/`))).toBe(`shop.example:${port}`);
    expect(servername).toBe('shop.example');
    await expect(get(egress, `https://other.example:${port}/`)).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(get(egressOf({ ...options, authority: undefined }), `https://shop.example:${port}/`)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});
