import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, type Outlet, principal } from '../spec/memory-house.js';

let house: MemoryHouse;
let node: MemoryNode;
let other: MemoryNode;
let sales: Tenant;
let server: Principal;
let ivanov: Principal;

beforeEach(async () => {
  house = new MemoryHouse();
  house.base.beginEpoch(1);
  sales = await house.tenant('sales');
  [node, other] = [house.node('n1'), house.node('n2')];
  for (const one of [node, other]) await one.delivery.readEpochs();
  server = principal(sales, 'server');
  ivanov = principal(sales, 'ivanov');
});

/** What the server was told of its messages. */
const receipts = (outlet: Outlet) =>
  outlet
    .of('message')
    .flatMap(({ type, data }) => (type === 'vestnik.receipt' ? [data as { id: string; recipient: string; state: string; reason?: string }] : []));
const recipientOf = async (id: string) => (await node.states.own(server, id)).to[0];

describe('a message that a person has seen', () => {
  it('is taken off the screens of all devices, on every node, and is read for each of them', async () => {
    const [desk, phone, browser] = [
      await node.connect(ivanov, { device: 'desk' }),
      await other.connect(ivanov, { device: 'phone' }),
      await other.connect(ivanov),
    ];
    const { outlet: told } = await node.connect(server);
    const { id } = await node.send(server, { to: 'ivanov', data: 1, receipt: true });
    await house.clock.run(100);
    await desk.session.read([id]);
    await house.clock.run(100);
    expect([desk, phone, browser].map(({ outlet }) => outlet.of('retract'))).toEqual([[], [{ ids: [id], reason: 'read' }], [{ ids: [id], reason: 'read' }]]);
    await phone.session.ack(phone.outlet.of('message')[0]?.position as string, true);
    await browser.session.read([id]);
    await house.clock.run(1_000);
    expect([(await recipientOf(id))?.state, receipts(told).map(({ state }) => state)]).toEqual(['read', ['read']]);
    // Whoever comes back later, and had got that far, is told too.
    const late = await other.connect(ivanov, { device: 'tablet', position: phone.outlet.of('message')[0]?.position as string });
    expect([late.outlet.of('retract'), late.outlet.data]).toEqual([[{ ids: [id], reason: 'read' }], []]);
  });

  it('may become read after it was acknowledged, and has a receipt for each; no further one', async () => {
    const [desk, phone] = [await node.connect(ivanov, { device: 'desk' }), await other.connect(ivanov, { device: 'phone' })];
    const { outlet: told } = await node.connect(server);
    const { id } = await node.send(server, { to: 'ivanov', data: 1, receipt: true });
    await house.clock.run(100);
    await phone.session.ack(phone.outlet.of('message')[0]?.position as string, true);
    await desk.session.read([id]);
    await phone.session.read([id]);
    await expect(phone.session.refuse(id, 'too late')).resolves.toBeUndefined();
    await node.states.withdraw(server, id);
    await house.clock.run(1_000);
    expect(receipts(told).map(({ state }) => state)).toEqual(['acknowledged', 'read']);
    expect(await recipientOf(id)).toMatchObject({ state: 'read' });
  });
});

describe('attempts', () => {
  const devices = async (id: string) => (await recipientOf(id))?.devices?.map(({ device, attempts }) => `${device ?? '-'} ${attempts}`);

  it('are counted for each device, once for each session that was handed the message', async () => {
    const { id } = await node.send(server, { to: 'ivanov', data: 1 });
    for (const [n, on] of [node, other, node].entries()) {
      const { session, outlet } = await on.connect(ivanov, { device: 'phone' });
      await house.clock.run(2_000);
      expect([outlet.of('message').map(({ redelivered }) => redelivered), await devices(id)]).toEqual([[n === 0 ? undefined : true], [`phone ${n + 1}`]]);
      session.closed();
    }
    const { id: later } = await node.send(server, { to: 'ivanov', data: 2 });
    const { session, outlet } = await other.connect(ivanov, { device: 'phone' });
    await node.connect(ivanov);
    await house.clock.run(2_000);
    expect([await devices(id), await devices(later)]).toEqual([
      ['- 1', 'phone 4'],
      ['- 1', 'phone 1'],
    ]);
    await session.ack(outlet.of('message').at(-1)?.position as string, true);
    expect(await devices(id)).toEqual(['- 1', 'phone 4']);
  });

  it('cost one row for a session, however many messages it is handed again', async () => {
    for (let n = 0; n < 50; n++) await node.send(server, { to: 'ivanov', data: n });
    const first = await node.connect(ivanov);
    await house.clock.run(2_000);
    first.session.closed();
    const { session } = await node.connect(ivanov);
    await house.clock.run(2_000);
    session.closed();
    expect(house.base.handedAgain).toHaveLength(1);
    await node.connect(ivanov);
    await house.clock.run(2_000);
    expect(house.base.handedAgain).toHaveLength(2);
  });

  it('that cannot be written hold up no acknowledgement', async () => {
    const { id } = await node.send(server, { to: 'ivanov', data: 1 });
    const first = await node.connect(ivanov);
    await house.clock.run(2_000);
    first.session.closed();
    house.gate = (operation) => (operation === 'handedAgain' ? Promise.reject(new Error('away')) : undefined);
    const { session, outlet } = await node.connect(ivanov);
    await session.ack(outlet.of('message')[0]?.position as string, true);
    expect(await recipientOf(id)).toMatchObject({ state: 'acknowledged', devices: [{ attempts: 1 }] });
  });
});

describe('a message that waits for its time', () => {
  const later = () => new Date(house.clock.now() + 60_000).toISOString();

  it('is withdrawn with a receipt, and never enters', async () => {
    const { outlet } = await node.connect(server);
    const { id } = await node.send(server, { to: ['ivanov', 'petrov'], deliverAt: later(), receipt: true });
    await node.states.withdraw(server, id);
    await house.clock.run(61_000);
    await node.scheduled.enterDue();
    await house.settle();
    expect(receipts(outlet).map(({ recipient, state }) => `${recipient} ${state}`)).toEqual(['ivanov@sales.hq withdrawn', 'petrov@sales.hq withdrawn']);
    expect((await node.states.own(server, id)).to.map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
  });

  it('is refused with a receipt where its recipient accepts it no more, and taken by the others', async () => {
    const open = await house.tenant('open', { accepts: [{ from: '*@sales', allow: ['send'] }] });
    await house.mailboxes.ensure(open.id, 'client', ['anna']);
    const { outlet } = await node.connect(server);
    const { id } = await node.send(server, { to: ['anna@open', 'ivanov'], deliverAt: later(), receipt: true });
    const { id: alone } = await node.send(server, { to: 'anna@open', deliverAt: later(), receipt: true });
    await house.directory.update('open', { settings: { accepts: [] } });
    await house.tenants.refresh();
    await house.clock.run(61_000);
    await node.scheduled.enterDue();
    await house.settle();
    const told = receipts(outlet).map(({ id: of, recipient, state, reason }) => [of === id ? 'both' : 'alone', recipient, state, reason]);
    expect(told.sort()).toEqual([
      ['alone', 'anna@open.hq', 'refused', 'recipient-refused'],
      ['both', 'anna@open.hq', 'refused', 'recipient-refused'],
    ]);
    expect((await node.states.own(server, id)).to.map(({ address, state }) => `${address} ${state}`)).toEqual([
      'ivanov@sales.hq queued',
      'anna@open.hq refused',
    ]);
    expect((await node.states.own(server, alone)).to).toMatchObject([{ address: 'anna@open.hq', state: 'refused', error: { type: 'recipient-refused' } }]);
  });

  it('enters in the order in which it became due, however long each recipient is looked for', async () => {
    const { outlet } = await node.connect(ivanov);
    for (let n = 0; n < 5; n++) {
      await node.send(principal(sales, `s${n}`), { to: 'ivanov', data: n, deliverAt: later() });
      await house.clock.run(10);
    }
    await house.clock.run(61_000);
    const { byId } = house.mailboxes;
    let asked = 0;
    house.mailboxes.byId = async (id) => {
      for (let turns = 50 - 10 * asked++; turns > 0; turns--) await Promise.resolve();
      return byId.call(house.mailboxes, id);
    };
    await node.scheduled.enterDue();
    await house.settle();
    expect(outlet.data).toEqual([0, 1, 2, 3, 4]);
  });

  it('is refused with a receipt where the inbox is full when it is due', async () => {
    await house.directory.update('sales', { settings: { maxInbox: 2 } });
    await house.tenants.refresh();
    const { outlet } = await node.connect(server);
    await node.send(server, { to: 'ivanov', data: 'waits' });
    for (let n = 0; n < 2; n++) await node.send(server, { to: ['ivanov', 'petrov'], data: n, deliverAt: later(), receipt: true });
    await house.clock.run(61_000);
    await node.scheduled.enterDue();
    await house.settle();
    expect(receipts(outlet).map(({ recipient, state, reason }) => [recipient, state, reason])).toEqual([['ivanov@sales.hq', 'refused', 'inbox-full']]);
    expect([(await node.connect(ivanov)).outlet.data, (await node.connect(principal(sales, 'petrov'))).outlet.data]).toEqual([
      ['waits', 0],
      [0, 1],
    ]);
  });

  it('is tried again where its recipients cannot be looked for, and nothing behind it goes first', async () => {
    const { outlet } = await node.connect(ivanov);
    for (let n = 0; n < 3; n++) {
      await node.send(server, { to: 'ivanov', data: n, deliverAt: later() });
      await house.clock.run(10);
    }
    await house.clock.run(61_000);
    let asked = 0;
    house.gate = (operation) => (operation === 'byId' && ++asked === 2 ? Promise.reject(new Error('away')) : undefined);
    await node.scheduled.enterDue();
    await house.settle();
    expect(outlet.data).toEqual([0]);
    await node.scheduled.enterDue();
    await house.settle();
    expect([outlet.data, house.lines.lines.filter((line) => line.startsWith('warn'))]).toEqual([[0, 1, 2], [expect.stringContaining('could not enter')]]);
  });
});
