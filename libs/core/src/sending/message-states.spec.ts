import { RawJson, writeJson } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, principal } from '../spec/memory-house.js';

describe('JSON with raw parts', () => {
  it('passes them on byte for byte', () => {
    const raw = '{ "n": 12345678901234567890.10 }';
    expect(writeJson({ id: 'x', data: new RawJson(raw), more: [new RawJson('1.0')] })).toBe(`{"id":"x","data":${raw},"more":[1.0]}`);
    expect(writeJson({ id: 'x' })).toBe('{"id":"x"}');
  });

  it('is not misled by replacement patterns, or by a string that looks like the mark', () => {
    expect(writeJson({ data: new RawJson('"$& $1 $$"') })).toBe('{"data":"$& $1 $$"}');
    const sly = writeJson({ type: '\u0000raw-json\u0000', data: new RawJson('{"n":1}') });
    expect(JSON.parse(sly)).toEqual({ type: '\u0000raw-json\u0000', data: { n: 1 } });
  });
});

describe('the state of a message', () => {
  let house: MemoryHouse;
  let node: MemoryNode;
  let sales: Tenant;
  let server: Principal;

  beforeEach(async () => {
    house = new MemoryHouse();
    house.base.beginEpoch(1);
    sales = await house.tenant('sales');
    node = house.node();
    await node.delivery.readEpochs();
    server = principal(sales, 'server');
  });

  it('goes from queued over delivered to acknowledged, and may become read', async () => {
    const { id } = await node.send(server, { to: 'a', data: 1 });
    const state = async () => (await node.states.own(server, id)).to[0]?.state;
    expect(await state()).toBe('queued');
    const { session, outlet } = await node.connect(principal(sales, 'a'));
    await house.clock.run(500);
    await node.delivery.cursors.flushed();
    expect(await state()).toBe('delivered');
    await session.ack(outlet.of('message')[0]?.position as string, true);
    expect(await state()).toBe('acknowledged');
    await session.read([id]);
    expect(await state()).toBe('read');
  });

  it('is told to its sender, with data only where the scope allows', async () => {
    const { id } = await node.send(server, { to: 'a', data: { n: 1 } });
    expect((await node.states.ofTenant(server, id)).data).toBeUndefined();
    expect(writeJson((await node.states.ofTenant({ ...server, scopes: new Set(['read', 'read:data']) }, id)).data)).toBe('{"n":1}');
    await expect(node.states.ofTenant({ ...server, scopes: new Set(['send']) }, id)).rejects.toMatchObject({ slug: 'scope-missing' });
  });

  it('of another sender, another tenant, and of no message at all is the same not-found', async () => {
    const { id } = await node.send(server, { to: 'a' });
    const stranger = principal(await house.tenant('strangers'), 'server');
    const refusals = await Promise.all([
      node.states.own(principal(sales, 'petrov'), id).catch((error: unknown) => error),
      node.states.own(stranger, id).catch((error: unknown) => error),
      node.states.ofTenant(stranger, id).catch((error: unknown) => error),
      node.states.withdraw(stranger, id).catch((error: unknown) => error),
      node.states.withdraw(principal(sales, 'petrov'), id).catch((error: unknown) => error),
      node.states.own(server, house.newId()).catch((error: unknown) => error),
    ]);
    for (const refusal of refusals) expect(refusal).toMatchObject({ slug: 'not-found', detail: 'there is no such message of yours', extra: {} });
  });

  it('withdrawn ends the message for who has not acknowledged it, and takes it off screens', async () => {
    const [one, two] = [await node.connect(principal(sales, 'a')), await node.connect(principal(sales, 'b'))];
    const { id } = await node.send(server, { to: ['a', 'b', 'c'], data: 1 });
    await one.session.ack(one.outlet.of('message')[0]?.position as string, true);
    expect(await node.states.withdraw(server, id)).toEqual({
      to: [
        { address: 'a@sales.hq', state: 'acknowledged' },
        { address: 'b@sales.hq', state: 'withdrawn' },
        { address: 'c@sales.hq', state: 'withdrawn' },
      ],
    });
    await house.settle();
    expect([one.outlet.of('retract'), two.outlet.of('retract')]).toEqual([[], [{ ids: [id], reason: 'withdrawn' }]]);
    expect((await node.connect(principal(sales, 'c'))).outlet.data).toEqual([]);
  });
});
