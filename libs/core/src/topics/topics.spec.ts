import type { SubscribeResult } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Scope } from '../access/scopes.js';
import type { Session } from '../delivery/session.js';
import type { Tenant, TenantSettings } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, Outlet, principal } from '../spec/memory-house.js';

let house: MemoryHouse;
let node: MemoryNode;
let tenant: Tenant;
let ivanov: Principal;
let server: Principal;

const client = (of: Tenant, name: string, ...more: Scope[]) =>
  principal(of, name, { kind: 'token', scopes: new Set<Scope>(['receive', 'send', 'subscribe', ...more]) });

beforeEach(() => begin());

async function begin(settings: Partial<TenantSettings> = {}): Promise<void> {
  house = new MemoryHouse();
  house.base.beginEpoch(77);
  tenant = await house.tenant('accounting', settings);
  node = house.node();
  await node.delivery.readEpochs();
  ivanov = client(tenant, 'ivanov');
  server = principal(tenant, 'server');
}

const call = async (session: Session, method: string, params: object, at = node): Promise<SubscribeResult> => {
  const result = (await at.methods.call(session, method, params, undefined, true)) as SubscribeResult;
  await house.settle();
  return result;
};
const subscribedTo = async (name: string) => {
  const [mailbox] = await house.mailboxes.find(tenant.id, 'client', [name]);
  return (await node.parts.topics.ofClient(tenant.id, mailbox?.id ?? 0)).map(({ pattern }) => pattern);
};
const subscribe = (session: Session, topic: string, more: object = {}, at = node) => call(session, 'subscribe', { topic, ...more }, at);

describe('a subscription', () => {
  it('brings what is sent to its topic from now on, in one order with all else, and outlives the session', async () => {
    const first = await node.connect(ivanov);
    await node.send(server, { to: '#orders/eu', data: 0 });
    await subscribe(first.session, 'orders/eu');
    await node.send(server, { to: '#orders/eu', data: 1 });
    await node.send(server, { to: 'ivanov', data: 2 });
    await node.send(server, { to: '#orders/us', data: 'not for him' });
    expect(first.outlet.data).toEqual([1, 2]);
    expect(first.outlet.of('message')[0]).toMatchObject({ to: '#orders/eu@accounting.hq' });
    first.session.closed();
    await node.send(server, { to: '#orders/eu', data: 3 });
    const second = await node.connect(ivanov);
    expect(second.result.missed).toBe(3);
    expect(second.outlet.data).toEqual([1, 2, 3]);
  });

  it.each(['orders/+', 'orders/#', '#', '+/eu'])('by the pattern %s brings what topics get that did not exist before, once', async (pattern) => {
    const { session, outlet } = await node.connect(ivanov);
    await subscribe(session, pattern);
    await subscribe(session, 'orders/eu');
    await node.send(server, { to: '#orders/eu', data: 1 });
    await node.send(server, { to: '#other', durable: false, data: 'transient' });
    await node.send(server, { to: '#orders/eu', durable: false, data: 2 });
    expect(outlet.data.filter((data) => data !== 'transient')).toEqual([1, 2]);
  });

  it('is for all sessions of the client, on whichever node', async () => {
    const other = house.node('n2');
    await other.delivery.readEpochs();
    const [here, there] = [await node.connect(ivanov), await other.connect(ivanov)];
    await subscribe(here.session, 'orders/+');
    await node.send(server, { to: '#orders/eu', data: 1 });
    await other.send(server, { to: '#orders/eu', data: 2 });
    await node.send(server, { to: '#orders/eu', durable: false, data: 3 });
    await house.clock.advance(1_000);
    await other.delivery.poll();
    await house.settle();
    expect(here.outlet.data).toEqual([1, 2, 3]);
    expect(there.outlet.data.toSorted()).toEqual([1, 2, 3]);
    await call(there.session, 'unsubscribe', { topic: 'orders/+' }, other);
    await node.delivery.poll();
    await house.settle();
    await node.send(server, { to: '#orders/eu', data: 4 });
    await node.send(server, { to: '#orders/eu', durable: false, data: 5 });
    expect(here.outlet.data).toEqual([1, 2, 3]);
  });

  it('that is made while the session is behind misses nothing', async () => {
    const { session, outlet } = await node.connect(ivanov);
    outlet.choked = true;
    await node.send(server, { to: 'ivanov', data: 1 });
    await node.parts.topics.subscribeClient(tenant.id, 'ivanov', 'orders/+');
    await node.send(server, { to: '#orders/eu', data: 2 });
    await node.send(server, { to: 'ivanov', data: 3 });
    await node.send(server, { to: '#orders/eu', data: 4 });
    expect(outlet.data).toEqual([]);
    outlet.choked = false;
    session.drained();
    await house.settle();
    await node.send(server, { to: '#orders/us', data: 5 });
    expect(outlet.data).toEqual([1, 2, 3, 4, 5]);
  });

  it('that is the last thing before a message to its topic, while the session is behind, misses nothing', async () => {
    const { session, outlet } = await node.connect(ivanov);
    outlet.choked = true;
    await node.send(server, { to: 'ivanov', data: 1 });
    await node.parts.topics.subscribeClient(tenant.id, 'ivanov', '#');
    await node.send(server, { to: '#a', data: 2 });
    outlet.choked = false;
    session.drained();
    await house.settle();
    expect(outlet.data).toEqual([1, 2]);
  });

  it('that is made while the session is behind hides nothing of what became of older messages', async () => {
    const listening = await node.connect(ivanov);
    const { id } = await node.send(server, { to: 'ivanov', data: 1 });
    const position = listening.outlet.of('message')[0]?.position as string;
    listening.session.closed();
    const { session, outlet } = await node.connect(ivanov, { position });
    outlet.choked = true;
    await node.send(server, { to: 'ivanov', data: 2 });
    await node.parts.topics.subscribeClient(tenant.id, 'ivanov', 'a');
    await node.states.withdraw(server, id);
    outlet.choked = false;
    session.drained();
    await house.settle();
    expect(outlet.of('retract')).toEqual([{ ids: [id], reason: 'withdrawn' }]);
  });

  it('that is made while a small window is full misses nothing', async () => {
    const { session, outlet } = await node.connect(ivanov, { window: 1 });
    await node.send(server, { to: 'ivanov', data: 1 });
    await node.send(server, { to: 'ivanov', data: 2 });
    await subscribe(session, 'a/#');
    for (const data of [3, 4]) await node.send(server, { to: '#a/b', data });
    for (let data = 1; data <= 4; data++) {
      expect(outlet.data.at(-1)).toBe(data);
      await session.ack(outlet.of('message').at(-1)?.position as string, true);
      await house.settle();
    }
  });

  it('that ended brings nothing more, and can begin again', async () => {
    const { session, outlet } = await node.connect(ivanov);
    await subscribe(session, 'a');
    await node.send(server, { to: '#a', data: 1 });
    await call(session, 'unsubscribe', { topic: 'a' });
    await node.send(server, { to: '#a', data: 2 });
    await subscribe(session, 'a');
    await node.send(server, { to: '#a', data: 3 });
    expect(outlet.data).toEqual([1, 3]);
    session.closed();
    const again = await node.connect(ivanov);
    // What came between the two was never for it.
    expect(again.outlet.data).toContain(3);
    expect(again.outlet.data).not.toContain(2);
  });

  it('that ended while the client was away still brings what came before its end', async () => {
    const first = await node.connect(ivanov);
    await subscribe(first.session, 'a/+');
    first.session.closed();
    await node.send(server, { to: '#a/b', data: 1 });
    await node.parts.topics.unsubscribeClient(tenant.id, 'ivanov', 'a/+');
    await node.send(server, { to: '#a/b', data: 2 });
    await node.send(server, { to: 'ivanov', data: 3 });
    const { result, outlet, session } = await node.connect(ivanov);
    expect(result.missed).toBe(2);
    await node.send(server, { to: '#a/b', data: 4 });
    await node.send(server, { to: '#a/b', durable: false, data: 5 });
    expect(outlet.data).toEqual([1, 3]);
    await session.ack(outlet.of('message').at(-1)?.position as string, true);
    session.closed();
    expect((await node.connect(ivanov)).outlet.data).toEqual([]);
  });

  it('that ended and began again while the client was away brings what came before and after, and not between', async () => {
    const first = await node.connect(ivanov);
    await subscribe(first.session, 'a');
    await node.send(server, { to: '#a', data: 1 });
    first.session.closed();
    await node.send(server, { to: '#a', data: 2 });
    await node.parts.topics.unsubscribeClient(tenant.id, 'ivanov', 'a');
    await node.send(server, { to: '#a', data: 3 });
    await node.parts.topics.subscribeClient(tenant.id, 'ivanov', 'a');
    await node.send(server, { to: '#a', data: 4 });
    const { outlet, session } = await node.connect(ivanov, { window: 1 });
    for (const data of [1, 2, 4]) {
      expect(outlet.data.at(-1)).toBe(data);
      await session.ack(outlet.of('message').at(-1)?.position as string, true);
      await house.settle();
    }
    await node.send(server, { to: '#a', data: 5 });
    await node.send(server, { to: '#a', durable: false, data: 6 });
    expect(outlet.data).toEqual([1, 2, 4, 5, 6]);
  });

  it('that ended lets what came before be read, refused and fetched', async () => {
    const { session, outlet } = await node.connect(ivanov);
    await subscribe(session, 'a');
    const sent = [await node.send(server, { to: '#a', data: 1 }), await node.send(server, { to: '#a', data: 2 })];
    await call(session, 'unsubscribe', { topic: 'a' });
    expect(outlet.data).toEqual([1, 2]);
    const [one, two] = sent.map(({ id }) => id) as [string, string];
    expect(JSON.parse(await node.states.received(ivanov, one))).toMatchObject({ data: 1 });
    await session.read([one]);
    await session.refuse(two, 'cannot');
    expect((await node.states.ofTenant(server, one)).counts).toEqual({ read: 1 });
    expect((await node.states.ofTenant(server, two)).counts).toEqual({ refused: 1 });
    const after = await node.send(server, { to: '#a', data: 3 });
    await expect(session.read([after.id])).rejects.toMatchObject({ slug: 'not-found' });
    await expect(node.states.received(ivanov, after.id)).rejects.toMatchObject({ slug: 'not-found' });
  });

  it('made by the backend waits for a client that was never seen', async () => {
    expect(await node.parts.topics.subscribeClient(tenant.id, 'petrov', 'team')).toBe(true);
    expect(await node.parts.topics.subscribeClient(tenant.id, 'petrov', 'team')).toBe(false);
    await node.send(server, { to: '#team', data: 1 });
    const { outlet } = await node.connect(client(tenant, 'petrov'));
    expect(outlet.data).toEqual([1]);
    expect(await subscribedTo('petrov')).toEqual(['team']);
  });

  it('needs the scope, and a topic that is one', async () => {
    const { session } = await node.connect({ ...ivanov, scopes: new Set<Scope>(['receive']) });
    await expect(subscribe(session, 'a')).rejects.toMatchObject({ slug: 'scope-missing' });
    const able = await node.connect(ivanov);
    for (const topic of ['#orders', 'a//b', 'a/#/b', '', 'a+', 'vestnik.x'.repeat(20)]) {
      await expect(subscribe(able.session, topic)).rejects.toMatchObject({ slug: 'request-invalid', extra: { errors: [{ path: 'topic' }] } });
    }
  });
});

describe('what topics keep', () => {
  it('is handed over from the first on before the answer, oldest first, as a replay outside the window', async () => {
    for (const data of [1, 2]) await node.send(server, { to: '#a', data });
    const { session, outlet } = await node.connect(ivanov, { window: 1 });
    const { position } = await subscribe(session, 'a', { from: 'first' });
    expect(outlet.of('message')).toMatchObject([
      { data: 1, replay: true },
      { data: 2, replay: true },
    ]);
    expect(outlet.of('message').every((message) => message.position === undefined)).toBe(true);
    await node.send(server, { to: '#a', data: 3 });
    expect(outlet.data).toEqual([1, 2, 3]);
    session.closed();
    const again = await node.connect(ivanov, { position });
    expect(again.outlet.data).toEqual([3]);
  });

  it('is handed over from a position on', async () => {
    const listening = await node.connect(principal(tenant, 'other', { scopes: new Set<Scope>(['receive', 'subscribe']) }));
    await subscribe(listening.session, 'a');
    for (const data of [1, 2, 3]) await node.send(server, { to: '#a', data });
    const from = listening.outlet.of('message')[0]?.position;
    const { session, outlet } = await node.connect(ivanov);
    await subscribe(session, 'a', { from });
    expect(outlet.data).toEqual([2, 3]);
  });

  it('waits for a socket that does not keep up', async () => {
    for (const data of [1, 2]) await node.send(server, { to: '#a', data });
    const { session, outlet } = await node.connect(ivanov);
    outlet.choked = true;
    const subscribing = node.methods.call(session, 'subscribe', { topic: 'a', from: 'first' }, undefined, true) as Promise<unknown>;
    await house.settle();
    expect(outlet.data).toEqual([]);
    outlet.choked = false;
    session.drained();
    await subscribing;
    expect(outlet.data).toEqual([1, 2]);
  });

  it('is not waited for for ever: whoever takes none of it is told', async () => {
    await node.send(server, { to: '#a', data: 1 });
    const { session, outlet } = await node.connect(ivanov);
    outlet.choked = true;
    const subscribing = node.methods.call(session, 'subscribe', { topic: 'a', from: 'first' }, undefined, true) as Promise<unknown>;
    const refused = expect(subscribing).rejects.toMatchObject({ slug: 'unavailable' });
    await house.settle();
    await house.clock.advance(16_000);
    await house.settle();
    await refused;
  });

  it('is the last retained message of each topic, for those who ask', async () => {
    await node.send(server, { to: '#a/1', data: 1, retain: true });
    await node.send(server, { to: '#a/1', data: 2, retain: true });
    await node.send(server, { to: '#a/1', data: 3 });
    const { id } = await node.send(server, { to: '#a/2', data: 4, retain: true });
    await node.send(server, { to: '#b', data: 5, retain: true });
    const asking = await node.connect(ivanov);
    await subscribe(asking.session, 'a/+', { retained: true });
    expect(asking.outlet.of('message')).toMatchObject([
      { data: 2, replay: true, to: '#a/1@accounting.hq' },
      { data: 4, replay: true },
    ]);
    await node.states.withdraw(server, id);
    const silent = await node.connect(client(tenant, 'petrov'));
    await subscribe(silent.session, 'a/2', { retained: true });
    await subscribe(silent.session, 'a/1');
    expect(silent.outlet.data).toEqual([]);
  });

  it('is for those only who may receive, and without data that is larger than the session wants', async () => {
    const { id } = await node.send(server, { to: '#a', data: 'much', retain: true });
    const { session, outlet } = await node.connect({ ...ivanov, scopes: new Set<Scope>(['subscribe']) });
    for (const more of [{ from: 'first' }, { retained: true }]) {
      await expect(subscribe(session, 'a', more)).rejects.toMatchObject({ slug: 'scope-missing' });
    }
    expect(outlet.data).toEqual([]);
    expect(await subscribedTo('ivanov')).toEqual([]);
    const small = await node.connect(ivanov, { maxData: 3 });
    await subscribe(small.session, 'a', { retained: true });
    const [message] = small.outlet.of('message');
    expect(message).toMatchObject({ id, replay: true, dataRef: expect.stringContaining(id) });
    expect(message).not.toHaveProperty('data');
    expect(JSON.parse(await node.states.received(ivanov, id))).toMatchObject({ data: 'much' });
  });

  it('cannot be asked for without a session', async () => {
    const caller = { principal: ivanov, sends: (await node.connect(ivanov)).session.sends, device: '' };
    await expect(node.methods.call(caller, 'subscribe', { topic: 'a', from: 'first' }, undefined, true)).rejects.toMatchObject({ slug: 'request-invalid' });
    await node.methods.call(caller, 'subscribe', { topic: 'a' }, undefined, true);
    expect(await subscribedTo('ivanov')).toEqual(['a']);
  });
});

describe('the rules of a tenant', () => {
  const topics = [
    { pattern: 'orders/secret', subscribe: ['chief'], publish: 'backend' },
    { pattern: 'orders/#', subscribe: 'clients', publish: ['ivanov'] },
    { pattern: 'team/+', subscribe: 'backend', publish: 'clients' },
  ] as const;

  it.each([
    ['ivanov', 'orders/eu', true],
    ['ivanov', 'orders/secret', false],
    ['ivanov', 'orders/+', false],
    ['ivanov', '#', false],
    ['ivanov', 'team/a', false],
    ['ivanov', '+/x/#', false],
    ['ivanov', '+/+/x', true],
    ['ivanov', 'news', true],
    ['chief', 'orders/#', true],
    ['chief', 'orders/secret', true],
    ['chief', '#', false],
  ])('let %s subscribe to %s: %s', async (name, topic, allowed) => {
    await begin({ topics });
    const { session } = await node.connect(client(tenant, name));
    const answer = subscribe(session, topic);
    if (allowed) expect(await answer).toHaveProperty('position');
    else await expect(answer).rejects.toMatchObject({ slug: 'forbidden' });
  });

  it.each([
    ['ivanov', 'orders/eu', true],
    ['petrov', 'orders/eu', false],
    ['ivanov', 'orders/secret', false],
    ['petrov', 'team/a', true],
    ['petrov', 'news', true],
  ])('let %s publish to %s: %s', async (name, topic, allowed) => {
    await begin({ topics });
    const answer = node.send(client(tenant, name), { to: `#${topic}` });
    if (allowed) expect((await answer).to[0]?.state).toBe('queued');
    else await expect(answer).rejects.toMatchObject({ slug: 'forbidden' });
    expect((await node.send(client(tenant, name, 'broadcast'), { to: `#${topic}` })).to[0]?.state).toBe('queued');
    expect((await node.send(server, { to: `#${topic}` })).to[0]?.state).toBe('queued');
  });

  it('let another tenant publish only where topics are accepted from it', async () => {
    const sales = principal(await house.tenant('sales'), 'server');
    await expect(node.send(sales, { to: '#news@accounting' })).rejects.toMatchObject({ slug: 'recipient-refused' });
    await house.directory.update('accounting', { settings: { accepts: [{ from: '*@sales', allow: ['topics'], to: ['#news@accounting'] }] } });
    await house.tenants.refresh();
    const { session, outlet } = await node.connect(ivanov);
    await subscribe(session, '#');
    await node.send(sales, { to: '#news@accounting', data: 1 });
    expect(outlet.of('message')).toMatchObject([{ from: 'server@sales.hq', to: '#news@accounting.hq' }]);
    await expect(node.send(sales, { to: '#other@accounting' })).rejects.toMatchObject({ slug: 'recipient-refused' });
  });
});

describe('a message to a topic', () => {
  it('is stored once, and each subscriber reads, refuses and acknowledges it alone', async () => {
    const [one, two] = [await node.connect(ivanov), await node.connect(client(tenant, 'petrov'))];
    for (const { session } of [one, two]) await subscribe(session, 'a/+');
    const { id } = await node.send(server, { to: '#a/b', data: 1 });
    await one.session.refuse(id, 'cannot');
    await two.session.read([id]);
    const status = await node.states.ofTenant(server, id);
    expect(status.counts).toEqual({ refused: 1, read: 1 });
    expect(house.base.messages.get(id)?.places).toHaveLength(1);
    expect((await node.states.recipients(server, id, { limit: 10 })).items.map(({ state }) => state).toSorted()).toEqual(['read', 'refused']);
  });

  it('is taken off all screens when it is withdrawn, also of those who come back', async () => {
    const [one, two] = [await node.connect(ivanov), await node.connect(client(tenant, 'petrov'))];
    for (const { session } of [one, two]) await subscribe(session, '#');
    const { id } = await node.send(server, { to: '#a/b', data: 1 });
    const position = two.outlet.of('message')[0]?.position as string;
    two.session.closed();
    await node.states.withdraw(server, id);
    await house.settle();
    expect(one.outlet.of('retract')).toEqual([{ ids: [id], reason: 'withdrawn' }]);
    const again = await node.connect(client(tenant, 'petrov'), { position });
    expect(again.outlet.of('retract')).toEqual([{ ids: [id], reason: 'withdrawn' }]);
    expect(again.outlet.data).toEqual([]);
  });

  it('can be fetched by its subscribers only', async () => {
    const { session } = await node.connect(ivanov);
    await subscribe(session, 'a');
    const { id } = await node.send(server, { to: '#a', data: { n: 1 } });
    expect(JSON.parse(await node.states.received(ivanov, id))).toMatchObject({ id, data: { n: 1 } });
    await node.connect(client(tenant, 'petrov'));
    await expect(node.states.received(client(tenant, 'petrov'), id)).rejects.toMatchObject({ slug: 'not-found' });
  });

  it('is retained only where it goes to topics and into the log', async () => {
    for (const fields of [{ to: 'ivanov' }, { to: ['#a', 'ivanov'] }, { to: '#a', durable: false }]) {
      await expect(async () => node.send(server, { ...fields, retain: true })).rejects.toMatchObject({ extra: { errors: [{ path: 'retain' }] } });
    }
  });

  it('waits for its time, and is retained then', async () => {
    await node.send(server, { to: '#a', data: 1, retain: true, deliverAt: new Date(house.clock.now() + 10_000).toISOString() });
    await house.clock.advance(11_000);
    await node.scheduled.enterDue();
    const { session, outlet } = await node.connect(ivanov, {}, new Outlet());
    await subscribe(session, 'a', { retained: true });
    expect(outlet.data).toEqual([1]);
  });
});
