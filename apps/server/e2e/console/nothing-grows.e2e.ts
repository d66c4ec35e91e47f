import type { TestTenant } from '@vestnik/testing';
import type { Locator } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { describeConsole } from './console-page.js';

const CLIENTS = 1_060;
const AT_ONCE = 50;

describeConsole('a console that is left open', (stand) => {
  const { withConsole } = stand;
  let tenant: TestTenant;
  const send = (to: readonly string[], type: string) => tenant.api('POST', '/messages/batch', { messages: to.map((one) => ({ to: [one], type, data: {} })) });

  beforeAll(async () => {
    tenant = await stand.server.createTenant('sales');
    const names = Array.from({ length: CLIENTS }, (_, n) => `client-${String(n).padStart(4, '0')}`);
    for (let from = 0; from < CLIENTS; from += AT_ONCE) expect((await send(names.slice(from, from + AT_ONCE), 'stock.changed')).status).toBeLessThan(300);
  });

  it(
    'keeps the newest 500 happenings of the tail, however many come',
    () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/tail');
        const rows = at.page.getByRole('list', { name: 'Live tail' }).getByRole('listitem');
        // The server tells of so many a second and no more.
        const many = Array.from({ length: AT_ONCE }, (_, n) => `client-${String(n).padStart(4, '0')}`);
        const afterSending = async (to: readonly string[], type: string, shown: Locator) => {
          await send(to, type);
          return shown.count();
        };
        await expect.poll(() => afterSending(many, 'stock.changed', rows), { timeout: 60_000, interval: 250 }).toBe(500);
        const last = rows.filter({ hasText: 'last.of.all' });
        await expect.poll(() => afterSending(many.slice(0, 1), 'last.of.all', last), { timeout: 20_000, interval: 500 }).toBeGreaterThan(0);
        expect(await rows.count()).toBe(500);
      }),
    120_000,
  );

  it(
    'shows no more than 1,000 rows of a list, and says how the rest is found',
    () =>
      withConsole({ role: 'viewer' }, async (at) => {
        await at.open('/clients?tenant=sales');
        const rows = at.page.locator('main tbody tr');
        const more = at.page.getByRole('button', { name: 'Show more' });
        for (let shown = 50; shown < 1_000; shown += 50) {
          await expect.poll(() => rows.count(), { timeout: 20_000 }).toBe(shown);
          await more.click();
        }
        await at.page.getByText('find the rest with filters').waitFor();
        expect([await rows.count(), await more.count()]).toEqual([1_000, 0]);
      }),
    120_000,
  );
});
