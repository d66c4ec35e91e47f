import { expect, it } from 'vitest';
import { type ConsolePage, describeConsole } from './console-page.js';

/** What the tests of pages stand on must see what is wrong. */
describeConsole('a test of the console', ({ withConsole }) => {
  const failsAs = (message: RegExp, act: (at: ConsolePage) => Promise<unknown>) =>
    expect(
      withConsole({ role: 'nobody' }, async (at) => {
        await at.open('/sign-in');
        await act(at);
      }),
    ).rejects.toThrow(message);

  it('passes where nothing is wrong', async () => {
    await withConsole({ role: 'nobody' }, (at) => at.open('/sign-in'));
  });

  it('fails where a script or a style is written into the page', async () => {
    await failsAs(/the policy has stopped script-src-elem: inline/, ({ page }) =>
      page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.smuggled = true';
        document.body.append(script);
        if ('smuggled' in window) throw new Error('the script ran');
      }),
    );
    await failsAs(/inline event handler violates .*script-src-attr/, ({ page }) =>
      page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<img alt="" src="/console/favicon.svg" onload="window.smuggled = true">')),
    );
    await failsAs(/the policy has stopped style-src-elem: inline/, ({ page }) =>
      page.evaluate(() => document.head.insertAdjacentHTML('beforeend', '<style>body { color: red }</style>')),
    );
    await failsAs(/the policy has stopped style-src-attr: inline/, ({ page }) =>
      page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<p style="color: red"></p>')),
    );
  });

  it('fails where a request would leave', async () => {
    await failsAs(/the policy has stopped connect-src: http:\/\/elsewhere/, ({ page }) =>
      page.evaluate(() => fetch('http://elsewhere.test/').catch(() => undefined)),
    );
    await failsAs(/a request leaves for http:\/\/elsewhere/, async ({ page }) => {
      const request = page.waitForEvent('request');
      await page.evaluate(() => location.assign('http://elsewhere.test/'));
      await request;
    });
  });

  it('fails where the page throws, or complains on its console', async () => {
    await failsAs(/an exception: Error: thrown[\s\S]*at /, async ({ page }) => {
      const thrown = page.waitForEvent('pageerror');
      await page.evaluate(() => setTimeout(() => Promise.reject(new Error('thrown'))));
      await thrown;
    });
    await failsAs(/on the console: each child/, ({ page }) => page.evaluate(() => console.error('each child in a list')));
  });

  it('fails where a call is refused, unless it meant that', async () => {
    await failsAs(/GET \/v1\/tenants\?limit=1 answered 401/, (at) => at.api('GET', '/v1/tenants?limit=1'));
    await withConsole({ role: 'nobody' }, async (at) => {
      await at.open('/sign-in');
      at.means(401, '/v1/tenants');
      expect((await at.api('GET', '/v1/tenants')).status).toBe(401);
    });
  });

  it('fails where axe has a serious finding', async () => {
    await failsAs(/critical button-name: [\s\S]*<button id="mute"/, async (at) => {
      await at.page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<button id="mute"></button>'));
      await at.checkAccessibility();
    });
  });

  it('fails where the page is wider than its window', async () => {
    await failsAs(/is \d+ pixels wide in a window of 1280: .*p\.wide/, async (at) => {
      await at.page.evaluate(() => {
        const wide = document.createElement('p');
        wide.className = 'wide';
        wide.textContent = 'x';
        wide.style.width = '2000px';
        document.body.append(wide);
      });
      await at.checkFits();
    });
  });
});
