import { type CallResult, LIMITS, Problem, writeJson } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Scope } from '../access/scopes.js';
import type { Caller } from '../delivery/caller.js';
import type { Push } from '../delivery/push.js';
import type { Session, SessionOptions } from '../delivery/session.js';
import type { Tenant } from '../ports/tenant.js';
import { OrderedSends } from '../sending/ordered-sends.js';
import { MemoryHouse, type MemoryNode, Outlet, principal } from '../spec/memory-house.js';

let house: MemoryHouse;
let node: MemoryNode;
let tenant: Tenant;

beforeEach(async () => {
  house = new MemoryHouse();
  house.base.beginEpoch(1);
  tenant = await house.tenant('demo');
  node = house.node();
  await node.delivery.readEpochs();
});

const SCOPES: readonly Scope[] = ['receive', 'send', 'call', 'subscribe', 'presence', 'broadcast'];
const who = (client: string, of = tenant, scopes = SCOPES): Principal => principal(of, client, { scopes: new Set(scopes) });
const backend = (of = tenant, client = 'server'): Caller => ({ principal: who(client, of), sends: new OrderedSends(), device: '' });

/** A session that keeps the calls that it was pushed, and answers when it is told to. */
class Callee extends Outlet {
  session!: Session;
  readonly ids: string[] = [];

  constructor(readonly on: MemoryNode) {
    super();
  }

  static async connect(client: string, { on = node, of = tenant, ...options }: Partial<SessionOptions> & { on?: MemoryNode; of?: Tenant } = {}) {
    const callee = new Callee(on);
    callee.session = (await on.connect(who(client, of), options, callee)).session;
    return callee;
  }

  override push(push: Push): void {
    super.push(push);
    if (push.method === 'call') this.ids.push(push.id as string);
  }

  get calls() {
    return this.of('call');
  }

  get cancelled() {
    return this.of('cancel').map(({ id }) => id);
  }

  result(result: unknown, at = -1): void {
    this.on.methods.answered(this.session, this.ids.at(at) as string, { result: typeof result === 'string' ? result : JSON.stringify(result) });
  }

  error(error: unknown): void {
    this.on.methods.answered(this.session, this.ids.at(-1) as string, { error: JSON.stringify(error) });
  }
}

/** What became of a call, or `undefined` as long as it waits. */
class Made {
  outcome: { readonly result: unknown } | { readonly problem: Problem } | undefined;

  constructor(work: () => unknown) {
    new Promise((resolve) => resolve(work())).then(
      (result) => {
        this.outcome = { result: JSON.parse(writeJson(result as CallResult)) };
      },
      (problem: Problem) => {
        this.outcome = { problem };
      },
    );
  }

  get result() {
    return this.outcome === undefined || 'problem' in this.outcome ? undefined : this.outcome.result;
  }

  get slug() {
    return this.outcome === undefined || 'result' in this.outcome ? undefined : this.outcome.problem.slug;
  }

  get problem() {
    return this.outcome === undefined || 'result' in this.outcome ? undefined : this.outcome.problem;
  }
}

async function call(caller: Caller, params: object, on = node): Promise<Made> {
  const whole = { method: 'openForm', ...params };
  const made = new Made(() => on.methods.call(caller, 'call', whole, JSON.stringify(whole), true));
  await house.settle();
  return made;
}

describe('a call', () => {
  it('reaches the client with who calls, what, and until when, and brings its result back', async () => {
    const ivanov = await Callee.connect('ivanov');
    const made = await call(backend(), { to: 'ivanov', params: { form: 'Заказ' }, timeout: 10 });
    expect(ivanov.calls).toEqual([
      { from: 'server@demo.hq', method: 'openForm', params: { form: 'Заказ' }, deadline: new Date(house.clock.now() + 10_000).toISOString() },
    ]);
    expect(made.outcome).toBeUndefined();
    ivanov.result({ opened: true });
    await house.settle();
    expect(made.result).toEqual({ result: { opened: true }, from: `ivanov@demo.hq/${ivanov.session.session}` });
    expect(ivanov.cancelled).toEqual([]);
  });

  it('has null for params that were not given, and 15 s', async () => {
    const ivanov = await Callee.connect('ivanov');
    const made = await call(backend(), { to: 'ivanov' });
    expect(ivanov.calls).toMatchObject([{ params: null, deadline: new Date(house.clock.now() + 15_000).toISOString() }]);
    await house.clock.run(15_000);
    expect(made.slug).toBe('call-timeout');
  });

  it('passes params, results and errors on as they were sent', async () => {
    const ivanov = await Callee.connect('ivanov');
    const texts: string[] = [];
    ivanov.push = (push) => {
      texts.push(push.params);
      ivanov.ids.push(push.id as string);
    };
    const long = '{"n":12345678901234567890.10,"a":"\\u0041"}';
    const raw = `{"to":"ivanov","method":"m","params": ${long}}`;
    const first = node.methods.call(backend(), 'call', JSON.parse(raw), raw, true) as Promise<CallResult>;
    ivanov.result(long);
    expect(texts[0]).toContain(`"params":${long},`);
    expect(writeJson(await first)).toContain(`"result":${long},`);
    const second = node.methods.call(backend(), 'call', JSON.parse(raw), raw, true) as Promise<CallResult>;
    node.methods.answered(ivanov.session, ivanov.ids[1] as string, { error: long });
    const problem = await second.catch((error: unknown) => error as Problem);
    expect(writeJson((problem as Problem).toRpc())).toContain(`"error":${long}`);
    expect(writeJson((problem as Problem).toHttp())).toContain(`"error":${long}`);
  });

  it('that the client answers with an error fails with that error', async () => {
    const ivanov = await Callee.connect('ivanov');
    const made = await call(backend(), { to: 'ivanov' });
    ivanov.error({ code: 7, message: 'no such form' });
    await house.settle();
    expect(made.slug).toBe('call-failed');
    expect(made.problem?.extra).toMatchObject({ from: `ivanov@demo.hq/${ivanov.session.session}` });
    expect(JSON.parse(writeJson(made.problem?.extra.error))).toEqual({ code: 7, message: 'no such form' });
  });

  it.each([
    ['nobody knows', 'nobody'],
    ['is away', 'petrov'],
    ['has no such session', 'ivanov/nowhere'],
  ])('to a client that %s fails at once, and makes nobody known', async (_what, to) => {
    const petrov = await Callee.connect('petrov');
    petrov.session.closed();
    await Callee.connect('ivanov');
    const made = await call(backend(), { to });
    expect(made.slug).toBe('client-offline');
    expect(await house.mailboxes.find(tenant.id, 'client', ['nobody'])).toEqual([undefined]);
  });

  it('does not reach another client’s session under a client’s name', async () => {
    const petrov = await Callee.connect('petrov');
    await Callee.connect('ivanov');
    expect((await call(backend(), { to: `ivanov/${petrov.session.session}` })).slug).toBe('client-offline');
    expect(petrov.calls).toEqual([]);
  });

  it('that is not answered ends at its deadline, and the client is told that nobody waits', async () => {
    const ivanov = await Callee.connect('ivanov');
    const made = await call(backend(), { to: 'ivanov', timeout: 0.5 });
    await house.clock.run(499);
    expect([made.outcome, ivanov.cancelled]).toEqual([undefined, []]);
    await house.clock.run(1);
    expect([made.slug, ivanov.cancelled]).toEqual(['call-timeout', ivanov.ids]);
    ivanov.result('late');
    await house.settle();
    expect(made.slug).toBe('call-timeout');
  });

  it('fails at once when the session that was called ends', async () => {
    const ivanov = await Callee.connect('ivanov');
    const made = await call(backend(), { to: 'ivanov' });
    ivanov.session.closed();
    await house.settle();
    expect(made.slug).toBe('call-interrupted');
  });

  it('is cancelled when the session that called ends', async () => {
    const [petrov, ivanov] = [await Callee.connect('petrov'), await Callee.connect('ivanov')];
    const made = await call(petrov.session, { to: 'ivanov' });
    petrov.session.closed();
    await house.settle();
    expect([made.slug, ivanov.cancelled]).toEqual(['call-interrupted', ivanov.ids]);
  });

  it('by HTTP is cancelled when its request is, and not with the session that it names', async () => {
    const [petrov, ivanov] = [await Callee.connect('petrov'), await Callee.connect('ivanov')];
    const request = new AbortController();
    const made = await call({ ...backend(tenant, 'petrov'), live: petrov.session, session: petrov.session.session, signal: request.signal }, { to: 'ivanov' });
    petrov.session.closed();
    await house.settle();
    expect([made.outcome, ivanov.cancelled]).toEqual([undefined, []]);
    request.abort();
    await house.settle();
    expect([made.slug, ivanov.cancelled]).toEqual(['call-interrupted', ivanov.ids]);
  });

  it('is answered by the session that was called and by no other, once', async () => {
    const [ivanov, petrov] = [await Callee.connect('ivanov'), await Callee.connect('petrov')];
    const made = await call(backend(), { to: 'ivanov' });
    const [id = ''] = ivanov.ids;
    node.methods.answered(petrov.session, id, { result: '"forged"' });
    node.methods.answered(ivanov.session, 'unknown', { result: '"lost"' });
    await house.settle();
    expect(made.outcome).toBeUndefined();
    ivanov.result('1');
    ivanov.result('2');
    await house.settle();
    expect(made.result).toMatchObject({ result: 1 });
  });

  it('needs the scope, and reaches sessions whatever theirs are', async () => {
    const outlet = new Outlet();
    await node.connect(who('ivanov', tenant, ['send']), {}, outlet);
    await call(backend(), { to: 'ivanov' });
    expect(outlet.of('call')).toHaveLength(1);
    expect((await call({ ...backend(), principal: who('server', tenant, ['send']) }, { to: 'ivanov' })).slug).toBe('scope-missing');
  });

  it.each([
    [{ to: '@' }, 'address-invalid', 'to'],
    [{ to: '*' }, 'address-invalid', 'to'],
    [{ to: '#orders', answer: 'first' }, 'address-invalid', 'to'],
    [{ to: 'ivanov', method: '' }, 'request-invalid', 'method'],
    [{ to: 'ivanov', timeout: 0.01 }, 'request-invalid', 'timeout'],
    [{ to: 'ivanov', timeout: 121 }, 'request-invalid', 'timeout'],
    [{ to: 'ivanov', answer: 'some' }, 'request-invalid', 'answer'],
    [{ to: 'ivanov', params: 'x'.repeat(256 * 1024) }, 'data-too-large', 'params'],
  ])('that is not right names what is wrong: %#', async (params, slug, path) => {
    const { problem } = await call(backend(), params);
    expect([problem?.slug, problem?.extra.errors?.[0]?.path]).toEqual([slug, path]);
  });

  it.each([
    ['more than the tenant allows', 'x'.repeat(256 * 1024)],
    ['nested too deeply', JSON.parse('['.repeat(65) + ']'.repeat(65))],
  ])('whose answer is %s fails', async (_what, answer) => {
    const ivanov = await Callee.connect('ivanov');
    const made = await call(backend(), { to: 'ivanov' });
    ivanov.result(JSON.stringify(answer));
    await house.settle();
    expect(made.slug).toBe('data-too-large');
  });

  it('is refused to a client that has 100 under way, until one of them ends', async () => {
    const ivanov = await Callee.connect('ivanov');
    for (let n = 0; n < LIMITS.callsPerClient; n++) await call(backend(), { to: 'ivanov' });
    expect((await call(backend(), { to: 'ivanov' })).slug).toBe('rate-limited');
    const other = await call(backend(tenant, 'petrov'), { to: 'ivanov' });
    expect(other.outcome).toBeUndefined();
    ivanov.result(1, 0);
    await house.settle();
    expect((await call(backend(), { to: 'ivanov' })).outcome).toBeUndefined();
    expect((await call(backend(), { to: 'nobody' })).slug).toBe('rate-limited');
    await house.clock.run(20_000);
    for (let n = 0; n < 150; n++) expect((await call(backend(), { to: 'nobody' })).slug).toBe('client-offline');
  });

  it('to a session that does not read what it is sent fails at once', async () => {
    const ivanov = await Callee.connect('ivanov');
    ivanov.choked = true;
    expect((await call(backend(), { to: 'ivanov' })).slug).toBe('unavailable');
    expect(ivanov.calls).toEqual([]);
  });

  it('goes beside messages that have no room, where the connection says so', async () => {
    const ivanov = await Callee.connect('ivanov');
    ivanov.choked = true;
    Object.assign(ivanov, { takesCalls: () => true });
    expect((await call(backend(), { to: 'ivanov' })).outcome).toBeUndefined();
    expect(ivanov.calls).toHaveLength(1);
  });

  it('is not taken, and not waited for, by a node that goes down', async () => {
    const ivanov = await Callee.connect('ivanov');
    const made = await call(backend(), { to: 'ivanov' });
    node.parts.calls.drain();
    await house.settle();
    expect([made.slug, ivanov.cancelled]).toEqual(['call-interrupted', ivanov.ids]);
    expect((await call(backend(), { to: 'ivanov' })).slug).toBe('draining');
  });

  it('leaves no timers', async () => {
    const ivanov = await Callee.connect('ivanov');
    const before = house.clock.waiting;
    await call(backend(), { to: 'ivanov' });
    ivanov.result(1);
    await house.settle();
    expect(house.clock.waiting).toBe(before);
  });
});

describe('of several sessions', () => {
  it('the one that last sent anything of its own is called', async () => {
    const [desk, phone] = [await Callee.connect('ivanov'), await Callee.connect('ivanov')];
    await call(backend(), { to: 'ivanov' });
    expect([desk.calls.length, phone.calls.length]).toEqual([0, 1]);
    await house.clock.run(10);
    await node.methods.call(desk.session, 'send', { to: 'petrov', type: 't' }, '{}', true);
    await house.clock.run(10);
    await call(backend(), { to: 'ivanov' });
    expect([desk.calls.length, phone.calls.length]).toEqual([1, 1]);
  });

  it('acknowledgements and pings do not count as that', async () => {
    const desk = await Callee.connect('ivanov');
    await house.clock.run(10);
    const phone = await Callee.connect('ivanov');
    await house.clock.run(10);
    await node.methods.call(desk.session, 'ping', {}, '{}', true);
    await call(backend(), { to: 'ivanov' });
    expect([desk.calls.length, phone.calls.length]).toEqual([0, 1]);
  });

  it('the one that calls is left out, unless it is named', async () => {
    const [desk, phone] = [await Callee.connect('ivanov'), await Callee.connect('ivanov')];
    await call(phone.session, { to: 'ivanov' });
    expect([desk.calls.length, phone.calls.length]).toEqual([1, 0]);
    await call(phone.session, { to: 'ivanov', answer: 'all' });
    expect([desk.calls.length, phone.calls.length]).toEqual([2, 0]);
    await call(phone.session, { to: `ivanov/${phone.session.session}` });
    expect(phone.calls).toHaveLength(1);
    desk.session.closed();
    expect((await call(phone.session, { to: 'ivanov' })).slug).toBe('client-offline');
    expect((await call({ ...backend(tenant, 'ivanov'), session: phone.session.session }, { to: 'ivanov' })).slug).toBe('client-offline');
  });

  it('one can be named', async () => {
    const [desk, phone] = [await Callee.connect('ivanov'), await Callee.connect('ivanov')];
    await call(backend(), { to: `ivanov@demo.hq/${desk.session.session}` });
    expect([desk.calls.length, phone.calls.length]).toEqual([1, 0]);
  });

  it('a webhook is called where nobody is there', async () => {
    const desk = await Callee.connect('ivanov');
    await house.clock.run(10);
    const webhook = await Callee.connect('ivanov', { transport: 'webhook' });
    await call(backend(), { to: 'ivanov' });
    expect([desk.calls.length, webhook.calls.length]).toEqual([1, 0]);
    desk.session.closed();
    await call(backend(), { to: 'ivanov' });
    expect(webhook.calls).toHaveLength(1);
  });
});

describe('the first answer', () => {
  it('that is a result counts, and the others are told that nobody waits', async () => {
    const [one, two, three] = [await Callee.connect('ivanov'), await Callee.connect('ivanov'), await Callee.connect('ivanov')];
    const made = await call(backend(), { to: 'ivanov', answer: 'first' });
    expect([one, two, three].map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
    one.error({ code: 1, message: 'not me' });
    await house.settle();
    expect(made.outcome).toBeUndefined();
    two.result('2');
    await house.settle();
    expect(made.result).toEqual({ result: 2, from: `ivanov@demo.hq/${two.session.session}` });
    expect([one, two, three].map(({ cancelled }) => cancelled.length)).toEqual([0, 0, 1]);
  });

  it('is the last error where all fail', async () => {
    const [one, two] = [await Callee.connect('ivanov'), await Callee.connect('ivanov')];
    const made = await call(backend(), { to: 'ivanov', answer: 'first' });
    one.session.closed();
    two.error({ code: 2, message: 'last' });
    await house.settle();
    expect(made.slug).toBe('call-failed');
    expect(JSON.parse(writeJson(made.problem?.extra.error))).toEqual({ code: 2, message: 'last' });
  });
});

describe('all answers', () => {
  it('are told with whose they are, as soon as the last has come', async () => {
    const [one, two] = [await Callee.connect('ivanov'), await Callee.connect('ivanov')];
    const made = await call(backend(), { to: 'ivanov', answer: 'all' });
    two.result('2');
    await house.settle();
    expect(made.outcome).toBeUndefined();
    one.error({ code: 1, message: 'no' });
    await house.settle();
    expect(made.result).toEqual({
      answers: [
        { from: `ivanov@demo.hq/${two.session.session}`, result: 2 },
        { from: `ivanov@demo.hq/${one.session.session}`, error: { code: 1, message: 'no' } },
      ],
      missing: 0,
    });
  });

  it('that are missing at the deadline are counted, with sessions that ended, and these are told', async () => {
    const [one, two, three] = [await Callee.connect('ivanov'), await Callee.connect('ivanov'), await Callee.connect('ivanov')];
    const made = await call(backend(), { to: 'ivanov', answer: 'all', timeout: 1 });
    one.result('1');
    two.session.closed();
    await house.clock.run(1_000);
    expect(made.result).toEqual({ answers: [{ from: `ivanov@demo.hq/${one.session.session}`, result: 1 }], missing: 2 });
    expect(three.cancelled).toEqual(three.ids);
  });

  it('of everyone are asked of every session but the calling one', async () => {
    const other = await house.tenant('other');
    const stranger = await Callee.connect('ivanov', { of: other });
    const [ivanov, petrov] = [await Callee.connect('ivanov'), await Callee.connect('petrov')];
    const made = await call(ivanov.session, { to: '*', answer: 'all' });
    petrov.result('"here"');
    await house.settle();
    expect(made.result).toEqual({ answers: [{ from: `petrov@demo.hq/${petrov.session.session}`, result: 'here' }], missing: 0 });
    expect([stranger.calls, ivanov.calls]).toEqual([[], []]);
    expect((await call({ ...backend(), principal: who('server', tenant, ['call']) }, { to: '*', answer: 'all' })).slug).toBe('scope-missing');
  });

  it('of a topic are asked of all who are subscribed to it', async () => {
    const [ivanov, petrov, sidorov] = [await Callee.connect('ivanov'), await Callee.connect('petrov'), await Callee.connect('sidorov')];
    await node.methods.call(ivanov.session, 'subscribe', { topic: 'orders/eu' }, undefined, true);
    await node.methods.call(petrov.session, 'subscribe', { topic: 'orders/#' }, undefined, true);
    await node.methods.call(sidorov.session, 'subscribe', { topic: 'prices' }, undefined, true);
    const made = await call(backend(), { to: '#orders/eu', answer: 'all' });
    ivanov.result('1');
    petrov.result('2');
    await house.settle();
    expect(made.result).toMatchObject({ answers: [{ result: 1 }, { result: 2 }], missing: 0 });
    expect(sidorov.calls).toEqual([]);
  });

  it('of nobody are none, at once', async () => {
    expect((await call(backend(), { to: '*', answer: 'all' })).result).toEqual({ answers: [], missing: 0 });
    expect((await call(backend(), { to: '#empty', answer: 'all' })).result).toEqual({ answers: [], missing: 0 });
    expect((await call(backend(), { to: 'ivanov', answer: 'all' })).slug).toBe('client-offline');
  });
});

describe('across tenants', () => {
  const callsOnly = [{ from: '*@sales', allow: ['call'] as const }];
  const told = [{ from: '*@sales', allow: ['call', 'presence', 'broadcast'] as const }];
  const open = async (name: string, accepts: Tenant['settings']['accepts']) => house.tenant(name, { accepts });
  let sales: Tenant;

  beforeEach(async () => {
    sales = await house.tenant('sales');
  });

  it('a call needs a tenant that accepts calls, and one that is not there refuses alike', async () => {
    await open('closed', [{ from: '*@sales', allow: ['send', 'presence', 'topics', 'broadcast'] }]);
    await open('calls', callsOnly);
    const refusals = [];
    for (const to of ['ivanov@closed', 'ivanov@nowhere', 'ivanov/s1@closed', 'vestnik@calls'])
      refusals.push((await call(backend(sales), { to })).problem?.message);
    expect(new Set(refusals)).toEqual(new Set(['recipient-refused: the recipient does not accept this from you']));
    for (const to of ['*@calls', '*@closed', '#x@calls']) expect((await call(backend(sales), { to, answer: 'all' })).slug).toBe('recipient-refused');
  });

  it('a call reaches its client and comes back', async () => {
    const accounting = await open('accounting', callsOnly);
    const ivanov = await Callee.connect('ivanov', { of: accounting });
    const made = await call(backend(sales), { to: 'ivanov@accounting' });
    expect(ivanov.calls).toMatchObject([{ from: 'server@sales.hq' }]);
    ivanov.result('1');
    await house.settle();
    expect(made.result).toEqual({ result: 1, from: `ivanov@accounting.hq/${ivanov.session.session}` });
  });

  it.each(['ivanov@accounting', 'nobody@accounting', 'ivanov@accounting/nowhere'])(
    'a call to %s, where nobody is, is told from one that is not answered only where presence is',
    async (to) => {
      const accounting = await open('accounting', callsOnly);
      const ivanov = await Callee.connect('ivanov', { of: accounting });
      ivanov.session.closed();
      const silent = await call(backend(sales), { to, timeout: 2 });
      await house.clock.run(1_999);
      expect(silent.outcome).toBeUndefined();
      await house.clock.run(1);
      expect(silent.slug).toBe('call-timeout');
      await open('friendly', told);
      expect((await call(backend(sales), { to: to.replace('accounting', 'friendly') })).slug).toBe('client-offline');
      expect(await house.mailboxes.find(accounting.id, 'client', ['nobody'])).toEqual([undefined]);
    },
  );

  it('how many sessions do not answer is told only where presence is', async () => {
    const accounting = await open('accounting', callsOnly);
    const [one, two] = [await Callee.connect('ivanov', { of: accounting }), await Callee.connect('ivanov', { of: accounting })];
    two.choked = true;
    const made = await call(backend(sales), { to: 'ivanov@accounting', answer: 'all', timeout: 2 });
    one.result('1');
    await house.clock.run(1_999);
    expect(made.outcome).toBeUndefined();
    await house.clock.run(1);
    expect(made.result).toMatchObject({ answers: [{ result: 1 }], missing: 0 });
  });

  it('the sender’s tenant may keep its clients at home, and not its keys', async () => {
    const home = await house.tenant('home', { clientsMay: 'tenant' });
    await open('accounting', [{ from: '*@home', allow: ['call'] }]);
    const made = await call({ ...backend(home), principal: { ...who('ivanov', home), kind: 'token' } }, { to: 'x@accounting' });
    expect(made.slug).toBe('forbidden');
    expect((await call(backend(home), { to: 'x@accounting' })).outcome).toBeUndefined();
  });
});

describe('between nodes', () => {
  let there: MemoryNode;

  beforeEach(async () => {
    there = house.node('n2');
    await there.delivery.readEpochs();
  });

  const elsewhere = async (client: string) => {
    const callee = await Callee.connect(client, { on: there });
    await house.clock.run(100);
    return callee;
  };

  it('a call reaches the session and its answer comes back', async () => {
    const ivanov = await elsewhere('ivanov');
    const made = await call(backend(), { to: 'ivanov', params: [1] });
    expect(ivanov.calls).toMatchObject([{ from: 'server@demo.hq', params: [1] }]);
    ivanov.result('2');
    await house.settle();
    expect(made.result).toEqual({ result: 2, from: `ivanov@demo.hq/${ivanov.session.session}` });
    const failing = await call(backend(), { to: 'ivanov' });
    ivanov.error({ code: 1, message: 'no' });
    await house.settle();
    expect(failing.slug).toBe('call-failed');
  });

  it('a call is answered by the session that was called and by no other', async () => {
    const [ivanov, petrov] = [await elsewhere('ivanov'), await elsewhere('petrov')];
    const made = await call(backend(), { to: 'ivanov' });
    let told = 0;
    house.network.faults.drops = ({ kind }) => {
      if (kind === 'call-answer') told++;
      return false;
    };
    there.methods.answered(petrov.session, ivanov.ids[0] as string, { result: '"forged"' });
    there.methods.answered(petrov.session, 'n1.anything', { result: '"forged"' });
    await house.settle();
    // Nor does what nobody asked for cost the other nodes anything.
    expect([made.outcome, told]).toEqual([undefined, 0]);
    ivanov.result('1');
    ivanov.result('2');
    await house.settle();
    expect([made.result, told]).toEqual([expect.objectContaining({ result: 1 }), 1]);
  });

  it('the end of the session, and the silence of its node, end the call', async () => {
    const ivanov = await elsewhere('ivanov');
    const first = await call(backend(), { to: 'ivanov', timeout: 60 });
    ivanov.session.closed();
    await house.clock.run(100);
    expect(first.slug).toBe('call-interrupted');
    await elsewhere('ivanov');
    const second = await call(backend(), { to: 'ivanov', timeout: 60 });
    there.bus.vanish();
    await house.clock.run(10_000);
    expect(second.slug).toBe('call-interrupted');
  });

  it('a session that ended a moment ago, of which this node has not heard, is told of at once', async () => {
    const ivanov = await elsewhere('ivanov');
    ivanov.session.closed();
    const made = await call(backend(), { to: 'ivanov', timeout: 60 });
    expect(made.slug).toBe('call-interrupted');
  });

  it('deadlines, and the end of whoever called, cancel the call', async () => {
    const ivanov = await elsewhere('ivanov');
    await call(backend(), { to: 'ivanov', timeout: 1 });
    await house.clock.run(1_000);
    expect(ivanov.cancelled).toEqual(ivanov.ids);
    const petrov = await Callee.connect('petrov');
    await call(petrov.session, { to: 'ivanov' });
    petrov.session.closed();
    await house.settle();
    expect(ivanov.cancelled).toEqual(ivanov.ids);
    await call(backend(), { to: 'ivanov', timeout: 100 });
    node.bus.vanish();
    await house.clock.run(10_000);
    expect(ivanov.cancelled).toEqual(ivanov.ids);
    expect(ivanov.ids).toHaveLength(3);
  });

  it('a session that does not read what it is sent is told of at once', async () => {
    const ivanov = await elsewhere('ivanov');
    ivanov.choked = true;
    expect((await call(backend(), { to: 'ivanov' })).slug).toBe('unavailable');
  });

  it('everyone is called on all of them', async () => {
    const far = [];
    for (let n = 0; n < 3; n++) far.push(await elsewhere(`far${n}`));
    const near = await Callee.connect('near');
    const made = await call(backend(), { to: '*', answer: 'all' });
    for (const one of [near, ...far]) one.result('1');
    await house.settle();
    expect((made.result as { answers: unknown[] }).answers).toHaveLength(4);
  });

  it('which session was active last is known of all of them', async () => {
    const phone = await elsewhere('ivanov');
    const desk = await Callee.connect('ivanov');
    await house.clock.run(100);
    await there.methods.call(phone.session, 'send', { to: 'x', type: 't' }, '{}', true);
    await house.clock.run(2_000);
    await call(backend(), { to: 'ivanov' });
    expect([desk.calls.length, phone.calls.length]).toEqual([0, 1]);
    await node.methods.call(desk.session, 'send', { to: 'x', type: 't' }, '{}', true);
    await call(backend(), { to: 'ivanov' });
    expect([desk.calls.length, phone.calls.length]).toEqual([1, 1]);
  });
});
