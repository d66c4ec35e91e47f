import type { TestServer, TestTenant } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad, SMUGGLED } from './real-load.js';

const KASSA = '/tenants/sales/clients/kassa-12';

describeConsole('the pages of clients', (stand) => {
  const { withConsole } = stand;
  let load: RealLoad;
  beforeAll(async () => {
    load = await realLoad(stand.server, { linked: false });
  });
  afterAll(() => load?.close());

  const rowOf = (at: ConsolePage, client: string) => at.page.getByRole('row').filter({ has: at.page.getByRole('link', { name: client, exact: true }) });
  const button = (at: ConsolePage, name: string | RegExp) => at.page.getByRole('button', { name });
  const dialog = (at: ConsolePage) => at.page.getByRole('dialog').or(at.page.getByRole('alertdialog'));
  const clientOf = async (tenant: TestTenant, name: string) => (await tenant.api('GET', `/clients/${encodeURIComponent(name)}`)).body;
  const lastAudit = async (server: TestServer) => ((await server.api('GET', '/v1/audit?limit=1')).body.items as { action: string; who: string }[])[0];

  /** What has just come is on its way: somebody looks at it after an hour, by the clock of the browser. */
  const anHourLater = (at: ConsolePage) => at.page.clock.setFixedTime(Date.now() + 3_600_000);

  for (const look of LOOKS) {
    it(`shows them in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'operator' }, async (at) => {
        await at.open('/clients?sort=behind');
        await at.page.getByText('kassa-12').first().waitFor();
        await at.inspect('clients');
        await anHourLater(at);
        await at.open(KASSA);
        await at.page.getByText('stock.changed').first().waitFor();
        await at.inspect('client');
      }));
  }

  it('finds a client while one types, by name or title, and keeps the search in the address', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/clients');
      await at.page.getByRole('textbox', { name: 'Name or title' }).fill('второй этаж');
      await at.page.getByText('No client fits the filters').waitFor();
      await at.page.getByRole('textbox', { name: 'Name or title' }).fill('SECOND');
      await rowOf(at, 'kassa-12').waitFor();
      expect(await at.page.getByRole('row').count()).toBe(2);
      expect(new URL(at.page.url()).searchParams.get('search')).toBe('SECOND');
      await button(at, 'Clear filters').click();
      await rowOf(at, 'ivanov').waitFor();
    }));

  it('filters by connection, transport, application and tenant', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      const names = async () => (await at.page.getByRole('row').locator('td:first-child a').allTextContents()).sort();
      await at.open('/clients?tenant=sales&online=true');
      expect(await names()).toEqual(['dispatcher', 'ivanov', 'kassa-12', 'scanner', 'петрова']);
      await at.open('/clients?transport=sse');
      expect(await names()).toEqual(['петрова']);
      await at.open('/clients?app=kassa&tenant=sales');
      expect(await names()).toEqual(['ivanov', 'kassa-12']);
      await at.open('/clients?tenant=warehouse');
      expect(await names()).toEqual(expect.arrayContaining(['crm', 'shop', 'старая-1С']));
    }));

  it('leads who is in charge from the clients that are behind to why, and closes the session that hangs', () =>
    withConsole({ role: 'operator' }, async (at, server) => {
      await anHourLater(at);
      await at.open('/clients');
      await button(at, 'Waiting').click();
      await expect.poll(() => at.page.locator('tbody tr').first().textContent()).toContain('kassa-12');
      await at.page.locator('tbody tr').first().click();
      await at.page.getByRole('heading', { level: 1, name: 'kassa-12' }).waitFor();
      await at.page.getByText(/messages wait; the oldest was sent 1 hour ago/).waitFor();
      await at.page.getByText(/does not acknowledge it/).waitFor();
      const before = (await clientOf(load.sales, 'kassa-12')).sessions as { session: string }[];
      await button(at, 'Close the session').click();
      await dialog(at).getByText('comes back by itself after a minute').waitFor();
      await dialog(at).getByRole('button', { name: 'Close the session' }).click();
      await at.page.getByText('The session is closed.').first().waitFor();
      const after = (await clientOf(load.sales, 'kassa-12')).sessions as { session: string }[];
      expect(after.map(({ session }) => session)).not.toContain(before[0]?.session);
      expect(await lastAudit(server)).toMatchObject({ action: 'session.close' });
      await at.page.getByText('Not connected', { exact: true }).waitFor();
    }));

  it('gives a client a title, subscribes it, and ends the subscription', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await at.open('/tenants/sales/clients/dispatcher');
      await button(at, 'Change the title').click();
      await dialog(at).getByLabel('Title').fill(SMUGGLED);
      await dialog(at).getByRole('button', { name: 'Save' }).click();
      await at.page.getByText(SMUGGLED).waitFor();
      expect((await clientOf(load.sales, 'dispatcher')).title).toBe(SMUGGLED);

      await at.page.getByLabel('Subscribe to a topic or pattern').fill('#tasks/+');
      await button(at, 'Subscribe').click();
      await at.page.getByRole('link', { name: '#tasks/+' }).waitFor();
      expect((await clientOf(load.sales, 'dispatcher')).subscriptions).toContain('tasks/+');
      await button(at, 'End the subscription to tasks/+').click();
      await dialog(at).getByRole('button', { name: 'End the subscription' }).click();
      await at.page.getByRole('link', { name: '#tasks/+' }).waitFor({ state: 'detached' });
      expect((await clientOf(load.sales, 'dispatcher')).subscriptions).not.toContain('tasks/+');
    }));

  it('says at the field what is wrong with a topic', () =>
    withConsole({ role: 'operator' }, async (at) => {
      at.means(400, '/v1/tenants/sales/subscriptions');
      await at.open('/tenants/sales/clients/dispatcher');
      await at.page.getByLabel('Subscribe to a topic or pattern').fill('orders//x');
      await button(at, 'Subscribe').click();
      await at.page.locator('.mantine-TextInput-error').waitFor();
    }));

  it('resends what was sent before, as copies with ids of their own', () =>
    withConsole({ role: 'operator' }, async (at, server) => {
      const { id } = await load.sales.send({ to: 'scanner', type: 'resend.me', data: 1 });
      await expect.poll(async () => stateOf(await load.sales.api('GET', `/messages/${id}`))).toBe('acknowledged');
      await at.open('/tenants/sales/clients/scanner');
      await button(at, 'More actions').click();
      await at.page.getByRole('menuitem', { name: 'Resend messages …' }).click();
      await dialog(at).getByText('new messages with new ids').waitFor();
      await at.inspect('client-resend');
      await dialog(at).getByRole('button', { name: 'Resend' }).click();
      await at.page.getByText(/cop(y was|ies were) sent\./).waitFor();
      await dialog(at).waitFor({ state: 'detached' });
      const found = (await server.api('GET', '/v1/messages?to=scanner@sales&type=resend.me')).body.items as { id: string }[];
      expect(found).toHaveLength(2);
    }));

  it('withdraws what waits only after the name was typed', () =>
    withConsole({ role: 'operator' }, async (at, server) => {
      await at.open('/tenants/sales/clients/склад-3');
      const waiting = (await clientOf(load.sales, 'склад-3')).waiting as number;
      expect(waiting).toBeGreaterThan(20);
      await button(at, 'More actions').click();
      await at.page.getByRole('menuitem', { name: 'Withdraw what waits …' }).click();
      const confirm = dialog(at).getByRole('button', { name: 'Withdraw them' });
      expect(await confirm.isDisabled()).toBe(true);
      await dialog(at)
        .getByLabel(/type склад-3/)
        .fill('склад-3');
      await at.inspect('client-purge');
      await confirm.click();
      await at.page.getByText(`${waiting} messages were withdrawn.`).waitFor();
      await at.page.getByText('Nothing waits').waitFor();
      expect((await clientOf(load.sales, 'склад-3')).waiting).toBe(0);
      expect(await lastAudit(server)).toMatchObject({ action: 'client.purge' });
    }));

  it('revokes tokens, and forgets a client for good', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await load.sales.send({ to: 'gone-soon', type: 'note' });
      await at.open('/tenants/sales/clients/gone-soon');
      await button(at, 'More actions').click();
      await at.page.getByRole('menuitem', { name: 'Revoke its tokens …' }).click();
      await dialog(at).getByRole('button', { name: 'Revoke' }).click();
      await at.page.getByText('Tokens revoked before').waitFor();
      expect((await clientOf(load.sales, 'gone-soon')).revokedBefore).toBeDefined();

      await button(at, 'More actions').click();
      await at.page.getByRole('menuitem', { name: 'Forget the client …' }).click();
      await dialog(at)
        .getByLabel(/type gone-soon/)
        .fill('gone-soon');
      await dialog(at).getByRole('button', { name: 'Forget it' }).click();
      await at.page.waitForURL(/\/console\/clients$/);
      expect((await load.sales.api('GET', '/clients/gone-soon')).status).toBe(404);
    }));

  it('says of a webhook that it fails, and leads to it', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/tenants/warehouse/clients/crm');
      await at.page.getByText('Failing').first().waitFor();
      await at.inspect('client-webhook');
      await at.page.getByRole('link', { name: /Resume, pause/ }).click();
      await at.page.waitForURL(/\/console\/webhooks\?tenant=warehouse&client=crm/);
    }));

  it('shows a client that is not there as missing, not as an error of its own', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      at.means(404, '/v1/tenants/sales/clients/nobody');
      await at.open('/tenants/sales/clients/nobody');
      await at.page.getByRole('alert').waitFor();
    }));

  it('shows titles as text, and a viewer no buttons that change anything', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/clients?search=scanner');
      await at.page.getByText(SMUGGLED).waitFor();
      expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
      await at.open('/tenants/sales/clients/scanner');
      await at.page.getByText(SMUGGLED).waitFor();
      expect(
        await at.page
          .locator('main')
          .getByRole('button', { name: /Close|More actions|Change the title|Subscribe/ })
          .count(),
      ).toBe(0);
      at.means(403, '/v1/tenants/sales/clients/scanner/purge');
      expect((await at.api('POST', '/v1/tenants/sales/clients/scanner/purge', {})).status).toBe(403);
    }));
});

function stateOf({ body }: { readonly body: Readonly<Record<string, unknown>> }): string | undefined {
  return (body.to as { state: string }[] | undefined)?.[0]?.state;
}
