import { untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from '../one-server.js';
import { Browser, HAS_CHROMIUM, PAGE_NAMES } from './browser.js';
import { HAS_NGINX, Nginx } from './nginx.js';

if (!HAS_CHROMIUM) console.warn('\n!!! SKIPPED: there is no Chromium (Debian: chromium); browser pages are not tested.\n');
if (!HAS_NGINX) console.warn('\n!!! SKIPPED: there is no nginx (Debian: nginx-light); browser pages behind a proxy that buffers are not tested.\n');

describe.skipIf(!HAS_CHROMIUM)('a page in a browser, without any library', () => {
  const one = oneServer();
  let browser: Browser;
  let nginx: Nginx | undefined;

  beforeAll(async () => {
    browser = await Browser.start();
    if (HAS_NGINX) nginx = await Nginx.start(one.server.port, 60);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await nginx?.close();
  });

  for (const name of PAGE_NAMES) {
    it(`receives, acknowledges and answers by ${name}`, async () => {
      const tenant = await one.tenant({ origins: [browser.origin] });
      const sent = await tenant.send({ to: 'petrov', type: 'n', data: 'ждало' });
      const page = await browser.open(name, `${one.server.url}${tenant.path}`, await tenant.token('petrov'));
      await page.getByText('connected', { exact: true }).waitFor();
      await page.getByText('n "ждало"').waitFor();
      await untilAsked('it is acknowledged', async () => {
        const { body } = await tenant.api('GET', `/messages/${sent.id}`);
        return (body.to as { state: string }[])[0]?.state === 'acknowledged';
      });
      const params = { form: 'Заказ', n: [1, null] };
      expect(await tenant.api('POST', '/calls', { to: 'petrov', method: 'echo', params })).toMatchObject({ status: 200, body: { result: params } });
      await page.close();
    });

    it(`is refused from a foreign origin by ${name}`, async () => {
      const tenant = await one.tenant();
      const page = await browser.open(name, `${one.server.url}${tenant.path}`, await tenant.token('petrov'));
      // A browser tells a page nothing of why: a socket closes with 1006, a stream fails, a fetch throws.
      await page.getByText(/^(closed 1006|refused|coming back)$/).waitFor();
      await tenant.send({ to: 'petrov', type: 'n', data: 'secret' });
      expect((await tenant.api('GET', '/clients/petrov')).body.sessions).toEqual([]);
      await page.close();
    });

    it.skipIf(!HAS_NGINX)(`is told at once by ${name} behind a proxy that buffers and compresses, and misses nothing when that is restarted`, async () => {
      const tenant = await one.tenant({ origins: [browser.origin] });
      const page = await browser.open(name, `${nginx?.url}${tenant.path}`, await tenant.token('petrov'));
      await page.getByText('connected', { exact: true }).waitFor();
      for (const text of ['один', 'два']) {
        await tenant.send({ to: 'petrov', type: 'n', data: text });
        await page.getByText(`n "${text}"`).waitFor();
      }
      await nginx?.restart();
      await tenant.send({ to: 'petrov', type: 'n', data: 'после' });
      await page.getByText('n "после"').waitFor();
      expect(await page.locator('li').allTextContents()).toEqual(['n "один"', 'n "два"', 'n "после"']);
      await page.close();
    });
  }
});
