import type { TestTenant } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Endpoint, isSigned } from '../webhooks/endpoint.js';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad } from './real-load.js';

const SECRET_URL = 'token=top-secret';

describeConsole('the page of webhooks', (stand) => {
  const { withConsole } = stand;
  let load: RealLoad;
  const endpoints: Endpoint[] = [];
  beforeAll(async () => {
    load = await realLoad(stand.server, { linked: false });
  });
  afterAll(async () => {
    for (const endpoint of endpoints) endpoint.close();
    await load?.close();
  });

  /** A client with a webhook of its own, so that no test is in the way of another. */
  const endpointOf = async (tenant: TestTenant, client: string, status: number) => {
    const endpoint = await Endpoint.open();
    endpoints.push(endpoint);
    const answers = { status };
    endpoint.reply = () => answers;
    const set = await tenant.api('PUT', `/clients/${client}/webhook`, { url: `${endpoint.url}?${SECRET_URL}` });
    expect(set.status, set.text).toBe(201);
    return { endpoint, answers };
  };
  const stateOf = async (tenant: TestTenant, client: string) => (await tenant.api('GET', `/clients/${client}/webhook`)).body.state;
  const inState = (tenant: TestTenant, client: string, state: string) => expect.poll(() => stateOf(tenant, client), { timeout: 15_000 }).toBe(state);
  const one = (client: string, tenant = 'warehouse') => `/webhooks?tenant=${tenant}&client=${encodeURIComponent(client)}`;
  const button = (at: ConsolePage, name: string | RegExp) => at.page.getByRole('button', { name, exact: typeof name === 'string' });
  const dialog = (at: ConsolePage, name: string | RegExp) => at.page.getByRole('dialog', { name });

  for (const look of LOOKS) {
    it(`shows them in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'operator' }, async (at) => {
        await at.open('/webhooks');
        await at.page.getByRole('link', { name: 'crm@warehouse' }).waitFor();
        await at.inspect('webhooks');
        for (const [client, name] of [
          ['crm', 'webhook-failing'],
          ['старая-1С', 'webhook-paused'],
          ['shop', 'webhook-active'],
        ] as const) {
          await at.open(one(client));
          await at.page.getByRole('heading', { level: 1, name: client }).waitFor();
          await at.inspect(name);
        }
      }));
  }

  it('has what fails first, then what is paused, and filters', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/webhooks');
      const states = () => at.page.locator('main tbody tr td:nth-child(2)').allInnerTexts();
      await expect.poll(states).toEqual(['Failing', 'Paused', 'Active']);
      await at.page.getByText('The endpoint answered 500').waitFor();
      await at.page.getByRole('textbox', { name: 'Search' }).fill('старая');
      await expect.poll(states).toEqual(['Paused']);
      await at.open('/webhooks?state=active');
      await expect.poll(states).toEqual(['Active']);
      await at.open('/webhooks?tenant=sales');
      await at.page.getByText('Nothing fits these filters').waitFor();
    }));

  it('leads from the overview to one that fails, and mends it once its endpoint takes again', async () => {
    const shop = await stand.server.createTenant('mending', {});
    const { endpoint, answers } = await endpointOf(shop, 'bot', 503);
    for (let number = 0; number < 3; number++) await shop.send({ to: 'bot', type: 'order', data: { number } });
    await inState(shop, 'bot', 'failing');
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/');
      await at.page.getByRole('link', { name: /The webhook of bot/ }).click();
      const main = at.page.locator('main');
      await main.getByText('The endpoint does not take messages').waitFor();
      await main.getByText('The endpoint answered 503').first().waitFor();
      await main.getByText('See the log of the endpoint.').waitFor();
      await expect.poll(() => main.getByRole('table', { name: 'What waits' }).locator('tbody tr').count()).toBe(3);
      expect(await main.innerText()).not.toContain('top-secret');
      answers.status = 204;
      await button(at, 'Try now').click();
      await inState(shop, 'bot', 'active');
      await main.getByText('The endpoint takes what it is sent').waitFor();
      await main.getByText('Everything that was sent to this client was taken.').waitFor({ timeout: 15_000 });
    });
    expect(endpoint.data.slice(-3)).toEqual([{ number: 0 }, { number: 1 }, { number: 2 }]);
  });

  it('pauses with a reason, and resumes', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await at.open(one('shop'));
      await button(at, 'Pause').click();
      await dialog(at, /Pause/).getByRole('textbox', { name: 'Reason' }).fill('the shop moves');
      await dialog(at, /Pause/).getByRole('button', { name: 'Pause' }).click();
      await inState(load.warehouse, 'shop', 'paused');
      await at.page.getByRole('paragraph').filter({ hasText: 'the shop moves' }).first().waitFor();
      expect((await load.warehouse.api('GET', '/clients/shop/webhook')).body.reason).toBe('the shop moves');
      await at.open('/webhooks?search=shop');
      await at.page.getByText('the shop moves').waitFor();
      await button(at, 'Resume: shop@warehouse').click();
      await inState(load.warehouse, 'shop', 'active');
    }));

  it('sets one for a client that has none, changes it with a new secret that signs, and removes it', async () => {
    const endpoint = await Endpoint.open();
    endpoints.push(endpoint);
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/webhooks?tenant=sales');
      await button(at, 'Set a webhook').first().click();
      await dialog(at, 'Set a webhook').getByLabel('Client', { exact: true }).fill('новый-бот');
      await dialog(at, 'Set a webhook').getByRole('button', { name: 'Next' }).click();
      const setting = dialog(at, /^Webhook of/);
      await setting.getByRole('textbox', { name: 'URL' }).fill('http://10.0.0.1/in');
      at.means(403, '/v1/tenants/sales/clients/');
      await setting.getByRole('button', { name: 'Set the webhook' }).click();
      await setting.getByRole('alert').filter({ hasText: 'may not fetch' }).waitFor();
      await setting.getByRole('textbox', { name: 'URL' }).fill(endpoint.url);
      await setting.getByRole('button', { name: 'Set the webhook' }).click();
      const first = await secretShown(at);
      await at.page.getByRole('heading', { level: 1, name: 'новый-бот' }).waitFor();
      await load.sales.send({ to: 'новый-бот', type: 'hello', data: 1 });
      expect(isSigned(await endpoint.until('a message', () => endpoint.delivered[0]), first)).toBe(true);

      await button(at, 'Change').click();
      const changing = dialog(at, /^Change/);
      await changing.getByRole('radio', { name: 'Make a new one, shown once after saving' }).check();
      await at.picture('webhook-change');
      await changing.getByRole('button', { name: 'Save' }).click();
      const second = await secretShown(at);
      expect(second).not.toBe(first);
      await load.sales.send({ to: 'новый-бот', type: 'hello', data: 2 });
      const signed = await endpoint.until('a second message', () => endpoint.delivered.find(({ body }) => body.params?.data === 2));
      expect(isSigned(signed, second)).toBe(true);

      await button(at, 'Remove').click();
      await dialog(at, /^Remove/)
        .getByRole('textbox')
        .fill('новый-бот');
      await dialog(at, /^Remove/)
        .getByRole('button', { name: 'Remove' })
        .click();
      await at.page.getByText('новый-бот has no webhook').waitFor();
      expect((await load.sales.api('GET', `/clients/${encodeURIComponent('новый-бот')}/webhook`)).status).toBe(404);
    });
  });

  it('opens the webhook of a client that has one instead of writing over it', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await at.open('/webhooks?tenant=warehouse');
      await button(at, 'Set a webhook').click();
      await dialog(at, 'Set a webhook').getByLabel('Client', { exact: true }).fill('crm');
      await dialog(at, 'Set a webhook').getByRole('button', { name: 'Next' }).click();
      await at.page.getByRole('heading', { level: 1, name: 'crm' }).waitFor();
    }));

  it('sends its dead letters again', async () => {
    const tenant = await stand.server.createTenant('replaying', { webhookAttempts: 1 });
    const { endpoint, answers } = await endpointOf(tenant, 'bot', 500);
    await tenant.send({ to: 'bot', type: 'order', data: 'given up' });
    await expect.poll(async () => ((await tenant.api('GET', '/dead-letters')).body.items as unknown[]).length, { timeout: 15_000 }).toBe(1);
    answers.status = 204;
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open(one('bot', 'replaying'));
      await at.page.getByText('1 message was not taken.').waitFor();
      await button(at, 'Try now').click();
      await button(at, 'Send all again').click();
      await dialog(at, /dead letter again/)
        .getByRole('button', { name: 'Send again' })
        .click();
      await at.page.getByText('1 was sent again.').waitFor();
      await at.page.getByText('None: everything was taken or still waits.').waitFor();
    });
    await endpoint.until('the message again', () => endpoint.data.filter((data) => data === 'given up').length === 2);
  });

  it('lets a viewer look, and change nothing', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open(one('crm'));
      await at.page.getByText('The endpoint does not take messages').waitFor();
      for (const name of ['Try now', 'Pause', 'Change', 'Remove', 'Send all again']) expect(await button(at, name).count(), name).toBe(0);
      await at.open('/webhooks');
      await at.page.getByRole('link', { name: 'crm@warehouse' }).waitFor();
      expect(await button(at, /Set a webhook|Resume|Try/).count()).toBe(0);
      at.means(403, '/v1/tenants/warehouse/clients/crm/webhook');
      const path = '/v1/tenants/warehouse/clients/crm/webhook';
      expect((await at.api('POST', `${path}/pause`, {})).status).toBe(403);
      expect((await at.api('POST', `${path}/resume`, {})).status).toBe(403);
      expect((await at.api('PUT', path, { url: 'https://shop.example' })).status).toBe(403);
      expect((await at.api('DELETE', path)).status).toBe(403);
    }));
});

/** What is shown once; says that it is saved, and closes it. */
async function secretShown(at: ConsolePage): Promise<string> {
  const shown = at.page.getByRole('dialog', { name: /^Secret of/ });
  const secret = (await shown.locator('code').innerText()).trim();
  expect(secret).toMatch(/^whsec_/);
  await shown.getByRole('checkbox', { name: 'I have saved it' }).check();
  await shown.getByRole('button', { name: 'Close' }).click();
  await shown.waitFor({ state: 'hidden' });
  return secret;
}
