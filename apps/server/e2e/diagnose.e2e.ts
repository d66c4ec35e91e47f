import { execFile } from 'node:child_process';
import { linkConnected, PROGRAM, TestServer, type TestTenant, untilAsked } from '@vestnik/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { oneServer } from './one-server.js';
import { Endpoint } from './webhooks/endpoint.js';

interface Step {
  readonly step: string;
  readonly verdict: 'ok' | 'warning' | 'fails' | 'skipped';
  readonly detail: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly page?: string;
  readonly action?: string;
}

interface Diagnosis {
  readonly from: string;
  readonly to: string;
  readonly reachable: boolean;
  readonly firstFailure?: number;
  readonly steps: readonly Step[];
}

type More = Readonly<Record<string, string>>;

/** Asks over HTTP, and by the command line, which has to say the same. */
async function why(server: TestServer, from: string, to: string, more: More = {}): Promise<Diagnosis> {
  const { status, body, text } = await server.api('GET', `/v1/diagnose?${new URLSearchParams({ from, to, ...more })}`);
  expect(status, text).toBe(200);
  const found = body as unknown as Diagnosis;
  const printed = await vestnik(server, [from, to, ...Object.entries(more).flatMap(([name, value]) => [`--${name}`, value])]);
  expect(printed.exitCode, printed.out).toBe(found.reachable ? 0 : 1);
  const failed = found.steps[found.firstFailure ?? -1];
  if (failed !== undefined) expect(printed.out).toContain(`✗ ${failed.step}`);
  return found;
}

/** What fails first, what would mend it, and where. */
function failure({ steps, firstFailure }: Diagnosis): readonly [step: string, action: string | undefined, page: string | undefined] | undefined {
  const failed = firstFailure === undefined ? undefined : steps[firstFailure];
  return failed === undefined ? undefined : [failed.step, failed.action, failed.page];
}

const stepOf = ({ steps }: Diagnosis, name: string): Step | undefined => steps.find(({ step }) => step === name);

function vestnik(server: TestServer, args: readonly string[]): Promise<{ readonly exitCode: number; readonly out: string }> {
  const { PATH } = process.env;
  const env = { PATH, VESTNIK_URL: server.url, VESTNIK_ADMIN_KEY: server.adminKey, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, 'why', ...args], { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), out: `${stdout}${stderr}` });
    });
  });
}

describe('why one address cannot reach another, within an installation', () => {
  const one = oneServer(() => ({ environment: { VESTNIK_EGRESS_ALLOW: '127.0.0.1/32' } }));
  const change = async (tenant: TestTenant, settings: object) => {
    const { status, text } = await one.server.api('PATCH', `/v1/tenants/${tenant.name}`, settings);
    expect(status, text).toBe(200);
  };
  const status = async (tenant: TestTenant, to: string, credentials?: string) => (await tenant.api('POST', '/messages', { to, type: 't' }, credentials)).status;

  it('finds nothing wrong where a message arrives, and makes nobody known by looking', async () => {
    const tenant = await one.tenant();
    const client = await tenant.connect('ivanov');
    const found = await why(one.server, `server@${tenant.name}`, `ivanov@${tenant.name}`);
    expect([found.reachable, found.from, found.to]).toEqual([true, tenant.address('server'), tenant.address('ivanov')]);
    expect(found.steps.map(({ step, verdict }) => `${step} ${verdict}`)).toEqual([
      ...['from-address ok', 'to-address ok', 'from-tenant ok', 'from-client ok', 'rate-limits ok', 'from-rights ok'],
      ...['to-accepts ok', 'to-client ok', 'to-inbox ok', 'to-sessions ok', 'to-progress ok'],
    ]);
    expect(stepOf(found, 'to-sessions')?.facts).toMatchObject({ online: true, transports: ['websocket'] });
    const nobody = await why(one.server, `server@${tenant.name}`, `ivanof@${tenant.name}`);
    expect(stepOf(nobody, 'to-client')).toMatchObject({ verdict: 'warning', facts: { near: ['ivanov'] } });
    expect((await tenant.api('GET', '/clients/ivanof')).status).toBe(404);
    await client.end();
  });

  it('names what is no address, and a tenant that is not there, with one that may be meant', async () => {
    const tenant = await one.tenant();
    expect(failure(await why(one.server, 'a@@b', `ivanov@${tenant.name}`))).toEqual(['from-address', 'correct-address', undefined]);
    const found = await why(one.server, `server@${tenant.name}`, `ivanov@${tenant.name}x`);
    expect(failure(found)).toEqual(['to-tenant', 'correct-address', '/tenants']);
    expect(stepOf(found, 'to-tenant')?.detail).toContain(`Is ${tenant.name}`);
    expect((await one.server.api('GET', '/v1/diagnose?from=a@b')).status).toBe(400);
  });

  it('a suspended tenant, until that is lifted', async () => {
    const tenant = await one.tenant();
    await change(tenant, { suspended: true });
    expect(await status(tenant, 'ivanov')).toBe(403);
    expect(failure(await why(one.server, `server@${tenant.name}`, 'ivanov'))).toEqual([
      'from-tenant',
      'unsuspend-tenant',
      `/tenants/${tenant.name}?tab=settings`,
    ]);
    await change(tenant, { suspended: false });
    expect((await why(one.server, `server@${tenant.name}`, 'ivanov')).reachable).toBe(true);
    expect(await status(tenant, 'ivanov')).toBe(202);
  });

  it('a key that may not send, until there is one that may', async () => {
    const tenant = await one.tenant();
    const { key } = await tenant.createKey({ client: 'reporter', scopes: ['read'] });
    expect(await status(tenant, 'ivanov', key)).toBe(403);
    const found = await why(one.server, `reporter@${tenant.name}`, 'ivanov');
    expect(failure(found)).toEqual(['from-rights', 'create-key', `/tenants/${tenant.name}?tab=keys`]);
    expect(JSON.stringify(found)).not.toContain(key);
    const better = await tenant.createKey({ client: 'reporter', scopes: ['send'] });
    expect((await why(one.server, `reporter@${tenant.name}`, 'ivanov')).reachable).toBe(true);
    expect(await status(tenant, 'ivanov', better.key)).toBe(202);
    expect(failure(await why(one.server, `reporter@${tenant.name}`, '*'))?.[0]).toBe('from-rights');
    expect(failure(await why(one.server, `nobody@${tenant.name}`, 'ivanov', { as: 'key' }))?.slice(0, 2)).toEqual(['from-client', 'create-key']);
  });

  it('a tenant that does not accept it, until it has the rule that was suggested', async () => {
    const [sales, stock] = [await one.tenant(), await one.tenant()];
    const to = `ivanov@${stock.name}`;
    expect(await status(sales, to)).toBe(403);
    const found = await why(one.server, `server@${sales.name}`, to);
    expect(failure(found)).toEqual(['to-accepts', 'allow-sender', `/tenants/${stock.name}?tab=accepts`]);
    await change(stock, { accepts: [stepOf(found, 'to-accepts')?.facts?.suggested] });
    expect((await why(one.server, `server@${sales.name}`, to)).reachable).toBe(true);
    expect(await status(sales, to)).toBe(202);
    expect(failure(await why(one.server, `server@${sales.name}`, to, { use: 'call' }))?.[0]).toBe('to-accepts');
    await change(stock, { suspended: true });
    expect(failure(await why(one.server, `server@${sales.name}`, to))?.slice(0, 2)).toEqual(['to-tenant', 'unsuspend-tenant']);
  });

  it('clients that may not leave their tenant, and topics that they may not write to', async () => {
    const sales = await one.tenant({ clientsMay: 'tenant', topics: [{ pattern: 'news/#', subscribe: 'clients', publish: 'backend' }] });
    const stock = await one.tenant({ accepts: [{ from: `*@${sales.name}`, allow: ['send'] }] });
    const token = await sales.token('anna');
    const [from, to] = [`anna@${sales.name}`, `ivanov@${stock.name}`];
    expect(await status(sales, to, token)).toBe(403);
    expect(failure(await why(one.server, from, to))).toEqual(['from-rights', 'let-clients-write', `/tenants/${sales.name}?tab=settings`]);
    await change(sales, { clientsMay: 'installation' });
    expect((await why(one.server, from, to)).reachable).toBe(true);
    expect(await status(sales, to, token)).toBe(202);

    expect(await status(sales, '#news/today', token)).toBe(403);
    expect(failure(await why(one.server, from, '#news/today'))).toEqual(['from-rights', 'change-topic-rules', `/tenants/${sales.name}?tab=topics`]);
    await change(sales, { topics: [] });
    const found = await why(one.server, from, '#news/today');
    expect([found.reachable, stepOf(found, 'to-subscribers')?.action]).toEqual([true, 'subscribe-client']);
    expect((await sales.api('PUT', '/subscriptions', { topic: 'news/+', client: 'boris' })).status).toBe(201);
    expect(stepOf(await why(one.server, from, '#news/today'), 'to-subscribers')).toMatchObject({
      verdict: 'ok',
      facts: { subscribers: 1, clients: ['boris'] },
    });
  });

  it('a client that is not known where strangers are refused, until it has a token', async () => {
    const tenant = await one.tenant({ unknownClients: 'refuse' });
    expect(await status(tenant, 'ivanov')).toBe(404);
    expect(failure(await why(one.server, `server@${tenant.name}`, 'ivanov'))?.slice(0, 2)).toEqual(['to-client', 'create-client']);
    await tenant.mint('ivanov');
    expect((await why(one.server, `server@${tenant.name}`, 'ivanov')).reachable).toBe(true);
    expect(await status(tenant, 'ivanov')).toBe(202);
  });

  it('an inbox that is full, until it takes more', async () => {
    const tenant = await one.tenant({ maxInbox: 1 });
    expect([await status(tenant, 'ivanov'), await status(tenant, 'ivanov')]).toEqual([202, 429]);
    const found = await why(one.server, `server@${tenant.name}`, 'ivanov');
    expect(failure(found)).toEqual(['to-inbox', 'raise-inbox', `/tenants/${tenant.name}/clients/ivanov`]);
    expect(stepOf(found, 'to-progress')?.facts).toMatchObject({ waiting: 1, oldestWaitingAt: expect.any(String) });
    await change(tenant, { maxInbox: 10 });
    expect((await why(one.server, `server@${tenant.name}`, 'ivanov')).reachable).toBe(true);
    expect(await status(tenant, 'ivanov')).toBe(202);
  });

  it('a limit of rate that is used up, as a warning', async () => {
    const tenant = await one.tenant({ rateLimits: { perKey: 2 } });
    for (let sent = 0; sent < 20 && (await status(tenant, 'ivanov')) !== 429; sent++);
    const found = await why(one.server, `server@${tenant.name}`, 'ivanov');
    // It fills again while one asks: only that it is there is sure.
    expect(stepOf(found, 'rate-limits')?.facts?.limits).toEqual([expect.objectContaining({ limited: 'key' })]);
    expect(found.reachable).toBe(true);
  });

  it('a call to somebody who is not there, until he is; a message waits', async () => {
    const tenant = await one.tenant();
    await tenant.mint('ivanov');
    const ask = (use: string) => why(one.server, `server@${tenant.name}`, 'ivanov', { use });
    expect((await tenant.api('POST', '/calls', { to: 'ivanov', method: 'x' })).status).toBe(404);
    expect(failure(await ask('call'))).toEqual(['to-sessions', 'connect-client', `/tenants/${tenant.name}/clients/ivanov`]);
    expect(stepOf(await ask('send'), 'to-sessions')).toMatchObject({ verdict: 'warning', facts: { online: false, until: expect.any(String) } });
    expect((await ask('presence')).reachable).toBe(true);
    const client = await tenant.connect('ivanov');
    expect(failure(await ask('call'))).toBeUndefined();
    await client.end();
  });

  let endpoint: Endpoint | undefined;
  afterEach(() => endpoint?.close());

  it('a webhook that is paused, until it is resumed', async () => {
    endpoint = await Endpoint.open();
    const tenant = await one.tenant({ webhookAttempts: 1 });
    endpoint.reply = () => ({ status: 500 });
    await tenant.api('PUT', '/clients/shop/webhook', { url: endpoint.url });
    for (let number = 1; number <= 5; number++) await tenant.send({ to: 'shop', type: 'order', data: number });
    await untilAsked('it is paused', async () => (await tenant.api('GET', '/clients/shop/webhook')).body.state === 'paused');
    const found = await why(one.server, `server@${tenant.name}`, 'shop');
    expect(stepOf(found, 'to-webhook')).toMatchObject({ verdict: 'warning', action: 'resume-webhook', page: '/webhooks', facts: { state: 'paused' } });
    expect(stepOf(found, 'to-webhook')?.detail).toContain('the endpoint answered 500');
    endpoint.reply = () => ({ status: 204 });
    await tenant.api('POST', '/clients/shop/webhook/resume');
    expect(stepOf(await why(one.server, `server@${tenant.name}`, 'shop'), 'to-webhook')?.verdict).toBe('ok');
  });
});

describe('why one address cannot reach another, across a link', () => {
  let hq: TestServer;
  let branch: TestServer;
  let sales: TestTenant;
  let stock: TestTenant;
  beforeAll(async () => {
    [hq, branch] = await Promise.all([TestServer.start({ installation: 'hq' }), TestServer.start({ installation: 'branch-7' })]);
    [sales, stock] = await Promise.all([hq.createTenant('sales'), branch.createTenant('stock')]);
  });
  afterAll(() => Promise.all([hq?.close(), branch?.close()]));

  const links = async (at: TestServer) => (await at.api('GET', '/v1/links')).body.items as { id: string }[];
  const to = 'ivanov@stock.branch-7';
  const ask = (use = 'send') => why(hq, 'server@sales', to, { use });
  const linkId = async (at: TestServer) => (await links(at))[0]?.id ?? '';

  it('no link, one that is not confirmed, and one that is', async () => {
    expect((await sales.api('POST', '/messages', { to, type: 't' })).status).toBe(404);
    expect(failure(await ask())).toEqual(['link', 'pair-link', '/links']);
    const { invite } = (await hq.api('POST', '/v1/links/invites')).body as { invite: string };
    await branch.api('POST', '/v1/links', { invite });
    expect(failure(await ask())).toEqual(['link', 'confirm-link', '/links']);
    await branch.api('POST', `/v1/links/${await linkId(branch)}/confirm`, {});
    await hq.api('POST', `/v1/links/${await linkId(hq)}/confirm`, {});
    await Promise.all([linkConnected(hq, await linkId(hq)), linkConnected(branch, await linkId(branch))]);
    const found = await ask();
    expect([found.reachable, stepOf(found, 'link')?.facts]).toMatchObject([true, { connected: true, state: 'active' }]);
    expect(stepOf(found, 'to-tenant')?.verdict).toBe('skipped');
    expect((await sales.api('POST', '/messages', { to, type: 't' })).status).toBe(202);
  });

  it('what the other side knows: whether its tenant accepts it', async () => {
    const there = () => why(branch, 'server@sales.hq', 'ivanov@stock');
    const found = await there();
    expect(failure(found)).toEqual(['to-accepts', 'allow-sender', '/tenants/stock?tab=accepts']);
    await branch.api('PATCH', '/v1/tenants/stock', { accepts: [stepOf(found, 'to-accepts')?.facts?.suggested] });
    expect((await there()).reachable).toBe(true);
    const sent = await sales.send({ to, type: 't', data: 'now' });
    await untilAsked('it has arrived', async () => {
      const { body } = await sales.api('GET', `/messages/${sent.id}`);
      return (body.to as { arrivedAt?: string; state: string }[])[0]?.arrivedAt !== undefined;
    });
    expect((await stock.api('GET', '/clients/ivanov')).status).toBe(200);
  });

  it('a link that is paused: messages wait, calls fail, until it is resumed', async () => {
    await hq.api('POST', `/v1/links/${await linkId(hq)}/pause`);
    const found = await ask();
    expect([found.reachable, stepOf(found, 'link')?.verdict, stepOf(found, 'link')?.action]).toEqual([true, 'warning', 'resume-link']);
    expect(failure(await ask('call'))).toEqual(['link', 'resume-link', '/links']);
    await hq.api('POST', `/v1/links/${await linkId(hq)}/resume`);
    await linkConnected(hq, await linkId(hq));
    await untilAsked('calls cross it again', async () => (await ask('call')).reachable);
  });

  it('a link that is down, since when, until it is up again', async () => {
    await branch.kill();
    const found = await untilAsked('it is noticed', async () => {
      const asked = await ask();
      return stepOf(asked, 'link')?.verdict === 'warning' ? asked : undefined;
    });
    expect(stepOf(found, 'link')).toMatchObject({ action: 'check-link', facts: { connected: false, since: expect.any(String) } });
    expect(failure(await ask('call'))?.slice(0, 2)).toEqual(['link', 'check-link']);
    await branch.startAgain();
    await linkConnected(hq, await linkId(hq), 30_000);
    expect(stepOf(await ask(), 'link')?.verdict).toBe('ok');
  });
});
