import type { TestTenant } from '@vestnik/testing';
import { beforeAll, expect, it } from 'vitest';
import { describeConsole, LOOKS } from './console-page.js';

const SMUGGLED = '<img src=x onerror="window.smuggled=1">';

describeConsole('the page of the audit trail', (stand) => {
  const { withConsole } = stand;
  let tenant: TestTenant;
  let leaked: { readonly id: string; readonly key: string };
  beforeAll(async () => {
    const { server } = stand;
    tenant = await server.createTenant('sales', { title: 'Отдел продаж' });
    await server.api('PATCH', '/v1/tenants/sales', { title: SMUGGLED, ttl: 86_400, rateLimits: { perClient: 5 } });
    leaked = await tenant.createKey({ title: 'Склад', scopes: ['manage', 'send'] });
    // With the key that leaked somebody changes something.
    const changed = await tenant.api('PUT', '/subscriptions', { topic: 'orders/+', client: 'spy' }, leaked.key);
    expect(changed.status, changed.text).toBe(201);
  });

  for (const look of LOOKS) {
    it(`shows it in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'viewer' }, async (at) => {
        await at.open('/audit');
        await at.page.getByText('spy@sales #orders/+').first().waitFor();
        await at.inspect('audit');
        await at.open('/audit?subject=sales&action=tenant.*');
        await at.page
          .locator('main tbody tr, main ul > li > div[tabindex="0"]')
          .first()
          .click({ position: { x: 8, y: 8 } });
        await at.page.getByRole('dialog').waitFor();
        await at.inspect('audit-entry');
      }));
  }

  it('shows what changed, before and after, as text', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/audit?subject=sales&action=tenant.change');
      const row = at.page.locator('main tbody tr').first();
      await row.getByText('title:').waitFor();
      expect(await row.locator('del').first().innerText()).toContain('Отдел продаж');
      expect(await row.locator('ins').first().innerText()).toBe(SMUGGLED);
      expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
      await row.focus();
      await at.page.keyboard.press('Enter');
      const entry = at.page.getByRole('dialog');
      await entry.getByText('ttl:').first().waitFor();
      await entry.getByText('As it was written down (JSON)').click();
      await entry.getByText('"tenant.change"').waitFor();
      await entry.getByRole('button', { name: 'Everything about this' }).click();
      await expect.poll(() => at.page.locator('main tbody tr').count()).toBe(2);
    }));

  it('tells of a key that leaked who has made it, and what was done with it', () =>
    withConsole({ role: 'owner' }, async (at) => {
      await at.open(`/audit?subject=${leaked.id}@sales`);
      await at.page.getByText('API key created').waitFor();
      expect(await at.page.locator('main tbody tr').count()).toBe(1);
      await at.page.getByLabel('Who', { exact: true }).fill(`key:${leaked.id}@sales`);
      await at.page.getByLabel('Of what', { exact: true }).fill('');
      await at.page.getByText('Client subscribed').waitFor();
      await at.page.getByRole('link', { name: 'spy@sales #orders/+' }).click();
      await at.page.waitForURL(/\/tenants\/sales\/clients\/spy$/);
      expect((await at.api('DELETE', `/v1/tenants/sales/keys/${leaked.id}`)).status).toBe(204);
      await at.open(`/audit?search=${leaked.id}`);
      await at.page.getByText('API key revoked').waitFor();
    }));

  it('is searched, and says so where nothing fits', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/audit');
      await at.page.getByLabel('Search', { exact: true }).fill('no such thing anywhere');
      await at.page.getByText('No entry fits').waitFor();
    }));

  it('is not for administrators of single tenants', async () => {
    const name = 'of-sales';
    const password = 'a sentence of its own';
    expect((await stand.server.api('POST', '/v1/administrators', { name, password, role: 'operator', tenants: ['sales'] })).status).toBe(201);
    await withConsole({ as: { name, password } }, async (at) => {
      at.means(403, '/v1/');
      expect((await at.api('GET', '/v1/audit')).status).toBe(403);
      expect((await at.api('GET', '/v1/settings')).status).toBe(403);
      expect((await at.api('GET', '/v1/administrators')).status).toBe(403);
      await at.open('/tenants');
      expect(await at.page.getByRole('link', { name: 'Audit', exact: true }).count()).toBe(0);
    });
  });
});
