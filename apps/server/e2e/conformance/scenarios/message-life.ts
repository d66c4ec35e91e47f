import type { ReceiptData } from '@vestnik/protocol';
import { untilAsked } from '@vestnik/testing';
import { expect, it } from 'vitest';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';

/** Reading, refusing, withdrawing, collapsing; states and receipts. */
export function messageLife(stage: Stage): void {
  it('takes what a person has read off the other screens', async () => {
    const ivanov = stage.place.person();
    const [desk, phone] = [await stage.connect(ivanov, { device: 'desk' }), await stage.connect(ivanov, { device: 'phone' })];
    const { id } = await stage.place.send({ to: ivanov.name, type: 'n', data: 1 });
    await desk.next('message');
    await phone.next('message');
    await desk.call('read', { ids: [id] });
    expect(await phone.next('retract')).toEqual({ ids: [id], reason: 'read' });
    expect(await stage.place.stateOf(id)).toBe('read');
    await stage.place.send({ to: ivanov.name, type: 'n', data: 2 });
    await desk.next('message');
    expect(desk.all('retract')).toEqual([]);
  });

  it('withdraws: off the screen of whoever has it, and nobody else gets it', async () => {
    const [ivanov, petrov, sidorov] = [stage.place.person(), stage.place.person(), stage.place.person()];
    const [sender, there] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const { id } = await sender.call('send', { to: [petrov.name, sidorov.name], type: 'wrong' });
    await there.next('message');
    expect(await sender.call('withdraw', { id })).toEqual({
      to: [
        { address: petrov.address, state: 'withdrawn' },
        { address: sidorov.address, state: 'withdrawn' },
      ],
    });
    expect(await there.next('retract')).toEqual({ ids: [id], reason: 'withdrawn' });
    await stage.place.send({ to: sidorov.name, type: 'last' });
    const late = await stage.connect(sidorov);
    expect((await late.next('message')).type).toBe('last');
    expect((await problemOf(there.call('withdraw', { id }))).slug, 'somebody else’s').toMatch(/^(not-found|forbidden)$/);
  });

  it('tells whoever comes back what was taken back meanwhile, before anything new', async () => {
    const ivanov = stage.place.person();
    const first = await stage.connect(ivanov, { device: 'desk' });
    const { id } = await stage.place.send({ to: ivanov.name, type: 'wrong' });
    const { position } = await first.next('message');
    first.drop();
    await stage.place.api('DELETE', `/messages/${id}`);
    await stage.place.send({ to: ivanov.name, type: 'right' });
    const back = await stage.connect(ivanov, { device: 'desk', position });
    expect(await back.next('retract')).toEqual({ ids: [id], reason: 'withdrawn' });
    expect((await back.next('message')).type).toBe('right');
  });

  it('does not withdraw what was acknowledged', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [sender, receiver] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const { id } = await sender.call('send', { to: petrov.name, type: 'n' });
    await receiver.call('ack', { position: (await receiver.next('message')).position ?? '' });
    expect(await sender.call('withdraw', { id })).toEqual({ to: [{ address: petrov.address, state: 'acknowledged' }] });
  });

  it('replaces an older message under the same collapse key that was not acknowledged', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const sender = await stage.connect(ivanov);
    const old = await sender.call('send', { to: petrov.name, type: 'price', data: 1, collapseKey: 'A-17' });
    await sender.call('send', { to: petrov.name, type: 'price', data: 2, collapseKey: 'A-17' });
    await sender.call('send', { to: petrov.name, type: 'price', data: 3, collapseKey: 'B-1' });
    const receiver = await stage.connect(petrov);
    expect((await receiver.received(2)).map(({ data }) => data)).toEqual([2, 3]);
    expect((await sender.call('state', { id: old.id })).to[0]?.state).toBe('collapsed');
    const shown = receiver.messages[0]?.id;
    await sender.call('send', { to: petrov.name, type: 'price', data: 4, collapseKey: 'A-17' });
    expect(await receiver.next('retract', ({ ids }) => ids.includes(shown ?? ''))).toEqual({ ids: [shown], reason: 'collapsed' });
    expect((await receiver.received(3))[2]?.data).toBe(4);
  });

  it('refuses one message alone: it is dead-lettered, does not come again, and the others are not touched', async () => {
    const ivanov = stage.place.person();
    const first = await stage.connect(ivanov);
    const [bad, good] = [await stage.place.send({ to: ivanov.name, type: 'bad' }), await stage.place.send({ to: ivanov.name, type: 'good' })];
    await first.received(2);
    await first.call('refuse', { id: bad.id, reason: 'no such order' });
    first.drop();
    const back = await stage.connect(ivanov);
    expect((await back.next('message')).id).toBe(good.id);
    expect(await stage.place.stateOf(bad.id)).toBe('refused');
    const { body } = await stage.place.api('GET', '/dead-letters?limit=1000');
    expect((body.items as { reason: string; message?: { id: string }; id: string }[]).some((letter) => JSON.stringify(letter).includes(bad.id))).toBe(true);
    expect((await problemOf(back.call('refuse', { id: '0193f2a4-7c1e-7b6e-9a55-2f6d0c9d1e11', reason: 'never sent' }))).slug).toBe('not-found');
  });

  it('does not acknowledge by a refusal what came before the position that a session resumed with', async () => {
    const ivanov = stage.place.person();
    await stage.place.send({ to: ivanov.name, type: 'first' });
    const first = await stage.connect(ivanov);
    const { position } = await first.next('message');
    first.drop();
    const resumed = await stage.connect(ivanov, { position });
    const second = await stage.place.send({ to: ivanov.name, type: 'second' });
    await resumed.next('message');
    await resumed.call('refuse', { id: second.id, reason: 'not mine' });
    resumed.drop();
    const back = await stage.connect(ivanov);
    expect((await back.next('message')).type).toBe('first');
  });

  it('tells the sender of a final state by a message like any other', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [sender, receiver] = [await stage.connect(ivanov), await stage.connect(petrov)];
    const send = (data: number) => sender.call('send', { to: petrov.name, type: 'n', data, receipt: true, correlationId: `c-${data}` });
    const sent = [await send(0), await send(1), await send(2), await send(3)];
    const received = await receiver.received(4);
    await receiver.call('refuse', { id: sent[1]?.id ?? '', reason: 'not mine' });
    await receiver.call('read', { ids: [sent[2]?.id ?? ''] });
    await sender.call('withdraw', { id: sent[3]?.id ?? '' });
    await receiver.call('ack', { position: received[0]?.position ?? '' });
    const receipts = await sender.received(4);
    expect(receipts.every(({ type, from }) => type === 'vestnik.receipt' && from === `vestnik@${stage.place.house}`)).toBe(true);
    const states = sent.map(({ id }) => receipts.map(({ data }) => data as ReceiptData).filter((data) => data.id === id));
    expect(states).toMatchObject([
      [{ recipient: petrov.address, state: 'acknowledged', correlationId: 'c-0', at: expect.any(String) }],
      [{ state: 'refused', reason: 'not mine' }],
      [{ state: 'read' }],
      [{ state: 'withdrawn' }],
    ]);
  });

  it('tells whoever asks in which state a message is, and strangers nothing', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const [sender, receiver] = [await stage.connect(ivanov), await stage.connect(petrov, { device: 'desk' })];
    const { id } = await sender.call('send', { to: petrov.name, type: 'n', correlationId: 'A-17' });
    const message = await receiver.next('message');
    await untilAsked('it is written that it was handed over', async () => (await sender.call('state', { id })).to[0]?.state === 'delivered');
    await receiver.call('ack', { position: message.position ?? '' });
    expect(await sender.call('state', { id })).toMatchObject({
      id,
      from: ivanov.address,
      type: 'n',
      correlationId: 'A-17',
      to: [{ address: petrov.address, state: 'acknowledged', at: expect.any(String), devices: [{ device: 'desk', state: 'acknowledged' }] }],
    });
    const stranger = await stage.connect(stage.place.person());
    expect((await problemOf(stranger.call('state', { id }))).slug).toBe('not-found');
    expect(await problemOf(sender.call('state', { id: 'nonsense' }))).toMatchObject({ slug: 'request-invalid', errors: [{ path: 'id' }] });
  });

  it('makes one final state of acknowledging and reading: what was acknowledged may still become read', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov);
    const { id } = await stage.place.send({ to: ivanov.name, type: 'n' });
    await client.call('ack', { position: (await client.next('message')).position ?? '' });
    expect(await stage.place.stateOf(id)).toBe('acknowledged');
    await client.call('read', { ids: [id] });
    expect(await stage.place.stateOf(id)).toBe('read');
    await stage.place.api('DELETE', `/messages/${id}`);
    expect(await stage.place.stateOf(id)).toBe('read');
  });
}
