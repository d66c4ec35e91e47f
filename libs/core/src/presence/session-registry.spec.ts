import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, MemoryNodeNetwork } from '../memory/index.js';
import { SessionRegistry } from './session-registry.js';

const TENANT = 1;
const CLIENT = 10;

let clock: ManualClock;
let network: MemoryNodeNetwork;
let here: SessionRegistry;
let there: SessionRegistry;
let closed: string[];

beforeEach(async () => {
  clock = new ManualClock();
  network = new MemoryNodeNetwork(clock);
  here = new SessionRegistry(network.join('here'), clock);
  there = new SessionRegistry(network.join('there'), clock);
  closed = [];
  await clock.run(100);
});

const add = (registry: SessionRegistry, session: string, device?: string) =>
  registry.add({ session, clientId: CLIENT, client: 'ivanov', tenantId: TENANT, device, transport: 'test', since: clock.now() }, (slug) => {
    closed.push(`${session} ${slug}`);
    registry.remove(session);
  });

describe('the sessions of two nodes', () => {
  it('are counted on both, and no more when they have ended', async () => {
    add(here, 'a');
    add(there, 'b');
    expect([here.count(CLIENT), there.count(CLIENT)]).toEqual([1, 1]);
    await clock.run(100);
    expect([here.count(CLIENT), there.count(CLIENT), here.countTenant(TENANT), there.countTenant(TENANT)]).toEqual([2, 2, 2, 2]);
    expect(
      there
        .ofClient(CLIENT)
        .map(({ session }) => session)
        .sort(),
    ).toEqual(['a', 'b']);
    expect([there.has(CLIENT, 'a'), there.here()]).toEqual([true, 1]);
    here.remove('a');
    there.remove('b');
    await clock.run(100);
    expect([here.count(CLIENT), there.count(CLIENT), here.countTenant(TENANT), there.countTenant(TENANT)]).toEqual([0, 0, 0, 0]);
  });

  it('leave no ghost where many open and some of them close at once', async () => {
    for (let n = 0; n < 120; n++) add(here, `s${n}`);
    for (let n = 60; n < 70; n++) here.remove(`s${n}`);
    await clock.run(100);
    expect([here.count(CLIENT), there.count(CLIENT)]).toEqual([110, 110]);
  });

  it('leave no ghost where one changes and ends at once', async () => {
    add(here, 'a');
    await clock.run(100);
    here.update('a', { status: 'busy' });
    here.remove('a');
    await clock.run(100);
    expect(there.count(CLIENT)).toBe(0);
  });

  it('are told to a node that joins later', async () => {
    for (let n = 0; n < 120; n++) add(here, `s${n}`);
    await clock.run(100);
    const late = new SessionRegistry(network.join('late'), clock);
    await clock.run(100);
    expect(late.count(CLIENT)).toBe(120);
  });

  it('leave no ghost with a node that joins between their opening and their end', async () => {
    add(here, 'a');
    const late = new SessionRegistry(network.join('late'), clock);
    here.remove('a');
    await clock.run(100);
    expect([late.count(CLIENT), there.count(CLIENT)]).toEqual([0, 0]);
  });

  it('are gone with their node', async () => {
    const bus = network.join('third');
    const third = new SessionRegistry(bus, clock);
    add(third, 'c');
    add(here, 'a');
    await clock.run(100);
    expect(here.count(CLIENT)).toBe(2);
    bus.vanish();
    await clock.run(10_000);
    expect([here.count(CLIENT), here.countTenant(TENANT), here.ofClient(CLIENT)[0]?.session]).toEqual([1, 1, 'a']);
  });

  it('are closed from either', async () => {
    add(there, 'b');
    await clock.run(100);
    expect(here.close(CLIENT, 'b', 'closed-by-administrator')).toBe(true);
    await clock.run(100);
    expect(closed).toEqual(['b closed-by-administrator']);
    expect(here.count(CLIENT)).toBe(0);
  });

  it('are closed only as those of the client that is named', async () => {
    add(there, 'b');
    await clock.run(100);
    expect(here.close(CLIENT + 1, 'b', 'closed-by-administrator')).toBe(false);
    expect(here.close(CLIENT, 'x', 'closed-by-administrator')).toBe(false);
    await clock.run(100);
    expect(closed).toEqual([]);
  });

  it('of one device give way to the newest, wherever they are', async () => {
    add(here, 'a', 'phone');
    add(there, 'b', 'phone');
    add(there, 'c', 'desktop');
    await clock.run(100);
    here.replace(CLIENT, 'phone', 'a');
    await clock.run(100);
    expect(closed).toEqual(['b replaced']);
  });
});
