import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type Ask, pick } from './asks.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const TRIES = 5;

export interface BrowserOptions {
  readonly server: string;
  /** Of an administrator who is an owner: one is made to sign in, and deleted again. */
  readonly key: string;
}

/**
 * Opens each page of the console in Chromium, five times, each time without any answer that was asked for before: from the
 * click to when nothing of it waits. Says how much was transferred until the overview was there.
 */
export async function measureInBrowser({ server, key }: BrowserOptions, tell: (line: string) => void): Promise<void> {
  if (CHROMIUM === undefined) return tell('there is no Chromium: pages were not opened in it');
  // A tool of development: whoever only loads a server does without.
  const { chromium } = await import('playwright-core').catch(() => ({ chromium: undefined }));
  if (chromium === undefined) return tell('playwright-core is not installed: pages were not opened in Chromium');
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  const ask: Ask = async (path) => ({ status: 200, body: (await (await call('GET', path)).json()) as Awaited<ReturnType<Ask>>['body'] });
  const who = { name: `bench-${randomBytes(4).toString('hex')}`, password: randomBytes(24).toString('base64url') };
  await call('POST', '/v1/administrators', { ...who, role: 'owner' });
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${server}/console/sign-in`);
    await page.locator('input[autocomplete="username"]').fill(who.name);
    await page.locator('input[autocomplete="current-password"]').fill(who.password);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.startsWith('/console/sign-in'));

    const cookies = await context.cookies();
    const fresh = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    await fresh.addCookies(cookies);
    const { bytes, requests, ms } = await firstLoad(await fresh.newPage(), `${server}/console/`);
    await fresh.close();
    tell(`first load, until the overview is settled: ${(bytes / 1024).toFixed(0)} KiB in ${requests} answers, ${Math.round(ms)} ms`);

    const devtools = await context.newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busySeconds = async () => (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
    tell('median   max  busy  (ms from the click until the page is settled; of the processor, for its main thread)');
    for (const path of await pagesOf(ask)) {
      const times: number[] = [];
      const busy: number[] = [];
      for (let nth = 0; nth < TRIES; nth++) {
        // Loaded anew, so that nothing is remembered of the answers before.
        await page.goto(`${server}/console/account`);
        await settled(page);
        const before = await busySeconds();
        times.push(await goTo(page, `/console${path}`));
        busy.push((await busySeconds()) - before);
      }
      times.sort((a, b) => a - b);
      tell(
        `${String(Math.round(times[TRIES >> 1] as number)).padStart(6)} ${String(Math.round(times.at(-1) as number)).padStart(5)}  ${decodeURIComponent(path)}`,
      );
    }
  } finally {
    await browser.close();
    // The last owner with a password is not deleted; nobody knows this one.
    await call('DELETE', `/v1/administrators/${who.name}`).catch((error: unknown) => tell(`${who.name} is left: ${String(error)}`));
  }
}

async function pagesOf(ask: Ask): Promise<string[]> {
  const { client, message, hook } = await pick(ask);
  const of = '/tenants/large/clients';
  return [
    '/',
    '/tail',
    '/why',
    `/why?from=server@large&to=${client}@large&use=send`,
    '/messages',
    '/messages?type=order.approved&tenant=large',
    ...(message === undefined ? [] : [`/messages/${message}`]),
    '/dead-letters',
    '/scheduled',
    '/calls',
    '/webhooks',
    '/tenants',
    ...['settings', 'accepts', 'topics', 'tokens', 'keys', 'hooks', 'usage'].map((tab) => `/tenants/large?tab=${tab}`),
    '/clients',
    '/clients?sort=behind&tenant=large',
    `${of}/${client}`,
    ...(hook === undefined ? [] : [`${of}/${hook}`]),
    '/topics',
    '/links',
    '/try',
    '/audit',
    '/administrators',
    '/settings',
  ];
}

/** What came over the wire, headers included, as the browser counted it. */
async function firstLoad(page: Page, url: string): Promise<{ bytes: number; requests: number; ms: number }> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests++;
  });
  const begun = performance.now();
  await page.goto(url);
  await settled(page);
  return { bytes, requests, ms: performance.now() - begun };
}

// As text: what runs in the page is no part of this program, whose types know no page.
const WHEN_SETTLED = `(left, begun) => new Promise((resolve, reject) => {
  const waits = 'main [aria-busy="true"], .mantine-Skeleton-root[data-visible], .mantine-Loader-root';
  const look = () => {
    if (left?.isConnected !== true && document.querySelector('main h1') !== null && document.querySelector(waits) === null) return resolve(performance.now() - begun);
    if (performance.now() - begun > 20000) return reject(new Error(location.pathname + ' was not settled within 20 s'));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;

async function settled(page: Page): Promise<void> {
  await page.evaluate(`(${WHEN_SETTLED})(null, performance.now())`);
}

/** As a link of the console would: without loading anything that is there. The heading of the page before goes with its page. */
function goTo(page: Page, path: string): Promise<number> {
  return page.evaluate(`{
    const settled = (${WHEN_SETTLED})(document.querySelector('main h1'), performance.now());
    history.pushState({}, '', ${JSON.stringify(path)});
    settled;
  }`);
}
