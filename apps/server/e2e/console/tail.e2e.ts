import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad, SMUGGLED } from './real-load.js';

describeConsole(
  'the live tail',
  (stand) => {
    const { withConsole } = stand;
    let load: RealLoad;
    beforeAll(async () => {
      load = await realLoad(stand.server, { linked: false });
    });
    afterAll(() => load?.close());

    const rows = (at: ConsolePage) => at.page.getByRole('list', { name: 'Live tail' }).getByRole('listitem');
    const live = (at: ConsolePage) => at.page.locator('header').getByText('Live', { exact: true }).waitFor();
    const button = (at: ConsolePage, name: string) => at.page.getByRole('button', { name, exact: true });
    const send = (type: string, extra: object = {}) => load.sales.send({ to: 'ivanov', type, data: 1, ...extra });

    for (const look of LOOKS) {
      it(`shows it in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
        withConsole({ ...look, role: 'viewer' }, async (at) => {
          await at.open('/tail');
          const name = look.language === 'ru' ? 'В эфире' : 'Live';
          await at.page.locator('header').getByText(name, { exact: true }).waitFor();
          await send('order.approved', { data: { refuse: 'нет такого товара' } });
          await load.sales.send({ to: '#orders/new', type: 'order.new', data: 2 });
          await load.sales.api('POST', '/calls', { to: 'ivanov', method: 'price' });
          await at.page.locator('ol').getByText('нет такого товара').waitFor();
          await at.page.locator('ol').getByText('price').waitFor();
          await at.page.locator('ol').getByText('#orders/new@sales.hq').first().waitFor();
          await at.inspect('tail');
        }));
    }

    it('tells what becomes of a message as it happens, newest first, and leads to it and to whom it concerns', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/tail?type=tail.one');
        await live(at);
        const { id } = await send('tail.one');
        await rows(at).filter({ hasText: 'Delivered' }).waitFor();
        expect(await rows(at).first().textContent()).toContain('Delivered');
        expect(await rows(at).last().textContent()).toContain('Accepted');
        // A row opens with all that is known.
        await rows(at).last().getByRole('button', { name: 'All fields' }).click();
        await at.page.getByRole('dialog').getByText(id).waitFor();
        await at.checkAccessibility({ within: '[role=dialog]' });
        await at.page.keyboard.press('Escape');
        expect(await rows(at).last().getByRole('link', { name: 'tail.one' }).getAttribute('href')).toBe(`/console/messages/${id}`);
        await rows(at).last().getByRole('link', { name: 'ivanov@sales.hq' }).click();
        await at.page.waitForURL((url) => url.pathname === '/console/tenants/sales/clients/ivanov');
      }));

    it('shows what the filters let through, which stand in the address', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/tail');
        await at.page.getByLabel('What happens', { exact: true }).first().click();
        await at.page.getByRole('option', { name: 'Refused' }).click();
        await at.page.keyboard.press('Escape');
        await at.page.getByRole('textbox', { name: 'To', exact: true }).fill('IVANOV');
        await at.page.waitForURL((url) => url.searchParams.get('kinds') === 'refused' && url.searchParams.get('to') === 'IVANOV');
        await live(at);
        await send('tail.taken');
        await send('tail.refused', { data: { refuse: SMUGGLED } });
        await rows(at).first().waitFor();
        expect(await rows(at).count()).toBe(1);
        // Whatever a client says is text.
        expect(await rows(at).first().textContent()).toContain(SMUGGLED);
        expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
      }));

    it('adds nothing while it is paused, says how much came, goes on, and is cleared', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/tail?kinds=accepted&type=pause');
        await live(at);
        await send('pause.before');
        await rows(at).filter({ hasText: 'pause.before' }).waitFor();
        await button(at, 'Pause').click();
        for (let count = 0; count < 3; count++) await send('pause.meanwhile');
        await at.page.getByText('Paused: 3 came meanwhile').waitFor();
        expect(await rows(at).count()).toBe(1);
        await button(at, 'Continue').click();
        await send('pause.after');
        await rows(at).filter({ hasText: 'pause.after' }).waitFor();
        expect(await rows(at).filter({ hasText: 'pause.meanwhile' }).count()).toBe(0);
        await button(at, 'Clear').click();
        await at.page.getByText('Nothing has happened yet').waitFor();
      }));

    it('says how much a node has left out', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/tail?kinds=accepted&type=flood');
        await live(at);
        const messages = Array.from({ length: 400 }, (_, data) => ({ to: 'склад-3', type: 'flood', data }));
        expect((await load.sales.api('POST', '/messages/batch', { messages })).status).toBe(202);
        await at.page.getByText(/^\d+ not shown$/).waitFor();
      }));

    it('closes its connection when the page is left', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/tail');
        await live(at);
        const closed = at.page.waitForEvent('requestfailed', (request) => request.url().includes('/v1/tail'));
        await at.page.getByRole('navigation').getByRole('link', { name: 'Calls' }).click();
        await closed;
      }));

    it('shows an administrator of one tenant nothing of another', async () => {
      const as = { name: 'tail-warehouse', password: 'a long sentence for the warehouse' };
      await stand.server.api('POST', '/v1/administrators', { ...as, role: 'viewer', tenants: ['warehouse'] });
      await withConsole({ as }, async (at) => {
        await at.open('/tail');
        await live(at);
        await send('tail.of.sales');
        await load.warehouse.send({ to: 'shop', type: 'tail.of.warehouse', data: 1 });
        await rows(at).filter({ hasText: 'tail.of.warehouse' }).first().waitFor();
        expect(await rows(at).filter({ hasText: 'tail.of.sales' }).count()).toBe(0);
      });
    });

    // The last one: it ends the server that all others ask.
    it(
      'says that the connection is lost, and comes back by itself',
      () =>
        withConsole({ role: 'viewer' }, async (at, server) => {
          await at.open('/tail?kinds=accepted');
          await live(at);
          await server.kill();
          await at.page.locator('header').getByText('Connection lost, trying again').waitFor();
          await server.startAgain();
          await at.page.locator('header').getByText('Live', { exact: true }).waitFor({ timeout: 30_000 });
          await send('after.restart');
          await rows(at).filter({ hasText: 'after.restart' }).waitFor();
        }),
      90_000,
    );
  },
  () => ({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' }, readyWithinMs: 60_000 }),
);
