import { type Problem, writeJson } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Scope } from '../access/scopes.js';
import type { Tenant } from '../ports/tenant.js';
import { OrderedSends } from '../sending/ordered-sends.js';
import { MemoryHouse, type MemoryNode, Outlet, principal } from '../spec/memory-house.js';
import type { HttpCaller } from './forwarding.js';

const SCOPES: readonly Scope[] = ['receive', 'send', 'call', 'subscribe', 'presence'];

let house: MemoryHouse;
let tenant: Tenant;
let one: MemoryNode;
let two: MemoryNode;

beforeEach(async () => {
  house = new MemoryHouse();
  house.base.beginEpoch(1);
  tenant = await house.tenant('demo');
  one = house.node('n1');
  two = house.node('n2');
  await one.delivery.readEpochs();
  await two.delivery.readEpochs();
});

const who = (client: string, scopes = SCOPES) => principal(tenant, client, { scopes: new Set(scopes) });
const caller = (more: Partial<HttpCaller> = {}): HttpCaller => ({
  principal: who('ivanov'),
  sends: new OrderedSends(),
  device: '',
  words: ['no such'],
  named: false,
  ...more,
});
const named = (word: string, more: Partial<HttpCaller> = {}) => caller({ words: [word], named: true, ...more });

/** What comes of a method: the result as it is written, or the slug of the problem. */
async function call(node: MemoryNode, from: HttpCaller, method: string, params: object): Promise<unknown> {
  const raw = JSON.stringify(params);
  const outcome = Promise.resolve()
    .then(() => node.parts.forwarding.call(from, method, params, raw, true))
    .then(
      (result) => JSON.parse(writeJson(result)) as unknown,
      (problem: Problem) => problem.slug,
    );
  await house.clock.run(1_000);
  return outcome;
}

async function sent(...data: unknown[]): Promise<string[]> {
  const ids: string[] = [];
  for (const each of data) ids.push((await one.send(who('server', [...SCOPES, 'broadcast']), { to: 'ivanov', data: each })).id);
  // The other nodes are told, or ask.
  await two.delivery.poll();
  await house.settle();
  return ids;
}

const positions = (outlet: Outlet) => outlet.of('message').map(({ position }) => position as string);
/** What a new session of the device would be handed. */
async function left(device?: string): Promise<unknown[]> {
  const outlet = new Outlet();
  const { session } = await one.connect(who('ivanov'), device === undefined ? {} : { device: device }, outlet);
  session.closed();
  return outlet.data;
}

describe('what is lost between nodes', () => {
  it.each(['session-call', 'session-answer'] as const)('(a %s) is told again, and carried out once', async (kind) => {
    const { session, outlet } = await one.connect(who('ivanov'), { word: 'tab' });
    await sent(1);
    let lost = 0;
    house.network.faults.drops = (message) => message.kind === kind && lost++ < 2;
    let carriedOut = 0;
    const { ack } = session;
    session.ack = (...given) => {
      carriedOut++;
      return ack.apply(session, given);
    };
    const answer = call(two, named('tab'), 'ack', { position: positions(outlet)[0] });
    await house.clock.run(3_000);
    expect(await answer).toEqual({});
    expect([lost > 2, carriedOut]).toEqual([true, 1]);
  });
});

describe('an acknowledgement that came by HTTP', () => {
  it('at another node than its session’s is carried there, moves the cursor, and makes room in the window', async () => {
    const { outlet } = await one.connect(who('ivanov'), { word: 'tab', window: 2 });
    await sent(1, 2, 3);
    expect(outlet.data).toEqual([1, 2]);
    expect(await call(two, named('tab'), 'ack', { position: positions(outlet)[1] })).toEqual({});
    expect(outlet.data).toEqual([1, 2, 3]);
    expect(await left()).toEqual([3]);
  });

  it('counts at most to what its session was handed', async () => {
    const { outlet: other } = await one.connect(who('ivanov'), { device: 'desk' });
    const { outlet } = await one.connect(who('ivanov'), { word: 'tab', device: 'phone', window: 1 });
    await sent(1, 2);
    expect([outlet.data, other.data]).toEqual([[1], [1, 2]]);
    expect(await call(two, named('tab'), 'ack', { position: positions(other)[1] })).toEqual({});
    expect(await left('phone')).toEqual([2]);
  });

  it('of a caller that names no session counts for the sessions of its device, on whichever node, though the store has not heard yet what they were handed', async () => {
    const { outlet: here } = await two.connect(who('ivanov'), { window: 1 });
    const { outlet: there } = await one.connect(who('ivanov'), { window: 1 });
    await house.clock.run(100);
    await sent(1, 2);
    expect(await call(two, caller(), 'ack', { position: positions(there)[0] })).toEqual({});
    expect([here.data, there.data]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const { outlet: phone } = await one.connect(who('ivanov'), { device: 'phone', window: 1 });
    expect(await call(two, caller(), 'ack', { position: positions(phone).at(-1) })).toEqual({});
    expect(phone.data).toHaveLength(1);
  });

  it('without any session counts to what the device was handed', async () => {
    const { session, outlet } = await one.connect(who('ivanov'), { device: 'phone', window: 2 });
    const { outlet: desk } = await one.connect(who('ivanov'), { device: 'desk' });
    await sent(1, 2, 3);
    session.closed();
    await house.clock.run(1_000);
    expect(outlet.data).toEqual([1, 2]);
    expect(await call(two, caller({ device: 'phone' }), 'ack', { position: positions(desk)[2] })).toEqual({});
    expect(await left('phone')).toEqual([3]);
  });

  it('of a client that nobody knows is nothing, and makes nobody known', async () => {
    await sent(1);
    const { outlet } = await one.connect(who('ivanov'));
    expect(await call(one, caller({ principal: who('nobody') }), 'ack', { position: positions(outlet)[0] })).toEqual({});
    expect(await house.mailboxes.find(tenant.id, 'client', ['nobody'])).toEqual([undefined]);
  });

  it('needs the scope of the one who says it, not of the session that it names', async () => {
    const { outlet } = await one.connect(who('ivanov'), { word: 'tab' });
    await sent(1);
    const weak = named('tab', { principal: who('ivanov', ['send']) });
    expect(await call(two, weak, 'ack', { position: positions(outlet)[0] })).toBe('scope-missing');
    expect(await left()).toEqual([1]);
  });
});

describe('what is said of messages without a session', () => {
  it('read settles them for all, and their sessions take them off', async () => {
    const { outlet } = await one.connect(who('ivanov'));
    const [id] = await sent(1);
    expect(await call(two, caller(), 'read', { ids: [id] })).toEqual({});
    await one.delivery.poll();
    await house.settle();
    expect(outlet.of('retract')).toEqual([{ ids: [id], reason: 'read' }]);
    expect(await left()).toEqual([]);
    expect(await call(two, caller({ principal: who('petrov') }), 'read', { ids: [id] })).toBe('not-found');
  });

  it('refuse settles one alone, and the cursor passes it where all before it is acknowledged', async () => {
    const { session, outlet } = await one.connect(who('ivanov'));
    const [first, second] = await sent(1, 2);
    await house.clock.run(1_000);
    session.closed();
    expect(await call(two, caller(), 'refuse', { id: second, reason: 'no such form' })).toEqual({});
    expect(await left()).toEqual([1]);
    expect(await call(two, caller(), 'refuse', { id: first, reason: 'no such form' })).toEqual({});
    await house.clock.run(1_000);
    expect(await left()).toEqual([]);
    const own = (await house.mailboxes.find(tenant.id, 'client', ['ivanov']))[0];
    expect(two.delivery.epochs.format((await house.messageLog.openCursor(tenant.id, own?.id ?? 0, '')).acknowledged)).toBe(positions(outlet)[0]);
    expect(await call(two, caller({ principal: who('petrov') }), 'refuse', { id: first, reason: '' })).toBe('not-found');
  });
});

describe('a method that needs its session', () => {
  it('is carried to it, and its answer or its problem back', async () => {
    await one.connect(who('ivanov'), { word: 'tab' });
    await two.connect(who('petrov'));
    expect(await call(two, named('tab'), 'presence.set', { status: 'busy' })).toEqual({});
    const { clients } = (await call(two, caller({ principal: who('petrov') }), 'presence.get', { clients: ['ivanov'] })) as { clients: object[] };
    expect(clients).toMatchObject([{ client: 'ivanov@demo.hq', online: true, status: 'busy' }]);
    expect(await call(two, named('tab'), 'presence.set', { status: '' })).toBe('request-invalid');
  });

  it('where there is none says so; where it was named, that it may come back', async () => {
    expect(await call(one, caller(), 'presence.set', { status: 'busy' })).toBe('request-invalid');
    expect(await call(one, named('tab'), 'presence.set', { status: 'busy' })).toBe('conflict');
    expect(await call(one, caller(), 'connect', {})).toBe('request-invalid');
  });

  it('goes by the word that polls have where none is named', async () => {
    await one.connect(who('ivanov'), { word: ' inbox ' });
    await house.clock.run(100);
    expect(await call(two, caller({ words: [' inbox '] }), 'presence.set', { status: 'away' })).toEqual({});
  });

  it('is not another client’s, whatever word it names', async () => {
    await one.connect(who('ivanov'), { word: 'tab' });
    expect(await call(two, named('tab', { principal: who('petrov') }), 'presence.set', { status: 'busy' })).toBe('conflict');
  });

  it('is told after a while that the other node does not answer, and at once when that node is gone', async () => {
    await one.connect(who('ivanov'), { word: 'tab' });
    await house.clock.run(100);
    house.network.faults.drops = ({ kind }) => kind === 'session-call';
    const lost = call(two, named('tab'), 'presence.set', { status: 'busy' });
    await house.clock.run(15_000);
    expect(await lost).toBe('unavailable');
    const waiting = call(two, named('tab'), 'presence.set', { status: 'busy' });
    await house.settle();
    one.bus.leave();
    await house.settle();
    expect(await waiting).toBe('unavailable');
  });

  it('refresh: the token is checked where it came in, and what it allows is the session’s', async () => {
    const expiresAt = house.clock.now() + 3_600_000;
    const three = house.node('n3', {
      authenticate: async (_tenant, token) => ({ ...who(token === 'newer' ? 'ivanov' : 'petrov'), kind: 'token' as const, expiresAt }),
    });
    await three.delivery.readEpochs();
    const { session } = await one.connect(who('ivanov'), { word: 'tab' });
    await house.clock.run(100);
    expect(await call(three, named('tab'), 'refresh', { token: 'newer' })).toEqual({ expiresAt: new Date(expiresAt).toISOString() });
    expect(session.principal).toMatchObject({ client: 'ivanov', kind: 'token', expiresAt, tenant: { name: 'demo' } });
    expect(session.principal.scopes.has('receive')).toBe(true);
    expect(await call(three, named('tab'), 'refresh', { token: 'petrov’s' })).toBe('forbidden');
    expect(await call(three, named('tab'), 'refresh', {})).toBe('request-invalid');
  });
});

describe('the answer to a call', () => {
  it('comes in at any node, whoever holds the session and whoever called', async () => {
    const ids: string[] = [];
    const outlet = new Outlet();
    outlet.push = (push) => {
      if (push.method === 'call') ids.push(push.id as string);
    };
    await one.connect(who('ivanov'), { transport: 'sse' }, outlet);
    const three = house.node('n3');
    await house.settle();
    await house.clock.run(100);
    for (const [from, at] of [
      [three, two],
      [two, two],
      [one, two],
      [two, one],
    ] as const) {
      const made = call(from, caller({ principal: who('server') }), 'call', { to: 'ivanov', method: 'm' });
      await house.clock.run(100);
      await at.parts.forwarding.answered(caller({ principal: who('petrov') }), ids.at(-1) as string, { result: '"forged"' });
      await at.parts.forwarding.answered(caller(), ids.at(-1) as string, { result: '{"n":1}' });
      await house.clock.run(100);
      expect(await made).toMatchObject({ result: { n: 1 } });
    }
    expect(ids).toHaveLength(4);
  });
});

describe('two sessions under one word', () => {
  it('that opened on two nodes before these had heard of each other become one: the older ends', async () => {
    const older = await one.connect(who('ivanov'), { word: 'tab' });
    await house.clock.run(5);
    const newer = await two.connect(who('ivanov'), { word: 'tab' });
    expect([older.session.alive, newer.session.alive]).toEqual([true, true]);
    await house.clock.run(100);
    expect([older.session.alive, newer.session.alive]).toEqual([false, true]);
    expect(older.outlet.ended?.slug).toBe('replaced');
    expect(two.sessions.count(newer.session.mailbox.id)).toBe(1);
    const same = [await one.connect(who('petrov'), { word: 'tab' }), await two.connect(who('petrov'), { word: 'tab' })];
    await house.clock.run(100);
    expect(same.filter(({ session }) => session.alive)).toHaveLength(1);
  });

  it('count as one where a client has as many as it may', async () => {
    for (let at = 0; at < 50; at++) await one.connect(who('ivanov'), { word: `tab-${at}` });
    await expect(one.connect(who('ivanov'), { word: 'one more' })).rejects.toMatchObject({ slug: 'too-many-connections' });
    await one.connect(who('ivanov'), { word: 'tab-7' });
    expect(one.sessions.count((await house.mailboxes.find(tenant.id, 'client', ['ivanov']))[0]?.id ?? 0)).toBe(50);
  });
});
