import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad, SMUGGLED } from './real-load.js';

describeConsole(
  'the page of calls',
  (stand) => {
    const { withConsole } = stand;
    let load: RealLoad;
    beforeAll(async () => {
      load = await realLoad(stand.server, { linked: false });
    });
    afterAll(() => load?.close());

    const table = (at: ConsolePage, name: string) => at.page.getByRole('table', { name });
    const methods = async (at: ConsolePage) => [...new Set(await table(at, 'Calls').locator('tbody tr td:first-child').allTextContents())].sort();
    const look = (at: ConsolePage, name: string) => at.page.getByRole('radiogroup', { name: 'Which calls' }).getByText(name, { exact: true }).click();

    for (const one of LOOKS) {
      it(`shows them in ${one.language}, ${one.theme}, ${one.width} wide`, () =>
        withConsole({ ...one, role: 'viewer' }, async (at) => {
          await at.open('/calls');
          await at.page.getByText('wait').first().waitFor();
          await at.inspect('calls');
        }));
    }

    it('shows what is in flight, what is slow and what fails, and why in words', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        // Open as long as this test takes; what comes of it is nobody's business.
        load.sales.api('POST', '/calls', { to: 'ivanov', method: 'wait', timeout: 30 }).catch(() => undefined);
        await at.open('/calls');
        await table(at, 'Calls').waitFor();
        expect(await methods(at)).toEqual(['price', 'print', 'wait']);

        await look(at, 'In flight');
        await at.page.waitForURL((url) => url.searchParams.get('view') === 'open');
        await expect.poll(() => methods(at)).toEqual(['wait']);
        expect(
          await table(at, 'Calls')
            .getByText(/^(Answered|Failed)$/)
            .count(),
        ).toBe(0);

        await look(at, 'Failing');
        await table(at, 'Calls').getByText('The called client answered with an error').first().waitFor();
        await table(at, 'Calls').getByText('The call was not answered in time').first().waitFor();
        expect(await table(at, 'Calls').getByText('Answered', { exact: true }).count()).toBe(0);

        await look(at, 'Slow');
        await at.page.getByRole('textbox', { name: 'Slower than' }).fill('119000');
        await at.page.getByText('No call was so slow').waitFor();
        await at.page.getByRole('textbox', { name: 'Slower than' }).fill('250');
        await at.page.waitForURL((url) => url.searchParams.get('slower') === '250');
        await expect.poll(() => methods(at)).toContain('wait');
      }));

    it('finds calls by method and tenant, and leads to whom was called', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/calls');
        await at.page.getByRole('textbox', { name: 'Method', exact: true }).fill('PRI');
        await expect.poll(() => methods(at)).toEqual(['price', 'print']);
        await at.open('/calls?tenant=warehouse');
        await at.page.getByText('No calls yet').waitFor();
        await at.open('/calls?method=print');
        await table(at, 'Calls').getByRole('link', { name: 'ivanov@sales.hq' }).first().click();
        await at.page.waitForURL((url) => url.pathname === '/console/tenants/sales/clients/ivanov');
      }));

    it('sums up each method: how many, how many failed, how long they took', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/calls');
        const row = table(at, 'By method').getByRole('row').filter({ hasText: 'print' });
        await row.waitFor();
        const { body } = await stand.server.api('GET', '/v1/calls?method=print');
        const called = (body.items as { state: string }[]).length;
        expect(await row.getByRole('cell').nth(1).textContent()).toBe(String(called));
        expect(await row.getByRole('cell').nth(3).textContent()).toBe(`${called} (100%)`);
      }));

    it('shows a new call without being asked again, and its method as text', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/calls');
        await load.sales.api('POST', '/calls', { to: 'ivanov', method: SMUGGLED, params: {} });
        await table(at, 'Calls').getByText(SMUGGLED).first().waitFor();
        expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
      }));
  },
  () => ({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' }, readyWithinMs: 60_000 }),
);
