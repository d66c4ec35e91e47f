import { untilAsked } from '@vestnik/testing';
import { afterAll, expect, it } from 'vitest';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';

/** Subscriptions, patterns, rules, what is retained and what is replayed. */
export function topics(stage: Stage): void {
  it('hands a topic’s messages to whoever subscribed, also what came while it was away, until it unsubscribes', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const topic = stage.place.unused('orders/eu');
    const [reader, writer] = [await stage.connect(ivanov), await stage.connect(petrov)];
    await writer.call('send', { to: `#${topic}`, type: 'early' });
    expect(await reader.call('subscribe', { topic })).toEqual({ position: expect.stringMatching(/^[A-Za-z0-9_-]{1,256}$/) });
    const sent = await writer.call('send', { to: `#${topic}`, type: 'n', data: 1 });
    expect(sent.to).toMatchObject([{ address: `#${topic}@${stage.place.house}` }]);
    const first = await reader.next('message');
    expect(first).toMatchObject({ id: sent.id, from: petrov.address, to: `#${topic}@${stage.place.house}`, data: 1, position: expect.any(String) });
    await reader.call('ack', { position: first.position ?? '' });
    await reader.close();
    await stage.place.send({ to: `#${topic}`, type: 'n', data: 2 });
    const back = await stage.connect(ivanov);
    expect(await back.next('message')).toMatchObject({ data: 2, from: stage.place.backend });
    await back.call('unsubscribe', { topic });
    await stage.place.send({ to: `#${topic}`, type: 'n', data: 3 });
    await stage.place.send({ to: ivanov.name, type: 'last' });
    expect((await back.next('message')).type).toBe('last');
  });

  it('keeps the order of one sender to one topic, and one position for direct and topic messages', async () => {
    const ivanov = stage.place.person();
    const topic = stage.place.unused('t');
    const reader = await stage.connect(ivanov);
    await reader.call('subscribe', { topic });
    for (let data = 0; data < 20; data++) await stage.place.send({ to: data % 2 === 0 ? `#${topic}` : ivanov.name, type: 'n', data });
    const received = await reader.received(20);
    const of = (odd: number) => received.map(({ data }) => data as number).filter((data) => data % 2 === odd);
    expect(of(0)).toEqual(Array.from({ length: 10 }, (_, at) => at * 2));
    expect(of(1)).toEqual(Array.from({ length: 10 }, (_, at) => at * 2 + 1));
    await reader.call('ack', { position: received.at(-1)?.position ?? '' });
    reader.drop();
    await stage.place.send({ to: `#${topic}`, type: 'last' });
    const back = await stage.connect(ivanov);
    expect((await back.next('message')).type).toBe('last');
  });

  it('takes patterns: + for one level, # for any number, and hands a message over once however many match', async () => {
    const ivanov = stage.place.person();
    const root = stage.place.unused('orders');
    const reader = await stage.connect(ivanov);
    for (const topic of [`${root}/+`, `${root}/eu`, `${root}/eu/#`]) await reader.call('subscribe', { topic });
    for (const level of ['/eu', '/eu/de', '/us', '', '/us/ny', '/eu/de/berlin']) await stage.place.send({ to: `#${root}${level}`, type: 'n', data: level });
    await stage.place.send({ to: ivanov.name, type: 'last' });
    await reader.next('message', ({ type }) => type === 'last');
    expect(reader.messages.map(({ data }) => data)).toEqual(['/eu', '/eu/de', '/us', '/eu/de/berlin', null]);
  });

  it('hands over transient messages to a topic, and keeps them nowhere', async () => {
    const ivanov = stage.place.person();
    const topic = stage.place.unused('t');
    const reader = await stage.connect(ivanov);
    await reader.call('subscribe', { topic: `${topic}/#` });
    await stage.place.send({ to: `#${topic}/x`, type: 'typing', durable: false });
    expect(await reader.next('message')).not.toHaveProperty('position');
  });

  it('replays what is kept from the first or from a position on, oldest first', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const topic = stage.place.unused('t');
    for (const data of [1, 2, 3]) await stage.place.send({ to: `#${topic}`, type: 'n', data });
    const reader = await stage.connect(ivanov);
    await reader.call('subscribe', { topic, from: 'first' });
    const replayed = await reader.received(3);
    expect(replayed.map(({ data, replay, position }) => [data, replay, position])).toEqual([
      [1, true, undefined],
      [2, true, undefined],
      [3, true, undefined],
    ]);
    await stage.place.send({ to: `#${topic}`, type: 'n', data: 4 });
    const live = (await reader.received(4))[3];
    expect(live).toMatchObject({ data: 4, position: expect.any(String) });
    expect(live).not.toHaveProperty('replay');
    await stage.place.send({ to: `#${topic}`, type: 'n', data: 5 });
    await reader.received(5);
    const other = await stage.connect(petrov);
    await other.call('subscribe', { topic, from: live?.position });
    expect(await other.next('message')).toMatchObject({ data: 5, replay: true });
  });

  it('gives the retained message to new subscribers that ask for it', async () => {
    const topic = stage.place.unused('rate');
    await stage.place.send({ to: `#${topic}`, type: 'rate', data: 'old', retain: true });
    await stage.place.send({ to: `#${topic}`, type: 'rate', data: 'kept', retain: true });
    await stage.place.send({ to: `#${topic}`, type: 'rate', data: 'passing' });
    const [asks, asksNot] = [await stage.connect(stage.place.person()), await stage.connect(stage.place.person())];
    await asks.call('subscribe', { topic, retained: true });
    await asksNot.call('subscribe', { topic });
    await stage.place.send({ to: `#${topic}`, type: 'rate', data: 'live' });
    expect((await asks.received(2)).map(({ data }) => data)).toEqual(['kept', 'live']);
    expect((await asksNot.received(1)).map(({ data }) => data)).toEqual(['live']);
  });

  it('lets the backend subscribe clients: a topic can be a group', async () => {
    const ivanov = stage.place.person();
    const topic = stage.place.unused('roles/бухгалтер');
    const path = `/topics/${encodeURIComponent(topic)}/subscribers/${encodeURIComponent(ivanov.name)}`;
    expect((await stage.place.api('PUT', path)).status).toBeLessThan(300);
    await stage.place.send({ to: `#${topic}`, type: 'n', data: 1 });
    const reader = await stage.connect(ivanov);
    expect((await reader.next('message')).data).toBe(1);
    expect((await stage.place.api('DELETE', path)).status).toBeLessThan(300);
    await stage.place.send({ to: `#${topic}`, type: 'n', data: 2 });
    expect((await stage.place.api('PUT', '/subscriptions', { topic, client: ivanov.name })).status).toBeLessThan(300);
    await stage.place.send({ to: `#${topic}`, type: 'n', data: 3 });
    expect((await reader.next('message')).data).toBe(3);
    const listed = await stage.place.api('GET', '/topics?limit=1000');
    expect(JSON.stringify(listed.body.items)).toContain(topic);
  });

  it('asks the tenant’s rules who may subscribe and who may publish', async () => {
    const ivanov = stage.place.person();
    const root = stage.place.unused('board');
    const rules = [
      { pattern: `${root}/closed/#`, subscribe: 'backend', publish: 'backend' },
      { pattern: `${root}/named`, subscribe: [ivanov.name], publish: [ivanov.name] },
    ];
    afterAll(() => stage.place.api('PATCH', '', { topics: [] }));
    expect((await stage.place.api('PATCH', '', { topics: rules })).status).toBe(200);
    const [client, stranger] = [await stage.connect(ivanov), await stage.connect(stage.place.person())];
    const refusal = /^(forbidden|scope-missing|recipient-refused)$/;
    expect((await problemOf(client.call('subscribe', { topic: `${root}/closed/a` }))).slug).toMatch(refusal);
    expect((await problemOf(client.call('send', { to: `#${root}/closed/a`, type: 'n' }))).slug).toMatch(refusal);
    expect((await problemOf(stranger.call('subscribe', { topic: `${root}/named` }))).slug).toMatch(refusal);
    expect((await problemOf(stranger.call('send', { to: `#${root}/named`, type: 'n' }))).slug).toMatch(refusal);
    await client.call('subscribe', { topic: `${root}/named` });
    await client.call('send', { to: `#${root}/named`, type: 'n', data: 'own' });
    expect((await client.next('message')).data).toBe('own');
    expect((await stage.place.api('PUT', '/subscriptions', { topic: `${root}/closed/a`, client: ivanov.name })).status).toBeLessThan(300);
    await stage.place.send({ to: `#${root}/closed/a`, type: 'n', data: 'from the backend' });
    expect((await client.next('message')).data).toBe('from the backend');
  });

  it('does not hand over by a pattern what its rule keeps from the subscriber', async () => {
    const ivanov = stage.place.person();
    const root = stage.place.unused('board');
    await stage.place.api('PATCH', '', { topics: [{ pattern: `${root}/closed`, subscribe: 'backend', publish: 'backend' }] });
    const client = await stage.connect(ivanov);
    const refused = await client.call('subscribe', { topic: `${root}/#` }).then(
      () => false,
      () => true,
    );
    await stage.place.send({ to: `#${root}/closed`, type: 'secret' });
    await stage.place.send({ to: ivanov.name, type: 'last' });
    await client.next('message', ({ type }) => type === 'last');
    expect(
      client.messages.map(({ type }) => type),
      refused ? 'the pattern was refused' : 'the pattern was taken',
    ).toEqual(['last']);
    await stage.place.api('PATCH', '', { topics: [] });
  });

  it('counts states of a topic message, withdraws it from everyone, and gives no receipts for it', async () => {
    const [ivanov, petrov] = [stage.place.person(), stage.place.person()];
    const topic = stage.place.unused('t');
    const [one, other] = [await stage.connect(ivanov), await stage.connect(petrov)];
    for (const client of [one, other]) await client.call('subscribe', { topic });
    const { id } = await stage.place.send({ to: `#${topic}`, type: 'n' });
    await one.call('ack', { position: (await one.next('message')).position ?? '' });
    await other.next('message');
    const counts = async () => (await stage.place.api('GET', `/messages/${id}`)).body.counts as Record<string, number> | undefined;
    await untilAsked('both are counted', async () => {
      const now = await counts();
      return now?.acknowledged === 1 && (now.delivered ?? 0) + (now.queued ?? 0) === 1;
    });
    await stage.place.api('DELETE', `/messages/${id}`);
    expect(await other.next('retract')).toEqual({ ids: [id], reason: 'withdrawn' });
    expect(await counts()).toEqual({ acknowledged: 1, withdrawn: 1 });
    const problem = await problemOf(one.call('send', { to: `#${topic}`, type: 'n', receipt: true }));
    expect([problem.slug, problem.errors[0]?.path]).toEqual(['message-invalid', 'receipt']);
  });

  it('names the wrong field', async () => {
    const client = await stage.connect(stage.place.person());
    for (const [wrong, path] of [
      [{}, 'topic'],
      [{ topic: 'a//b' }, 'topic'],
      [{ topic: '#/a' }, 'topic'],
      [{ topic: 'a+/b' }, 'topic'],
      [{ topic: 'a', from: 'the beginning' }, 'from'],
      [{ topic: 'a', retained: 'yes' }, 'retained'],
      [{ topic: 'a', more: 1 }, 'more'],
    ] as const) {
      const problem = await problemOf(client.call('subscribe', wrong as unknown as { topic: string }));
      expect([problem.slug.replace(/^position/, 'request'), problem.errors[0]?.path], JSON.stringify(wrong)).toEqual(['request-invalid', path]);
    }
    expect((await problemOf(client.call('send', { to: '#a/+', type: 'n' }))).errors[0]?.path).toBe('to');
  });
}
