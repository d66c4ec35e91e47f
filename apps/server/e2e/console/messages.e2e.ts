import type { TestServer } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { MESSAGE_STATES, type RealLoad, realLoad, SMUGGLED } from './real-load.js';

/** As the state is called in English. */
const NAMES: Readonly<Record<(typeof MESSAGE_STATES)[number], string>> = {
  acknowledged: 'Acknowledged',
  read: 'Read',
  delivered: 'Delivered',
  queued: 'Queued',
  refused: 'Refused',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
  collapsed: 'Collapsed',
  scheduled: 'Scheduled',
};

describeConsole('the pages of messages', (stand) => {
  const { withConsole } = stand;
  let load: RealLoad;
  beforeAll(async () => {
    load = await realLoad(stand.server);
  });
  afterAll(() => load?.close());

  const rows = (at: ConsolePage) => at.page.locator('main tbody tr');
  const button = (at: ConsolePage, name: string | RegExp) => at.page.getByRole('button', { name });
  const dialog = (at: ConsolePage) => at.page.getByRole('dialog');
  const moments = (at: ConsolePage) =>
    at.page
      .getByRole('list', { name: /^What happened/ })
      .first()
      .getByRole('listitem');
  const lastAudit = async (server: TestServer) => ((await server.api('GET', '/v1/audit?limit=1')).body.items as { action: string; subject: string }[])[0];

  for (const look of LOOKS) {
    it(`shows them in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'operator' }, async (at) => {
        await at.open('/messages');
        await at.page.locator('main').getByText('server@sales.hq').first().waitFor();
        await at.inspect('messages');
        await at.open(`/messages/${load.messages.refused}`);
        await at.page.getByText('нет такого товара').first().waitFor();
        await at.inspect('message-refused');
      }));
  }

  it('opens a message at once when its id is pasted', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/messages');
      const field = at.page.getByRole('textbox', { name: 'Message id' });
      await field.fill('01a203a5-30c2');
      await at.page.keyboard.press('Enter');
      await at.page.getByText('An id has 36 characters').waitFor();
      await field.fill(` "${load.messages.read}", `);
      await at.page.waitForURL(new RegExp(`/messages/${load.messages.read}$`));
      await at.page.getByRole('heading', { level: 1, name: 'order.approved' }).waitFor();
      await at.page.goBack();
      await field.waitFor();
      await at.open(`/messages?id=${load.messages.read}`);
      await at.page.getByRole('heading', { level: 1, name: 'order.approved' }).waitFor();
    }));

  it('finds messages by type, recipient, sender, correlation and state, and keeps the filters in the address', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/messages?tenant=sales');
      await at.page.getByRole('textbox', { name: 'Type', exact: true }).fill('picture');
      await expect.poll(() => rows(at).count()).toBe(1);
      expect(new URL(at.page.url()).searchParams.get('type')).toBe('picture');
      await button(at, 'Clear filters').click();
      await expect.poll(() => rows(at).count()).toBeGreaterThan(5);

      await at.open('/messages?to=ivanov');
      await at.page.getByText('name the tenant, as in ivanov@sales').waitFor();
      await at.open('/messages?tenant=sales&to=ivanov&state=refused&type=order.approved');
      await expect.poll(() => rows(at).count()).toBe(1);
      await at.page.getByText('Refused').first().waitFor();
      await at.open('/messages?correlationId=order-A-17&state=read');
      await expect.poll(() => rows(at).count()).toBe(1);
      await rows(at).first().click();
      await at.page.waitForURL(new RegExp(`/messages/${load.messages.read}$`));
    }));

  it('says that nothing fits only when everything was looked through', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/messages?type=never.sent');
      await at.page.getByText('No message fits the filters').waitFor();
      await at.page.route('**/v1/messages?*', (route) =>
        route.fulfill({ json: { items: [], next: 'x', searchedTo: '2026-11-01T00:00:00.000Z' }, headers: { 'cache-control': 'no-store' } }),
      );
      await at.open('/messages?type=never.sent.either');
      await at.page.getByText('Nothing found so far').waitFor();
      await at.page.getByText('searched back to').waitFor();
      await button(at, 'Search on').and(at.page.locator(':not([data-loading])')).waitFor();
      expect(await at.page.getByText('No message fits the filters').count()).toBe(0);
    }));

  for (const state of MESSAGE_STATES) {
    it(`tells the life of one that is ${state}`, () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open(`/messages/${load.messages[state]}`);
        await at.page.locator('header').getByText(NAMES[state], { exact: true }).waitFor();
        expect(await moments(at).first().innerText()).toContain('Accepted by the bus');
        expect(await at.page.getByRole('link', { name: /^Dead letter:/ }).count()).toBe(state === 'refused' ? 1 : 0);
        expect(await at.page.getByRole('link', { name: 'Why does it not arrive?' }).count()).toBe(
          ['refused', 'expired', 'queued', 'delivered'].includes(state) ? 1 : 0,
        );
      }));
  }

  it('follows a message to another installation', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open(`/messages/${load.acrossLink}`);
      await at.page.getByText('Sent over the link to branch-7').waitFor();
      await at.page.getByText('Arrived at branch-7').waitFor();
      await at.inspect('message-across');
    }));

  it('counts the clients of a topic, and shows each when asked', () =>
    withConsole({ role: 'viewer' }, async (at, server) => {
      const [found] = (await server.api('GET', '/v1/messages?to=*@sales&type=news')).body.items as { id: string }[];
      await at.open(`/messages/${found?.id}`);
      await button(at, 'Show each client').click();
      await at.page.getByRole('link', { name: 'ivanov@sales.hq' }).waitFor();
      await at.inspect('message-everyone');
    }));

  it('shows data to operators who ask for it, and writes down that they did', () =>
    withConsole({ role: 'operator' }, async (at, server) => {
      await at.open(`/messages/${load.messages.acknowledged}`);
      expect(await at.page.getByText('"A-17"').count()).toBe(0);
      expect((await lastAudit(server))?.subject ?? '').not.toContain(load.messages.acknowledged);
      await button(at, 'Show the data').click();
      await at.page.getByText('"A-17"').waitFor();
      expect(await lastAudit(server)).toMatchObject({ action: 'message.read', subject: expect.stringContaining(load.messages.acknowledged) });
      await at.inspect('message-data');
      const download = at.page.waitForEvent('download');
      await button(at, 'Save as a file').click();
      expect((await download).suggestedFilename()).toBe(`${load.messages.acknowledged}.json`);
    }));

  it('shows binary data in hex', () =>
    withConsole({ role: 'operator', theme: 'dark' }, async (at, server) => {
      const [found] = (await server.api('GET', '/v1/messages?type=picture')).body.items as { id: string }[];
      await at.open(`/messages/${found?.id}`);
      await button(at, 'Show the data').click();
      await at.page.getByText('89 50 4e 47 00 01 02 03').waitFor();
      await at.inspect('message-binary');
    }));

  it('withdraws a message, after it has said from whom', () =>
    withConsole({ role: 'operator' }, async (at, server) => {
      const { id } = await load.sales.send({ to: ['склад-3', 'ivanov'], type: 'to.withdraw', data: 1 });
      await expect.poll(async () => (await load.sales.api('GET', `/messages/${id}`)).text).toContain('acknowledged');
      await at.open(`/messages/${id}`);
      await button(at, 'Withdraw').click();
      await dialog(at).getByText('It is taken back from 1 recipient').waitFor();
      await dialog(at).getByText('acknowledged: 1').waitFor();
      await at.inspect('message-withdraw');
      await dialog(at).getByRole('button', { name: 'Withdraw' }).click();
      await at.page.getByText('Withdrawn for 1 of 2 addresses').waitFor();
      await at.page.locator('main').getByText('Withdrawn', { exact: true }).first().waitFor();
      expect(await lastAudit(server)).toMatchObject({ action: 'message.withdraw' });
    }));

  it('leads from a refused message to its dead letter, and to why', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await at.open('/messages?state=refused&type=order.approved');
      await rows(at).first().click();
      await at.page.getByRole('link', { name: /^Dead letter:/ }).click();
      await at.page.waitForURL(/\/console\/dead-letters\?tenant=sales&client=ivanov/);
      await at.page.goBack();
      await at.page.getByRole('link', { name: 'Why does it not arrive?' }).click();
      await at.page.waitForURL(/\/console\/why\?from=/);
    }));

  it('sends a refused message again from its own page, and shows what becomes of it', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await load.sales.send({ to: 'ivanov', type: 'mend.me', data: { refuse: 'бумага кончилась' } });
      await at.open('/messages?type=mend.me');
      await at.page.getByRole('combobox', { name: 'State' }).click();
      await at.page.getByRole('option', { name: 'Refused' }).click();
      await expect.poll(() => rows(at).count()).toBe(1);
      await rows(at).first().click();
      await button(at, 'Send again').click();
      await dialog(at).getByText('as a new message with a new id').waitFor();
      const before = at.page.url();
      await dialog(at).getByRole('button', { name: 'Send again' }).click();
      await at.page.waitForURL((url) => url.href !== before);
      await at.page.getByRole('heading', { level: 1, name: 'mend.me' }).waitFor();
      // He refuses it this time too: it is a message of its own, and a dead letter of its own.
      await at.page.locator('header').getByText('Refused', { exact: true }).waitFor();
      expect((await load.sales.api('GET', '/dead-letters')).text).not.toContain(before.slice(-36));
    }));

  it('shows whatever was written into a message as text', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await at.open('/messages?type=note');
      await at.page.getByText(SMUGGLED).waitFor();
      await at.open(`/messages/${load.smuggled}`);
      await at.page.getByText(SMUGGLED).first().waitFor();
      await button(at, 'Show the data').click();
      await at.page.getByText(/html/).first().waitFor();
      expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
    }));

  it('shows a viewer neither data nor buttons that change anything', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open(`/messages/${load.messages.queued}`);
      await at.page.getByText('Only operators and owners').waitFor();
      expect(
        await at.page
          .locator('main')
          .getByRole('button', { name: /Withdraw|Show the data/ })
          .count(),
      ).toBe(0);
      at.means(403, `/v1/messages/${load.messages.queued}`);
      expect((await at.api('GET', `/v1/messages/${load.messages.queued}/data`)).status).toBe(403);
      expect((await at.api('DELETE', `/v1/messages/${load.messages.queued}`)).status).toBe(403);
    }));

  it('says of a message that is not there why that may be', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      const id = '01a203a5-30c2-7571-96c6-92b5317ee42c';
      at.means(404, `/v1/messages/${id}`);
      await at.open(`/messages/${id}`);
      await at.page.getByText('No such message').waitFor();
      await at.inspect('message-unknown');
    }));
});
