import { VestnikClient } from '@vestnik/client';
import type { TestTenant } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';
import { type RealLoad, realLoad, SMUGGLED } from './real-load.js';

describeConsole('the page of dead letters', (stand) => {
  const { withConsole } = stand;
  let load: RealLoad;
  const clients: VestnikClient[] = [];
  beforeAll(async () => {
    load = await realLoad(stand.server, { linked: false });
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await load?.close();
  });

  /** A tenant with a printer that refuses all while it has no paper. */
  const printerIn = async (name: string, messages: readonly object[]) => {
    const tenant = await stand.server.createTenant(name, {});
    const printer = { paper: false, printed: [] as { id: string; type: string; data: unknown }[] };
    const client = new VestnikClient({ url: stand.server.url, tenant: name, token: () => tenant.mint('printer'), transports: ['websocket'] });
    clients.push(client);
    client.on('error', () => undefined);
    client.onMessage((message) => {
      if (!printer.paper) throw new Error('no paper');
      printer.printed.push({ id: message.id, type: message.type, data: message.data });
    });
    await client.connect();
    for (let at = 0; at < messages.length; at += 500) {
      const batch = messages.slice(at, at + 500).map((message) => ({ to: 'printer', type: 'print', ...message }));
      const sent = await tenant.api('POST', '/messages/batch', { messages: batch });
      expect(sent.status, sent.text).toBeLessThan(300);
    }
    await expect.poll(() => countIn(tenant), { timeout: 30_000 }).toBe(messages.length);
    return { tenant, printer };
  };
  const countIn = async (tenant: TestTenant) => {
    const { body } = await stand.server.api('GET', `/v1/dead-letters/groups?tenant=${tenant.name}`);
    return (body.items as { count: number }[]).reduce((sum, { count }) => sum + count, 0);
  };
  const rows = (at: ConsolePage) => at.page.locator('main tbody tr');
  const button = (at: ConsolePage, name: string | RegExp) => at.page.getByRole('button', { name, exact: typeof name === 'string' });
  const dialog = (at: ConsolePage, name: string | RegExp) => at.page.getByRole('dialog', { name });

  for (const look of LOOKS) {
    it(`shows them in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'operator' }, async (at) => {
        await at.open('/dead-letters');
        await at.page.getByRole('link', { name: 'out of paper' }).waitFor();
        await at.inspect('dead-letters');
        await at.open('/dead-letters?tenant=sales&reason=out+of+paper');
        await at.page.getByRole('checkbox').nth(1).check();
        await at.page.getByRole('checkbox').nth(2).check();
        await at.inspect('dead-letters-of-a-reason');
        await at.page.getByRole('button', { name: 'print.label', exact: true }).first().click();
        await button(at, look.language === 'en' ? 'Show data and edit' : 'Показать данные и править').click();
        await at.page.getByRole('dialog').locator('textarea').first().waitFor();
        await at.inspect('dead-letter');
      }));
  }

  it('are grouped by reason, most first, and each group opens its list', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/dead-letters?tenant=sales');
      await expect.poll(async () => (await rows(at).first().innerText()).split('\t')[0]).toBe('out of paper');
      await at.page.getByRole('link', { name: 'out of paper' }).click();
      await at.page.getByRole('heading', { level: 2, name: 'out of paper' }).waitFor();
      await expect.poll(() => rows(at).count()).toBe(7);
      await at.page.getByRole('link', { name: 'By reason' }).click();
      await at.page.getByRole('textbox', { name: 'Client' }).fill('dispatcher');
      await expect.poll(() => rows(at).count()).toBe(2);
      await at.page.getByText('One by one').click();
      await expect.poll(() => rows(at).count()).toBe(4);
    }));

  it('shows what looks like a script as text', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await at.open('/dead-letters?tenant=sales');
      await at.page.getByRole('link', { name: SMUGGLED }).click();
      await at.page.getByRole('heading', { level: 2, name: SMUGGLED }).waitFor();
      await rows(at).first().getByRole('button', { name: 'note', exact: true }).click();
      await button(at, 'Show data and edit').click();
      await expect.poll(() => dialog(at, 'note').locator('textarea').first().inputValue()).toContain('onerror');
      expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
    }));

  it('edits one and sends what stands in the field, digit for digit; that the data were read is on record', async () => {
    const { tenant, printer } = await printerIn('editing', []);
    // By hand: JSON.stringify would lose the digits.
    const sent = await fetch(`${stand.server.url}${tenant.path}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tenant.key}` },
      body: '{"to":"printer","type":"print","data":{"sum":12345678901234567890.50,"article":"Болт"}}',
    });
    expect(sent.status).toBe(202);
    await expect.poll(() => countIn(tenant)).toBe(1);
    printer.paper = true;
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/dead-letters?tenant=editing&reason=no+paper');
      await rows(at).first().getByRole('button', { name: 'print', exact: true }).click();
      const drawer = dialog(at, 'print');
      await drawer.getByText('no paper').waitFor();
      await drawer.getByRole('button', { name: 'Show data and edit' }).click();
      const field = drawer.getByRole('textbox', { name: 'Data (JSON)' });
      await expect.poll(() => field.inputValue()).toBe('{\n  "sum": 12345678901234567890.50,\n  "article": "Болт"\n}');
      await field.fill('{\n  "sum": 12345678901234567890.50,\n  "article": Гайка\n}');
      await drawer.getByText('Line 3, column 14: a value must stand here').waitFor();
      expect(await drawer.getByRole('button', { name: 'Send with the changes' }).isDisabled()).toBe(true);
      await at.picture('dead-letter-fault');
      await drawer.getByRole('button', { name: 'As it was' }).click();
      expect(await field.inputValue()).toContain('Болт');
      await field.fill('{\n  "sum": 12345678901234567890.50,\n  "article": "Гайка"\n}');
      await drawer.getByRole('textbox', { name: 'Type' }).fill('print.again');
      await drawer.getByRole('button', { name: 'Send with the changes' }).click();
      await drawer.getByText('Sent again as a new message').waitFor();
      await expect.poll(() => printer.printed.length).toBe(1);
      const id = printer.printed[0]?.id ?? '';
      expect(printer.printed[0]?.type).toBe('print.again');
      await at.picture('dead-letter-sent');
      const data = await tenant.node.api('GET', `/v1/messages/${id}/data`);
      expect(data.text).toContain('{"sum":12345678901234567890.50,"article":"Гайка"}');
      await drawer.getByRole('link', { name: id }).click();
      await at.page.waitForURL((url) => url.pathname === `/console/messages/${id}`);
    });
    expect(await countIn(tenant)).toBe(0);
    const { items } = (await stand.server.api('GET', '/v1/audit?limit=10')).body as { items: { action: string; who: string }[] };
    expect(items).toContainEqual(expect.objectContaining({ action: 'dead-letter.read', who: 'administrator:operator' }));
  });

  it('sends one with bytes as it was, and shows them', async () => {
    const base64 = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1]).toString('base64');
    const { tenant, printer } = await printerIn('bytes', [{ type: 'picture', data: base64, contentType: 'image/png' }]);
    printer.paper = true;
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/dead-letters?tenant=bytes&view=each');
      await rows(at).first().getByRole('button', { name: 'picture', exact: true }).click();
      await button(at, 'Show data and edit').click();
      await dialog(at, 'picture').getByText('89 50 4e 47').waitFor();
      await button(at, 'Send again as it was').click();
      await at.page.getByText('Sent again as a new message').waitFor();
    });
    await expect.poll(() => printer.printed.length).toBe(1);
    expect(await countIn(tenant)).toBe(0);
  });

  it('sends chosen ones again, and discards chosen ones', async () => {
    const { tenant, printer } = await printerIn('choosing', [{ data: 1 }, { data: 2 }, { data: 3 }, { data: 4 }]);
    printer.paper = true;
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/dead-letters?tenant=choosing&reason=no+paper');
      await expect.poll(() => rows(at).count()).toBe(4);
      const box = (row: number) => rows(at).nth(row).getByRole('checkbox');
      await box(2).check();
      await box(3).check();
      await button(at, 'Send again').click();
      await dialog(at, 'Send 2 dead letters again?').getByRole('button', { name: 'Send again' }).click();
      await at.page.getByText('2 were sent again.').waitFor();
      await expect.poll(() => rows(at).count()).toBe(2);
      await expect.poll(() => printer.printed.map(({ data }) => data)).toEqual([1, 2]);
      await at.page.getByRole('checkbox', { name: 'Choose all that are shown' }).check();
      await button(at, 'Discard').click();
      const asking = dialog(at, 'Discard 2 dead letters?');
      expect(await asking.getByRole('button', { name: 'Discard' }).isDisabled()).toBe(true);
      await asking.getByRole('textbox').fill('2');
      await asking.getByRole('button', { name: 'Discard' }).click();
      await at.page.getByText('2 were discarded.').waitFor();
      await at.page.getByText('No dead letters here').waitFor();
    });
    expect(await countIn(tenant)).toBe(0);
    expect(printer.printed).toHaveLength(2);
  });

  /** A thousand refusals take a while where others work too. */
  const LONG = 90_000;

  it('sends a whole group again, more than one call takes, and says how far it is', { timeout: LONG }, async () => {
    const { tenant, printer } = await printerIn(
      'many',
      Array.from({ length: 1_100 }, (_, number) => ({ data: number })),
    );
    printer.paper = true;
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/dead-letters?tenant=many&reason=no+paper');
      // The second call waits until the progress was seen.
      let calls = 0;
      let goOn = () => {};
      const seen = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await at.page.route('**/v1/tenants/many/dead-letters/replay', async (route) => {
        if (++calls === 2) await seen;
        await route.continue();
      });
      await button(at, 'Send all again').click();
      await dialog(at, /Send 1,100 dead letters again/)
        .getByRole('button', { name: 'Send again' })
        .click();
      await at.page.getByText('1,000 of 1,100').waitFor();
      await at.picture('dead-letters-progress');
      goOn();
      await at.page.getByText('1,100 were sent again.').waitFor();
      expect(calls).toBe(2);
    });
    await expect.poll(() => printer.printed.length, { timeout: 15_000 }).toBe(1_100);
    expect(await countIn(tenant)).toBe(0);
  });

  it('can be stopped between two calls, and leaves the rest', { timeout: LONG }, async () => {
    const { tenant, printer } = await printerIn(
      'stopped',
      Array.from({ length: 1_050 }, (_, number) => ({ data: number })),
    );
    printer.paper = true;
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/dead-letters?tenant=stopped&reason=no+paper');
      let goOn = () => {};
      const stopped = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      await at.page.route('**/v1/tenants/stopped/dead-letters/discard', async (route) => {
        await stopped;
        await route.continue();
      });
      await button(at, 'Discard all').click();
      const asking = dialog(at, /Discard 1,050 dead letters/);
      await asking.getByRole('textbox').fill('1050');
      await asking.getByRole('button', { name: 'Discard' }).click();
      await asking.getByRole('button', { name: 'Stop' }).click();
      goOn();
      await at.page.getByText('1,000 were discarded. Stopped: 50 are left.').waitFor();
    });
    expect(await countIn(tenant)).toBe(50);
  });

  it('lets a viewer look without data, and change nothing', () =>
    withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/dead-letters?tenant=sales&reason=out+of+paper');
      await expect.poll(() => rows(at).count()).toBe(7);
      expect(await at.page.getByRole('checkbox').count()).toBe(0);
      expect(await button(at, /Send|Discard/).count()).toBe(0);
      await rows(at).first().getByRole('button', { name: 'print.label', exact: true }).click();
      await dialog(at, 'print.label').getByText('out of paper').waitFor();
      expect(await button(at, /Show data|Send|Discard/).count()).toBe(0);
      at.means(403, '/v1/tenants/sales/dead-letters');
      const { items } = (await at.api('GET', '/v1/dead-letters?tenant=sales')).body as { items: { id: string }[] };
      expect((await at.api('GET', `/v1/tenants/sales/dead-letters/${items[0]?.id}`)).status).toBe(403);
      expect((await at.api('POST', '/v1/tenants/sales/dead-letters/replay', { reason: 'out of paper' })).status).toBe(403);
      expect((await at.api('POST', '/v1/tenants/sales/dead-letters/discard', {})).status).toBe(403);
    }));
});
