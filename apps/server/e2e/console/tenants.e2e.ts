import { ask } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad, SMUGGLED } from './real-load.js';

const TABS = ['usage', 'settings', 'accepts', 'topics', 'tokens', 'keys', 'hooks'] as const;

describeConsole('the pages of tenants', (stand) => {
  const { withConsole } = stand;
  let load: RealLoad | undefined;
  let made = 0;

  beforeAll(async () => {
    load = await realLoad(stand.server, { linked: false });
    const { status, text } = await stand.server.api('PATCH', '/v1/tenants/sales', {
      topics: [
        { pattern: 'orders/#', subscribe: 'clients', publish: 'backend' },
        { pattern: 'orders/new', subscribe: ['ivanov'], publish: 'clients' },
        { pattern: 'склад/+', subscribe: 'clients', publish: ['kassa-12', 'склад-3'] },
      ],
      jwt: { algorithms: ['HS256'], keyIds: ['2026-11'], secret: 'a secret of thirty-two bytes, at least' },
      hooks: { url: 'http://127.0.0.1:9/hooks', secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
      origins: ['https://shop.example.com'],
      rateLimits: { perTenant: 2_000, perClient: 50 },
    });
    expect(status, text).toBe(200);
    const expiresAt = new Date(Date.now() + 5 * 86_400_000).toISOString();
    await api('POST', '/v1/tenants/sales/keys', { title: 'Касса, старая', client: 'kassa-12', scopes: ['send'], expiresAt });
    await api('POST', '/v1/tenants/sales/keys', { title: 'Reports', client: 'reports', scopes: ['read', 'read:data'] });
  }, 90_000);
  afterAll(() => load?.close());

  const api = async (method: string, path: string, body?: unknown) => {
    const answer = await stand.server.api(method, path, body);
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body as Record<string, unknown>;
  };
  /** A tenant of its own, so that no test sees what another has done. */
  const newTenant = async (settings: object = {}) => {
    const name = `own-${++made}`;
    await api('POST', '/v1/tenants', { name, ...settings });
    return name;
  };
  const settingsOf = (name: string) => api('GET', `/v1/tenants/${name}`);

  for (const look of LOOKS) {
    const { language, theme, width } = look;
    it(`look as they should in ${language}, ${theme}, ${width} wide`, { timeout: 60_000 }, async () => {
      await withConsole(look, async (at) => {
        await at.open('/tenants');
        await at.inspect('tenants');
        for (const tab of TABS) {
          await at.open(`/tenants/sales?tab=${tab}`);
          await at.inspect(`tenant-${tab}`);
        }
      });
    });

    it(`look as they should where something is special in ${language}, ${theme}, ${width} wide`, { timeout: 60_000 }, async () => {
      await withConsole(look, async (at) => {
        await at.open('/tenants/partner');
        await at.inspect('tenant-suspended');
        await at.open(`/tenants/warehouse?tab=accepts&from=${encodeURIComponent('ivanov@sales.hq')}&allow=presence`);
        await at.inspect('tenant-offered');
        for (const tab of ['topics', 'tokens', 'hooks']) {
          await at.open(`/tenants/warehouse?tab=${tab}`);
          await at.inspect(`tenant-no-${tab}`);
        }
      });
    });
  }

  it('show what looks like a script as text', async () => {
    await withConsole({}, async (at) => {
      await at.open('/tenants');
      await at.page.getByText(SMUGGLED).waitFor();
      await at.open('/tenants/partner');
      expect(await at.page.getByRole('heading', { level: 1 }).innerText()).toBe(SMUGGLED);
      expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
    });
  });

  it('find a tenant while one types', async () => {
    await withConsole({}, async (at) => {
      await at.open('/tenants');
      await at.page.getByLabel('Search', { exact: true }).fill('WAREH');
      await at.page.getByRole('link', { name: 'sales', exact: true }).waitFor({ state: 'detached' });
      await at.page.getByRole('row', { name: /warehouse/ }).press('Enter');
      await at.page.getByRole('heading', { level: 1, name: 'Warehouse & dock' }).waitFor();
    });
  });

  it('make a tenant whose name is checked while one types, and lead on to a key that works', async () => {
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      await at.open('/tenants');
      await page.getByRole('button', { name: 'New tenant' }).click();
      const window = page.getByRole('dialog');
      await window.getByLabel('Name').fill('-Sales');
      await window.getByText('Only a–z, 0–9 and -').waitFor();
      expect(await window.getByRole('button', { name: 'Create' }).isDisabled()).toBe(true);
      at.means(409, '/v1/tenants');
      await window.getByLabel('Name').fill('sales');
      await window.getByRole('button', { name: 'Create' }).click();
      await window.getByRole('alert').waitFor();
      await window.getByLabel('Name').fill('fresh');
      await window.getByText('ivanov@fresh.hq').waitFor();
      await window.getByLabel('Title').fill('Свежий');
      await window.getByRole('button', { name: 'Create' }).click();
      await window.getByRole('button', { name: 'Make an API key' }).click();

      await window.getByLabel('Title').fill('Backend of the shop');
      await at.inspect('tenant-new-key');
      await window.getByRole('button', { name: 'Make the key' }).click();
      await window.getByText('This is shown only now').waitFor();
      await at.inspect('tenant-key-shown');
      const key = (await window.getByRole('region', { name: 'The key' }).innerText()).trim();
      expect(await window.getByRole('button', { name: 'Close' }).isDisabled()).toBe(true);
      await window.getByLabel('I have saved it').check();
      await window.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('row', { name: /Backend of the shop.*never/ }).waitFor();

      expect(await settingsOf('fresh')).toMatchObject({ title: 'Свежий', suspended: false });
      const sent = await ask(`${stand.server.url}/v1/tenants/fresh/messages`, { body: { to: 'server', type: 'test' }, credentials: key });
      expect(sent.status, sent.text).toBe(202);
    });
  });

  it('say what a tenant has, with ways to the lists behind it', async () => {
    await withConsole({}, async (at) => {
      await at.open('/tenants/sales');
      const figure = (name: string) => at.page.locator('section', { hasText: 'Right now' }).getByText(name, { exact: true }).locator('..');
      expect(await figure('Dead letters').getByRole('link').getAttribute('href')).toBe('/console/dead-letters?tenant=sales');
      expect(await figure('Dead letters').getByRole('link').innerText()).toBe('13');
      expect(await figure('Online').getByRole('link').getAttribute('href')).toBe('/console/clients?tenant=sales&online=true');
      await at.page.getByText('2,000 a second').waitFor();
      expect(await at.page.getByRole('progressbar').count()).toBe(2);
    });
  });

  it('suspend a tenant, and let it in again', async () => {
    const name = await newTenant();
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      await at.open(`/tenants/${name}`);
      await page.getByRole('button', { name: 'Suspend' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
      await page.getByText('This tenant is suspended').waitFor();
      expect(await settingsOf(name)).toMatchObject({ suspended: true });
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
      await page.getByText('This tenant is suspended').waitFor({ state: 'detached' });
      expect(await settingsOf(name)).toMatchObject({ suspended: false });
    });
  });

  it('delete a tenant only after its name was typed', async () => {
    const name = await newTenant();
    await withConsole({}, async (at) => {
      const { page } = at;
      await at.open(`/tenants/${name}`);
      await page.getByRole('button', { name: 'Delete' }).click();
      const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete for good' });
      expect(await confirm.isDisabled()).toBe(true);
      await page.getByRole('dialog').getByLabel(`To confirm, type ${name}`).fill(name);
      await confirm.click();
      await page.waitForURL((url) => url.pathname === '/console/tenants');
      expect((await stand.server.api('GET', `/v1/tenants/${name}`)).status).toBe(404);
    });
  });

  it('know the defaults of the server', async () => {
    const name = await newTenant();
    await withConsole({}, async (at) => {
      await at.open(`/tenants/${name}?tab=settings`);
      expect(await at.page.getByText('This is the default.').count()).toBe(12);
    });
  });

  it('change settings: only what was changed is sent, and each goes back to its default', async () => {
    const name = await newTenant({ maxInbox: 500, title: 'Own' });
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      await at.open(`/tenants/${name}?tab=settings`);
      await page.getByLabel('Lifetime of a message', { exact: true }).fill('36');
      await choose(at, 'Lifetime of a message: unit', 'hours');
      await choose(at, 'Largest message: unit', 'MiB');
      await page.getByLabel('Largest message', { exact: true }).fill('1');
      await page.getByLabel('Each client', { exact: true }).fill('12.5');
      await page.getByRole('button', { name: 'Largest inbox: back to default' }).click();
      expect(await page.getByLabel('Largest inbox').inputValue()).toBe('100 000');
      await page.getByText('4 changes are not saved').waitFor();
      await at.inspect('tenant-settings-changed');
      const sent = page.waitForRequest((request) => request.method() === 'PATCH');
      await page.getByRole('button', { name: 'Save' }).click();
      expect((await sent).postDataJSON()).toEqual({ ttl: 129_600, maxDataBytes: 1_048_576, maxInbox: null, rateLimits: { perClient: 12.5 } });
      await saved(at);
      expect(await settingsOf(name)).toMatchObject({ ttl: 129_600, maxDataBytes: 1_048_576, maxInbox: 100_000, rateLimits: { perClient: 12.5 }, title: 'Own' });
    });
  });

  it('show what the server refuses at its field, and ask before changes are lost', async () => {
    const name = await newTenant();
    await withConsole({}, async (at) => {
      const { page } = at;
      at.means(400, `/v1/tenants/${name}`);
      await at.open(`/tenants/${name}?tab=settings`);
      const longest = page.getByLabel('Longest lifetime', { exact: true });
      await longest.fill('2');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('ttl (604800) is at most ttlMax').waitFor();
      expect(await longest.getAttribute('aria-invalid')).toBe('true');
      await longest.fill('');
      await page.getByText('A number is needed here').waitFor();
      expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);

      await page.getByRole('tab', { name: 'API keys' }).click();
      await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
      expect(new URL(page.url()).searchParams.get('tab')).toBe('settings');
      await page.getByRole('link', { name: 'Clients' }).first().click();
      await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Leave' }).click();
      await page.waitForURL((url) => url.pathname === '/console/clients');
      await at.settled();
    });
  });

  it('write, change and take away rules of whom a tenant accepts', async () => {
    const name = await newTenant();
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      const window = page.getByRole('dialog');
      await at.open(`/tenants/${name}?tab=accepts`);
      await page.getByText('Nobody may write here from outside').waitFor();
      await page.getByRole('button', { name: 'Add a rule' }).click();
      await window.getByLabel('From').fill('sales');
      await window.getByText('A pattern such as').waitFor();
      await window.getByLabel('From').fill('*@sales');
      await window.getByText('Any client of the tenant sales of this installation may send messages to single clients and call single clients.').waitFor();
      await window.getByRole('checkbox', { name: 'call' }).uncheck();
      await window.getByLabel('Only to').fill('dock');
      await window.getByLabel('Only to').press('Enter');
      await window.getByText('but only to dock').waitFor();
      await window.getByRole('button', { name: 'Save' }).click();
      await window.waitFor({ state: 'detached' });
      expect((await settingsOf(name)).accepts).toEqual([{ from: '*@sales', allow: ['send'], to: ['dock'] }]);

      // What somebody else has added meanwhile stays.
      await api('PATCH', `/v1/tenants/${name}`, { accepts: [{ from: '*@sales', allow: ['send'], to: ['dock'] }, '*@warehouse'] });
      await page.getByRole('button', { name: 'Change the rule for *@sales' }).click();
      await window.getByRole('checkbox', { name: 'presence' }).check();
      await window.getByRole('button', { name: 'Save' }).click();
      await window.waitFor({ state: 'detached' });
      expect((await settingsOf(name)).accepts).toEqual([
        { from: '*@sales', allow: ['send', 'presence'], to: ['dock'] },
        { from: '*@warehouse', allow: ['send', 'call'] },
      ]);

      await page.getByRole('button', { name: 'Remove the rule for *@warehouse' }).click();
      await window.getByRole('button', { name: 'Remove' }).click();
      await window.waitFor({ state: 'detached' });
      expect((await settingsOf(name)).accepts).toHaveLength(1);
    });
  });

  it('say which rule lets an address in, and add the one that a diagnosis asks for', async () => {
    const name = await newTenant();
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      await at.open(`/tenants/${name}?tab=accepts&from=${encodeURIComponent('ivanov@sales.hq')}`);
      const check = page.getByRole('region', { name: 'Check an address' });
      expect(await check.getByLabel('From').inputValue()).toBe('ivanov@sales.hq');
      await check.getByRole('button', { name: 'Check' }).click();
      await check.getByText('No rule lets ivanov@sales.hq in for: send.').waitFor();
      await page.getByRole('button', { name: 'Add exactly this rule' }).click();
      await page.getByText('This rule is there').waitFor();
      expect((await settingsOf(name)).accepts).toEqual([{ from: 'ivanov@sales.hq', allow: ['send', 'call'] }]);
      await check.getByRole('button', { name: 'Check' }).click();
      await check.getByText('By the rule ivanov@sales.hq').waitFor();
      await at.inspect('tenant-checked');

      await page.getByLabel('Only within the tenant').check();
      await page.getByRole('button', { name: 'Save' }).click();
      await saved(at);
      expect((await settingsOf(name)).clientsMay).toBe('tenant');
    });
  });

  it('order the rules of topics, and say which of them rules a topic', async () => {
    const name = await newTenant({ topics: [{ pattern: 'orders/#' }, { pattern: 'orders/eu', publish: 'backend' }] });
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      await at.open(`/tenants/${name}?tab=topics`);
      await page.getByText('never reached').waitFor();
      await page.getByLabel('Topic', { exact: true }).fill('#orders/eu');
      await page.getByText('Rule 1 holds: orders/#').waitFor();
      await page.getByRole('button', { name: 'Move orders/eu up' }).click();
      await page.getByText('Rule 1 holds: orders/eu').waitFor();
      await page.getByRole('button', { name: 'Add a rule' }).click();
      const window = page.getByRole('dialog');
      await window.getByLabel('Topics').fill('новости/+');
      await choose(at, 'May publish', 'these clients');
      await window.getByLabel('May publish: names of clients').fill('редактор');
      await window.getByLabel('May publish: names of clients').press('Enter');
      await window.getByRole('button', { name: 'Take over' }).click();
      expect((await settingsOf(name)).topics).toHaveLength(2);
      await page.getByRole('button', { name: 'Save' }).click();
      await saved(at);
      expect((await settingsOf(name)).topics).toEqual([
        { pattern: 'orders/eu', subscribe: 'clients', publish: 'backend' },
        { pattern: 'orders/#', subscribe: 'clients', publish: 'clients' },
        { pattern: 'новости/+', subscribe: 'clients', publish: ['редактор'] },
      ]);

      // Nobody's change is overwritten unseen.
      await page.getByRole('button', { name: 'Remove the rule orders/#' }).click();
      await api('PATCH', `/v1/tenants/${name}`, { topics: [] });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Somebody else has changed the rules').waitFor();
      expect((await settingsOf(name)).topics).toEqual([]);
      await page.getByRole('button', { name: 'Discard' }).click();
      await page.getByText('All topics are open').waitFor();
    });
  });

  it('set how a tenant signs tokens, never show a secret again, and take it all away', async () => {
    const name = await newTenant();
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      at.means(400, `/v1/tenants/${name}`);
      await at.open(`/tenants/${name}?tab=tokens`);
      await page.getByRole('button', { name: 'Set up signing' }).click();
      await page.getByLabel('ES256').check();
      await page.getByLabel('JWKS document').fill('{"keys": 1}');
      await page.getByText('This is no JWKS document').waitFor();
      await page.getByLabel('JWKS document').fill('{"keys": [{"kty": "EC"}]}');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('#mantine-error, .mantine-Textarea-error').waitFor();
      await page.getByRole('button', { name: 'Discard' }).click();

      await page.getByRole('button', { name: 'Set up signing' }).click();
      await page.getByLabel('HS256', { exact: true }).check();
      await page.getByRole('button', { name: 'Make one' }).click();
      const secret = await page.getByLabel('Secret of HS256').inputValue();
      expect(secret).toMatch(/^[\w-]{43}$/);
      await page.getByRole('button', { name: 'Save' }).click();
      await saved(at);
      expect((await settingsOf(name)).jwt).toEqual({ algorithms: ['HS256'], keyIds: [], bareAudience: false, hasSecret: true, hasJwks: false });
      await page.getByText(`.setAudience('${name}.hq')`).waitFor();
      expect(await page.content()).not.toContain(secret);

      await page.getByRole('combobox', { name: 'Origins' }).fill('https://shop.example.com/');
      await page.getByRole('combobox', { name: 'Origins' }).press('Enter');
      await page.getByText('is no origin').waitFor();
      await page.getByRole('combobox', { name: 'Origins' }).press('Backspace');
      await page.getByRole('combobox', { name: 'Origins' }).fill('https://shop.example.com');
      await page.getByRole('combobox', { name: 'Origins' }).press('Enter');
      await page.getByRole('button', { name: 'Save' }).click();
      await saved(at);
      expect((await settingsOf(name)).origins).toEqual(['https://shop.example.com']);

      await page.getByRole('button', { name: 'Stop taking own tokens' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Stop taking own tokens' }).click();
      await page.getByText('Tokens are minted by the bus').waitFor();
      expect(await settingsOf(name)).not.toHaveProperty('jwt');
    });
  });

  it('set where a tenant is told what happens', async () => {
    const name = await newTenant();
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      at.means(403, `/v1/tenants/${name}`);
      at.means(400, `/v1/tenants/${name}`);
      await at.open(`/tenants/${name}?tab=hooks`);
      await page.getByRole('button', { name: 'Set up hooks' }).click();
      await page.getByLabel('URL').fill('http://10.0.0.1/hooks');
      await page.getByRole('button', { name: 'Make one' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('.mantine-TextInput-error').waitFor();
      await page.getByLabel('URL').fill('http://127.0.0.1:9/hooks');
      await page.getByLabel('Ends of connections').uncheck();
      await page.getByRole('button', { name: 'Save' }).click();
      await saved(at);
      expect((await settingsOf(name)).hooks).toEqual({ url: 'http://127.0.0.1:9/hooks', on: ['connect', 'send-refused'] });
      await page.getByRole('button', { name: 'Remove hooks' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove hooks' }).click();
      await page.getByText('Nothing is told').waitFor();
      expect(await settingsOf(name)).not.toHaveProperty('hooks');
    });
  });

  it('rotate a key with an overlap, and revoke one that leaked in two clicks', async () => {
    const name = await newTenant();
    const old = await api('POST', `/v1/tenants/${name}/keys`, { title: 'Till', client: 'till', scopes: ['send', 'read'] });
    await api('POST', `/v1/tenants/${name}/keys`, { title: 'Reports', scopes: ['read'] });
    const works = async (key: unknown) => (await ask(`${stand.server.url}/v1/tenants/${name}/clients`, { credentials: String(key) })).status;
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      const window = page.getByRole('dialog');
      await at.open(`/tenants/${name}?tab=keys`);
      await page.getByRole('button', { name: 'Rotate Till' }).click();
      await choose(at, 'The old key counts for another', 'hour');
      await window.getByRole('button', { name: 'Make the new key' }).click();
      await window.getByText('The old key counts until').waitFor();
      const next = (await window.getByRole('region', { name: 'The key' }).innerText()).trim();
      await window.getByLabel('I have saved it').check();
      await window.getByRole('button', { name: 'Close' }).click();
      expect([await works(old.key), await works(next)]).toEqual([200, 200]);
      const { items } = (await api('GET', `/v1/tenants/${name}/keys`)) as unknown as { items: { id: string; replaces?: string; expiresAt?: string }[] };
      const before = items.find(({ id }) => id === old.id);
      expect(Date.parse(before?.expiresAt ?? '') - Date.now()).toBeGreaterThan(50 * 60_000);
      expect(items.find(({ replaces }) => replaces === old.id)).toBeDefined();

      await page.getByLabel('Find').fill('till');
      await page.getByRole('row', { name: /Reports/ }).waitFor({ state: 'detached' });
      await page
        .getByRole('row', { name: new RegExp(`${String(old.id)}(?!, in place)`) })
        .getByRole('button', { name: 'Revoke Till' })
        .click();
      await window.getByRole('button', { name: 'Revoke now' }).click();
      await page.getByText('The key is revoked').waitFor();
      expect([await works(old.key), await works(next)]).toEqual([401, 200]);
    });
  });

  it('let a viewer see everything and change nothing', async () => {
    await withConsole({ role: 'viewer' }, async (at) => {
      const { page } = at;
      at.means(403, '/v1/');
      await at.open('/tenants');
      expect(await page.getByRole('button', { name: 'New tenant' }).count()).toBe(0);
      for (const tab of TABS) {
        await at.open(`/tenants/sales?tab=${tab}`);
        const buttons = await page
          .getByRole('tabpanel')
          .getByRole('button')
          .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent ?? ''));
        // Sorting a column, copying a text and asking which rule lets an address in change nothing.
        const changing = buttons.filter((name) => !/^(Copy|Check|Title|Speaks as|Last used|Expires|Created)$/.test(name));
        expect(changing, tab).toEqual([]);
      }
      await at.open('/tenants/sales?tab=settings');
      expect(await page.getByLabel('Lifetime of a message', { exact: true }).getAttribute('readonly')).not.toBeNull();
      for (const [method, path, body] of [
        ['PATCH', '/v1/tenants/sales', { ttl: 60 }],
        ['POST', '/v1/tenants/sales/keys', { title: 'x', scopes: ['read'] }],
        ['DELETE', `/v1/tenants/sales/keys/${load?.sales.keyId}`, undefined],
        ['POST', '/v1/tenants', { name: 'by-viewer' }],
        ['DELETE', '/v1/tenants/sales', undefined],
      ] as const) {
        expect((await at.api(method, path, body)).status, `${method} ${path}`).toBe(403);
      }
    });
  });

  it('let an administrator of single tenants change theirs, but not what all share', async () => {
    const name = await newTenant();
    const as = { name: 'tenant-person', password: 'a sentence for one tenant' };
    await api('POST', '/v1/administrators', { ...as, role: 'operator', tenants: [name] });
    await withConsole({ as }, async (at) => {
      const { page } = at;
      at.means(403, '/v1/');
      await at.open('/tenants');
      await page.getByRole('link', { name, exact: true }).waitFor();
      expect(await page.getByRole('link', { name: 'sales', exact: true }).count()).toBe(0);
      expect(await page.getByRole('button', { name: 'New tenant' }).count()).toBe(0);
      await at.open(`/tenants/${name}?tab=settings`);
      const readOnly = (label: string) => page.getByLabel(label, { exact: true }).getAttribute('readonly');
      expect([await readOnly('Largest inbox'), await readOnly('Each client')]).not.toContain(null);
      await page.getByLabel('Lifetime of a message', { exact: true }).fill('3');
      await page.getByRole('button', { name: 'Save' }).click();
      await saved(at);
      expect(await settingsOf(name)).toMatchObject({ ttl: 3 * 86_400 });
      await at.open(`/tenants/${name}`);
      expect(await page.getByRole('button', { name: /Suspend|Delete/ }).count()).toBe(0);
      expect((await at.api('PATCH', `/v1/tenants/${name}`, { suspended: true })).status).toBe(403);
    });
  });
});

/** Chooses in a list that opens. */
async function choose({ page }: ConsolePage, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Nothing is left to be saved. */
async function saved({ page }: ConsolePage): Promise<void> {
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
}
