import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, TestServer } from '@vestnik/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpenIdStand, SmallBrowser } from './openid-stand.js';

/*
 * Administrators sign in by a real OpenID provider, as a browser goes through it.
 */

const folder = mkdtempSync(join(tmpdir(), 'vestnik-oidc-'));
const stand = new OpenIdStand();
let server: TestServer;
let callback: string;

beforeAll(async () => {
  await stand.listen();
  const secretFile = join(folder, 'client-secret');
  writeFileSync(secretFile, `${stand.clientSecret}\n`);
  server = await TestServer.start({
    environment: {
      VESTNIK_OIDC_ISSUER: stand.issuer,
      VESTNIK_OIDC_CLIENT_ID: 'vestnik',
      VESTNIK_OIDC_CLIENT_SECRET_FILE: secretFile,
      VESTNIK_OIDC_ROLES: 'groups:owners=owner,groups:support=viewer@sales,groups:sales=operator@sales,groups:nowhere=viewer@nowhere',
      VESTNIK_OIDC_TITLE: 'Company account',
    },
  });
  callback = `${server.url}/v1/session/oidc/callback`;
  stand.serve(callback);
  await server.createTenant('sales');
  await server.createTenant('hr');
});
afterAll(async () => {
  await server?.close();
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  stand.tampering = undefined;
});

let people = 0;
/** Somebody whom the provider knows, and for whom it takes the next browser. */
function comes(name: string, groups: readonly string[]): string {
  const id = `subject-${++people}`;
  stand.accounts.set(id, { preferred_username: name, groups });
  stand.account = id;
  return id;
}

/** Up to where the provider sends the browser back. */
async function returned(browser: SmallBrowser): Promise<string> {
  return browser.followTo(`${server.url}/v1/session/oidc`, callback);
}

interface Landed {
  readonly status: number;
  readonly leadsTo: string | undefined;
  readonly signedIn: boolean;
}

async function land(browser: SmallBrowser, url: string): Promise<Landed> {
  const before = browser.cookie(server.url, 'vestnik');
  const response = await browser.get(url);
  const text = await response.text();
  expect(text).not.toContain('<script');
  const after = browser.cookie(server.url, 'vestnik');
  return { status: response.status, leadsTo: /content="0; url=([^"]*)"/.exec(text)?.[1], signedIn: after !== undefined && after !== before };
}

const refused = (status: number, because: string): Landed => ({ status, leadsTo: `/console/sign-in?oidc=${because}`, signedIn: false });

async function signIn(browser = new SmallBrowser()): Promise<{ browser: SmallBrowser; landed: Landed }> {
  return { browser, landed: await land(browser, await returned(browser)) };
}

async function who(browser: SmallBrowser) {
  const response = await browser.get(`${server.url}/v1/session`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function audited(query: string) {
  const { body } = await ask<{ items: { action: string; subject: string; who: string; before?: unknown; after?: unknown }[] }>(
    `${server.url}/v1/audit?${query}`,
    { credentials: server.adminKey },
  );
  return body.items;
}

describe('somebody with a role', () => {
  it('signs in, and is who the provider says', async () => {
    const ways = await ask(`${server.url}/v1/session/ways`);
    expect(ways.body).toEqual({ password: true, oidc: { title: 'Company account', url: `${server.url}/v1/session/oidc` } });
    comes('o.smirnova@corp.example', ['staff', 'support']);
    const { browser, landed } = await signIn();
    expect(landed).toEqual({ status: 200, leadsTo: '/console/', signedIn: true });
    expect(await who(browser)).toMatchObject({ status: 200, body: { name: 'o.smirnova-corp.example', role: 'viewer', tenants: ['sales'], oidc: true } });
    const tenants = (await (await browser.get(`${server.url}/v1/tenants`)).json()) as { items: { name: string }[] };
    expect(tenants.items.map(({ name }) => name)).toEqual(['sales']);
    expect((await audited('subject=o.smirnova-corp.example')).map(({ action, who: by }) => [action, by])).toEqual([
      ['session.open', 'administrator:o.smirnova-corp.example'],
      ['administrator.create', 'oidc'],
    ]);
  });

  it('has cookies that no script reads: a strict one of the session, and a lax one of the try that is gone afterwards', async () => {
    comes('cookies', ['owners']);
    const browser = new SmallBrowser();
    const begun = await browser.get(`${server.url}/v1/session/oidc`);
    expect(begun.headers.getSetCookie()).toEqual([expect.stringMatching(/^vestnik-oidc=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/)]);
    const answer = await browser.get(await browser.followTo(begun.headers.get('location') as string, callback));
    expect(answer.headers.getSetCookie()).toEqual([
      'vestnik-oidc=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
      expect.stringMatching(/^vestnik=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/),
    ]);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  });

  it('has the role that the provider tells now, at each sign-in', async () => {
    const id = comes('changing', ['support']);
    const first = await signIn();
    expect((await who(first.browser)).body).toMatchObject({ role: 'viewer', tenants: ['sales'] });
    stand.accounts.set(id, { preferred_username: 'renamed', groups: ['owners'] });
    const second = await signIn();
    const now = await who(second.browser);
    expect([now.body.name, now.body.role, now.body.tenants]).toEqual(['changing', 'owner', undefined]);
    expect((await audited('subject=changing&action=administrator.change'))[0]).toMatchObject({
      who: 'oidc',
      before: { role: 'viewer', tenants: ['sales'] },
      after: { role: 'owner' },
    });

    stand.accounts.set(id, { preferred_username: 'changing', groups: [] });
    expect((await signIn()).landed).toEqual(refused(403, 'no-role'));
    expect([(await who(first.browser)).status, (await who(second.browser)).status]).toEqual([401, 401]);
    expect((await audited('subject=changing&action=session.refused'))[0]).toMatchObject({ after: { why: 'oidc-no-role' } });
  });

  it('has no password here, and nobody changes the account here', async () => {
    comes('sso-only', ['sales']);
    await signIn();
    const body = { role: 'owner' };
    const changed = await ask(`${server.url}/v1/administrators/sso-only`, { method: 'PATCH', credentials: server.adminKey, body });
    expect(changed.status).toBe(409);
    const tried = await ask(`${server.url}/v1/session`, { method: 'POST', body: { name: 'sso-only', password: 'x' } });
    expect(tried.status).toBe(401);
  });
});

describe('somebody else', () => {
  it.each([
    ['without a rule that fits', ['staff']],
    ['with a rule for a tenant that is not there', ['nowhere']],
  ])('does not get in %s', async (_, groups) => {
    comes(`nobody-${groups[0]}`, groups);
    const { browser, landed } = await signIn();
    expect(landed).toEqual(refused(403, 'no-role'));
    expect((await who(browser)).status).toBe(401);
    expect(await audited(`subject=nobody-${groups[0]}`)).toEqual([]);
  });

  it('does not become the account whose name they have', async () => {
    comes('admin', ['owners']);
    expect((await signIn()).landed).toEqual(refused(409, 'name-taken'));
    comes('vestnik', ['owners']);
    expect((await signIn()).landed).toEqual(refused(409, 'name-taken'));
  });
});

describe('a browser that comes back', () => {
  it('has set out from here itself, and with this very try', async () => {
    comes('trying', ['owners']);
    const victim = new SmallBrowser();
    const url = await returned(victim);
    expect(await land(new SmallBrowser(), url), 'another browser').toEqual(refused(400, 'expired'));

    const other = new SmallBrowser();
    await other.get(`${server.url}/v1/session/oidc`);
    expect(await land(other, url), 'the cookie of another try').toEqual(refused(401, 'refused'));

    const forged = new SmallBrowser();
    const kept = victim.cookie(server.url, 'vestnik-oidc') as string;
    forged.keep(server.url, 'vestnik-oidc', `${kept.slice(0, 4)}${kept[4] === 'A' ? 'B' : 'A'}${kept.slice(5)}`);
    expect(await land(forged, url), 'a changed cookie').toEqual(refused(400, 'expired'));
  });

  it('has the state that it was sent with', async () => {
    comes('state', ['owners']);
    for (const change of [(state: string) => `${state}x`, () => undefined]) {
      const browser = new SmallBrowser();
      const url = new URL(await returned(browser));
      const state = change(url.searchParams.get('state') as string);
      if (state === undefined) url.searchParams.delete('state');
      else url.searchParams.set('state', state);
      expect(await land(browser, url.href)).toEqual(refused(401, 'refused'));
    }
  });

  it('uses a code once', async () => {
    comes('replaying', ['owners']);
    const browser = new SmallBrowser();
    const url = await returned(browser);
    const kept = browser.cookie(server.url, 'vestnik-oidc') as string;
    expect((await land(browser, url)).status).toBe(200);
    expect(await land(browser, url), 'without the cookie of the try').toEqual(refused(400, 'expired'));
    browser.keep(server.url, 'vestnik-oidc', kept);
    expect(await land(browser, url), 'with it').toEqual(refused(401, 'refused'));
  });

  it('may have been refused by the provider', async () => {
    const browser = new SmallBrowser();
    const begun = await browser.get(`${server.url}/v1/session/oidc`);
    const state = new URL(begun.headers.get('location') as string).searchParams.get('state') as string;
    const denied = `${callback}?error=access_denied&state=${state}&iss=${encodeURIComponent(stand.issuer)}`;
    expect(await land(browser, denied)).toEqual(refused(401, 'refused'));
  });

  it.each([
    ['for another audience', { change: (claims: object) => ({ ...claims, aud: 'another-client' }), signed: true }],
    ['of another issuer', { change: (claims: object) => ({ ...claims, iss: 'https://evil.example' }), signed: true }],
    ['of another try', { change: (claims: object) => ({ ...claims, nonce: 'another' }), signed: true }],
    ['that is over', { change: (claims: object) => ({ ...claims, exp: 1_000 }), signed: true }],
    ['that was changed after it was signed', { change: (claims: object) => ({ ...claims, groups: ['owners'] }), signed: false }],
  ])('is not let in with a token %s', async (_, tampering) => {
    comes(`tampered-${people}`, ['owners']);
    stand.tampering = tampering;
    const { browser, landed } = await signIn();
    expect(landed).toEqual(refused(401, 'refused'));
    expect((await who(browser)).status).toBe(401);
    stand.tampering = { change: (claims) => claims, signed: true };
    expect((await signIn()).landed.status, 'the stand itself breaks nothing').toBe(200);
  });
});

it('leads nowhere but to the provider and to the console, whatever is asked for', async () => {
  comes('leading', ['owners']);
  const evil = encodeURIComponent('https://evil.example/');
  const browser = new SmallBrowser();
  const begun = await browser.get(`${server.url}/v1/session/oidc?redirect_uri=${evil}&return_to=${evil}`, { 'x-forwarded-host': 'evil.example' });
  const there = new URL(begun.headers.get('location') as string);
  expect([begun.status, there.origin, there.searchParams.get('redirect_uri')]).toEqual([302, stand.issuer, callback]);
  const url = await browser.followTo(there.href, callback);
  const landed = await land(browser, `${url}&return_to=${evil}&url=${evil}`);
  expect(landed).toEqual({ status: 200, leadsTo: '/console/', signedIn: true });
});

it('writes neither codes nor tokens nor the secret into its log', async () => {
  expect(server.log).toContain('signing in by the OpenID provider failed');
  for (const word of [stand.clientSecret, 'eyJ', 'code=']) expect(server.log).not.toContain(word);
});

it('says so while the provider is away, and lets nobody in', async () => {
  comes('away', ['owners']);
  const browser = new SmallBrowser();
  const url = await returned(browser);
  await stand.close();
  expect(await land(browser, url)).toEqual(refused(503, 'unavailable'));
});

it('is not there where no provider is set', async () => {
  const plain = await TestServer.start();
  try {
    expect((await ask(`${plain.url}/v1/session/ways`)).body).toEqual({ password: true });
    expect([(await ask(`${plain.url}/v1/session/oidc`)).status, (await ask(`${plain.url}/v1/session/oidc/callback`)).status]).toEqual([404, 404]);
  } finally {
    await plain.close();
  }
});
