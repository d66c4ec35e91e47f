import { Problem } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, principal } from '../spec/memory-house.js';

let house: MemoryHouse;
let tenant: Tenant;
beforeEach(async () => {
  house = new MemoryHouse();
  tenant = await house.tenant('accounting');
});

async function start(node: MemoryNode): Promise<MemoryNode> {
  await node.parts.mover?.start();
  return node;
}

const text = (data: unknown, more: object = {}) => JSON.stringify({ to: 'ivanov', type: 't', data, ...more });
const stage = (...texts: string[]) => house.outgoing.stage(tenant.id, 'server', texts);
const stored = async (of = tenant) =>
  (await house.messageLog.tail(of.id, 0, 10_000)).flatMap((entry) => (entry.kind === 'message' ? [JSON.parse(entry.message.data) as unknown] : []));

describe('the mover', () => {
  it('takes what was staged before it started and after, in order, and hands it to sessions', async () => {
    stage(text(1), text(2));
    const node = await start(house.node());
    const { outlet } = await node.connect(principal(tenant, 'ivanov'));
    const ids = stage(text(3), text(4));
    await house.settle();
    expect(await stored()).toEqual([1, 2, 3, 4]);
    expect(
      outlet
        .of('message')
        .map(({ id }) => id)
        .slice(-2),
    ).toEqual(ids);
    expect(house.base.outgoing.size).toBe(0);
  });

  it('goes on after a store that was away, and has lost nothing', async () => {
    await start(house.node());
    let away = true;
    house.gate = (operation) => {
      if (away && operation === 'append') throw new Problem('unavailable', 'away');
    };
    stage(text(1), text(2));
    await house.clock.run(1_000);
    expect(await stored()).toEqual([]);
    away = false;
    await house.clock.run(1_000);
    expect(await stored()).toEqual([1, 2]);
  });

  it('holds up no tenant for another one’s lock', async () => {
    const other = await house.tenant('sales');
    await start(house.node());
    const release = house.base.hold(tenant.id);
    stage(text('held'));
    house.outgoing.stage(other.id, 'server', [text('free')]);
    await house.clock.run(100);
    expect([await stored(), await stored(other)]).toEqual([[], ['free']]);
    release();
    await house.clock.run(1_000);
    expect(await stored()).toEqual(['held']);
  });

  it('lets each message go once, though several nodes take', async () => {
    for (const name of ['n1', 'n2', 'n3']) await start(house.node(name));
    const all = Array.from({ length: 1_200 }, (_, n) => n);
    stage(...all.map((n) => text(n)));
    await house.clock.run(2_000);
    expect(await stored()).toEqual(all);
  });

  it('keeps under its id what nobody takes, with the reason, and what comes after it goes on', async () => {
    const node = await start(house.node());
    const [foreign, deep, good] = stage(text(1, { to: 'x@nowhere' }), `{"to":"ivanov","type":"t","data":${'['.repeat(70)}${']'.repeat(70)}}`, text(2));
    await house.clock.run(1_000);
    expect(await stored()).toEqual([2]);
    const state = async (id: string | undefined) => (await node.states.ofTenant(principal(tenant, 'server'), id as string)).to;
    expect(await state(foreign)).toMatchObject([{ address: 'x@nowhere', state: 'refused', error: { type: 'recipient-refused' } }]);
    expect(await state(deep)).toMatchObject([{ state: 'refused', error: { type: 'request-invalid' } }]);
    expect(await state(good)).toMatchObject([{ state: 'queued' }]);
  });

  it('stops when what it has begun is done, and leaves the rest to others', async () => {
    const node = await start(house.node());
    stage(text(1));
    await node.parts.mover?.stop();
    stage(text(2));
    await house.clock.run(1_000);
    const before = await stored();
    expect(before).not.toContain(2);
    await start(house.node('n2'));
    await house.clock.run(1_000);
    expect(await stored()).toEqual([1, 2]);
  });
});
