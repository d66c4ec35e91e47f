import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad, SMUGGLED } from './real-load.js';

describeConsole(
  'the overview',
  (stand) => {
    const { withConsole } = stand;
    const part = (at: ConsolePage, name: string | RegExp) => at.page.getByRole('region', { name });
    const figure = (at: ConsolePage, of: string, name: string) => part(at, of).getByText(name, { exact: true }).locator('xpath=following-sibling::*[1]');

    it('tells an owner of an unused installation what to do first, and that nothing needs him', () =>
      withConsole({}, async (at) => {
        await at.open('/');
        await at.page.getByText('Nothing needs you').waitFor();
        await at.inspect('overview-empty');
        await part(at, 'How to begin').getByRole('link', { name: 'Create a tenant' }).click();
        await at.page.waitForURL((url) => url.pathname === '/console/tenants');
      }));

    describe('of an installation that is used', () => {
      let load: RealLoad;
      beforeAll(async () => {
        load = await realLoad(stand.server, { linked: false });
        const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
        await load.sales.createKey({ title: SMUGGLED, expiresAt });
      });
      afterAll(() => load?.close());

      for (const look of LOOKS) {
        it(`shows it in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
          withConsole(look, async (at) => {
            await at.open('/');
            await at.page.getByText('crm').first().waitFor();
            await at.page.locator('.u-legend').first().waitFor();
            await at.inspect('overview');
          }));
      }

      it('puts first what needs attention, with the page that mends it', () =>
        withConsole({ role: 'viewer' }, async (at) => {
          await at.open('/');
          const attention = part(at, /^Needs attention/);
          const hrefOf = (what: string) => attention.getByRole('listitem').filter({ hasText: what }).getByRole('link').getAttribute('href');
          await attention.waitFor();
          expect(await hrefOf('The webhook of старая-1С is paused')).toBe(`/console/webhooks?tenant=warehouse&client=${encodeURIComponent('старая-1С')}`);
          expect(await hrefOf('The webhook of crm fails')).toBe('/console/webhooks?tenant=warehouse&client=crm');
          expect(await hrefOf('dead letters')).toBe('/console/dead-letters?tenant=sales');
          // What people write stays text.
          expect(await hrefOf(`The key “${SMUGGLED}” expires soon`)).toBe('/console/tenants/sales?tab=keys');
          expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
          await attention.getByRole('link', { name: /Open the dead letters/ }).click();
          await at.page.waitForURL((url) => url.pathname === '/console/dead-letters' && url.searchParams.get('tenant') === 'sales');
        }));

      it('shows the figures of the server, and keeps them true by itself', () =>
        withConsole({ role: 'viewer' }, async (at, server) => {
          await at.open('/');
          const { now, hour } = (await server.api('GET', '/v1/stats')).body as unknown as { now: { sessions: number }; hour: { accepted: number } };
          await expect.poll(() => figure(at, 'Right now', 'Sessions').textContent()).toBe(String(now.sessions));
          expect(hour.accepted).toBeGreaterThan(100);
          const accepted = async () => Number((await part(at, 'The last hour').locator('dd').first().textContent())?.replace(/\D/g, ''));
          expect(await accepted()).toBeGreaterThanOrEqual(hour.accepted);
          const before = await accepted();
          await load.sales.send({ to: 'ivanov', type: 'order', data: 1 });
          await expect.poll(accepted, { timeout: 10_000 }).toBeGreaterThan(before);
          expect(await part(at, 'Nodes').getByText('answers you').count()).toBe(1);
          await part(at, 'Postgres').getByText('18.', { exact: false }).first().waitFor();
        }));

      it(
        'leads to whom most waits for, once that was counted',
        () =>
          withConsole({ role: 'viewer' }, async (at, server) => {
            await expect
              .poll(async () => ((await server.api('GET', '/v1/stats')).body.waiting as { oldest?: object }).oldest, { timeout: 90_000, interval: 1_000 })
              .toBeDefined();
            const { oldest } = (await server.api('GET', '/v1/stats')).body.waiting as { oldest: { tenant: string; client: string } };
            await at.open('/');
            await part(at, 'What waits')
              .getByRole('link', { name: `${oldest.client}@${oldest.tenant}` })
              .click();
            await at.page.waitForURL((url) => url.pathname === `/console/tenants/${oldest.tenant}/clients/${encodeURIComponent(oldest.client)}`);
          }),
        120_000,
      );

      it('shows an administrator of single tenants what is theirs, and nothing of the installation', async () => {
        const as = { name: 'of-sales', password: 'a long sentence for sales alone' };
        await stand.server.api('POST', '/v1/administrators', { ...as, role: 'viewer', tenants: ['sales'] });
        await withConsole({ as }, async (at) => {
          await at.open('/');
          await part(at, /^Needs attention/)
            .getByText('dead letters')
            .first()
            .waitFor();
          expect(await at.page.getByText('warehouse').count()).toBe(0);
          for (const name of ['Right now', 'The last hour', 'Links', 'Nodes', 'Postgres']) expect(await part(at, name).count(), name).toBe(0);
        });
      });
    });
  },
  () => ({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' }, readyWithinMs: 60_000 }),
);
