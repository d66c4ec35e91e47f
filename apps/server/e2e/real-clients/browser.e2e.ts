import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

if (CHROMIUM === undefined) console.warn('\n!!! SKIPPED: there is no Chromium (Debian: chromium); a browser page is not tested.\n');

/** A page as a person would write it by hand: no library at all. */
const PAGE = `<!doctype html><meta charset="utf-8"><ul id="list"></ul><p id="state">…</p><script>
  const query = new URLSearchParams(location.hash.slice(1));
  const socket = new WebSocket(query.get('url'), 'vestnik.v1.jsonrpc');
  const call = (method, params, id) => socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  const state = (text) => { document.getElementById('state').textContent = text; };
  socket.onopen = () => call('connect', { token: query.get('token') }, 1);
  socket.onclose = (event) => state('closed ' + event.code);
  socket.onmessage = (event) => {
    const { id, method, params } = JSON.parse(event.data);
    if (id === 1) state('connected');
    if (id === 'ack') state('acknowledged');
    if (method !== 'message') return;
    const item = document.createElement('li');
    item.textContent = params.data.text;
    document.getElementById('list').append(item);
    call('ack', { position: params.position }, 'ack');
    call('send', { to: params.from, type: 'seen', data: { text: params.data.text } }, 'sent');
  };
</script>`;

describe.skipIf(CHROMIUM === undefined)('a page in a browser with nothing but new WebSocket', () => {
  const one = oneServer();
  let pages: Server;
  let context: BrowserContext;
  let profile: string;

  beforeAll(async () => {
    pages = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(PAGE));
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    profile = mkdtempSync(join(tmpdir(), 'vestnik-browser-'));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  }, 60_000);

  afterAll(async () => {
    await context?.close();
    pages?.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });

  it('receives, acknowledges and sends, and is refused from a foreign origin', async () => {
    const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    const tenant = await one.tenant({ origins: [origin] });
    const backend = await tenant.connect('desk');
    const page = await context.newPage();
    await page.goto(`${origin}/#${new URLSearchParams({ url: tenant.socketUrl, token: await tenant.token('petrov') })}`);
    await page.getByText('connected', { exact: true }).waitFor();
    await backend.call('send', { to: 'petrov', type: 'hello', data: { text: 'Здравствуйте' } });
    await page.getByText('Здравствуйте').waitFor();
    await page.getByText('acknowledged').waitFor();
    const [answer] = await backend.received(1);
    expect(answer).toMatchObject({ from: tenant.address('petrov'), type: 'seen' });

    const elsewhere = await one.tenant();
    const stranger = await context.newPage();
    await stranger.goto(`${origin}/#${new URLSearchParams({ url: elsewhere.socketUrl, token: await elsewhere.token('petrov') })}`);
    await stranger.getByText('closed 1006').waitFor();
  });
});
