import { expect, it } from 'vitest';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';
import { TRANSPORTS } from '../transports/index.js';

/** Acknowledging, coming back, positions, devices, windows. */
export function receiving(stage: Stage): void {
  it('hands over what waited, in order, and again to whoever did not acknowledge it', async () => {
    const ivanov = stage.place.person();
    for (const data of [1, 2, 3]) await stage.place.send({ to: ivanov.name, type: 'n', data });
    const first = await stage.connect(ivanov);
    const received = await first.received(3);
    expect(received.map(({ data, redelivered }) => [data, redelivered])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, undefined],
    ]);
    await first.call('ack', { position: received[0]?.position ?? '' });
    first.drop();
    const second = await stage.connect(ivanov);
    expect((await second.received(2)).map(({ id, data, redelivered }) => [id, data, redelivered])).toEqual([
      [received[1]?.id, 2, true],
      [received[2]?.id, 3, true],
    ]);
    if (stage.transport.answersConnect) expect(second.connected).toMatchObject({ client: ivanov.address, missed: 2, position: received[0]?.position });
  });

  it('does not hand over again what was acknowledged', async () => {
    const ivanov = stage.place.person();
    const first = await stage.connect(ivanov);
    await stage.place.send({ to: ivanov.name, type: 'n', data: 1 });
    expect(await first.call('ack', { position: (await first.next('message')).position ?? '' })).toEqual({});
    await first.close();
    await stage.place.send({ to: ivanov.name, type: 'n', data: 2 });
    const second = await stage.connect(ivanov);
    expect((await second.received(1)).map(({ data }) => data)).toEqual([2]);
  });

  it('starts after a position that is named, which acknowledges nothing', async () => {
    const ivanov = stage.place.person();
    for (const data of [1, 2, 3]) await stage.place.send({ to: ivanov.name, type: 'n', data });
    const first = await stage.connect(ivanov);
    const received = await first.received(3);
    await first.close();
    const resumed = await stage.connect(ivanov, { position: received[1]?.position });
    expect((await resumed.received(1)).map(({ data }) => data)).toEqual([3]);
    const fromStart = await stage.connect(ivanov);
    expect((await fromStart.received(3)).map(({ data }) => data)).toEqual([1, 2, 3]);
  });

  it('refuses a position that it never gave out, and names the field', async () => {
    const ivanov = stage.place.person();
    expect((await problemOf(stage.connect(ivanov, { position: 'not!a!position' }))).slug).toMatch(/^(position|request)-invalid$/);
    const client = await stage.connect(ivanov);
    const problem = await problemOf(client.call('ack', { position: 'zzz' }));
    expect(problem).toMatchObject({ slug: 'position-invalid', errors: [{ path: 'position' }] });
  });

  it('keeps one position for all sessions of a client', async () => {
    const ivanov = stage.place.person();
    const [desk, phone] = [await stage.connect(ivanov), await stage.connect(ivanov)];
    const sent = await stage.place.send({ to: ivanov.name, type: 'n', data: 1 });
    expect(sent.to[0]?.sessions).toBe(2);
    const message = await desk.next('message');
    expect((await phone.next('message')).id).toBe(message.id);
    await desk.call('ack', { position: message.position ?? '' });
    await stage.place.send({ to: ivanov.name, type: 'n', data: 2 });
    const third = await stage.connect(ivanov);
    expect((await third.next('message')).data).toBe(2);
  });

  it('keeps a position of its own for each device', async () => {
    const ivanov = stage.place.person();
    const [desk, phone] = [await stage.connect(ivanov, { device: 'desk' }), await stage.connect(ivanov, { device: 'phone' })];
    await stage.place.send({ to: ivanov.name, type: 'n', data: 1 });
    await desk.call('ack', { position: (await desk.next('message')).position ?? '' });
    await phone.next('message');
    phone.drop();
    const back = await stage.connect(ivanov, { device: 'phone' });
    expect(await back.next('message')).toMatchObject({ data: 1, redelivered: true });
  });

  it('lets a new session of a device take over from the old, which is told so', async () => {
    const ivanov = stage.place.person();
    const old = await stage.connect(ivanov, { device: 'desk' });
    await stage.connect(ivanov, { device: 'desk' });
    expect(await old.whenEnded()).toMatchObject({ reason: 'replaced' });
    const closing = old.all('notice').at(-1);
    // A poll that was taken over answers an empty page, and nothing else.
    if (stage.transport.tellsTakenOver) expect(closing).toMatchObject({ type: 'vestnik.closing', code: 4409, reason: 'replaced', reconnect: false });
    expect((await stage.place.sessionsOf(ivanov)).length).toBe(1);
  });

  it('hands over no more than the window, and the rest as it is acknowledged', async () => {
    const ivanov = stage.place.person();
    for (let data = 0; data < 10; data++) await stage.place.send({ to: ivanov.name, type: 'n', data });
    const client = await stage.connect(ivanov, { window: 4 });
    await client.received(4);
    // A transient message overtakes what waits for the window: when it is there, more durable ones would have been.
    await stage.place.send({ to: ivanov.name, type: 'overtakes', durable: false });
    await client.next('message', ({ type }) => type === 'overtakes');
    const durable = () => client.messages.filter(({ position }) => position !== undefined);
    expect(durable().length).toBe(4);
    while (durable().length < 10) {
      const before = durable().length;
      await client.call('ack', { position: durable().at(-1)?.position ?? '' });
      await client.until('more', () => durable().length > before);
    }
    expect(durable().map(({ data }) => data)).toEqual(Array.from({ length: 10 }, (_, at) => at));
  });

  it('never moves an acknowledgement back, nor beyond what was handed over', async () => {
    const ivanov = stage.place.person();
    const narrow = await stage.connect(ivanov, { window: 2 });
    for (const data of [1, 2, 3]) await stage.place.send({ to: ivanov.name, type: 'n', data });
    const [first] = await narrow.received(2);
    const wide = await stage.connect(ivanov);
    const third = (await wide.received(3))[2];
    await narrow.call('ack', { position: third?.position ?? '' });
    expect((await narrow.received(3))[2]?.data).toBe(3);
    await narrow.call('ack', { position: first?.position ?? '' });
    narrow.drop();
    wide.drop();
    await stage.place.send({ to: ivanov.name, type: 'n', data: 4 });
    const back = await stage.connect(ivanov);
    expect((await back.received(2)).map(({ data }) => data)).toEqual([3, 4]);
  });

  it('gives messages larger than it wants as a reference', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov, { maxData: 100 });
    const sent = await stage.place.send({ to: ivanov.name, type: 'big', data: 'x'.repeat(1_000) });
    const message = await client.next('message');
    expect(message).not.toHaveProperty('data');
    const path = message.dataRef?.replace(stage.place.path, '') ?? '';
    const whole = await stage.place.api('GET', path, undefined, await stage.place.token(ivanov));
    expect(whole.body).toMatchObject({ id: sent.id, data: 'x'.repeat(1_000) });
    const other = await stage.place.api('GET', path, undefined, await stage.place.token(stage.place.person()));
    expect(other.status).toBe(404);
  });

  it('loses nothing and repeats nothing that was acknowledged over a change of transport in the middle', async () => {
    const ivanov = stage.place.person();
    const others = TRANSPORTS.filter(({ name }) => name !== stage.transport.name);
    const got: unknown[] = [];
    let position: string | undefined;
    let sent = 0;
    for (const over of [stage.transport, ...others, stage.transport]) {
      for (let n = 0; n < 2; n++) await stage.place.send({ to: ivanov.name, type: 'n', data: sent++ });
      const client = await stage.connect(ivanov, position === undefined ? {} : { position }, over);
      await stage.place.send({ to: ivanov.name, type: 'n', data: sent++ });
      const received = await client.until(`three over ${over.name}`, () => client.messages.length >= 3 && client.messages);
      got.push(...received.map(({ data }) => data));
      position = received.at(-1)?.position;
      client.drop();
    }
    expect(got).toEqual(Array.from({ length: sent }, (_, at) => at));
    const last = await stage.connect(ivanov);
    expect(
      (await last.received(sent)).map(({ data }) => data),
      'nothing was acknowledged on the way',
    ).toEqual(got);
  });

  it('settles all at once by one acknowledgement, however many are under way', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov);
    const ids: string[] = [];
    for (let data = 0; data < 40; data++) ids.push((await stage.place.send({ to: ivanov.name, type: 'n', data })).id);
    const received = await client.received(40);
    await client.call('ack', { position: received.at(-1)?.position ?? '' });
    for (const id of [ids[0], ids[20], ids[39]]) expect(await stage.place.stateOf(id ?? '')).toBe('acknowledged');
  });
}
