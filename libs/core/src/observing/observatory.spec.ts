import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import { sessionEnd } from '../delivery/session-end.js';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, principal } from '../spec/memory-house.js';
import type { Happening, HappeningFilter } from './happenings.js';

let house: MemoryHouse;
let one: MemoryNode;
let other: MemoryNode;
let sales: Tenant;
let hidden: Tenant;
let server: Principal;
let ivanov: Principal;

beforeEach(async () => {
  house = new MemoryHouse();
  house.base.beginEpoch(1);
  sales = await house.tenant('sales', { unknownClients: 'accept' });
  hidden = await house.tenant('hidden');
  one = house.node('n1');
  other = house.node('n2');
  await one.delivery.readEpochs();
  await other.delivery.readEpochs();
  server = principal(sales, 'server');
  ivanov = principal(sales, 'ivanov');
  one.parts.observatory.start();
  other.parts.observatory.start();
});

function watch(node: MemoryNode, filter: HappeningFilter = {}) {
  const seen: (Happening & { node: string })[] = [];
  let skipped = 0;
  const stop = node.parts.observatory.watch(filter, (from, { happenings, skipped: more }) => {
    seen.push(...happenings.map((happening) => ({ ...happening, node: from })));
    skipped += more;
  });
  return { seen, stop, skipped: () => skipped, kinds: () => seen.map(({ kind }) => kind) };
}

/** Waits for an answer of the nodes; those that are silent are given up after a second. */
async function asked<Answer>(asking: Promise<Answer>): Promise<Answer> {
  await house.clock.run(1_000);
  return asking;
}

describe('figures', () => {
  it('count what was accepted, handed over, acknowledged and refused, on whichever node', async () => {
    const { session, outlet } = await other.connect(ivanov);
    await one.send(server, { to: 'ivanov', data: 1 });
    await one.send(server, { to: 'ivanov', data: 2 });
    await expect(one.send(server, { to: 'nobody@nowhere', data: 3 })).rejects.toThrow();
    await house.clock.run(1_500);
    await session.ack(outlet.of('message').at(-1)?.position as string, false);
    const { sessions, counted } = await asked(one.parts.observatory.figures());
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
    expect({ ...counted, sessions: sessions.at(-1) }).toMatchObject({ sessions: 1 });
    expect([counted.accepted, counted.delivered, counted.acknowledged, counted.refused].map(sum)).toEqual([2, 2, 2, 1]);
  });

  it('leave out a node that does not answer', async () => {
    house.network.faults.drops = (_message, from) => from === 'n2';
    await one.send(server, { to: 'ivanov', data: 1 });
    expect((await asked(one.parts.observatory.nodes())).map(({ node, self }) => [node, self])).toEqual([['n1', true]]);
    house.network.faults.drops = undefined;
    expect((await asked(one.parts.observatory.nodes())).map(({ node, self }) => [node, self])).toEqual([
      ['n1', true],
      ['n2', false],
    ]);
  });
});

describe('watching', () => {
  it('shows the life of a message as it happens, on all nodes, and never what it says', async () => {
    const { seen, stop } = watch(one);
    await house.clock.run(10);
    const { session, outlet } = await other.connect(ivanov, { app: 'desk 1.4' });
    await one.send(server, { to: 'ivanov', type: 'order.created', data: 'a secret' });
    await house.clock.run(1_500);
    await session.refuse(outlet.of('message')[0]?.id as string, 'no such order');
    await house.clock.run(500);
    // What one node tells is in order; between nodes it is not.
    expect(seen.filter(({ node }) => node === 'n1').map(({ kind }) => kind)).toEqual(['accepted']);
    expect(seen.filter(({ node }) => node === 'n2').map(({ kind }) => kind)).toEqual(['session-opened', 'delivered', 'acknowledged', 'refused']);
    const accepted = seen.find(({ kind }) => kind === 'accepted');
    expect(accepted).toMatchObject({ from: 'server@sales.hq', to: 'ivanov@sales.hq', type: 'order.created', bytes: 10, tenantId: sales.id });
    expect(seen.find(({ kind }) => kind === 'refused')).toMatchObject({ id: accepted?.id, to: 'ivanov@sales.hq', reason: 'no such order' });
    expect(seen.find(({ kind }) => kind === 'session-opened')).toMatchObject({ from: 'ivanov@sales.hq' });
    expect(JSON.stringify(seen)).not.toContain('secret');
    stop();
    await house.clock.run(10);
    await other.send(server, { to: 'ivanov', data: 2 });
    await house.clock.run(1_000);
    expect(seen).toHaveLength(5);
  });

  it('shows only what was asked for', async () => {
    const filters: HappeningFilter[] = [
      { tenantIds: [hidden.id] },
      { tenantIds: [sales.id] },
      { to: 'IVAN' },
      { to: 'petrov' },
      { type: 'order' },
      { kinds: ['delivered'] },
      { from: 'server@' },
    ];
    const watched = filters.map((filter) => watch(one, filter));
    await one.send(server, { to: 'ivanov', type: 'order.created', data: 1 });
    await house.clock.run(500);
    expect(watched.map(({ seen }) => seen.length)).toEqual([0, 1, 1, 0, 1, 0, 1]);
  });

  it('shows one message of so many, and with it all that becomes of it', async () => {
    const { seen } = watch(one, { sample: 2 });
    await one.connect(ivanov);
    for (let at = 0; at < 20; at++) await one.send(server, { to: 'ivanov', data: at });
    await house.clock.run(500);
    const ids = (kind: string) => seen.filter((happening) => happening.kind === kind && happening.id !== undefined).map(({ id }) => id);
    expect(ids('accepted').length).toBeLessThan(20);
    expect(ids('delivered').toSorted()).toEqual(ids('accepted').toSorted());
  });

  it('tells 50 a second, and how many it left out', async () => {
    const { seen, skipped } = watch(one, { kinds: ['accepted'] });
    for (let at = 0; at < 80; at++) await one.send(server, { to: 'ivanov', data: at });
    await house.clock.run(500);
    expect([seen.length, skipped()]).toEqual([50, 30]);
    await house.clock.run(1_000);
    await one.send(server, { to: 'ivanov', data: 'again' });
    await house.clock.run(500);
    expect(seen).toHaveLength(51);
  });

  it('ends at other nodes by itself where whoever watched is gone', async () => {
    watch(one);
    await house.clock.run(10);
    const { watches } = other.parts.delivery.observer as unknown as { watches: Set<unknown> };
    expect(watches.size).toBe(1);
    one.bus.vanish();
    await house.clock.run(20_000);
    expect(watches.size).toBe(0);
  });
});

describe('calls', () => {
  it('are remembered with how they went, newest first, from all nodes', async () => {
    const caller = { ...server, scopes: new Set(['call'] as const) };
    const ask = (to: string, method: string) => one.parts.calls.call({ principal: caller } as never, { to, method }, '{}').catch(() => undefined);
    await ask('nobody', 'first');
    await house.clock.run(10);
    const { session } = await one.connect(ivanov);
    const open = ask('ivanov', 'second');
    await house.clock.run(2_000);
    const { calls, kept } = await asked(other.parts.observatory.calls({ limit: 10 }));
    expect(calls.map(({ method, state, problem, node, from, to }) => [method, state, problem, node, from, to])).toEqual([
      ['second', 'open', undefined, 'n1', 'server@sales.hq', 'ivanov@sales.hq'],
      ['first', 'failed', 'client-offline', 'n1', 'server@sales.hq', 'nobody@sales.hq'],
    ]);
    expect(kept).toBe(2);
    session.closed();
    await open;
    const failed = await asked(other.parts.observatory.calls({ limit: 10, failed: true, slowerThanMs: 1_000 }));
    expect(failed.calls.map(({ method, problem }) => [method, problem])).toEqual([['second', 'call-interrupted']]);
    expect((await asked(one.parts.observatory.calls({ limit: 10, tenants: ['hidden'] }))).calls).toEqual([]);
    expect((await asked(one.parts.observatory.calls({ limit: 10, state: 'open' }))).calls).toEqual([]);
  });
});

it('remembers for an hour who lost a connection, on whichever node', async () => {
  const slow = await other.connect(ivanov);
  const broken = await other.connect(principal(sales, 'petrov'));
  const fine = await other.connect(principal(sales, 'sidorov'));
  slow.session.end(sessionEnd('too-slow'));
  broken.session.closed(true);
  fine.session.closed();
  await house.settle();
  expect([...one.parts.observatory.droppedClients().values()].map(({ reason }) => reason)).toEqual(['too-slow', 'broken']);
  await house.clock.run(3_600_001);
  expect(one.parts.observatory.droppedClients().size).toBe(0);
});
