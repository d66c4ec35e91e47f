import { Problem } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, Outlet, principal } from '../spec/memory-house.js';

let house: MemoryHouse;
let node: MemoryNode;
let tenant: Tenant;
let ivanov: Principal;
let server: Principal;

beforeEach(async () => {
  house = new MemoryHouse();
  house.base.beginEpoch(77);
  tenant = await house.tenant('accounting');
  node = house.node();
  await node.delivery.readEpochs();
  ivanov = principal(tenant, 'ivanov', { kind: 'token' });
  server = principal(tenant, 'server');
});

const positions = (outlet: Outlet) => outlet.of('message').map(({ position }) => position as string);

describe('a session', () => {
  it('gets what was sent before it came, then what is sent while it is there', async () => {
    await node.send(server, { to: 'ivanov', data: 1 });
    const { outlet, result } = await node.connect(ivanov);
    await node.send(server, { to: 'ivanov', data: 2 });
    await node.send(server, { to: 'petrov', data: 'not for him' });
    expect(outlet.data).toEqual([1, 2]);
    expect(result).toMatchObject({ client: 'ivanov@accounting.hq', missed: 1, gap: undefined });
  });

  it('is pushed nothing before it is started', async () => {
    await node.send(server, { to: 'ivanov', data: 1 });
    const outlet = new Outlet();
    const opened = await node.delivery.open(ivanov, { transport: 'test' }, outlet);
    await node.send(server, { to: 'ivanov', data: 2 });
    node.delivery.tick();
    opened.session.drained();
    await house.settle();
    expect(outlet.pushes).toEqual([]);
    opened.start();
    await house.settle();
    expect(outlet.data).toEqual([1, 2]);
  });

  it('goes on after what was acknowledged, and marks what may have been handed over before', async () => {
    const first = await node.connect(ivanov);
    for (const data of [1, 2, 3]) await node.send(server, { to: 'ivanov', data });
    await first.session.ack(positions(first.outlet)[0] as string, true);
    first.session.closed();
    await node.send(server, { to: 'ivanov', data: 4 });
    const second = await node.connect(ivanov);
    expect(second.outlet.of('message').map(({ data, redelivered }) => [data, redelivered])).toEqual([
      [2, true],
      [3, true],
      [4, undefined],
    ]);
  });

  it('resumes after the position it names, which acknowledges nothing', async () => {
    const first = await node.connect(ivanov);
    for (const data of [1, 2, 3]) await node.send(server, { to: 'ivanov', data });
    const [, second] = positions(first.outlet);
    first.session.closed();
    expect((await node.connect(ivanov, { position: second })).outlet.data).toEqual([3]);
    expect((await node.connect(ivanov)).outlet.data).toEqual([1, 2, 3]);
  });

  it('is told of a gap where its position is from a history that the log does not have', async () => {
    const first = await node.connect(ivanov);
    await node.send(server, { to: 'ivanov', data: 1 });
    const [position] = positions(first.outlet);
    house.base.epochs.splice(0, 1, { epoch: 78, begins: 1 });
    await node.delivery.readEpochs();
    const { result, outlet } = await node.connect(ivanov, { position });
    expect(result.gap).toMatchObject({ reason: 'restored', from: position });
    expect(outlet.data).toEqual([1]);
  });

  it('refuses a position that no bus gave out', async () => {
    await expect(node.connect(ivanov, { position: 'garbage' })).rejects.toMatchObject({ slug: 'position-invalid' });
    expect(node.delivery.sessionCount).toBe(0);
  });

  it('is told of no gap when another node has handed it what this node has not heard of yet', async () => {
    const other = house.node('n2');
    await other.delivery.readEpochs();
    const here = await node.connect(principal(tenant, 'bystander'));
    house.network.faults.drops = () => true;
    const there = await other.connect(ivanov);
    await other.send(server, { to: 'ivanov', data: 1 });
    const [position] = positions(there.outlet);
    there.session.closed();
    const back = await node.connect(ivanov, { position });
    expect(back.result.gap).toBeUndefined();
    await other.send(server, { to: 'ivanov', data: 2 });
    await node.delivery.poll();
    await house.settle();
    expect(back.outlet.data).toEqual([2]);
    here.session.closed();
  });

  it('is fed even where the tenant was looked away from while it opened', async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    house.gate = (operation) => (operation === 'openCursor' ? opened : undefined);
    const connecting = node.connect(ivanov);
    await house.settle();
    node.delivery.tick();
    house.gate = undefined;
    open();
    const { outlet } = await connecting;
    await node.send(server, { to: 'ivanov', data: 1 });
    await node.delivery.poll();
    await house.settle();
    expect(outlet.data).toEqual([1]);
  });

  it('is the only one of its device: a newer one takes over', async () => {
    const old = await node.connect(ivanov, { device: 'phone' });
    const other = await node.connect(ivanov, { device: 'desktop' });
    await node.connect(ivanov, { device: 'phone' });
    expect(old.outlet.ended).toMatchObject({ code: 4409, slug: 'replaced', reconnect: false });
    expect(other.outlet.ended).toBeUndefined();
  });

  it('shares its position with the client’s other sessions, each of which is handed everything', async () => {
    const [one, two] = [await node.connect(ivanov), await node.connect(ivanov)];
    await node.send(server, { to: 'ivanov', data: 1 });
    expect([one.outlet.data, two.outlet.data]).toEqual([[1], [1]]);
    await one.session.ack(positions(one.outlet)[0] as string, true);
    expect(two.session.feed?.unacknowledged).toBe(0);
  });

  it('is one of 50 at most', async () => {
    for (let n = 0; n < 50; n++) await node.connect(ivanov);
    await expect(node.connect(ivanov)).rejects.toMatchObject({ slug: 'too-many-connections' });
  });

  it('hears transient messages, and none after it was closed', async () => {
    const { outlet, session } = await node.connect(ivanov);
    await node.send(server, { to: 'ivanov', data: 1, durable: false });
    session.closed();
    await expect(async () => node.send(server, { to: 'ivanov', data: 2, durable: false })).rejects.toMatchObject({ slug: 'client-offline' });
    expect(outlet.data).toEqual([1]);
    expect(outlet.of('message')[0]).not.toHaveProperty('position');
  });

  it('leaves nothing behind when it is closed', async () => {
    const { session } = await node.connect(ivanov);
    session.closed();
    session.closed();
    node.delivery.tick();
    expect([node.delivery.sessionCount, node.sessions.count(session.mailbox.id), node.sessions.here()]).toEqual([0, 0, 0]);
  });
});

describe('acknowledging', () => {
  it('counts as the furthest that was handed over where it goes beyond', async () => {
    const { session, outlet } = await node.connect(ivanov, { window: 1 });
    for (const data of [1, 2]) await node.send(server, { to: 'ivanov', data });
    expect(outlet.data).toEqual([1]);
    await session.ack(node.delivery.epochs.format(1_000_000), true);
    await house.settle();
    expect(outlet.data).toEqual([1, 2]);
    session.closed();
    expect((await node.connect(ivanov)).outlet.data).toEqual([2]);
  });

  it('moves nothing back', async () => {
    const { session, outlet } = await node.connect(ivanov);
    for (const data of [1, 2]) await node.send(server, { to: 'ivanov', data });
    const [first, second] = positions(outlet) as [string, string];
    await session.ack(second, true);
    await session.ack(first, true);
    expect(session.cursor.acknowledged).toBe(node.delivery.epochs.read(second).position);
  });

  it('of a position from another history moves nothing', async () => {
    const { session, outlet } = await node.connect(ivanov);
    await node.send(server, { to: 'ivanov', data: 1 });
    const before = session.cursor.acknowledged;
    house.base.epochs.splice(0, 1, { epoch: 78, begins: 1 });
    await node.delivery.readEpochs();
    await session.ack(positions(outlet)[0] as string, true);
    expect(session.cursor.acknowledged).toBe(before);
    expect(() => session.ack('garbage', true)).toThrow(expect.objectContaining({ slug: 'position-invalid' }));
  });

  it('passes over what was refused since', async () => {
    const { session, outlet } = await node.connect(ivanov);
    for (const data of [1, 2, 3, 4]) await node.send(server, { to: 'ivanov', data });
    const ids = outlet.of('message').map(({ id }) => id as string);
    const at = positions(outlet).map((position) => node.delivery.epochs.read(position).position);
    await session.refuse(ids[1] as string, 'no');
    await session.refuse(ids[2] as string, 'no');
    expect(session.cursor.acknowledged).toBeLessThan(at[0] as number);
    await session.ack(positions(outlet)[0] as string, true);
    expect(session.cursor.acknowledged).toBe(at[2]);
    session.closed();
    expect((await node.connect(ivanov)).outlet.data).toEqual([4]);
  });

  it('is not needed for what was refused first of all', async () => {
    const { session, outlet } = await node.connect(ivanov, { window: 1 });
    for (const data of [1, 2]) await node.send(server, { to: 'ivanov', data });
    await session.refuse(outlet.of('message')[0]?.id as string, 'no');
    await house.settle();
    expect(outlet.data).toEqual([1, 2]);
  });

  it('of somebody else’s message is refused like one of a message that there is not', async () => {
    const { session } = await node.connect(ivanov);
    const { id } = await node.send(server, { to: 'petrov' });
    for (const unknown of [id, house.newId()]) {
      await expect(session.refuse(unknown, 'x')).rejects.toMatchObject({ slug: 'not-found', detail: 'id: this client was sent no such message' });
      await expect(session.read([unknown])).rejects.toMatchObject({ slug: 'not-found' });
    }
  });

  it('needs the scope receive', async () => {
    const { session } = await node.connect(principal(tenant, 'ivanov', { scopes: new Set(['send']) }));
    expect(() => session.ack('AAAAAAB', true)).toThrow(expect.objectContaining({ slug: 'scope-missing' }));
  });
});

describe('reading', () => {
  it('takes the message off the client’s other screens, not off the one that read it', async () => {
    const [one, two] = [await node.connect(ivanov), await node.connect(ivanov)];
    const { id } = await node.send(server, { to: 'ivanov' });
    await one.session.read([id]);
    await house.settle();
    expect(one.outlet.of('retract')).toEqual([]);
    expect(two.outlet.of('retract')).toEqual([{ ids: [id], reason: 'read' }]);
  });

  it('is told to a session that was away, before any message', async () => {
    const one = await node.connect(ivanov, { device: 'a' });
    const away = await node.connect(ivanov, { device: 'b' });
    const { id } = await node.send(server, { to: 'ivanov', data: 1 });
    await away.session.ack(positions(away.outlet)[0] as string, true);
    away.session.closed();
    await one.session.read([id]);
    await node.send(server, { to: 'ivanov', data: 2 });
    const back = await node.connect(ivanov, { device: 'b' });
    expect(back.outlet.pushes.map(({ method }) => method)).toEqual(['retract', 'message']);
    expect(back.outlet.data).toEqual([2]);
  });
});

describe('what time brings to a session', () => {
  it('a notice once when the window has been full for 5 s with more waiting', async () => {
    const { outlet, session } = await node.connect(ivanov, { window: 1 });
    for (const data of [1, 2, 3]) await node.send(server, { to: 'ivanov', data });
    const second = async (seconds: number) => {
      for (let n = 0; n < seconds; n++) {
        await house.clock.run(1_000);
        node.delivery.tick();
      }
    };
    await second(4);
    expect(outlet.of('notice')).toEqual([]);
    await second(5);
    expect(outlet.of('notice')).toEqual([{ type: 'vestnik.waiting-for-ack', position: expect.any(String), waiting: 1 }]);
    await session.ack(positions(outlet)[0] as string, true);
    await house.settle();
    expect(outlet.data).toEqual([1, 2]);
  });

  it('no such notice where the window is full and nothing waits', async () => {
    const { outlet } = await node.connect(ivanov, { window: 1 });
    await node.send(server, { to: 'ivanov', data: 1 });
    await house.clock.run(10_000);
    node.delivery.tick();
    await house.clock.run(10_000);
    node.delivery.tick();
    expect(outlet.of('notice')).toEqual([]);
  });

  it('word that its token ends in a minute, and its end with it', async () => {
    const { outlet } = await node.connect({ ...ivanov, expiresAt: house.clock.now() + 90_000 });
    await house.clock.run(29_000);
    node.delivery.tick();
    expect(outlet.of('notice')).toEqual([]);
    await house.clock.run(2_000);
    node.delivery.tick();
    node.delivery.tick();
    expect(outlet.of('notice')).toEqual([{ type: 'vestnik.token-expiring', expiresAt: expect.any(String) }]);
    await house.clock.run(60_000);
    node.delivery.tick();
    expect(outlet.ended).toMatchObject({ code: 4401, slug: 'token-expired', reconnect: true });
    expect(node.delivery.sessionCount).toBe(0);
  });

  it('its end within 30 s of the removal of its key', async () => {
    let valid = true;
    const strict = house.node('n3', { stillValid: () => Promise.resolve(valid) });
    const { outlet } = await strict.connect(ivanov);
    valid = false;
    for (let n = 0; n < 30; n++) {
      await house.clock.run(1_000);
      strict.delivery.tick();
    }
    await house.settle();
    expect(outlet.ended).toMatchObject({ code: 4401, slug: 'unauthenticated' });
  });

  it('nothing but a line in the log where it could not be checked', async () => {
    const unsure = house.node('n4', { stillValid: () => Promise.reject(new Problem('unavailable', 'x')) });
    const { outlet } = await unsure.connect(ivanov);
    unsure.delivery.checkAll();
    await house.settle();
    expect(outlet.ended).toBeUndefined();
    expect(house.lines.lines).toContain('warn a session could not be checked');
  });
});

describe('a new token', () => {
  const fresh = (client: string, expiresIn = 3_600_000) => ({
    authenticate: () => Promise.resolve({ ...ivanov, client, expiresAt: house.clock.now() + expiresIn }),
  });

  it('prolongs the session', async () => {
    const refreshed = house.node('n2', fresh('ivanov'));
    const { session, outlet } = await refreshed.connect({ ...ivanov, expiresAt: house.clock.now() + 10_000 });
    expect(await session.refresh('token')).toEqual({ expiresAt: new Date(house.clock.now() + 3_600_000).toISOString() });
    await house.clock.run(20_000);
    refreshed.delivery.tick();
    expect(outlet.ended).toBeUndefined();
  });

  it('for another client is refused', async () => {
    const { session } = await house.node('n2', fresh('petrov')).connect(ivanov);
    await expect(session.refresh('token')).rejects.toMatchObject({ slug: 'forbidden' });
  });
});

describe('a node that goes down', () => {
  it('tells its sessions, ends them, takes no new ones, and leaves their cursors written', async () => {
    const { session, outlet } = await node.connect(ivanov);
    await node.send(server, { to: 'ivanov', data: 1 });
    void session.ack(positions(outlet)[0] as string, false);
    await node.delivery.drain();
    expect(outlet.of('notice')).toEqual([{ type: 'vestnik.draining', after: 0 }]);
    expect(outlet.ended).toMatchObject({ code: 1012, slug: 'draining', reconnect: true });
    await expect(node.connect(ivanov)).rejects.toMatchObject({ slug: 'draining' });
    expect((await house.node('n2').connect(ivanov)).outlet.data).toEqual([]);
  });
});
