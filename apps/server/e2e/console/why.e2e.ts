import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad } from './real-load.js';

const why = (from: string, to: string, more = '') => `/why?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}${more}`;
/** Each of these stops, or does not, for a reason of its own. */
const QUESTIONS = [
  { name: 'reachable', path: why('server@sales', 'ivanov@sales') },
  { name: 'not-accepted', path: why('shop@warehouse', 'kassa-12@partner') },
  { name: 'suspended', path: why('ivanov@sales', 'x@partner') },
  { name: 'no-such-tenant', path: why('ivanov@sales', 'shop@warehous') },
  { name: 'failing-webhook', path: why('ivanov@sales', 'crm@warehouse') },
  { name: 'nobody-to-call', path: why('ivanov@sales', 'склад-3@sales', '&use=call') },
  { name: 'no-link', path: why('ivanov@sales', 'filial@sales.branch-7') },
  { name: 'no-address', path: why('ivanov@sales', '<img src=x onerror="window.smuggled=1">') },
] as const;

describeConsole('the page that says why', (stand) => {
  const { withConsole } = stand;
  let load: RealLoad;
  beforeAll(async () => {
    load = await realLoad(stand.server, { linked: false });
  });
  afterAll(() => load?.close());

  for (const look of LOOKS) {
    it(`says it in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'viewer' }, async (at) => {
        await at.open('/why');
        await at.inspect('why-empty');
        for (const { name, path } of QUESTIONS.slice(0, 2)) {
          await at.open(path);
          await at.page.locator('main ol > li').first().waitFor();
          await at.inspect(`why-${name}`);
        }
      }));
  }

  it('says each step in the words of the reader, and shows what was typed as text', () =>
    withConsole({ language: 'ru', role: 'viewer' }, async (at) => {
      for (const { name, path } of QUESTIONS) {
        await at.open(path);
        await at.page.locator('main ol > li').first().waitFor();
        // Of the server's English nothing but what is folded away; no key of a text is left.
        const found = await at.page
          .locator('main ol > li')
          .evaluateAll((steps) => steps.map((one) => one.querySelector('h3')?.parentElement?.nextElementSibling?.textContent ?? ''));
        for (const text of found) expect(text, name).toMatch(/[а-яё]{3}/i);
        expect(found.join(' ')).not.toMatch(/found\.|actions\.|steps\./);
      }
      expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
    }));

  it('finds addresses while they are typed, keeps the question in the address, and asks in the other direction', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/why');
      await at.page.getByRole('combobox', { name: 'Who sends' }).fill('kassa');
      await at.page.getByRole('option', { name: /kassa-12@sales/ }).click();
      await at.page.getByRole('combobox', { name: 'Whom it does not reach' }).fill('shop@warehouse');
      await at.page.keyboard.press('Escape');
      await at.page.getByRole('button', { name: 'Check' }).click();
      await at.page.getByText(/A message from kassa-12@sales\S* reaches shop@warehouse/).waitFor();
      expect(new URL(at.page.url()).searchParams.get('to')).toBe('shop@warehouse');
      await at.page.getByRole('button', { name: 'Other direction' }).click();
      await at.page.getByText(/A message from shop@warehouse\S* reaches kassa-12@sales/).waitFor();
      expect(new URL(at.page.url()).searchParams.get('from')).toBe('shop@warehouse');
    }));

  it('leads to the page that mends it, where it is mended', () =>
    withConsole({ role: 'operator' }, async (at) => {
      // A message is refused: the page says why, and suggests the rule.
      await at.open(why('shop@warehouse', 'ivanov@sales', '&use=call'));
      const accepted = await at.api('PATCH', '/v1/tenants/sales', { accepts: [] });
      expect(accepted.status).toBe(200);
      await at.page.getByRole('button', { name: 'Check again' }).click();
      await at.page.getByText('It stops here: What the recipient’s tenant accepts').waitFor();
      const rule = JSON.parse(await at.page.getByRole('region', { name: 'Rule for this sender' }).first().innerText()) as object;
      expect(rule).toMatchObject({ from: expect.stringContaining('shop@warehouse'), allow: ['call'] });
      await at.page.getByRole('link', { name: 'Open the accept rules' }).first().click();
      await at.page.waitForURL(/\/console\/tenants\/sales\?tab=accepts$/);
      await at.page.getByRole('heading', { level: 1, name: 'Отдел продаж' }).waitFor();
      expect((await at.api('PATCH', '/v1/tenants/sales', { accepts: [rule] })).status).toBe(200);
      await at.page.goBack();
      await at.page.getByText(/A call from shop@warehouse\S* reaches ivanov@sales/).waitFor();
    }));

  it('offers the name that was perhaps meant', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open(why('ivanov@sales', 'shop@warehous'));
      await at.page
        .getByRole('button', { name: /shop@warehouse/ })
        .first()
        .click();
      await at.page.getByText(/reaches shop@warehouse/).waitFor();
    }));

  it('says what is wrong where neither address is of this installation', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      at.means(400, '/v1/diagnose');
      await at.open(why('a@b.elsewhere', 'c@d.elsewhere'));
      await at.page
        .getByRole('alert')
        .getByText(/one of both addresses/)
        .waitFor();
    }));
});
