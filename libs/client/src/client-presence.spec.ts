import { describe, expect, it } from 'vitest';
import { Collected, next, onABus } from './testing/on-a-bus.js';
import { kindly } from './testing/scripted-bus.js';

const stage = onABus();
const presenceOf = (client: string, online = true) => ({ client: `${client}@demo.local`, online, sessions: online ? 1 : 0 });

describe('presence', () => {
  it('asks, watches, unwatches and tells of changes', async () => {
    stage.bus.answers = (method, params) =>
      method === 'presence.get' || method === 'presence.watch'
        ? { clients: (params.clients as string[]).map((name) => presenceOf(name)) }
        : kindly(method, params);
    const client = stage.clientOf();
    await client.connect();
    expect(await client.presence.get('ivanov')).toEqual([presenceOf('ivanov')]);
    expect(await client.presence.watch(['ivanov', 'petrov'])).toEqual([presenceOf('ivanov'), presenceOf('petrov')]);
    const changed = next(client, 'presence');
    const visit = await stage.bus.visit(1);
    visit.tell('presence', presenceOf('ivanov', false));
    expect(await changed).toEqual(presenceOf('ivanov', false));
    await client.presence.unwatch('petrov');
    expect(visit.of('presence.unwatch')[0]?.params).toEqual({ clients: ['petrov'] });
  });

  it('watches again after a reconnection, and tells what they are by then', async () => {
    stage.bus.answers = (method, params) =>
      method === 'presence.watch'
        ? { clients: (params.clients as string[]).map((name) => presenceOf(name, stage.bus.visits.length === 1)) }
        : kindly(method, params);
    const client = stage.clientOf();
    await client.connect();
    await client.presence.watch(['ivanov', 'petrov', 'sidorov']);
    await client.presence.unwatch(['petrov']);
    const told = new Collected<unknown>();
    client.on('presence', (presence) => told.put(presence));
    (await stage.bus.visit(1)).cut();
    const second = await stage.bus.visit(2);
    expect((await second.called('presence.watch')).params).toEqual({ clients: ['ivanov', 'sidorov'] });
    expect(await told.reaches(2)).toEqual([presenceOf('ivanov', false), presenceOf('sidorov', false)]);
  });

  it('has the same status after a reconnection', async () => {
    const client = stage.clientOf({ status: 'available' });
    await client.connect();
    const first = await stage.bus.visit(1);
    expect(first.calls[0]?.params.status).toBe('available');
    await client.presence.set('busy', 'at lunch');
    first.cut();
    const second = await stage.bus.visit(2);
    expect((await second.called('connect')).params.status).toBe('busy');
    expect((await second.called('presence.set')).params).toEqual({ status: 'busy', text: 'at lunch' });
    await client.presence.set('away');
    second.cut();
    const third = await stage.bus.visit(3);
    expect((await third.called('connect')).params.status).toBe('away');
    await third.called('connect');
    await client.connect();
    await client.request('ping', {});
    expect(third.of('presence.set')).toHaveLength(0);
  });
});
