import { beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../ports/tenant.js';
import { asker, DiagnosedHouse, failureOf, stepOf } from '../spec/diagnosed-house.js';
import { type MemoryNode, principal } from '../spec/memory-house.js';

let house: DiagnosedHouse;
let node: MemoryNode;
let sales: Tenant;
let stock: Tenant;
let ask: ReturnType<typeof asker>;
beforeEach(async () => {
  house = new DiagnosedHouse();
  sales = await house.tenant('sales');
  stock = await house.tenant('stock', { accepts: [{ from: '*@sales', allow: ['send', 'call', 'presence'] }] });
  house.key(sales, 'shop', ['send', 'call', 'tokens']);
  node = house.linkedNode();
  ask = asker(house, node);
});

describe('a diagnosis', () => {
  it('goes the way of a message, each step once and in order, and changes nothing', async () => {
    const entries = () => JSON.stringify([...house.base.mailboxes.values()]);
    const before = entries();
    const { steps, ...rest } = await ask('shop@sales', 'ivanov@stock');
    expect(rest).toEqual({ from: 'shop@sales.hq', to: 'ivanov@stock.hq', use: 'send', as: 'key', reachable: true });
    expect(steps.map(({ step, verdict }) => `${step} ${verdict}`)).toEqual([
      ...['from-address ok', 'to-address ok', 'from-tenant ok', 'from-client ok', 'rate-limits ok', 'from-rights ok'],
      ...['to-tenant ok', 'to-accepts ok', 'to-client warning', 'to-sessions warning', 'reverse ok'],
    ]);
    expect(entries()).toBe(before);
    for (const { detail } of steps) expect(detail).toMatch(/^\S.*[.?]$/);
  });

  it('names all that fails, and which of it is first', async () => {
    await house.directory.update('stock', { settings: { suspended: true, accepts: [], unknownClients: 'refuse' } });
    await house.tenants.refresh();
    const found = await ask('shop@sales', 'ivanov@stock');
    expect(found.steps.filter(({ verdict }) => verdict === 'fails').map(({ step }) => step)).toEqual(['to-tenant', 'to-accepts', 'to-client']);
    expect(failureOf(found)).toBe('to-tenant: unsuspend-tenant');
  });

  it('reads a recipient without a tenant as the sender would', async () => {
    expect((await ask('shop@sales', '#orders/eu')).to).toBe('#orders/eu@sales.hq');
    expect(failureOf(await ask('shop', 'ivanov@stock'))).toBe('from-address: correct-address');
    expect(failureOf(await ask('*@sales', 'ivanov@stock'))).toBe('from-address: correct-address');
    expect(failureOf(await ask('shop@sales', 'vestnik.own'))).toBe('to-address: correct-address');
  });

  it('suggests names that may be meant: of tenants, clients, installations', async () => {
    await house.mailboxes.ensure(stock.id, 'client', ['ivanov', 'petrov']);
    await house.link('branch-7');
    expect(stepOf(await ask('shop@slaes', 'x@stock'), 'from-tenant')).toMatchObject({
      verdict: 'fails',
      facts: { near: ['sales'] },
      action: 'correct-address',
    });
    expect(stepOf(await ask('shop@sales', 'ivnaov@stock'), 'to-client')?.detail).toContain('Is ivanov meant?');
    expect(stepOf(await ask('shop@sales', 'x@y.branch7'), 'link')).toMatchObject({ verdict: 'fails', facts: { near: ['branch-7'] }, action: 'pair-link' });
  });

  it('is refused where neither address is of this installation', async () => {
    await house.link('branch-7');
    await expect(ask('a@b.branch-7', 'c@d.branch-7')).rejects.toMatchObject({ slug: 'request-invalid' });
  });
});

describe('the sender', () => {
  it('comes with a key where one speaks for it, else with a token, as one asks', async () => {
    expect((await ask('shop@sales', 'a')).as).toBe('key');
    expect((await ask('anna@sales', 'a')).as).toBe('token');
    expect(stepOf(await ask('shop@sales', 'a', { as: 'token' }), 'from-client')).toMatchObject({ verdict: 'warning', facts: { tokens: 'minted' } });
    expect(failureOf(await ask('anna@sales', 'a', { as: 'key' }))).toBe('from-client: create-key');
  });

  it('has no token where nothing can give it one', async () => {
    const found = await ask('anna@stock', 'a');
    expect(failureOf(found)).toBe('from-client: create-key');
    expect(found.steps.at(3)?.detail).toContain('no API key of stock has the scope tokens');
  });

  it('speaks with a key that has expired no more', async () => {
    house.key(stock, 'robot', ['send'], house.clock.now() + 1_000);
    expect((await ask('robot@stock', 'a')).reachable).toBe(true);
    await house.clock.run(2_000);
    expect(failureOf(await ask('robot@stock', 'a'))).toBe('from-client: create-key');
  });

  it('is judged by the key of its that may do most', async () => {
    house.key(sales, 'robot', ['read']);
    expect(failureOf(await ask('robot@sales', 'a'))).toBe('from-rights: create-key');
    house.key(sales, 'robot', ['send']);
    expect((await ask('robot@sales', 'a')).reachable).toBe(true);
    expect(failureOf(await ask('robot@sales', '*'))).toBe('from-rights: create-key');
    house.key(sales, 'robot', ['send', 'broadcast']);
    expect((await ask('robot@sales', '*')).reachable).toBe(true);
  });

  it('is warned of tokens that were taken back, and of a limit that is used up', async () => {
    await house.mailboxes.ensure(sales.id, 'client', ['anna']);
    await house.mailboxes.revoke(sales.id, 'anna');
    expect(stepOf(await ask('anna@sales', 'a'), 'from-client')).toMatchObject({ verdict: 'warning', action: 'mint-token' });
    await house.directory.update('sales', { settings: { rateLimits: { perClient: 1 } } });
    await house.tenants.refresh();
    const limited = async () => stepOf(await ask('anna@sales', 'a'), 'rate-limits')?.verdict;
    expect(await limited()).toBe('ok');
    const anna = principal(sales, 'anna', { kind: 'token' });
    for (let taken = 0; taken < 1_000 && (await limited()) === 'ok'; taken++) node.parts.limits.take(anna, undefined);
    expect(await limited()).toBe('warning');
  });
});

describe('the recipient', () => {
  it('is suggested the rule that is missing, beside the one that nearly fits', async () => {
    const accepts = async () => (await ask('shop@sales', '#orders@stock')).steps.find(({ step }) => step === 'to-accepts');
    expect(await accepts()).toMatchObject({
      verdict: 'fails',
      facts: { lacking: 'topics', suggested: { from: 'shop@sales.hq', allow: ['topics'] }, nearestRule: { from: '*@sales' } },
      page: '/tenants/stock?tab=accepts',
    });
    await house.directory.update('stock', { settings: { accepts: [{ from: 'shop@sales.hq', allow: ['topics'] }] } });
    await house.tenants.refresh();
    expect((await accepts())?.verdict).toBe('ok');
  });

  it('is connected and silent: that is worth a warning after a minute, with what waits for it', async () => {
    await node.connect(principal(stock, 'ivanov', { kind: 'token' }));
    const progress = async () => stepOf(await ask('shop@sales', 'ivanov@stock'), 'to-progress');
    expect(await progress()).toMatchObject({ verdict: 'ok', facts: { waiting: 0 } });
    const { id } = await node.send(principal(sales, 'shop'), { to: ['ivanov@stock'] });
    expect(await progress()).toMatchObject({ verdict: 'ok', facts: { waiting: 1, oldestWaiting: id } });
    await house.clock.run(120_000);
    expect(await progress()).toMatchObject({ verdict: 'warning', action: 'check-client', page: '/tenants/stock/clients/ivanov' });
  });

  it('without a session may have a webhook, which takes messages while it is not paused', async () => {
    const [known] = await house.mailboxes.ensure(stock.id, 'client', ['robot']);
    await house.webhooks.put(stock.id, known?.mailbox.id ?? 0, { url: 'https://robot.example/hook', format: 'json-rpc' });
    const found = await ask('shop@sales', 'robot@stock');
    expect([stepOf(found, 'to-sessions')?.verdict, stepOf(found, 'to-webhook')?.verdict]).toEqual(['ok', 'ok']);
    const { taken } = await house.webhooks.lease('n1', 10);
    const paused = { state: 'paused', reason: 'it answered 500', failures: 5, givenUp: 5 } as const;
    await house.webhooks.note('n1', taken[0] as never, paused);
    expect(stepOf(await ask('shop@sales', 'robot@stock'), 'to-webhook')).toMatchObject({
      verdict: 'warning',
      action: 'resume-webhook',
      facts: { reason: 'it answered 500' },
    });
  });
});

describe('a link', () => {
  const to = 'ivanov@sales.branch-7';
  const link = async (use: 'send' | 'call' = 'send') => stepOf(await ask('shop@sales', to, { use }), 'link');

  it('holds messages back, and fails calls, while it is down, paused or in quarantine', async () => {
    const id = await house.link('branch-7');
    expect([(await link())?.action, (await link('call'))?.verdict]).toEqual(['check-link', 'fails']);
    house.live.add('branch-7');
    const lease = await house.linkLog.lease(id, 'n1', 60_000, false);
    await house.linkLog.report(lease as never, { connected: true, since: house.clock.now(), transport: 'websocket' });
    expect([(await link())?.verdict, (await link('call'))?.verdict]).toEqual(['ok', 'ok']);
    await house.links.change(id, { state: 'paused' });
    await house.remotes.refresh();
    expect([(await link())?.verdict, (await link())?.action, (await link('call'))?.verdict]).toEqual(['warning', 'resume-link', 'fails']);
    await house.links.change(id, { state: 'active', quarantined: 'it has jumped' });
    await house.remotes.refresh();
    expect((await link())?.detail).toContain('it has jumped');
  });

  it('says what went wrong last, and since when, and whose confirmation is missing', async () => {
    const id = await house.link('branch-7');
    const lease = await house.linkLog.lease(id, 'n1', 600_000, false);
    await house.linkLog.report(lease as never, { connected: false, since: house.clock.now(), lastError: 'connection refused' });
    await house.clock.run(180_000);
    expect((await link())?.detail).toContain('is down for 3 minutes');
    expect((await link())?.detail).toContain('connection refused');
    await house.link('far', { state: 'pending', confirmedThere: false });
    expect(failureOf(await ask('shop@sales', 'a@b.far'))).toBe('link: confirm-link');
    expect(stepOf(await ask('shop@sales', 'a@b.far'), 'link')?.detail).toContain('the other side has not confirmed it');
  });

  it('brings what the tenant here decides, of a sender that is known there alone', async () => {
    await house.link('branch-7');
    const found = await ask('anna@sales.branch-7', 'ivanov@stock');
    expect(stepOf(found, 'from-tenant')?.verdict).toBe('skipped');
    expect(failureOf(found)).toBe('to-accepts: allow-sender');
    expect(stepOf(found, 'to-accepts')?.facts).toMatchObject({ suggested: { from: 'anna@sales.branch-7' }, wide: '*@sales.branch-7' });
  });
});

describe('an administrator of single tenants', () => {
  it('asks about tenants of its own only', async () => {
    await expect(ask('shop@sales', 'ivanov@stock', { told: ['other'] })).rejects.toMatchObject({ slug: 'forbidden' });
    await expect(ask('a@@b', 'ivanov@stock', { told: ['other'] })).rejects.toMatchObject({ slug: 'forbidden' });
  });

  it('cannot tell a tenant that is not there from one that accepts nobody, or is suspended', async () => {
    await house.tenant('quiet');
    await house.tenant('gone', { suspended: true, accepts: [{ from: '*@sales', allow: ['send'] }] });
    await house.tenant('closed', { unknownClients: 'refuse', accepts: [{ from: '*@sales', allow: ['send'] }] });
    const said = async (tenant: string) => JSON.stringify(await ask('shop@sales', `ivanov@${tenant}`, { told: ['sales'] })).replaceAll(tenant, 'x');
    const absent = await said('absent');
    expect(await said('quiet')).toBe(absent);
    expect(await said('gone')).toBe(absent);
    expect(await said('closed')).toBe(absent);
    expect(absent).not.toContain('"near"');
  });

  it('hears of a foreign recipient what a sender would, and nothing of its progress', async () => {
    await node.send(principal(sales, 'shop'), { to: ['ivanov@stock'] });
    const found = await ask('shop@sales', 'ivanov@stock', { told: ['sales'] });
    expect(found.steps.map(({ step }) => step).slice(6)).toEqual(['to-accepts', 'to-client', 'to-sessions']);
    for (const step of found.steps.slice(6)) expect(step).not.toHaveProperty('page');
    await house.directory.update('stock', { settings: { accepts: [{ from: '*@sales', allow: ['send'] }] } });
    await house.tenants.refresh();
    const less = await ask('shop@sales', 'ivanov@stock', { told: ['sales'] });
    expect(less.steps.slice(6).map(({ step, verdict }) => `${step} ${verdict}`)).toEqual(['to-accepts ok', 'to-sessions skipped']);
  });

  it('hears nothing of a foreign sender’s tenant, not even whether it is there', async () => {
    const said = async (tenant: string) => JSON.stringify(await ask(`shop@${tenant}`, 'ivanov@sales', { told: ['sales'] })).replaceAll(tenant, 'x');
    expect(await said('stock')).toBe(await said('absent'));
    expect(await said('stock')).not.toContain('keys');
  });

  it('hears how a link stands, and no figures or errors of it', async () => {
    const id = await house.link('branch-7');
    const lease = await house.linkLog.lease(id, 'n1', 600_000, false);
    await house.linkLog.report(lease as never, { connected: false, since: house.clock.now(), lastError: 'secret.host refused' });
    const found = await ask('shop@sales', 'x@y.branch-7', { told: ['sales'] });
    expect(JSON.stringify(found)).not.toContain('secret.host');
    expect(stepOf(found, 'link')).toMatchObject({ verdict: 'warning', facts: { direction: 'out', state: 'active', connected: false } });
    expect(stepOf(found, 'link-queue')).not.toHaveProperty('facts');
    expect(JSON.stringify(await ask('shop@sales', 'x@y.branch8', { told: ['sales'] }))).not.toContain('branch-7');
  });
});
