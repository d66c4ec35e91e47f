import { beforeAll, expect, it } from 'vitest';
import { describeConsole, LOOKS } from './console-page.js';

const SMUGGLED = '<img src=x onerror="window.smuggled=1">';
const PASSWORD = 'a long sentence is a good one';

describeConsole('the pages of administrators and of the own account', (stand) => {
  const { withConsole } = stand;
  beforeAll(async () => {
    const { server } = stand;
    await server.createTenant('sales', { title: 'Отдел продаж' });
    const made = await server.api('POST', '/v1/administrators', { name: 'петров', password: PASSWORD, role: 'operator', tenants: ['sales'] });
    expect(made.status, made.text).toBe(201);
    // Names of administrators are checked; titles of keys are anybody's words.
    await server.api('POST', '/v1/administrator-keys', { title: SMUGGLED, role: 'viewer' });
  });
  const find = async (name: string) =>
    ((await stand.server.api('GET', '/v1/administrators?limit=1000')).body.items as { name: string; role: string; tenants?: string[] }[]).find(
      (one) => one.name === name,
    );

  for (const look of LOOKS) {
    it(`show them in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'owner' }, async (at) => {
        await at.open('/administrators');
        await at.page.getByText('петров').first().waitFor();
        await at.inspect('administrators');
        await at.page.getByRole('button', { name: /^(New administrator|Новый администратор)$/ }).click();
        await at.page.getByRole('dialog').waitFor();
        await at.inspect('administrators-new');
        await at.open('/account');
        await at.page.locator('input[autocomplete="new-password"]').first().waitFor();
        await at.inspect('account');
        expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
      }));
  }

  it('make one for a single tenant, give it other rights, and delete it', () =>
    withConsole({ role: 'owner' }, async (at) => {
      at.means(400, '/v1/administrators');
      const { page } = at;
      const dialog = page.getByRole('dialog');
      await at.open('/administrators');
      await page.getByRole('button', { name: 'New administrator' }).click();
      await dialog.getByLabel('Name').fill('sidorova');
      await dialog.getByLabel('Password', { exact: true }).fill('short');
      await dialog.getByText('7 more.').waitFor();
      await dialog.getByLabel('Password', { exact: true }).fill('aaaaaaaaaaaaaaaa');
      await dialog.getByRole('radio', { name: 'Operator' }).check();
      await dialog.getByRole('radio', { name: 'Single tenants' }).check();
      await dialog.getByRole('button', { name: 'Create' }).click();
      await dialog.getByText('Choose at least one tenant').waitFor();
      await dialog.getByRole('combobox', { name: 'Tenants' }).click();
      await page.getByRole('option', { name: 'sales' }).click();
      await page.keyboard.press('Escape');
      await dialog.getByRole('button', { name: 'Create' }).click();
      // The server's own words, at the field.
      await dialog.getByText('at least 5 different characters').waitFor();
      await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await dialog.getByRole('button', { name: 'Create' }).click();
      await dialog.waitFor({ state: 'hidden' });
      expect(await find('sidorova')).toMatchObject({ role: 'operator', tenants: ['sales'] });

      const row = page.getByRole('row', { name: /sidorova/ });
      await row.getByRole('button', { name: 'What can be done with sidorova' }).click();
      await page.getByRole('menuitem', { name: 'Role and tenants' }).click();
      await dialog.getByRole('radio', { name: 'The whole installation' }).check();
      await dialog.getByRole('radio', { name: 'Viewer' }).check();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'hidden' });
      const changed = await find('sidorova');
      expect(changed?.role).toBe('viewer');
      expect(changed?.tenants).toBeUndefined();

      await row.getByRole('button', { name: 'What can be done with sidorova' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await dialog.getByLabel(/To confirm/).fill('sidorova');
      await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
      expect(await find('sidorova')).toBeUndefined();
    }));

  it('make a key for scripts, which is shown once, and revoke it', () =>
    withConsole({ role: 'owner' }, async (at) => {
      const { page } = at;
      const dialog = page.getByRole('dialog');
      await at.open('/administrators');
      await page.getByRole('button', { name: 'Create a key' }).click();
      await dialog.getByLabel('Title').fill('Backup');
      await dialog.getByRole('button', { name: 'Create a key' }).click();
      await page.getByRole('dialog', { name: 'The new key' }).waitFor();
      const key = (await page.getByRole('region', { name: 'The new key' }).innerText()).trim();
      expect((await stand.server.api('GET', '/v1/tenants', undefined, key)).status).toBe(200);
      await dialog.getByLabel('I have saved it').check();
      await dialog.getByRole('button', { name: 'Close' }).click();
      const row = page.getByRole('row', { name: /Backup/ });
      await row.getByRole('button', { name: 'Revoke' }).click();
      await dialog.getByRole('button', { name: 'Revoke' }).click();
      await row.waitFor({ state: 'detached' });
      expect((await stand.server.api('GET', '/v1/tenants', undefined, key)).status).toBe(401);
    }));

  it('show others no buttons, and the API refuses them', () =>
    withConsole({ role: 'operator' }, async (at) => {
      at.means(403, '/v1/');
      await at.open('/administrators');
      await at.page.getByText('петров').first().waitFor();
      expect(await at.page.getByRole('button', { name: /New administrator|Create a key|What can be done/ }).count()).toBe(0);
      expect((await at.api('POST', '/v1/administrators', { name: 'x', password: PASSWORD, role: 'viewer' })).status).toBe(403);
      expect((await at.api('GET', '/v1/administrator-keys')).status).toBe(403);
      expect((await at.api('PATCH', '/v1/administrators/operator', { role: 'owner' })).status).toBe(403);
    }));

  it('let one of a single tenant change the own password, end the own other sessions, and no more', () =>
    withConsole({ as: { name: 'петров', password: PASSWORD } }, async (at) => {
      at.means(401, '/v1/administrators');
      const { page } = at;
      await withConsole({ as: { name: 'петров', password: PASSWORD } }, async (elsewhere) => {
        elsewhere.means(401, '/v1/');
        await at.open('/account');
        await page.getByRole('button', { name: 'End the others' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'End the others' }).click();
        await page.getByText('You are signed in only here now.').waitFor();
        expect((await elsewhere.api('GET', '/v1/session')).status).toBe(401);
      });
      const change = async (current: string) => {
        await page.getByLabel('Current password').fill(current);
        await page.getByLabel('New password', { exact: true }).fill('another sentence, also good');
        await page.getByLabel('New password once more').fill('another sentence, also good');
        await page.getByRole('button', { name: 'Replace the password' }).click();
      };
      await change('not this one at all');
      await page.getByText('The current password is wrong').waitFor();
      // Still signed in: a wrong password is no session that has ended.
      expect(new URL(page.url()).pathname).toBe('/console/account');
      await change(PASSWORD);
      await page.getByText(/The password is changed/).waitFor();
    }));
});
