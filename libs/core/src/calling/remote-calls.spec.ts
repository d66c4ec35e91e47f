import { type CallResult, Problem, writeJson } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Scope } from '../access/scopes.js';
import type { Caller } from '../delivery/caller.js';
import type { Push } from '../delivery/push.js';
import type { Session } from '../delivery/session.js';
import type { Tenant, TenantSettings } from '../ports/tenant.js';
import { OrderedSends } from '../sending/ordered-sends.js';
import { LinkedHouses } from '../spec/linked-houses.js';
import { type MemoryNode, Outlet, principal } from '../spec/memory-house.js';

let houses: LinkedHouses;
let here: MemoryNode;
let there: MemoryNode;
let accounting: Tenant;
let warehouse: Tenant;

const ALL: Partial<TenantSettings> = { accepts: [{ from: '*@accounting.head', allow: ['call', 'presence', 'topics', 'broadcast'] }] };
const QUIET: Partial<TenantSettings> = { accepts: [{ from: '*@accounting.head', allow: ['call'] }] };

beforeEach(async () => {
  houses = new LinkedHouses();
  accounting = await houses.hq.tenant('accounting');
  warehouse = await houses.branch.tenant('warehouse', ALL);
  here = await houses.node(houses.hq);
  there = await houses.node(houses.branch);
});

const SCOPES: readonly Scope[] = ['receive', 'send', 'call', 'broadcast'];
const who = (client: string, of: Tenant, more: Partial<Principal> = {}) => principal(of, client, { scopes: new Set(SCOPES), ...more });
const backend = (more: Partial<Caller> = {}): Caller => ({ principal: who('server', accounting), sends: new OrderedSends(), device: '', ...more });

class Callee extends Outlet {
  session!: Session;
  readonly ids: string[] = [];
  readonly texts: string[] = [];
  node!: MemoryNode;

  static async connect(client: string, node = there, of = warehouse) {
    const callee = new Callee();
    callee.node = node;
    callee.session = (await node.connect(who(client, of), {}, callee)).session;
    return callee;
  }

  override push(push: Push): void {
    super.push(push);
    if (push.method !== 'call') return;
    this.ids.push(push.id as string);
    this.texts.push(push.params);
  }

  get cancelled() {
    return this.of('cancel').map(({ id }) => id);
  }

  answer(answer: { result: string } | { error: string }) {
    this.node.methods.answered(this.session, this.ids.at(-1) as string, answer);
    return houses.settle();
  }

  get address() {
    return `${this.session.principal.client}@warehouse.branch-7/${this.session.session}`;
  }
}

class Made {
  text: string | undefined;
  problem: Problem | undefined;

  constructor(work: () => unknown) {
    new Promise((resolve) => resolve(work())).then(
      (result) => {
        this.text = writeJson(result as CallResult);
      },
      (problem: Problem) => {
        this.problem = problem;
      },
    );
  }

  get outcome(): unknown {
    return this.problem?.slug ?? (this.text === undefined ? undefined : JSON.parse(this.text));
  }
}

async function call(params: object | string, caller = backend()): Promise<Made> {
  const raw = typeof params === 'string' ? params : JSON.stringify({ method: 'openForm', ...params });
  const made = new Made(() => here.methods.call(caller, 'call', JSON.parse(raw), raw, true));
  await houses.settle();
  return made;
}

async function settings(change: Partial<TenantSettings>) {
  await houses.branch.directory.update('warehouse', { settings: change });
  await houses.branch.tenants.refresh();
}

describe('a call to another installation', () => {
  it('reaches the client with the caller as it is written there, and brings the answer as it is written here, byte for byte', async () => {
    const petrov = await Callee.connect('petrov');
    const long = '{"n":12345678901234567890.10,"a":"\\u0041"}';
    const made = await call(`{"to":"petrov@warehouse.branch-7","method":"openForm","params": ${long},"timeout":10}`);
    expect(petrov.of('call')).toMatchObject([
      { from: 'server@accounting.head', method: 'openForm', deadline: new Date(houses.clock.now() + 10_000).toISOString() },
    ]);
    expect(petrov.texts[0]).toContain(`"params":${long},`);
    await petrov.answer({ result: long });
    expect(made.text).toBe(`{"result":${long},"from":"${petrov.address}"}`);
  });

  it('can be answered by calling back under the address that it came from', async () => {
    await houses.hq.directory.update('accounting', { settings: { accepts: [{ from: 'petrov@*.branch-7', allow: ['call'] }] } });
    await houses.hq.tenants.refresh();
    const ivanov = await Callee.connect('server', here, accounting);
    const raw = '{"to":"server@accounting.head","method":"m"}';
    const made = new Made(() =>
      there.methods.call({ principal: who('petrov', warehouse), sends: new OrderedSends(), device: '' }, 'call', JSON.parse(raw), raw, true),
    );
    await houses.settle();
    expect(ivanov.of('call')).toMatchObject([{ from: 'petrov@warehouse.branch-7' }]);
    await ivanov.answer({ result: '1' });
    expect(made.outcome).toEqual({ result: 1, from: `server@accounting.head/${ivanov.session.session}` });
  });

  it('reaches sessions of all nodes there, and one that is named', async () => {
    const other = await houses.node(houses.branch, 'n2');
    const petrov = await Callee.connect('petrov', other);
    await houses.clock.run(1_000);
    const made = await call({ to: `petrov@warehouse.branch-7/${petrov.session.session}` });
    await petrov.answer({ result: '1' });
    expect(made.outcome).toEqual({ result: 1, from: petrov.address });
  });

  it('fails with the client’s own error, untouched', async () => {
    const petrov = await Callee.connect('petrov');
    const made = await call({ to: 'petrov@warehouse.branch-7' });
    await petrov.answer({ error: '{"code":12345678901234567890,"message":"no"}' });
    expect(made.problem?.slug).toBe('call-failed');
    expect(made.problem?.extra.from).toBe(petrov.address);
    expect(writeJson(made.problem?.toRpc())).toContain('"error":{"code":12345678901234567890,"message":"no"}');
  });

  it('gathers all answers, of topics and everyone too, and says how many are missing', async () => {
    const [petrov, sidorov] = [await Callee.connect('petrov'), await Callee.connect('sidorov')];
    const made = await call({ to: '*@warehouse.branch-7', answer: 'all', timeout: 5 });
    await petrov.answer({ result: '{"n":10000000000000000001}' });
    expect(made.outcome).toBeUndefined();
    await houses.clock.run(5_000);
    expect(made.text).toBe(`{"missing":1,"answers":[{"from":"${petrov.address}","result":{"n":10000000000000000001}}]}`);
    expect(sidorov.cancelled).toEqual(sidorov.ids);
  });

  it('takes the first result of several sessions, and cancels the others', async () => {
    const [desk, phone] = [await Callee.connect('petrov'), await Callee.connect('petrov')];
    const made = await call({ to: 'petrov@warehouse.branch-7', answer: 'first' });
    await phone.answer({ result: '2' });
    expect(made.outcome).toEqual({ result: 2, from: phone.address });
    expect(desk.cancelled).toEqual(desk.ids);
  });

  it('ends at its deadline on both sides', async () => {
    const petrov = await Callee.connect('petrov');
    const made = await call({ to: 'petrov@warehouse.branch-7', timeout: 0.5 });
    await houses.clock.run(499);
    expect([made.outcome, petrov.cancelled]).toEqual([undefined, []]);
    await houses.clock.run(1);
    expect([made.outcome, petrov.cancelled]).toEqual(['call-timeout', petrov.ids]);
  });

  it('is cancelled there when whoever called is gone', async () => {
    const petrov = await Callee.connect('petrov');
    const request = new AbortController();
    const byHttp = await call({ to: 'petrov@warehouse.branch-7' }, backend({ signal: request.signal }));
    request.abort();
    await houses.settle();
    expect([byHttp.outcome, petrov.cancelled]).toEqual(['call-interrupted', petrov.ids]);
    const { session } = await here.connect(who('ivanov', accounting));
    const bySession = await call({ to: 'petrov@warehouse.branch-7' }, session);
    session.closed();
    await houses.settle();
    expect([bySession.outcome, petrov.cancelled]).toEqual(['call-interrupted', petrov.ids]);
    const drained = await call({ to: 'petrov@warehouse.branch-7' });
    here.parts.calls.drain();
    await houses.settle();
    expect([drained.problem?.detail, petrov.cancelled.length]).toEqual(['this node is shutting down; the call may have been carried out', 3]);
  });

  it('is unavailable while the link is down, and interrupted when it goes down', async () => {
    const petrov = await Callee.connect('petrov');
    const made = await call({ to: 'petrov@warehouse.branch-7' });
    houses.cut();
    await houses.settle();
    expect([made.outcome, petrov.cancelled]).toEqual(['call-interrupted', petrov.ids]);
    const refused = await call({ to: 'petrov@warehouse.branch-7' });
    expect(refused.problem).toMatchObject({ slug: 'unavailable', extra: { link: 'branch-7', retryAfter: 5 } });
    houses.mend();
    const again = await call({ to: 'petrov@warehouse.branch-7' });
    await petrov.answer({ result: '1' });
    expect(again.outcome).toMatchObject({ result: 1 });
  });

  it('is interrupted when the session that was called ends', async () => {
    const petrov = await Callee.connect('petrov');
    const made = await call({ to: 'petrov@warehouse.branch-7' });
    petrov.session.closed();
    await houses.settle();
    expect(made.outcome).toBe('call-interrupted');
  });

  it('to nobody is told only where presence is allowed', async () => {
    expect((await call({ to: 'petrov@warehouse.branch-7' })).outcome).toBe('client-offline');
    await settings(QUIET);
    const made = await call({ to: 'petrov@warehouse.branch-7', timeout: 1 });
    expect(made.outcome).toBeUndefined();
    await houses.clock.run(1_000);
    expect(made.outcome).toBe('call-timeout');
    const { items } = await houses.branch.mailboxes.listClients(warehouse.id, { limit: 10 });
    expect(items.map(({ name }) => name)).toEqual([]);
  });

  it('is refused alike by a tenant that accepts nobody and one that is not there', async () => {
    await houses.branch.tenant('closed', {
      accepts: [
        { from: '*@accounting', allow: ['call'] },
        { from: '*@other.head', allow: ['call'] },
      ],
    });
    await settings({ suspended: true });
    const refusals = await Promise.all(['x@closed', 'x@nowhere', 'x@warehouse', 'vestnik@closed'].map((to) => call({ to: `${to}.branch-7` })));
    const told = refusals.map(({ problem }) => JSON.stringify(problem?.toRpc()));
    expect(refusals[0]?.outcome).toBe('recipient-refused');
    expect(new Set(told).size).toBe(1);
  });

  it('is not made where the tenant keeps its clients at home, or the caller may not call many', async () => {
    await houses.hq.directory.update('accounting', { settings: { clientsMay: 'installation' } });
    await houses.hq.tenants.refresh();
    const petrov = await Callee.connect('petrov');
    expect((await call({ to: 'petrov@warehouse.branch-7' }, backend({ principal: who('ivanov', accounting, { kind: 'token' }) }))).outcome).toBe('forbidden');
    const narrow = backend({ principal: who('server', accounting, { scopes: new Set(['call']) }) });
    expect((await call({ to: '*@warehouse.branch-7', answer: 'all' }, narrow)).outcome).toBe('scope-missing');
    expect(petrov.ids).toEqual([]);
  });

  it('is one of 100 open calls of its client', async () => {
    await Callee.connect('petrov');
    for (let n = 0; n < 100; n++) await call({ to: 'petrov@warehouse.branch-7' });
    expect((await call({ to: 'petrov@warehouse.branch-7' })).outcome).toBe('rate-limited');
    houses.cut();
    await houses.settle();
    expect((await call({ to: 'petrov@warehouse.branch-7' })).outcome).toBe('unavailable');
  });
});

describe('an installation that asks for calls', () => {
  const ask = (params: unknown, timeoutMs = 20_000) => {
    const remote = here.parts.remotes.byPath(['branch-7']);
    if (remote === undefined) throw new Error('there is no such remote');
    const [line] = houses.lines.ends('hq');
    const made = new Made(() => line?.ask(remote, 'call', typeof params === 'string' ? params : JSON.stringify(params), { timeoutMs }));
    return houses.settle().then(() => made);
  };
  const good = { from: 'server@accounting', to: 'petrov@warehouse', method: 'm', answer: 'one', timeoutMs: 1_000 };

  it.each([
    ['speaks for another', { ...good, from: 'server@accounting.hq' }],
    ['speaks for a session', { ...good, from: 'server@accounting/1' }],
    ['speaks for the bus', { ...good, from: 'vestnik@accounting' }],
    ['names no tenant', { ...good, to: 'petrov' }],
    ['wants to be passed on', { ...good, to: 'petrov@warehouse.third' }],
    ['calls many for one answer', { ...good, to: '*@warehouse' }],
    ['waits too long', { ...good, timeoutMs: 120_001 }],
    ['sends no JSON', '{'],
    ['sends something deep', '['.repeat(200)],
  ])('and %s is refused, and nobody is called', async (_what, params) => {
    const petrov = await Callee.connect('petrov');
    expect((await ask(params)).outcome).toBe('request-invalid');
    expect(petrov.ids).toEqual([]);
  });

  it('has 1,000 open calls at most', async () => {
    await Callee.connect('petrov');
    for (let n = 0; n < 1_000; n++) void ask(good);
    await houses.settle();
    expect((await ask(good)).outcome).toBe('rate-limited');
    await houses.clock.run(1_000);
    expect((await ask(good)).outcome).toBeUndefined();
  });

  it('may send as much as the called tenant allows', async () => {
    await Callee.connect('petrov');
    await settings({ maxDataBytes: 1_000 });
    expect((await ask({ ...good, params: 'x'.repeat(1_000) })).outcome).toBe('data-too-large');
    expect((await ask({ ...good, params: 'x'.repeat(998) })).outcome).toBeUndefined();
  });
});

describe('what another installation answers', () => {
  it.each([
    ['{}'],
    ['{"from":"petrov@warehouse.third/1","result":1}'],
    ['{"from":"petrov@warehouse","result":1}'],
    ['{"from":"petrov@warehouse/1"}'],
    ['{"answers":[],"missing":0}'],
    ['nothing'],
  ])('is passed on only where it is an answer: %s', async (text) => {
    houses.lines.ends('branch')[0]?.serve('call', () => Promise.resolve(text));
    expect((await call({ to: 'petrov@warehouse.branch-7' })).outcome).toBe('unavailable');
  });

  it('cannot end a session of ours', async () => {
    houses.lines.ends('branch')[0]?.serve('call', () => Promise.reject(new Problem('token-expired', 'sign in again')));
    expect((await call({ to: 'petrov@warehouse.branch-7' })).outcome).toBe('unavailable');
  });
});
