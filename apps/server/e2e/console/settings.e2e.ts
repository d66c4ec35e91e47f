import { expect, it } from 'vitest';
import { describeConsole, LOOKS } from './console-page.js';

describeConsole(
  'the page of settings',
  (stand) => {
    const { withConsole } = stand;
    for (const look of LOOKS) {
      it(`shows them in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
        withConsole({ ...look, role: 'viewer' }, async (at) => {
          await at.open('/settings');
          await at.page.getByRole('heading', { level: 3, name: 'installation' }).waitFor();
          await at.inspect('settings');
        }));
    }

    it('shows values and where they come from, and no secret', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/settings');
        const row = at.page.getByRole('listitem').filter({ has: at.page.getByRole('heading', { name: 'poolSize' }) });
        await row.locator('dd').first().waitFor();
        expect(await row.locator('dd').allInnerTexts()).toEqual(['7', 'VESTNIK_POOL_SIZE', '10']);
        const page = await at.page.locator('main').innerText();
        expect(page).toContain('VESTNIK_POOL_SIZE=7');
        expect(page).not.toContain(stand.server.adminKey);
        expect(page).not.toContain(stand.server.secretKey);
      }));

    it('is narrowed to what differs, and searched by name, variable and words', () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/settings');
        const names = () => at.page.locator('main h3').allInnerTexts();
        await at.page.getByRole('switch', { name: /^Only what differs/ }).press('Space');
        await expect.poll(names).toContain('poolSize');
        expect(await names()).not.toContain('logLevel');
        await at.page.getByRole('switch', { name: /^Only what differs/ }).press('Space');
        await at.page.getByLabel('Search', { exact: true }).fill('VESTNIK_LOG_LEVEL');
        await expect.poll(names).toEqual(['logLevel']);
        await at.page.getByLabel('Search', { exact: true }).fill('nothing like this');
        await at.page.getByText('No setting fits').waitFor();
        await at.page.getByRole('button', { name: 'Show all' }).click();
        await expect.poll(async () => (await names()).length).toBeGreaterThan(20);
      }));
  },
  () => ({ environment: { VESTNIK_POOL_SIZE: '7' } }),
);
