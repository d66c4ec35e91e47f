import { beforeEach, describe, expect, it } from 'vitest';
import type { Push } from '../delivery/push.js';
import type { Tenant } from '../ports/tenant.js';
import { LinkedHouses } from '../spec/linked-houses.js';
import { type MemoryNode, Outlet, principal } from '../spec/memory-house.js';

let houses: LinkedHouses;
let here: MemoryNode;
let there: MemoryNode;
let accounting: Tenant;
let warehouse: Tenant;

beforeEach(async () => {
  houses = new LinkedHouses();
  accounting = await houses.hq.tenant('accounting');
  warehouse = await houses.branch.tenant('warehouse', {
    accepts: [{ from: '*@accounting.head', allow: ['send', 'topics', 'broadcast'] }],
    maxDataBytes: 1_000,
  });
  here = await houses.node(houses.hq);
  there = await houses.node(houses.branch);
});

const server = () => principal(accounting, 'server');
const send = (fields: object) => here.send(server(), { durable: false, ...fields });
const petrov = (outlet = new Outlet(), node = there) => node.connect(principal(warehouse, 'petrov'), {}, outlet);

describe('a transient message to another installation', () => {
  it('reaches the sessions that are there now, on all nodes, with its sender as it is written there and its data as it was sent', async () => {
    const other = await houses.node(houses.branch, 'n2');
    const { outlet } = await petrov();
    const second = await petrov(new Outlet(), other);
    const answer = await send({ to: 'petrov@warehouse.branch-7', data: { n: 1 }, correlationId: 'A-17' });
    await houses.clock.run(100);
    expect(answer.to).toMatchObject([{ address: 'petrov@warehouse.branch-7' }]);
    expect(answer.to[0]).not.toHaveProperty('sessions');
    expect(outlet.of('message')).toMatchObject([
      { id: answer.id, from: 'server@accounting.head', to: 'petrov@warehouse.branch', type: 'test', data: { n: 1 }, correlationId: 'A-17' },
    ]);
    expect(second.outlet.of('message')).toHaveLength(1);
  });

  it('keeps its order, though the first has to be looked for', async () => {
    const { outlet } = await petrov();
    const { find } = houses.branch.mailboxes;
    let found = () => {};
    const waits = new Promise<void>((resolve) => {
      found = resolve;
    });
    let first = true;
    houses.branch.mailboxes.find = async (...wanted) => {
      const wait = first;
      first = false;
      if (wait) await waits;
      return find.apply(houses.branch.mailboxes, wanted);
    };
    for (const data of [1, 2, 3]) await send({ to: 'petrov@warehouse.branch-7', data });
    await houses.settle();
    expect(outlet.data).toEqual([]);
    found();
    await houses.settle();
    expect(outlet.data).toEqual([1, 2, 3]);
  });

  it('passes data on byte for byte', async () => {
    const texts: string[] = [];
    const outlet = new Outlet();
    outlet.push = (push: Push) => void texts.push(push.params);
    const { session } = await petrov(outlet);
    const raw = `{"to":"petrov@warehouse.branch-7/${session.session}","type":"t","durable":false,"data":{"n":12345678901234567890.10}}`;
    const { session: sender } = await here.connect(server());
    await here.methods.call(sender, 'send', JSON.parse(raw), raw, true);
    await houses.settle();
    expect(texts.at(-1)).toContain('"data":{"n":12345678901234567890.10}');
  });

  it('reaches one session alone where it is named, a topic’s listeners, and everyone', async () => {
    const { outlet, session } = await petrov();
    const { outlet: second } = await petrov();
    const { outlet: sidorov, session: listening } = await there.connect(principal(warehouse, 'sidorov', { scopes: new Set(['receive', 'subscribe']) }));
    await there.methods.call(listening, 'subscribe', { topic: 'orders/#' }, '{"topic":"orders/#"}', true);
    await send({ to: `petrov@warehouse.branch-7/${session.session}`, data: 1 });
    await send({ to: '#orders/eu@warehouse.branch-7', data: 2 });
    await send({ to: '*@warehouse.branch-7', data: 3 });
    await houses.settle();
    expect([outlet.data, second.data, sidorov.data]).toEqual([[1, 3], [3], [2, 3]]);
    // Only under its own client’s name.
    await send({ to: `sidorov@warehouse.branch-7/${session.session}`, data: 4 });
    await houses.settle();
    expect(outlet.data).toEqual([1, 3]);
  });

  it('that is not accepted is dropped without a word, and makes nobody known', async () => {
    const closed = await houses.branch.tenant('closed', { accepts: [{ from: '*@accounting', allow: ['send'] }] });
    const { outlet } = await there.connect(principal(closed, 'petrov'));
    const answers = await Promise.all(['petrov@closed', 'petrov@nowhere', 'nobody@warehouse'].map((to) => send({ to: `${to}.branch-7` })));
    await houses.settle();
    expect(new Set(answers.map(({ to: [one] }) => one?.state)).size).toBe(1);
    expect(outlet.data).toEqual([]);
    expect((await houses.branch.mailboxes.listClients(warehouse.id, { limit: 10 })).items).toEqual([]);
  });

  it('is refused while the link is down, naming it', async () => {
    await petrov();
    houses.cut();
    await expect(send({ to: 'petrov@warehouse.branch-7' })).rejects.toMatchObject({ slug: 'unavailable', extra: { link: 'branch-7', retryAfter: 5 } });
    const { session } = await here.connect(principal(accounting, 'ivanov'));
    const answer = await send({ to: ['ivanov', 'petrov@warehouse.branch-7'] });
    expect([answer.to.map(({ state }) => state), session.alive]).toEqual([['delivered', 'refused'], true]);
  });

  it('is refused where it is larger than what crosses at once', async () => {
    await houses.hq.directory.update('accounting', { settings: { maxDataBytes: 4 * 1024 * 1024 } });
    await houses.hq.tenants.refresh();
    await expect(send({ to: 'petrov@warehouse.branch-7', data: 'x'.repeat(1024 * 1024) })).rejects.toMatchObject({ slug: 'data-too-large' });
  });
});

describe('an installation that tells transient messages', () => {
  const good = { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11', from: 'server@accounting', to: 'petrov@warehouse', type: 'test', data: 1 };
  const tell = async (params: object | string) => {
    const remote = here.parts.remotes.byPath(['branch-7']);
    if (remote === undefined) throw new Error('there is no such remote');
    houses.lines.ends('hq')[0]?.tell(remote, 'transient', typeof params === 'string' ? params : JSON.stringify(params));
    await houses.settle();
  };

  it.each([
    ['speaks for another installation', { ...good, from: 'server@accounting.hq' }],
    ['speaks for the bus', { ...good, from: 'vestnik@accounting' }],
    ['tells of receipts', { ...good, type: 'vestnik.receipt' }],
    ['makes an id up', { ...good, id: '"},{' }],
    ['wants to be passed on', { ...good, to: 'petrov@warehouse.third' }],
    ['sends more than the tenant allows', { ...good, data: 'x'.repeat(1_000) }],
    ['sends a type that is none', { ...good, type: '"' }],
    ['sends something deep', `{"id":"${good.id}","from":"${good.from}","to":"${good.to}","type":"t","data":${'['.repeat(65)}${']'.repeat(65)}}`],
    ['sends no JSON', '{'],
  ])('and %s reaches nobody', async (_what, params) => {
    const { outlet } = await petrov();
    await tell(params);
    expect(outlet.data).toEqual([]);
    await tell({ ...good, of: 'a newer version' });
    expect(outlet.data).toEqual([1]);
  });
});
