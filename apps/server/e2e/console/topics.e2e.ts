import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad } from './real-load.js';

describeConsole('the page of topics', (stand) => {
  const { withConsole } = stand;
  let load: RealLoad;
  beforeAll(async () => {
    load = await realLoad(stand.server, { linked: false });
  }, 90_000);
  afterAll(() => load?.close());

  const subscribersOf = async (topic: string) => {
    const { body, status, text } = await stand.server.api('GET', `/v1/tenants/sales/topics/${encodeURIComponent(topic)}/subscribers`);
    expect(status, text).toBe(200);
    return body.items as { client: string; pattern: string }[];
  };

  for (const look of LOOKS) {
    it(`looks as it should in ${look.language}, ${look.theme}, ${look.width} wide`, async () => {
      await withConsole(look, async (at) => {
        await at.open('/topics');
        await at.inspect('topics');
        await at.open('/topics?topic=orders%2Fnew&of=sales');
        await at.inspect('topics-one');
      });
    });
  }

  it('finds a topic, says who listens and what is kept, and leads to its messages', async () => {
    await withConsole({}, async (at) => {
      const { page } = at;
      await at.open('/topics');
      await page.getByLabel('Search', { exact: true }).fill('остат');
      await page.getByRole('link', { name: '#orders/new', exact: true }).waitFor({ state: 'detached' });
      const row = page.getByRole('row', { name: /#склад\/остатки/ });
      expect(await row.getByRole('link', { name: 'message', exact: true }).getAttribute('href')).toMatch(/^\/console\/messages\/[0-9a-f-]{36}$/);
      expect(await row.getByRole('link', { name: 'messages to #склад/остатки' }).getAttribute('href')).toBe(
        `/console/messages?${new URLSearchParams({ tenant: 'sales', to: '#склад/остатки@sales' })}`,
      );
      await row.press('Enter');
      const drawer = page.getByRole('dialog', { name: '#склад/остатки' });
      await drawer.getByRole('link', { name: 'kassa-12' }).waitFor();
      expect(new URL(page.url()).searchParams.get('search')).toBe('остат');
      await page.keyboard.press('Escape');
      await drawer.waitFor({ state: 'detached' });
    });
  });

  it('subscribes a client to a topic, and ends the subscription', async () => {
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      await at.open('/topics?topic=news&of=sales');
      const drawer = page.getByRole('dialog', { name: '#news', exact: true });
      await drawer.getByRole('button', { name: 'Subscribe a client' }).click();
      const window = page.getByRole('dialog', { name: 'Subscribe a client to #news' });
      await window.getByLabel('Client').fill('a/b');
      expect(await window.getByRole('button', { name: 'Subscribe' }).isDisabled()).toBe(true);
      await window.getByLabel('Client').fill('петрова');
      await window.getByRole('button', { name: 'Subscribe' }).click();
      await drawer.getByRole('link', { name: 'петрова' }).waitFor();
      expect(await subscribersOf('news')).toContainEqual({ client: 'петрова', pattern: 'news' });

      await drawer.getByRole('button', { name: 'Unsubscribe петрова' }).click();
      await page.getByRole('dialog', { name: 'Unsubscribe петрова?' }).getByRole('button', { name: 'Unsubscribe' }).click();
      await drawer.getByRole('link', { name: 'петрова' }).waitFor({ state: 'detached' });
      expect((await subscribersOf('news')).map(({ client }) => client)).toEqual(['dispatcher']);
    });
  });

  it('subscribes to a pattern of a tenant that is chosen, and says so where a subscription is by pattern', async () => {
    await withConsole({ role: 'operator' }, async (at) => {
      const { page } = at;
      await at.open('/topics');
      await page.getByRole('button', { name: 'Subscribe a client' }).click();
      const window = page.getByRole('dialog', { name: 'Subscribe a client' });
      await window.getByRole('combobox', { name: 'Tenant' }).fill('sal');
      await page.getByRole('option', { name: 'sales', exact: true }).click();
      await window.getByLabel('Topic or pattern').fill('#новости/#');
      await window.getByLabel('Client').fill('dispatcher');
      await window.getByRole('button', { name: 'Subscribe' }).click();
      await window.waitFor({ state: 'detached' });
      expect(await subscribersOf('новости/склад')).toEqual([{ client: 'dispatcher', pattern: 'новости/#' }]);
      await at.open(`/topics?${new URLSearchParams({ topic: 'новости/склад', of: 'sales' })}`);
      await page.getByRole('button', { name: 'Unsubscribe dispatcher' }).click();
      await page.getByText('The client is subscribed by the pattern новости/#').waitFor();
    });
  });

  it('lets a viewer look, and the API refuse the rest', async () => {
    await withConsole({ role: 'viewer' }, async (at) => {
      at.means(403, '/v1/tenants/sales/subscriptions');
      await at.open('/topics?topic=news&of=sales');
      await at.page.getByRole('link', { name: 'dispatcher' }).waitFor();
      expect(await at.page.getByRole('button', { name: /ubscribe/ }).count()).toBe(0);
      expect((await at.api('PUT', '/v1/tenants/sales/subscriptions', { topic: 'news', client: 'ivanov' })).status).toBe(403);
      expect((await at.api('DELETE', '/v1/tenants/sales/subscriptions', { topic: 'news', client: 'dispatcher' })).status).toBe(403);
    });
  });
});
