import { type LinkSeen, linkConnected, linkServers, TestServer } from '@vestnik/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsolePage, describeConsole, LOOKS } from './console-page.js';

describeConsole(
  'the page of links',
  (stand) => {
    const { withConsole } = stand;
    let branch: TestServer;
    let south: TestServer;
    beforeAll(async () => {
      branch = await TestServer.start({ installation: 'branch', readyWithinMs: 60_000 });
    });
    afterAll(async () => {
      await branch?.close();
      await south?.close();
    });

    const button = (at: ConsolePage, name: string | RegExp) => at.page.getByRole('button', { name, exact: typeof name === 'string' });
    const dialog = (at: ConsolePage) => at.page.getByRole('dialog').or(at.page.getByRole('alertdialog'));
    const inMenu = async (at: ConsolePage, name: string) => {
      await button(at, 'More actions').click();
      await at.page.getByRole('menuitem', { name }).click();
      await dialog(at).waitFor();
    };
    const state = (at: ConsolePage, text: string) => at.page.locator('header').getByText(text, { exact: true }).waitFor();
    const gone = (at: ConsolePage) => dialog(at).waitFor({ state: 'detached' });
    const linksOf = async (server: TestServer) => (await server.api('GET', '/v1/links')).body.items as (LinkSeen & { transit: boolean; quota: object })[];
    const linkOf = async (server: TestServer, name: string) => (await linksOf(server)).find((link) => link.name === name);
    const keysOf = async () => ((await stand.server.api('GET', '/v1/links/keys')).body.keys as { key: string }[]).map(({ key }) => key);

    for (const look of LOOKS) {
      it(`says what links are for where there is none, in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
        withConsole(look, async (at) => {
          await at.open('/links');
          await at.inspect('links-none');
        }));
    }

    it('invites, shows the same six words as the other side, and confirms only what was compared', () =>
      withConsole({}, async (at, server) => {
        await at.open('/links');
        await button(at, 'Invite').click();
        await dialog(at).getByRole('button', { name: 'Make the invite' }).click();
        const invite = (await at.page.getByText(/^vestnik-link\./).textContent()) ?? '';
        await at.inspect('link-invite', { within: '[role=dialog]' });
        const accepted = await branch.api('POST', '/v1/links', { invite, name: 'head-office' });
        expect(accepted.status).toBe(201);
        await at.page.getByRole('checkbox', { name: 'I have saved it' }).check();
        await button(at, 'Close').click();
        await at.page.getByRole('link', { name: 'branch' }).first().click();
        await state(at, 'Pending');
        expect(await at.page.locator('main ol li').allTextContents()).toEqual((accepted.body as unknown as LinkSeen).words.split(' '));
        await at.inspect('link-pending');

        await button(at, 'Compare and confirm').click();
        const confirm = dialog(at).getByRole('button', { name: 'Confirm', exact: true });
        expect(await confirm.isDisabled()).toBe(true);
        await dialog(at).getByRole('textbox', { name: 'What it is called here' }).fill('Not A Label');
        await dialog(at).getByRole('checkbox').check();
        at.means(400, '/confirm');
        await confirm.click();
        await dialog(at)
          .getByText(/named like a DNS label/)
          .waitFor();
        await dialog(at).getByRole('textbox', { name: 'What it is called here' }).fill('branch-7');
        await confirm.click();
        await at.page.getByRole('heading', { level: 1, name: 'branch-7' }).waitFor();
        await at.page.getByText('branch-7 has not confirmed yet').waitFor();
        expect(await linkOf(server, 'branch-7')).toMatchObject({ state: 'pending', confirmedHere: true, confirmedThere: false });

        await branch.api('POST', `/v1/links/${(await linkOf(branch, 'head-office'))?.id}/confirm`, {});
        await linkConnected(server, (await linkOf(server, 'branch-7'))?.id ?? '');
        await state(at, 'Connected');
      }));

    it('accepts an invite, and says at the field what is wrong with one', () =>
      withConsole({}, async (at, server) => {
        south = await TestServer.start({ installation: 'south', readyWithinMs: 60_000 });
        await at.open('/links');
        await button(at, 'Accept an invite').click();
        const field = dialog(at).getByRole('textbox', { name: 'Invite' });
        await field.fill('<img src=x onerror="window.smuggled=1">');
        at.means(400, '/v1/links');
        await dialog(at).getByRole('button', { name: 'Accept' }).click();
        await dialog(at).locator('[data-error]').first().waitFor();
        await field.fill(((await south.api('POST', '/v1/links/invites')).body as unknown as { invite: string }).invite);
        await dialog(at).getByRole('textbox', { name: 'What it is called here' }).fill('far-south');
        await dialog(at).getByRole('button', { name: 'Accept' }).click();
        await at.page.getByRole('heading', { level: 1, name: 'far-south' }).waitFor();
        await state(at, 'Pending');
        expect(await linkOf(server, 'far-south')).toMatchObject({ state: 'pending', confirmedHere: false });
      }));

    it('pauses and resumes; says what will happen before', () =>
      withConsole({ role: 'operator' }, async (at, server) => {
        const id = (await linkOf(server, 'branch-7'))?.id;
        await at.open(`/links?link=${id}`);
        await button(at, 'Pause').click();
        await dialog(at)
          .getByText(/what comes is not taken and waits there/)
          .waitFor();
        await dialog(at).getByRole('button', { name: 'Pause' }).click();
        await state(at, 'Paused');
        expect((await linkOf(server, 'branch-7'))?.state).toBe('paused');
        await button(at, 'Resume').click();
        await dialog(at).getByRole('button', { name: 'Resume' }).click();
        await state(at, 'Connected');
        expect((await linkOf(server, 'branch-7'))?.state).toBe('active');
        // An operator does neither of the rest.
        expect(await button(at, 'More actions').count()).toBe(0);
        at.means(403, '/transit');
        expect((await at.api('POST', `/v1/links/${id}/transit`, { allow: true })).status).toBe(403);
      }));

    it('allows transit, sets a quota, rotates and revokes keys', () =>
      withConsole({}, async (at, server) => {
        await at.open(`/links?link=${(await linkOf(server, 'branch-7'))?.id}`);
        await inMenu(at, 'Allow transit');
        await dialog(at).getByRole('button', { name: 'Allow' }).click();
        await at.page.getByText(/^Allowed: it and our other neighbours/).waitFor();
        expect((await linkOf(server, 'branch-7'))?.transit).toBe(true);

        await inMenu(at, 'Set the quota');
        await dialog(at).getByRole('textbox', { name: 'Messages' }).fill('5000');
        await dialog(at).getByRole('textbox', { name: 'Megabytes' }).fill('64');
        await dialog(at).getByRole('button', { name: 'Save' }).click();
        await gone(at);
        await at.page.getByText('5,000 messages or 64 MB').waitFor();
        expect((await linkOf(server, 'branch-7'))?.quota).toEqual({ messages: 5_000, bytes: 64 * 1_048_576 });

        await at.open('/links');
        const before = await keysOf();
        await button(at, 'Rotate the keys').click();
        await dialog(at).getByRole('button', { name: 'Rotate the keys' }).click();
        await gone(at);
        const after = await keysOf();
        expect(after.slice(1)).toEqual(before.slice(0, 1));
        await at.page.getByText(after[0] ?? '').waitFor();
        await button(at, `Revoke: ${after[1]}`).click();
        await dialog(at).getByRole('button', { name: 'Revoke' }).click();
        await gone(at);
        expect(await keysOf()).toEqual([after[0]]);
        const audited = ((await server.api('GET', '/v1/audit?limit=20')).body.items as { action: string; who: string }[]).map(
          ({ action, who }) => `${who} ${action}`,
        );
        expect(audited).toEqual(
          expect.arrayContaining(['administrator:owner link-key.rotate', 'administrator:owner link-key.revoke', 'administrator:owner link.transit']),
        );
      }));

    it('shows a viewer all of it and lets him change nothing', () =>
      withConsole({ role: 'viewer' }, async (at, server) => {
        const id = (await linkOf(server, 'branch-7'))?.id;
        for (const path of ['/links', `/links?link=${id}`]) {
          await at.open(path);
          expect(
            await at.page
              .locator('main')
              .getByRole('button', { name: /Invite|Accept|Pause|Resume|More actions|Rotate|Revoke|Compare/ })
              .count(),
          ).toBe(0);
        }
        at.means(403, '/v1/links');
        for (const [method, path, body] of [
          ['POST', '/invites', undefined],
          ['POST', `/${id}/pause`, undefined],
          ['DELETE', `/${id}`, undefined],
          ['POST', '/keys/rotate', undefined],
        ] as const) {
          const answer = await at.api(method, `/v1/links${path}`, body);
          expect(answer.status, JSON.stringify(answer.body)).toBe(403);
        }
      }));

    it('says what waits, and for how long, where the other side is away', () =>
      withConsole({}, async (at, server) => {
        const sales = await server.createTenant('sales');
        await branch.createTenant('sales', { accepts: ['*@*.head-office'] });
        await branch.kill();
        for (let number = 0; number < 3; number++) await sales.send({ to: 'ivanov@sales.branch-7', type: 'order', data: number });
        await at.open('/links');
        await at.page.getByRole('img', { name: /Links of hq.*branch-7: Disconnected, 3 waiting; far-south: Pending/ }).waitFor();
        await at.page.getByText('3 wait', { exact: true }).waitFor();
        // The overview says so too, and leads here.
        await at.open('/');
        const links = at.page.getByRole('region', { name: 'Links' });
        await links.getByRole('listitem').filter({ hasText: 'branch-7' }).getByText('Disconnected').waitFor();
        await links.getByRole('link', { name: 'branch-7' }).click();
        await at.page.getByText('branch-7 cannot be reached now').waitFor();
      }));

    for (const look of LOOKS) {
      it(`shows them in ${look.language}, ${look.theme}, ${look.width} wide`, () =>
        withConsole(look, async (at, server) => {
          await at.open('/links');
          await at.page.getByRole('link', { name: 'branch-7' }).waitFor();
          await at.inspect('links');
          await at.open(`/links?link=${(await linkOf(server, 'branch-7'))?.id}`);
          await at.inspect('link');
        }));
    }

    it('removes a link only after its name was typed, and says what that does to what waits', () =>
      withConsole({}, async (at, server) => {
        await at.open(`/links?link=${(await linkOf(server, 'branch-7'))?.id}`);
        await inMenu(at, 'Remove the link');
        await dialog(at).getByText('3 messages wait for it: they are refused to their senders.').waitFor();
        const remove = dialog(at).getByRole('button', { name: 'Remove the link' });
        expect(await remove.isDisabled()).toBe(true);
        await dialog(at).getByRole('textbox').fill('branch-7');
        await remove.click();
        await at.page.waitForURL((url) => url.search === '');
        await expect.poll(async () => (await linksOf(server)).map(({ name }) => name), { timeout: 10_000 }).toEqual(['far-south']);
        await at.page.getByRole('link', { name: 'branch-7' }).waitFor({ state: 'detached' });
      }));

    it(
      'draws what lies behind a hub',
      () =>
        withConsole({ role: 'viewer' }, async (at, server) => {
          const hub = await TestServer.start({ installation: 'hub', readyWithinMs: 60_000 });
          const far = await TestServer.start({ installation: 'far', readyWithinMs: 60_000 });
          try {
            await linkServers(server, hub);
            await linkServers(hub, far);
            for (const { id } of await linksOf(hub)) await hub.api('POST', `/v1/links/${id}/transit`, { allow: true });
            await at.open('/links');
            await at.page.locator('svg text', { hasText: 'far.hub' }).first().waitFor({ timeout: 20_000 });
            await at.picture('links-hub');
          } finally {
            await far.close();
            await hub.close();
          }
        }),
      90_000,
    );
  },
  () => ({ readyWithinMs: 60_000 }),
);
