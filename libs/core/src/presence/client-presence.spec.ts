import type { Presence, PresenceResult } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Scope } from '../access/scopes.js';
import type { Session } from '../delivery/session.js';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, type Outlet, principal } from '../spec/memory-house.js';

const SCOPES = new Set<Scope>(['receive', 'presence']);

let house: MemoryHouse;
let node: MemoryNode;
let sales: Tenant;
const who = (client: string, tenant = sales): Principal => principal(tenant, client, { scopes: SCOPES });

beforeEach(async () => {
  house = new MemoryHouse();
  house.base.beginEpoch(1);
  sales = await house.tenant('sales');
  node = await started('n1');
});

async function started(id: string): Promise<MemoryNode> {
  const made = house.node(id);
  await made.delivery.readEpochs();
  return made;
}

async function call(session: Session, method: string, params: object): Promise<Presence[]> {
  const on = session.session.startsWith('n2') ? other : node;
  const result = (await on.methods.call(session, `presence.${method}`, params, JSON.stringify(params), true)) as PresenceResult;
  await house.settle();
  return result.clients;
}

let other: MemoryNode;
const states = (outlet: Outlet) => outlet.of('presence').map(({ client, online, status, sessions }) => [client, online, status, sessions].join(' '));
const iso = () => new Date(house.clock.now()).toISOString();

describe('presence', () => {
  it('of several clients is told in the order asked, with status, text, since and sessions', async () => {
    const since = iso();
    const { session } = await node.connect(who('anna'), { status: 'busy' });
    await house.clock.run(1_000);
    await node.connect(who('anna'));
    expect(await call(session, 'get', { clients: ['petrov', 'anna@sales.hq', 'anna'] })).toEqual([
      { client: 'petrov@sales.hq', online: false, sessions: 0 },
      { client: 'anna@sales.hq', online: true, status: 'busy', since, sessions: 2 },
      { client: 'anna@sales.hq', online: true, status: 'busy', since, sessions: 2 },
    ]);
    await call(session, 'set', { status: 'away', text: 'till 14:00' });
    expect(await call(session, 'get', { clients: ['anna'] })).toMatchObject([{ status: 'away', text: 'till 14:00' }]);
    await call(session, 'set', { status: 'busy' });
    expect((await call(session, 'get', { clients: ['anna'] }))[0]).not.toHaveProperty('text', 'till 14:00');
  });

  it('needs the scope presence, a client, and for setting and watching a session', async () => {
    const { session } = await node.connect(principal(sales, 'anna'));
    await expect(call(session, 'get', { clients: ['petrov'] })).rejects.toMatchObject({ slug: 'scope-missing' });
    const { session: able } = await node.connect(who('boris'));
    for (const address of ['#orders', '*', 'petrov/7f3a', 'a@b@c', '']) {
      await expect(call(able, 'get', { clients: ['petrov', address] })).rejects.toMatchObject({
        slug: 'address-invalid',
        extra: { errors: [{ path: 'clients/1' }] },
      });
    }
    await expect(call(able, 'get', { clients: ['petrov@sales.branch'] })).rejects.toMatchObject({ slug: 'installation-unknown' });
    await expect(call(able, 'get', { clients: [] })).rejects.toMatchObject({ slug: 'request-invalid' });
    const byHttp = { principal: who('boris'), sends: able.sends, device: '' };
    await expect(node.parts.presence.set(byHttp, { status: 'away' })).rejects.toMatchObject({ slug: 'request-invalid' });
    await expect(node.parts.presence.watch(byHttp, { clients: ['anna'] })).rejects.toMatchObject({ slug: 'request-invalid' });
    expect((await node.parts.presence.get(byHttp, { clients: ['anna'] })).clients).toMatchObject([{ online: true }]);
  });

  it('of another tenant is told where it allows that, and refused alike where it does not and where there is none', async () => {
    const open = await house.tenant('open', { accepts: [{ from: '*@sales', allow: ['presence'], to: ['reception@open'] }] });
    await house.tenant('closed', { accepts: [{ from: '*@sales', allow: ['send', 'call'] }] });
    await node.connect(who('reception', open));
    const { session } = await node.connect(who('anna'));
    expect(await call(session, 'get', { clients: ['reception@open'] })).toMatchObject([{ client: 'reception@open.hq', online: true }]);
    const asked: string[] = [];
    house.gate = (operation) => void asked.push(operation);
    const refusals = await Promise.all(
      ['x@closed', 'x@nowhere', 'director@open'].map((client) => call(session, 'watch', { clients: [client] }).catch((error: unknown) => error)),
    );
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        slug: 'recipient-refused',
        detail: 'the recipient does not accept this from you',
        extra: { errors: [{ path: 'clients/0' }] },
      });
    }
    expect(asked).toEqual([]);
    await house.directory.update('sales', { settings: { clientsMay: 'tenant' } });
    await house.tenants.refresh();
    await expect(
      node.parts.presence.get({ ...session, principal: { ...who('anna'), kind: 'token' }, device: '' }, { clients: ['reception@open'] }),
    ).rejects.toMatchObject({
      slug: 'forbidden',
    });
  });

  it('is not made by a webhook', async () => {
    const { session, outlet } = await node.connect(who('anna'));
    expect(await call(session, 'watch', { clients: ['server'] })).toMatchObject([{ online: false }]);
    await node.connect(who('server'), { transport: 'webhook' });
    await house.clock.run(1_000);
    expect([await call(session, 'get', { clients: ['server'] }), outlet.of('presence')]).toMatchObject([[{ online: false, sessions: 0 }], []]);
  });

  it('says since when a client is offline, also after its node was stopped', async () => {
    const { session } = await node.connect(who('anna'));
    const { session: ivanov } = await node.connect(who('ivanov'));
    await house.clock.run(60_000);
    const gone = iso();
    ivanov.closed();
    await house.clock.run(10_000);
    expect(await call(session, 'get', { clients: ['ivanov'] })).toEqual([{ client: 'ivanov@sales.hq', online: false, since: gone, sessions: 0 }]);
    expect((await house.mailboxes.findClient(sales.id, 'ivanov'))?.seenAt).toBe(Date.parse(gone));
    const stopped = iso();
    await node.delivery.drain();
    await node.parts.presence.close();
    expect((await house.mailboxes.findClient(sales.id, 'anna'))?.seenAt).toBe(Date.parse(stopped));
  });

  it('is kept as last seen by a later try where the store failed', async () => {
    const { session } = await node.connect(who('ivanov'));
    await house.clock.run(60_000);
    const at = house.clock.now();
    house.gate = (operation) => (operation === 'seen' ? Promise.reject(new Error('away')) : undefined);
    session.closed();
    await house.clock.run(5_000);
    house.gate = undefined;
    await node.parts.presence.close();
    expect((await house.mailboxes.findClient(sales.id, 'ivanov'))?.seenAt).toBe(at);
  });
});

describe('a watched client', () => {
  it('is told of as it comes online, sets a status and goes, though nobody knew it before, and is not made known', async () => {
    const { session, outlet } = await node.connect(who('anna'));
    expect(await call(session, 'watch', { clients: ['new'] })).toEqual([{ client: 'new@sales.hq', online: false, sessions: 0 }]);
    await house.clock.run(1_000);
    expect(await house.mailboxes.find(sales.id, 'client', ['new'])).toEqual([undefined]);
    const since = iso();
    const { session: fresh } = await node.connect(who('new'));
    await house.clock.run(300);
    expect(outlet.of('presence')).toEqual([{ client: 'new@sales.hq', online: true, status: 'available', since, sessions: 1 }]);
    await call(fresh, 'set', { status: 'busy', text: 'call' });
    await house.clock.run(300);
    expect(outlet.of('presence')[1]).toMatchObject({ status: 'busy', text: 'call' });
    const gone = iso();
    fresh.closed();
    await house.clock.run(1_000);
    expect(outlet.of('presence').slice(2)).toEqual([{ client: 'new@sales.hq', online: false, since: gone, sessions: 0 }]);
  });

  it('does not flicker when a page is loaded anew, and was there all the time', async () => {
    const since = iso();
    const { session } = await node.connect(who('ivanov'), { status: 'busy' });
    const { session: watcher, outlet } = await node.connect(who('anna'));
    await call(watcher, 'watch', { clients: ['ivanov'] });
    for (let n = 0, last = session; n < 3; n++) {
      await house.clock.run(10_000);
      last.closed();
      await house.clock.run(300);
      last = (await node.connect(who('ivanov'), { status: 'busy' })).session;
    }
    await house.clock.run(10_000);
    expect(outlet.of('presence')).toEqual([]);
    expect(await call(watcher, 'get', { clients: ['ivanov'] })).toMatchObject([{ online: true, since, sessions: 1 }]);
  });

  it('is told of by its last status where it changes it again and again, and not at all where it sets the same', async () => {
    const { session: ivanov } = await node.connect(who('ivanov'));
    const { session, outlet } = await node.connect(who('anna'));
    await call(session, 'watch', { clients: ['ivanov'] });
    for (let n = 0; n <= 100; n++) await call(ivanov, 'set', { status: `s${n}` });
    await house.clock.run(1_000);
    expect(states(outlet)).toEqual(['ivanov@sales.hq true s0 1', 'ivanov@sales.hq true s100 1']);
    await call(ivanov, 'set', { status: 's100' });
    await house.clock.run(1_000);
    expect(outlet.of('presence')).toHaveLength(2);
  });

  it('falls back to the status of another session, and tells how many there are', async () => {
    const { session: phone } = await node.connect(who('ivanov'), { status: 'away' });
    const { session, outlet } = await node.connect(who('anna'));
    await call(session, 'watch', { clients: ['ivanov'] });
    await house.clock.run(1_000);
    const { session: desk } = await node.connect(who('ivanov'), { status: 'busy' });
    await house.clock.run(1_000);
    desk.closed();
    await house.clock.run(1_000);
    phone.closed();
    await house.clock.run(1_000);
    expect(states(outlet)).toEqual(['ivanov@sales.hq true busy 2', 'ivanov@sales.hq true away 1', 'ivanov@sales.hq false  0']);
  });

  it('is not told of any more after unwatch, nor to a session that has ended', async () => {
    const { session, outlet } = await node.connect(who('anna'));
    const { session: ending, outlet: ended } = await node.connect(who('boris'));
    await call(session, 'watch', { clients: ['ivanov', 'petrov'] });
    await call(ending, 'watch', { clients: ['ivanov'] });
    await call(session, 'unwatch', { clients: ['ivanov', 'nobody'] });
    ending.closed();
    expect(node.parts.presence.watchedCount).toBe(1);
    await node.connect(who('ivanov'));
    await node.connect(who('petrov'));
    await house.clock.run(1_000);
    expect([states(outlet), ended.of('presence')]).toEqual([['petrov@sales.hq true available 1'], []]);
    session.closed();
    expect(node.parts.presence.watchedCount).toBe(0);
  });

  it('is one of 1,000 at most for a session', async () => {
    const { session } = await node.connect(who('anna'));
    const names = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `c${from + n}`);
    await call(session, 'watch', { clients: names(0, 999) });
    await expect(call(session, 'watch', { clients: ['c0', 'x', 'y'] })).rejects.toMatchObject({ slug: 'request-invalid', extra: { limit: 1_000 } });
    await call(session, 'watch', { clients: ['c0', 'x', 'x'] });
    await expect(call(session, 'watch', { clients: ['y'] })).rejects.toMatchObject({ slug: 'request-invalid' });
  });

  it('of a tenant that does not allow it any more is told of no longer', async () => {
    const open = await house.tenant('open', { accepts: [{ from: '*@sales', allow: ['presence'] }] });
    const { session, outlet } = await node.connect(who('anna'));
    await call(session, 'watch', { clients: ['reception@open', 'ivanov'] });
    await house.directory.update('open', { settings: { accepts: [] } });
    await house.tenants.refresh();
    await node.connect(who('reception', open));
    await house.clock.run(1_000);
    expect([states(outlet), node.parts.presence.watchedCount]).toEqual([[], 1]);
    // What is not watched any more can be let go of all the same.
    await call(session, 'unwatch', { clients: ['reception@open', 'x@nowhere', 'ivanov'] });
    expect(node.parts.presence.watchedCount).toBe(0);
    await expect(call(session, 'unwatch', { clients: ['#orders'] })).rejects.toMatchObject({ slug: 'address-invalid' });
  });

  it('that was forgotten is told of when it comes back', async () => {
    const { session: old } = await node.connect(who('ivanov'));
    const { session, outlet } = await node.connect(who('anna'));
    await call(session, 'watch', { clients: ['ivanov'] });
    old.closed();
    await house.clock.run(1_000);
    await house.mailboxes.forget(sales.id, 'ivanov');
    await house.tenants.refresh();
    await house.clock.run(1_000);
    await node.connect(who('ivanov'));
    await house.clock.run(1_000);
    expect(states(outlet)).toEqual(['ivanov@sales.hq false  0', 'ivanov@sales.hq true available 1']);
  });

  it('is told to a session that takes nothing for a while as things stand then', async () => {
    const { session, outlet } = await node.connect(who('anna'));
    await call(session, 'watch', { clients: ['ivanov'] });
    outlet.choked = true;
    const { session: ivanov } = await node.connect(who('ivanov'));
    await house.clock.run(1_000);
    await call(ivanov, 'set', { status: 'busy' });
    await house.clock.run(1_000);
    expect(outlet.of('presence')).toEqual([]);
    outlet.choked = false;
    await house.clock.run(1_000);
    expect(states(outlet)).toEqual(['ivanov@sales.hq true busy 1']);
  });
});

describe('presence on two nodes', () => {
  beforeEach(async () => {
    other = await started('n2');
  });

  it('is told within a second of the change, wherever it is made', async () => {
    const { session, outlet } = await node.connect(who('anna'));
    await call(session, 'watch', { clients: ['ivanov'] });
    const { session: ivanov } = await other.connect(who('ivanov'));
    await house.clock.run(999);
    await call(ivanov, 'set', { status: 'busy', text: 'x' });
    await house.clock.run(999);
    ivanov.closed();
    await house.clock.run(999);
    expect(states(outlet)).toEqual(['ivanov@sales.hq true available 1', 'ivanov@sales.hq true busy 1', 'ivanov@sales.hq false  0']);
  });

  it('has no break where a client goes from one node to the other', async () => {
    const since = iso();
    const { session: first } = await node.connect(who('ivanov'));
    const { session, outlet } = await other.connect(who('anna'));
    await house.clock.run(1_000);
    await call(session, 'watch', { clients: ['ivanov'] });
    await house.clock.run(5_000);
    first.closed();
    await house.clock.run(200);
    await other.connect(who('ivanov'));
    await house.clock.run(5_000);
    expect(outlet.of('presence')).toEqual([]);
    expect(await call(session, 'get', { clients: ['ivanov'] })).toMatchObject([{ since }]);
  });

  it('leaves no ghost of a node that was killed, and says when its clients were seen last', async () => {
    const { session, outlet } = await node.connect(who('anna'));
    await other.connect(who('ivanov'));
    await other.connect(who('petrov'));
    const { session: stays } = await node.connect(who('petrov'));
    await house.clock.run(1_000);
    await call(session, 'watch', { clients: ['ivanov', 'petrov'] });
    other.bus.vanish();
    await house.clock.run(8_000);
    const noticed = iso();
    await house.clock.run(5_000);
    expect(states(outlet)).toEqual(['ivanov@sales.hq false  0', 'petrov@sales.hq true available 1']);
    expect(await call(session, 'get', { clients: ['ivanov', 'petrov'] })).toMatchObject([{ online: false, since: noticed, sessions: 0 }, { sessions: 1 }]);
    expect((await house.mailboxes.findClient(sales.id, 'ivanov'))?.seenAt).toBe(Date.parse(noticed));
    expect(stays.alive).toBe(true);
  });

  it('of a client that becomes known while it is asked for is told', async () => {
    const { session, outlet } = await node.connect(who('anna'));
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    // The answer that it is unknown is on its way while it connects to the other node.
    const { find } = house.mailboxes;
    house.mailboxes.find = async (...wanted) => {
      const found = await find.apply(house.mailboxes, wanted);
      if (wanted[2].includes('new')) await opened;
      return found;
    };
    const watching = call(session, 'watch', { clients: ['new'] });
    await house.settle();
    await other.connect(who('new'));
    await house.clock.run(1_000);
    open();
    expect(await watching).toMatchObject([{ online: true, sessions: 1 }]);
    expect(outlet.of('presence')).toEqual([]);
  });

  it('does not change when a node tells another all that it has', async () => {
    const { session: ivanov } = await node.connect(who('ivanov'), { status: 'busy' });
    const { session, outlet } = await other.connect(who('anna'));
    await house.clock.run(1_000);
    await call(session, 'watch', { clients: ['ivanov'] });
    await started('n3');
    await house.clock.run(1_000);
    expect([outlet.of('presence'), ivanov.alive]).toEqual([[], true]);
  });
});
