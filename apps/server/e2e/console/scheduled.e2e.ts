import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad } from './real-load.js';

describeConsole('the page of scheduled messages', (stand) => {
  const { withConsole } = stand;
  let load: RealLoad;
  beforeAll(async () => {
    load = await realLoad(stand.server, { linked: false });
  });
  afterAll(() => load?.close());

  const rows = (at: ConsolePage) => at.page.locator('main tbody tr');
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

  for (const look of LOOKS) {
    it(`shows them in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'operator' }, async (at) => {
        await at.open('/scheduled');
        await at.page.getByRole('link', { name: 'reminder' }).first().waitFor();
        await at.inspect('scheduled');
        await at.page.getByRole('button', { name: look.language === 'en' ? 'Cancel order.approved' : 'Отменить order.approved' }).click();
        await at.page.getByRole('dialog').waitFor();
        await at.inspect('scheduled-cancel');
      }));
  }

  it('has the soonest first, says when in words, and filters', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/scheduled');
      await expect.poll(() => rows(at).count()).toBe(13);
      expect(await rows(at).first().innerText()).toMatch(/^in 5\d minutes[\s\S]*order.approved/);
      expect(await rows(at).nth(2).innerText()).toMatch(/^in 2 hours/);
      await at.page.getByRole('textbox', { name: 'To', exact: true }).fill('склад-3');
      await expect.poll(() => rows(at).count()).toBe(6);
      await at.open('/scheduled?from=nobody');
      await at.page.getByText('Nothing fits these filters').waitFor();
      await at.open('/scheduled?tenant=sales&to=ivanov');
      await expect.poll(() => rows(at).count()).toBe(7);
      await rows(at).first().getByRole('link', { name: 'order.approved' }).click();
      await at.page.waitForURL((url) => url.pathname === `/console/messages/${load.messages.scheduled}`);
    }));

  it('cancels one, and says from whom it was withdrawn', async () => {
    const { id } = await load.sales.send({ to: ['ivanov', 'петрова'], type: 'meeting', data: 1, deliverAt: inHours(0.5) });
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/scheduled');
      await at.page.getByRole('button', { name: 'Cancel meeting' }).click();
      const asking = at.page.getByRole('dialog', { name: 'Cancel this delivery?' });
      await asking.getByText(load.sales.address('ivanov')).waitFor();
      await asking.getByText(load.sales.address('петрова')).waitFor();
      await asking.getByRole('button', { name: 'Do not deliver' }).click();
      await at.page.getByText('Cancelled: withdrawn from 2 recipients.').waitFor();
      await expect.poll(() => at.page.getByRole('link', { name: 'meeting' }).count()).toBe(0);
    });
    const { body } = await load.sales.api('GET', `/messages/${id}`);
    expect((body.to as { state: string }[]).map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
  });

  it('lets a viewer look, and cancel nothing', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/scheduled');
      await at.page.getByRole('link', { name: 'reminder' }).first().waitFor();
      expect(await at.page.getByRole('button', { name: /^Cancel/ }).count()).toBe(0);
      at.means(403, '/v1/messages');
      expect((await at.api('DELETE', `/v1/messages/${load.messages.scheduled}`)).status).toBe(403);
    }));
});
