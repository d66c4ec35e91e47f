import { ask } from '@vestnik/testing';
import { expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS, passwordOf, ROLES } from './console-page.js';

const COOKIE = 'vestnik';

describeConsole('signing in to the console', (stand) => {
  const { withConsole } = stand;
  let made = 0;
  /** Somebody of their own: what is locked, changed or signed out is theirs alone. */
  const somebody = async () => {
    const one = { name: `person-${++made}`, password: `first sentence of ${made}` };
    const { status, text } = await stand.server.api('POST', '/v1/administrators', { ...one, role: 'viewer' });
    expect(status, text).toBe(201);
    return one;
  };
  const onSignIn = (at: ConsolePage) => new URL(at.page.url()).pathname === '/console/sign-in';

  for (const look of LOOKS) {
    it(`has a page for it in ${look.language}, ${look.theme}, ${look.width} wide`, async () => {
      await withConsole({ ...look, role: 'nobody' }, async (at) => {
        await at.open('/sign-in');
        await at.inspect('sign-in');
      });
    });
  }

  it('needs no mouse', async () => {
    const { name, password } = await somebody();
    await withConsole({ role: 'nobody' }, async (at) => {
      await at.open('/sign-in');
      const focused = () => at.page.evaluate(() => document.activeElement?.getAttribute('autocomplete'));
      for (let tabs = 0; (await focused()) !== 'username'; tabs++) {
        expect(tabs, 'the name is reached by Tab').toBeLessThan(12);
        await at.page.keyboard.press('Tab');
      }
      await at.page.keyboard.type(name);
      for (let tabs = 0; (await focused()) !== 'current-password'; tabs++) {
        expect(tabs, 'the password comes next').toBeLessThan(2);
        await at.page.keyboard.press('Tab');
      }
      await at.page.keyboard.type(password);
      await at.page.keyboard.press('Enter');
      await at.page.waitForURL((url) => url.pathname === '/console/');
      await at.settled();
    });
  });

  it('is kept in a cookie that no script can read and no other page can send', async () => {
    await withConsole({ as: await somebody() }, async (at) => {
      const [cookie, ...others] = await at.page.context().cookies();
      expect(others).toEqual([]);
      expect(cookie).toMatchObject({ name: COOKIE, httpOnly: true, sameSite: 'Strict', path: '/', domain: '127.0.0.1' });
      expect(await at.page.evaluate(() => document.cookie)).toBe('');
      const kept = await at.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      expect(kept).not.toContain(cookie?.value);
    });
  });

  it('tells that name or password is wrong, not which, and leaves who tries where they are', async () => {
    const { name } = await somebody();
    await withConsole({ role: 'nobody' }, async (at) => {
      at.means(401, '/v1/session');
      const told: string[] = [];
      for (const who of [name, 'nobody-has-this-name']) {
        await at.open('/sign-in');
        await at.fillSignIn(who, 'not the password');
        told.push(await at.page.getByRole('alert').first().innerText());
        expect(onSignIn(at)).toBe(true);
      }
      expect(told[0]).not.toBe('');
      expect(told[1]).toBe(told[0]);
      expect(await at.page.context().cookies()).toEqual([]);
      await at.inspect('sign-in-refused');
    });
  });

  it('makes who guesses wait, and says how long', async () => {
    const { name } = await somebody();
    await withConsole({ role: 'nobody', language: 'ru' }, async (at) => {
      at.means(401, '/v1/session');
      at.means(429, '/v1/session');
      await at.open('/sign-in');
      // A second may be all that it is told for: looked for from now on.
      const told = at.page.getByRole('alert').filter({ hasText: /\d/ }).waitFor({ timeout: 25_000 });
      told.catch(() => undefined);
      // After five each further one waits, for twice as long: the page is quicker than that sooner or later.
      for (let tries = 1; ; tries++) {
        expect(tries, 'tries until one has to wait').toBeLessThan(12);
        const answer = at.page.waitForResponse((response) => response.url().endsWith('/v1/session') && response.request().method() === 'POST');
        await at.fillSignIn(name, `guess ${tries}`);
        if ((await answer).status() === 429) break;
      }
      await told;
      await at.inspect('sign-in-locked');
      // From elsewhere nobody is locked out by it: it is the address that waits.
      expect((await ask(`${stand.server.url}/v1/session`, { body: { name: 'owner', password: passwordOf('owner') } })).status).toBe(201);
    });
  });

  it('ends with signing out: the cookie counts no longer, and going back shows nothing', async () => {
    await withConsole({ as: await somebody() }, async (at) => {
      const [cookie] = await at.page.context().cookies();
      await signOut(at);
      await at.page.waitForURL((url) => url.pathname === '/console/sign-in');
      expect(await at.page.context().cookies()).toEqual([]);
      const { status } = await ask(`${stand.server.url}/v1/session`, { headers: { cookie: `${COOKIE}=${cookie?.value}` } });
      expect(status).toBe(401);
      await at.page.goBack();
      await at.page.waitForURL((url) => url.pathname === '/console/sign-in');
    });
  });

  it('ends everywhere else when the password is changed', async () => {
    const one = await somebody();
    await withConsole({ as: one }, async (elsewhere) => {
      elsewhere.means(401, '/v1/');
      const changed = await stand.server.api('PATCH', `/v1/administrators/${one.name}`, { password: 'second sentence, longer' });
      expect(changed.status, changed.text).toBe(200);
      expect((await elsewhere.api('GET', '/v1/tenants')).status).toBe(401);
      await elsewhere.page.goto(`${stand.server.url}/console/tenants`);
      await elsewhere.page.waitForURL((url) => url.pathname === '/console/sign-in');
      await elsewhere.fillSignIn(one.name, one.password);
      await elsewhere.page.getByRole('alert').first().waitFor();
      await elsewhere.signIn(one.name, 'second sentence, longer');
    });
  });

  it.each(ROLES)('brings the role %s in, and the API decides what it may', async (role) => {
    await withConsole({ role }, async (at) => {
      at.means(403, '/v1/');
      await at.open('/');
      expect((await at.api('GET', '/v1/session')).body).toMatchObject({ name: role, role });
      const tenant = await at.api('POST', '/v1/tenants', { name: `by-${role}` });
      expect(tenant.status).toBe(role === 'viewer' ? 403 : 201);
      const administrator = await at.api('POST', '/v1/administrators', { name: `by-${role}`, password: 'a sentence of its own', role: 'viewer' });
      expect(administrator.status).toBe(role === 'owner' ? 201 : 403);
    });
  });

  it('lets no foreign page use the cookie', async () => {
    await withConsole({ as: await somebody() }, async (at) => {
      const [cookie] = await at.page.context().cookies();
      const change = (headers: Record<string, string>) =>
        ask(`${stand.server.url}/v1/session`, { method: 'DELETE', headers: { cookie: `${COOKIE}=${cookie?.value}`, ...headers } });
      for (const headers of [{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }] as Record<string, string>[]) {
        expect((await change(headers)).body.type).toContain('origin-refused');
      }
      await at.open('/');
      expect(onSignIn(at)).toBe(false);
    });
  });
});

async function signOut(at: ConsolePage): Promise<void> {
  await at.page.getByRole('button', { name: 'Signed in as' }).click();
  await at.page.getByRole('menuitem', { name: 'Sign out' }).click();
}
