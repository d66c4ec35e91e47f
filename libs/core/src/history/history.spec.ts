import { type RawJson, writeJson } from '@vestnik/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import type { Scope } from '../access/scopes.js';
import { dropBefore } from '../memory/index.js';
import type { Tenant } from '../ports/tenant.js';
import { MemoryHouse, type MemoryNode, message, principal } from '../spec/memory-house.js';

let house: MemoryHouse;
let node: MemoryNode;
let sales: Tenant;
const who = (client: string, tenant = sales): Principal =>
  principal(tenant, client, { scopes: new Set<Scope>(['receive', 'send', 'history', 'broadcast', 'subscribe']) });

beforeEach(async () => {
  house = new MemoryHouse();
  house.base.beginEpoch(1);
  sales = await house.tenant('sales');
  node = house.node();
  await node.delivery.readEpochs();
});

interface Answer {
  messages: { id: string; position: string; from: string; to: string; data: unknown; sentAt: string; expiresAt: string; correlationId?: string }[];
  more: boolean;
}

/** As it goes out on the wire. */
async function ask(client: string, params: object = {}, tenant = sales): Promise<Answer> {
  return JSON.parse(writeJson(await node.parts.history.list({ principal: who(client, tenant) }, params))) as Answer;
}
const words = async (client: string, params?: object) => (await ask(client, params)).messages.map(({ data }) => data);

describe('history', () => {
  it('is answered as messages are delivered, with data byte for byte', async () => {
    const raw = '{"sum": 12345678901234567890.10}';
    const { id } = await node.sending.send(who('server'), { ...message({ to: 'anna', correlationId: 'A-17' }), data: raw });
    const { messages, more } = await node.parts.history.list({ principal: who('anna') }, {});
    const [text] = messages.map((message) => (message as RawJson).text);
    expect([more, text]).toEqual([false, expect.stringContaining(`"data":${raw},`)]);
    expect(JSON.parse(text as string)).toMatchObject({ id, from: 'server@sales.hq', to: 'anna@sales.hq', type: 'test', correlationId: 'A-17' });
    const [sent] = (await ask('server')).messages;
    expect(sent).toMatchObject({ id, to: 'anna@sales.hq', position: JSON.parse(text as string).position });
  });

  it('pages by the positions that it gives, a hundred at a time unless said, and has what was sent to other tenants in place', async () => {
    await house.tenant('open', { accepts: [{ from: '*@sales', allow: ['send'] }] });
    for (let n = 0; n < 120; n++) await node.send(who('anna'), { to: n % 2 === 0 ? 'boris' : 'boris@open', data: n });
    const first = await ask('anna');
    expect([first.messages.length, first.more, first.messages[0]?.data]).toEqual([100, true, 119]);
    const rest = await ask('anna', { before: first.messages.at(-1)?.position });
    expect([rest.messages.map(({ data }) => data), rest.more]).toEqual([Array.from({ length: 20 }, (_, n) => 19 - n), false]);
    expect(await words('anna', { after: first.messages[3]?.position, limit: 2 })).toEqual([117, 118]);
    expect((await ask('anna', { with: 'boris@open', limit: 2 })).messages.map(({ to, data }) => [to, data])).toEqual([
      ['boris@open.hq', 119],
      ['boris@open.hq', 117],
    ]);
    expect(await words('anna', { with: 'boris@nowhere' })).toEqual([]);
  });

  it('needs the scope, and names the field that is wrong', async () => {
    await node.send(who('server'), { to: 'anna', data: 1 });
    await expect(node.parts.history.list({ principal: principal(sales, 'anna') }, {})).rejects.toMatchObject({ slug: 'scope-missing' });
    const wrong: [object, string, string][] = [
      [{ with: '#orders' }, 'address-invalid', 'with'],
      [{ with: '*' }, 'address-invalid', 'with'],
      [{ with: 'boris/7f3a' }, 'address-invalid', 'with'],
      [{ with: 'boris', topic: 'orders' }, 'request-invalid', 'topic'],
      [{ topic: '#orders' }, 'request-invalid', 'topic'],
      [{ limit: 1_001 }, 'request-invalid', 'limit'],
      [{ before: 'never-given' }, 'position-invalid', 'before'],
      [{ after: 'never-given' }, 'position-invalid', 'after'],
    ];
    for (const [params, slug, path] of wrong) await expect(ask('anna', params)).rejects.toMatchObject({ slug, extra: { errors: [{ path }] } });
    expect(await ask('nobody')).toEqual({ messages: [], more: false });
  });

  it('tells where it begins to whoever asks for what is not kept any more', async () => {
    const { session, outlet } = await node.connect(who('anna'));
    for (let n = 0; n < 3; n++) await node.send(who('server'), { to: 'anna', data: n });
    const positions = outlet.of('message').map(({ position }) => position as string);
    await session.ack(positions[2] as string, true);
    await house.clock.run(60_000);
    const cut = house.clock.now() - 1;
    await node.send(who('server'), { to: 'anna', data: 'kept' });
    dropBefore(house.base, cut);
    const first = positions[2];
    await expect(ask('anna', { before: positions[1] })).rejects.toMatchObject({ slug: 'position-expired', extra: { first } });
    await expect(ask('anna', { after: positions[0] })).rejects.toMatchObject({ slug: 'position-expired', extra: { first } });
    expect([await words('anna'), await words('anna', { after: first })]).toEqual([['kept'], ['kept']]);
    const [kept] = (await ask('anna')).messages;
    expect(await ask('anna', { before: kept?.position })).toEqual({ messages: [], more: false });
  });

  it('of topics begins with the subscription', async () => {
    await node.send(who('server'), { to: '#orders/eu', data: 'early' });
    const { session } = await node.connect(who('anna'));
    await node.methods.call(session, 'subscribe', { topic: 'orders/#' }, undefined, true);
    await node.send(who('server'), { to: '#orders/eu', data: 'eu' });
    await node.send(who('server'), { to: 'anna', data: 'direct' });
    expect([await words('anna', { topic: 'orders/+' }), await words('anna')]).toEqual([['eu'], ['direct', 'eu']]);
  });

  it('has no transient messages', async () => {
    await node.connect(who('anna'));
    await node.send(who('server'), { to: 'anna', data: 1, durable: false });
    expect([await words('anna'), await words('server')]).toEqual([[], []]);
  });
});
