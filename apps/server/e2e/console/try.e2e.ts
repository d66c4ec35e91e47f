import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';

const SMUGGLED = '<img src=x onerror="window.smuggled=1">';
/** Below the packages, so that the client of this repository is found by its name. */
const folder = mkdtempSync(join(dirname(fileURLToPath(import.meta.url)), '.programs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeConsole('the page to try things', (stand) => {
  const { withConsole } = stand;
  let tenant: TestTenant;
  beforeAll(async () => {
    tenant = await stand.server.createTenant('sales', { title: 'Отдел продаж' });
  });

  const connect = async (at: ConsolePage, client: string, transport = 'websocket') => {
    await at.open(`/try?tenant=sales&client=${client}&transport=${transport}`);
    await at.page.getByRole('button', { name: /^(Connect|Подключиться)$/ }).click();
    await at.page.getByText(/^(Connected|Соединено)$/).waitFor();
  };
  const frames = (at: ConsolePage) => at.page.locator('section[aria-labelledby="frames-title"] li');
  const tab = (at: ConsolePage, name: string) => at.page.getByRole('tab', { name, exact: true }).click();
  const press = (at: ConsolePage, name: string) => at.page.getByRole('tabpanel').getByRole('button', { name, exact: true }).click();

  for (const look of LOOKS) {
    it(`looks well in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
      withConsole({ ...look, role: 'operator' }, async (at) => {
        await at.open('/try?tenant=sales');
        await at.inspect('try');
        await connect(at, 'ivanov');
        await at.page.getByRole('tabpanel').locator('button[type=submit]').click();
        await frames(at).getByText('message', { exact: true }).first().waitFor();
        await at.page.evaluate(() => scrollTo(0, 0));
        await at.inspect('try-sent');
        await at.page.getByRole('tab').last().click();
        await at.page.getByText('VESTNIK_TOKEN').first().waitFor();
        await at.inspect('try-code');
      }));
  }

  it.each(['websocket', 'sse', 'json-lines', 'long-poll'])('sends, calls and answers over %s, and shows what goes over the wire', (transport) =>
    withConsole({ role: 'operator' }, async (at) => {
      await connect(at, `tester-${transport}`, transport);
      await at.page.getByLabel('Data (JSON)').fill(JSON.stringify({ text: SMUGGLED }));
      await press(at, 'Send');
      await frames(at)
        .getByText(/^(message|page 1)$/)
        .first()
        .waitFor();
      const link = at.page.getByRole('link', { name: 'Its way through the bus' });
      const id = (await link.getAttribute('href'))?.split('/').at(-1) ?? '';
      // It was acknowledged by itself, and the bus knows.
      await untilAsked(
        'it is acknowledged',
        async () => ((await tenant.api('GET', `/messages/${id}`)).body.to as { state: string }[])[0]?.state === 'acknowledged',
      );
      await tab(at, 'Answer');
      await at.page.getByLabel('With a result').check();
      const answered = await tenant.api('POST', '/calls', { to: `tester-${transport}`, method: 'openForm' });
      expect(answered.body, answered.text).toMatchObject({ result: { opened: true } });
      await at.page.getByText('1 call answered').waitFor();
      await tab(at, 'Call');
      await at.page.getByLabel('Whom').fill('nobody');
      await press(at, 'Call');
      await at.page.getByText('The client has no session now', { exact: true }).waitFor();
      // Nothing that is a secret stands in what is shown.
      const shown = await at.page.locator('body').innerText();
      expect(shown).not.toMatch(/eyJ[\w-]{10,}\./);
      expect(shown).toContain('<img src=x onerror=');
      expect(await at.page.evaluate(() => 'smuggled' in window)).toBe(false);
      await at.page.getByRole('button', { name: 'Disconnect' }).click();
      await untilAsked('the session is over', async () => (await tenant.api('GET', `/clients/tester-${transport}`)).body.online === false);
    }),
  );

  it('shows problems in words, subscribes, asks for presence, and clears the frames', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await connect(at, 'tester');
      await at.page.getByLabel('Data (JSON)').fill('{"a":');
      await at.page.getByText('This is no JSON').waitFor();
      await at.page.getByLabel('Data (JSON)').fill('1');
      await at.page.getByLabel('To', { exact: true }).fill('shop@nowhere');
      await press(at, 'Send');
      await at.page.getByText('The recipient does not accept this', { exact: true }).waitFor();
      await tab(at, 'Topics');
      await press(at, 'Subscribe');
      await at.page.getByText('position').first().waitFor();
      expect(JSON.stringify((await tenant.api('GET', '/clients/tester')).body)).toContain('orders/+');
      await tab(at, 'Presence');
      await press(at, 'Ask');
      await at.page.getByText('online').first().waitFor();
      await at.page.getByRole('button', { name: 'Clear', exact: true }).click();
      await expect.poll(() => frames(at).count()).toBe(0);
    }));

  it('notes in the audit who has minted the token, and mints none for a viewer', async () => {
    await withConsole({ role: 'operator' }, (at) => connect(at, 'noted'));
    const { body } = await stand.server.api('GET', '/v1/audit?action=token.mint&subject=noted@sales');
    expect((body.items as { who: string }[])[0]?.who).toBe('administrator:operator');
    await withConsole({ role: 'viewer' }, async (at) => {
      await at.open('/try?tenant=sales');
      await at.page.getByText('This needs the role operator').waitFor();
      expect(await at.page.getByRole('button', { name: 'Connect' }).count()).toBe(0);
      at.means(403, '/tokens');
      expect((await at.api('POST', '/v1/tenants/sales/tokens', { client: 'x' })).status).toBe(403);
    });
  });

  it('says why a tenant that names its pages refuses this one', async () => {
    await stand.server.createTenant('strict', { origins: ['https://app.example.com'] });
    await withConsole({ role: 'operator' }, async (at) => {
      await at.open('/try?tenant=strict');
      await at.page.getByText(/The tenant strict names the pages/).waitFor();
    });
  });

  it('gives programs that run: each sends what is in the form', () =>
    withConsole({ role: 'operator' }, async (at) => {
      await at.open('/try?tenant=sales&client=ivanov');
      const data = { order: `it's "A-17" $HOME \\ Заказ`, none: null };
      await at.page.getByLabel('To', { exact: true }).fill('copied');
      await at.page.getByLabel('Data (JSON)').fill(JSON.stringify(data));
      await tab(at, 'Code');
      for (const [name, command, file] of [
        ['curl', 'bash', 'send.sh'],
        ['TypeScript', 'node', 'send.mjs'],
        ['Python', '/usr/bin/python3', 'send.py'],
        ['PHP', 'php', 'send.php'],
      ] as const) {
        await at.page.getByRole('combobox', { name: 'Language' }).click();
        await at.page.getByRole('option', { name, exact: true }).click();
        const block = at.page.getByRole('region', { name: /^Program send\./ });
        await block.waitFor();
        await expect.poll(() => block.innerText()).toContain({ curl: 'curl --silent', TypeScript: 'import {', Python: 'import json', PHP: '<?php' }[name]);
        const path = join(folder, file);
        writeFileSync(path, await block.innerText());
        const done = await run(command, path, tenant.key);
        if (done === undefined) {
          console.warn(`\n!!! SKIPPED: there is no ${command} to run the program with.\n`);
          continue;
        }
        expect(done.code, `${name}: ${done.output}`).toBe(0);
        expect(done.output, name).toContain('queued');
      }
      const page = (await tenant.api('GET', '/inbox?wait=0', undefined, await tenant.token('copied'))).body as { messages: { data: unknown }[] };
      expect(page.messages.length).toBeGreaterThanOrEqual(2);
      for (const message of page.messages) expect(message.data).toEqual(data);
    }));
});

/** Undefined where there is no such command. */
function run(command: string, file: string, token: string): Promise<{ readonly code: number | null; readonly output: string } | undefined> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, [file], { env: { ...process.env, VESTNIK_TOKEN: token }, timeout: 30_000 });
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve({ code, output }));
  });
}
