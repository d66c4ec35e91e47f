import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { Browser, HAS_CHROMIUM, PAGE_NAMES } from './browser.js';
import { HAS_NGINX, Nginx } from './nginx.js';

const READ_SECONDS = 30;

if (!HAS_CHROMIUM || !HAS_NGINX)
  console.warn('\n!!! SKIPPED: without Chromium and nginx (Debian: chromium nginx-light) quiet streams behind a proxy are not tested.\n');

describe.skipIf(!HAS_CHROMIUM || !HAS_NGINX)(`behind a proxy that cuts what is silent for ${READ_SECONDS} s`, () => {
  const one = oneServer();
  let browser: Browser;
  let nginx: Nginx;

  beforeAll(async () => {
    browser = await Browser.start();
    nginx = await Nginx.start(one.server.port, READ_SECONDS);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await nginx?.close();
  });

  it('pages to which nothing is sent keep their first session, by comments and pings', async () => {
    const tenant = await one.tenant({ origins: [browser.origin] });
    const pages = await Promise.all(
      PAGE_NAMES.map(async (name) => ({ name, page: await browser.open(name, `${nginx.url}${tenant.path}`, await tenant.token(name)) })),
    );
    for (const { page } of pages) await page.getByText('connected', { exact: true }).waitFor();
    const sessions = () =>
      Promise.all(
        PAGE_NAMES.map(async (name) => ((await tenant.api('GET', `/clients/${name}`)).body.sessions as { session: string }[]).map(({ session }) => session)),
      );
    const before = await sessions();
    expect(before.map(({ length }) => length)).toEqual([1, 1, 1]);
    // Silence is what is tested: one time longer than the proxy bears.
    await wait((READ_SECONDS + 10) * 1_000);
    expect(await sessions()).toEqual(before);
    for (const { name, page } of pages) {
      await tenant.send({ to: name, type: 'n', data: 'still there' });
      await page.getByText('n "still there"').waitFor();
    }
  });
});
