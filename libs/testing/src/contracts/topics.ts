import type { LogEntry, Mailbox, MessageEntry, Subscription, Tenant } from '@vestnik/core';
import { expect, it } from 'vitest';
import { ids, type Stage } from './stage.js';

export function topicsContract(stage: () => Stage): void {
  async function scene(): Promise<{ tenant: Tenant; sender: Mailbox; ivanov: Mailbox; eu: Mailbox; us: Mailbox }> {
    const pair = await stage().pair();
    return { ...pair, eu: await stage().topic(pair.tenant, 'orders/eu'), us: await stage().topic(pair.tenant, 'orders/us') };
  }

  /** What a client's feed would be given, page by page. */
  async function feed(client: Mailbox, topics: readonly Subscription[], { after = 0, limit = 100 } = {}): Promise<LogEntry[]> {
    const upTo = await stage().log.head(client.tenantId);
    const found: LogEntry[] = [];
    for (let at = after; at < upTo; ) {
      const query = { tenantId: client.tenantId, clientId: client.id, mailboxes: [{ id: client.id, since: 0 }], topics, after: at, upTo, limit };
      const { entries, scannedTo } = await stage().log.replay(query);
      expect(scannedTo).toBeGreaterThan(at);
      found.push(...entries);
      at = scannedTo;
    }
    return found;
  }

  const messages = (entries: readonly LogEntry[]) => entries.filter((entry): entry is MessageEntry => entry.kind === 'message');

  it('begin and end with entries in the client’s own mailbox', async () => {
    const { tenant, ivanov } = await scene();
    const { subscriptions } = stage().store;
    const began = await subscriptions.subscribe(tenant.id, ivanov.id, 'orders/+', 10);
    expect(began.entry).toMatchObject({ kind: 'subscription', pattern: 'orders/+', began: true, mailboxId: ivanov.id, position: began.position });
    expect(await subscriptions.subscribe(tenant.id, ivanov.id, 'orders/+', 10)).toEqual({ position: began.position });
    const ended = await subscriptions.unsubscribe(tenant.id, ivanov.id, 'orders/+');
    expect(ended.entry).toMatchObject({ pattern: 'orders/+', began: false, previous: began.position });
    expect((await subscriptions.unsubscribe(tenant.id, ivanov.id, 'orders/+')).entry).toBeUndefined();
    expect(await feed(ivanov, [])).toEqual([began.entry, ended.entry]);
  });

  it('are told of a client as they live now, by pattern, and when it opens a session', async () => {
    const { tenant, ivanov } = await scene();
    const b = await stage().subscribe(ivanov, 'b');
    const a = await stage().subscribe(ivanov, 'a/#');
    const gone = await stage().subscribe(ivanov, 'gone');
    const { position: until } = await stage().store.subscriptions.unsubscribe(tenant.id, ivanov.id, 'gone');
    expect(await stage().store.subscriptions.ofClient(tenant.id, ivanov.id)).toEqual([a, b]);
    const everyone = await stage().everyone(tenant);
    const upTo = await stage().log.head(tenant.id);
    const request = { tenantId: tenant.id, clientId: ivanov.id, device: '', everyoneId: everyone.id, since: ivanov.since, upTo };
    expect((await stage().log.open([request], 100))[0]?.topics).toEqual([a, b, { ...gone, until }]);
    expect((await stage().log.open([{ ...request, given: until }], 100))[0]?.topics).toEqual([a, b]);
  });

  it('are as many as the limit says, and not one more', async () => {
    const { tenant, ivanov } = await scene();
    for (const pattern of ['a', 'b']) await stage().store.subscriptions.subscribe(tenant.id, ivanov.id, pattern, 2);
    await expect(stage().store.subscriptions.subscribe(tenant.id, ivanov.id, 'c', 2)).rejects.toMatchObject({ slug: 'conflict' });
    await stage().store.subscriptions.subscribe(tenant.id, ivanov.id, 'b', 2);
    await stage().store.subscriptions.unsubscribe(tenant.id, ivanov.id, 'a');
    await stage().store.subscriptions.subscribe(tenant.id, ivanov.id, 'c', 2);
  });

  it('merge with the client’s own messages in the order of the log, from where they began', async () => {
    const { sender, ivanov, eu, us } = await scene();
    await stage().send(sender, eu);
    const topics = [await stage().subscribe(ivanov, 'orders/eu')];
    const expected = [await stage().sendOne(sender, eu), await stage().sendOne(sender, ivanov), await stage().sendOne(sender, eu)];
    await stage().sendOne(sender, us);
    expect(expected[0]?.topic).toBe('orders/eu');
    expect(messages(await feed(ivanov, topics))).toEqual(expected);
    expect(messages(await feed(ivanov, topics, { limit: 1 }))).toEqual(expected);
    expect(messages(await feed(ivanov, topics, { after: expected[0]?.position }))).toEqual(expected.slice(1));
  });

  it.each([
    ['orders/+', ['orders/eu', 'orders/us']],
    ['orders/#', ['orders', 'orders/eu', 'orders/us', 'orders/eu/de']],
    ['#', ['orders', 'orders/eu', 'orders/us', 'orders/eu/de', 'orders.eu', 'ordersX']],
    ['+/eu', ['orders/eu']],
    ['+/+/de', ['orders/eu/de']],
    ['orders.eu', ['orders.eu']],
    ['+', ['orders', 'orders.eu', 'ordersX']],
  ])('by the pattern %s reach %j', async (pattern, expected) => {
    const { tenant, sender, ivanov } = await scene();
    const topics = [await stage().subscribe(ivanov, pattern)];
    for (const name of ['orders', 'orders/eu', 'orders/us', 'orders/eu/de', 'orders.eu', 'ordersX'])
      await stage().send(sender, await stage().topic(tenant, name));
    expect(messages(await feed(ivanov, topics)).map(({ topic }) => topic)).toEqual(expected);
  });

  it('hand a message over once where several fit', async () => {
    const { sender, ivanov, eu } = await scene();
    const topics = [await stage().subscribe(ivanov, 'orders/eu'), await stage().subscribe(ivanov, 'orders/#'), await stage().subscribe(ivanov, '#')];
    const sent = await stage().sendOne(sender, eu);
    expect(messages(await feed(ivanov, topics))).toEqual([sent]);
  });

  it('read the log as a whole where they reach more topics than can be read one by one', async () => {
    const { tenant, sender, ivanov } = await scene();
    const topics = [await stage().subscribe(ivanov, 'many/#')];
    const names = Array.from({ length: 1_100 }, (_, at) => `many/${at}`);
    const mailboxes = (await stage().store.mailboxes.ensure(tenant.id, 'topic', names)).map(({ mailbox }) => mailbox);
    const sent = [mailboxes[3], mailboxes[1_099], ivanov, mailboxes[500]].map((mailbox) => stage().append(sender, [mailbox as Mailbox]));
    const other = stage().append(sender, [await stage().topic(tenant, 'other')]);
    await stage().log.append([...sent.slice(0, 2), other, ...sent.slice(2)]);
    const expected = sent.map(({ message }) => message.id);
    expect(ids(messages(await feed(ivanov, topics)))).toEqual(expected);
    expect(ids(messages(await feed(ivanov, topics, { limit: 1 })))).toEqual(expected);
    const upTo = await stage().log.head(tenant.id);
    const query = { tenantId: tenant.id, clientId: ivanov.id, mailboxes: [], topics, after: 0, upTo };
    expect(await stage().log.countWaiting(query, 100)).toBe(3);
    expect(await stage().log.countWaiting(query, 2)).toBe(2);
    const first = [...(await stage().log.locate(tenant.id, [], [expected[0] as string], topics)).values()][0] as MessageEntry;
    const { entries } = await stage().end(first, 'withdrawn');
    expect(await stage().log.outcomesSince(tenant.id, [], first.position, await stage().log.head(tenant.id), topics)).toEqual(entries);
  });

  it('count among what waits for a session, with the outcomes that it missed', async () => {
    const { tenant, sender, ivanov, eu } = await scene();
    await stage().subscribe(ivanov, 'orders/#');
    const sent = [await stage().sendOne(sender, eu), await stage().sendOne(sender, ivanov), await stage().sendOne(sender, eu)];
    const everyone = await stage().everyone(tenant);
    const open = async (given?: number) => {
      const upTo = await stage().log.head(tenant.id);
      return (await stage().log.open([{ tenantId: tenant.id, clientId: ivanov.id, device: '', everyoneId: everyone.id, since: 0, given, upTo }], 100))[0];
    };
    expect(await open()).toMatchObject({ missed: 3, outcomes: false });
    await stage().end(sent[0] as MessageEntry, 'withdrawn');
    expect(await open()).toMatchObject({ missed: 2 });
    expect(await open(sent[0]?.position)).toMatchObject({ missed: 2, outcomes: true });
    expect(await open(sent[2]?.position)).toMatchObject({ missed: 0, outcomes: true });
  });

  it('let their messages be located, and only those that came after they began', async () => {
    const { tenant, sender, ivanov, eu } = await scene();
    const before = await stage().sendOne(sender, eu);
    const topics = [await stage().subscribe(ivanov, 'orders/+')];
    const after = await stage().sendOne(sender, eu);
    const wanted = [before.message.id, after.message.id];
    expect(await stage().log.locate(tenant.id, [ivanov.id], wanted, topics)).toEqual(new Map([[wanted[1], after]]));
    expect(await stage().log.locate(tenant.id, [ivanov.id], wanted)).toEqual(new Map());
  });

  it('say who a message was for: those that were subscribed when it was accepted, each in its state', async () => {
    const { tenant, sender, ivanov, eu } = await scene();
    const [petrov, sidorov, late] = [await stage().client(tenant, 'petrov'), await stage().client(tenant, 'sidorov'), await stage().client(tenant, 'late')];
    await stage().subscribe(ivanov, 'orders/eu');
    await stage().subscribe(ivanov, 'orders/#');
    await stage().subscribe(petrov, 'orders/+');
    await stage().subscribe(sidorov, 'orders/eu');
    await stage().store.subscriptions.unsubscribe(tenant.id, sidorov.id, 'orders/eu');
    const sent = await stage().sendOne(sender, eu);
    await stage().subscribe(late, '#');
    await stage().store.subscriptions.unsubscribe(tenant.id, petrov.id, 'orders/+');
    await stage().acknowledge(ivanov, sent.position);
    const outcome = await stage().log.outcome(tenant.id, sent.message.id);
    expect(outcome?.counts).toEqual({ acknowledged: 1, queued: 1 });
    const page = await stage().log.recipients(tenant.id, sent.message.id, { limit: 10 });
    const all = page?.next === undefined ? page : await stage().log.recipients(tenant.id, sent.message.id, { limit: 10, cursor: page.next });
    const told = [...(page?.items ?? []), ...(all === page ? [] : (all?.items ?? []))].filter(({ address }) => !address.startsWith('#'));
    expect(told.map(({ address, state }) => [address.split('@')[0], state])).toEqual([
      ['ivanov', 'acknowledged'],
      ['petrov', 'queued'],
    ]);
  });

  it('that ended leave the client what came before their end', async () => {
    const { tenant, sender, ivanov, eu, us } = await scene();
    const { subscriptions } = stage().store;
    const everyone = await stage().everyone(tenant);
    const old = await stage().subscribe(ivanov, 'orders/us');
    await subscriptions.unsubscribe(tenant.id, ivanov.id, 'orders/us');
    const start = await stage().sendOne(sender, ivanov);
    await stage().acknowledge(ivanov, start.position);
    const first = await stage().subscribe(ivanov, 'orders/+');
    const before = await stage().sendOne(sender, eu);
    const { position: until } = await subscriptions.unsubscribe(tenant.id, ivanov.id, 'orders/+');
    const between = await stage().sendOne(sender, eu);
    const again = await stage().subscribe(ivanov, 'orders/eu');
    const after = await stage().sendOne(sender, eu);
    await stage().send(sender, us);

    const topics = [again, { ...first, until }];
    expect(await subscriptions.ofClient(tenant.id, ivanov.id)).toEqual([again]);
    expect(await subscriptions.ofClient(tenant.id, ivanov.id, start.position)).toEqual(topics);
    expect(await subscriptions.ofClient(tenant.id, ivanov.id, until)).toEqual([again]);
    expect((await subscriptions.ofClient(tenant.id, ivanov.id, 0)).map(({ since }) => since)).toEqual([again.since, old.since, first.since]);

    const upTo = await stage().log.head(tenant.id);
    const open = async (given?: number) =>
      (await stage().log.open([{ tenantId: tenant.id, clientId: ivanov.id, device: '', everyoneId: everyone.id, since: ivanov.since, given, upTo }], 100))[0];
    expect(await open()).toMatchObject({ missed: 2, topics });
    expect(await open(until)).toMatchObject({ missed: 1, topics: [again] });
    for (const limit of [1, 100]) {
      expect(ids(messages(await feed(ivanov, topics, { after: start.position, limit })))).toEqual([before.message.id, after.message.id]);
    }
    expect(await stage().log.countWaiting({ tenantId: tenant.id, clientId: ivanov.id, mailboxes: [], topics, after: 0, upTo }, 10)).toBe(2);
    const wanted = [before, between, after].map(({ message }) => message.id);
    expect([...(await stage().log.locate(tenant.id, [], wanted, topics)).keys()].toSorted()).toEqual([wanted[0], wanted[2]].toSorted());
    expect((await stage().log.outcome(tenant.id, before.message.id))?.counts).toEqual({ queued: 1 });

    const ended = await stage().log.recordOutcomes([before, between, after].map((entry) => stage().outcome(entry, 'withdrawn')));
    const told = await stage().log.outcomesSince(tenant.id, [ivanov.id], upTo, await stage().log.head(tenant.id), topics);
    expect(told).toEqual([ended.entries[0], ended.entries[2]]);
  });

  it('that ended are read from the whole log too, where topics are too many', async () => {
    const { tenant, sender, ivanov, eu } = await scene();
    await stage().store.mailboxes.ensure(
      tenant.id,
      'topic',
      Array.from({ length: 1_100 }, (_, at) => `orders/many/${at}`),
    );
    const first = await stage().subscribe(ivanov, 'orders/#');
    const before = await stage().sendOne(sender, eu);
    const { position: until } = await stage().store.subscriptions.unsubscribe(tenant.id, ivanov.id, 'orders/#');
    const between = await stage().sendOne(sender, eu);
    const again = await stage().subscribe(ivanov, 'orders/#');
    const after = await stage().sendOne(sender, eu);
    const topics = [again, { ...first, until }];
    for (const limit of [1, 100]) expect(ids(messages(await feed(ivanov, topics, { limit })))).toEqual([before.message.id, after.message.id]);
    const upTo = await stage().log.head(tenant.id);
    expect(await stage().log.countWaiting({ tenantId: tenant.id, clientId: ivanov.id, mailboxes: [], topics, after: 0, upTo }, 10)).toBe(2);
    const ended = await stage().log.recordOutcomes([stage().outcome(before, 'withdrawn'), stage().outcome(between, 'withdrawn')]);
    const told = await stage().log.outcomesSince(tenant.id, [], upTo, await stage().log.head(tenant.id), [{ ...first, until }]);
    expect(told).toEqual(ended.entries.slice(0, 1));
  });

  it.each([
    ['Заказы/Йод.1/+', ['Заказы/Йод.1/a-b', 'Заказы/Йод.1/a_b']],
    ['Заказы/Йод.1/a_b', ['Заказы/Йод.1/a_b']],
    ['Заказы/#', ['Заказы/Йод.1/a-b', 'Заказы/Йод.1/a_b', 'Заказы/Йодх1/a_b']],
    ['क्ष/की 1/+', ['क्ष/की 1/x']],
    ['+/की 1/#', ['क्ष/की 1/x']],
    ['A B.C_-/+', ['A B.C_-/x']],
    ['q\u0323\u0307/#', ['q\u0323\u0307']],
  ])('by a pattern such as %s reach names of letters, marks, spaces and signs as they are', async (pattern, expected) => {
    const { tenant, sender, ivanov } = await scene();
    const names = ['Заказы/Йод.1/a_b', 'Заказы/Йод.1/a-b', 'Заказы/Йодх1/a_b', 'заказы/Йод.1/a_b', 'क्ष/की 1/x', 'A B.C_-/x', 'A BxC_-/x', 'q\u0323\u0307', 'q'];
    const topics = [await stage().subscribe(ivanov, pattern)];
    const sent = new Map<string, string>();
    for (const name of names) sent.set(name, (await stage().sendOne(sender, await stage().topic(tenant, name), { retain: true })).message.id);
    expect(
      messages(await feed(ivanov, topics))
        .map(({ topic }) => topic)
        .toSorted(),
    ).toEqual(expected.toSorted());
    const retained = await stage().store.subscriptions.retained(tenant.id, pattern, 100);
    expect(retained.map(({ topic }) => topic).toSorted()).toEqual(expected.toSorted());
    for (const [name, id] of sent) expect((await stage().log.outcome(tenant.id, id))?.counts).toEqual(expected.includes(name) ? { queued: 1 } : {});
    const { items } = await stage().store.subscriptions.listTopics(tenant.id, { limit: 100 });
    expect(items.filter(({ subscribers }) => subscribers === 1).map(({ topic }) => topic)).toEqual(expect.arrayContaining(expected));
  });

  it('are found by a part of a topic’s name, in any case and as it stands', async () => {
    const { tenant } = await scene();
    for (const name of ['Заказы/Йод', 'a_b', 'aXb', 'a.b']) await stage().topic(tenant, name);
    const found = async (search: string) => (await stage().store.subscriptions.listTopics(tenant.id, { limit: 10, search })).items.map(({ topic }) => topic);
    expect(await found('ЗАКАЗЫ/й')).toEqual(['Заказы/Йод']);
    expect(await found('a_b')).toEqual(['a_b']);
    expect(await found('%')).toEqual([]);
    expect(await found('A.')).toEqual(['a.b']);
  });

  it('count the recipients of a message to several topics and everyone for each, and page through all', async () => {
    const { tenant, sender, ivanov, eu, us } = await scene();
    const petrov = await stage().client(tenant, 'petrov');
    await stage().subscribe(ivanov, 'orders/+');
    await stage().subscribe(petrov, 'orders/us');
    const everyone = await stage().everyone(tenant);
    const entries = messages(await stage().send(sender, [eu, petrov, us, everyone]));
    await stage().acknowledge(ivanov, entries[0]?.position as number);
    const id = entries[0]?.message.id as string;
    expect((await stage().log.outcome(tenant.id, id))?.counts).toEqual({ acknowledged: 1, queued: 5 });
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stage().log.recipients(tenant.id, id, { limit: 2, cursor });
      all.push(
        ...(page?.items ?? []).map(
          ({ address, position, state }) => `${address.split('@')[0]} ${entries.findIndex((entry) => entry.position === position)} ${state}`,
        ),
      );
      cursor = page?.next;
    } while (cursor !== undefined);
    expect(all.toSorted()).toEqual([
      'ivanov 0 acknowledged',
      'ivanov 2 queued',
      'ivanov 3 queued',
      'petrov 1 queued',
      'petrov 2 queued',
      'petrov 3 queued',
      'server 3 queued',
    ]);
  });

  it('refuse a message for one subscriber alone, and withdraw it from all', async () => {
    const { tenant, sender, ivanov, eu } = await scene();
    const petrov = await stage().client(tenant, 'petrov');
    const topics = [await stage().subscribe(ivanov, 'orders/eu')];
    const petrovs = [await stage().subscribe(petrov, 'orders/eu')];
    const [one, two] = [await stage().sendOne(sender, eu), await stage().sendOne(sender, eu)];
    await stage().end(one, 'refused', { mailboxId: ivanov.id });
    const { entries } = await stage().end(two, 'withdrawn');
    expect(entries[0]).toMatchObject({ kind: 'outcome', topic: 'orders/eu' });
    expect(ids(messages(await feed(ivanov, topics)))).toEqual([]);
    expect(ids(messages(await feed(petrov, petrovs)))).toEqual([one.message.id]);
  });

  it('keep the last retained message of each topic, none that has ended or expired', async () => {
    const { tenant, sender, eu, us } = await scene();
    const retained = async (pattern: string) => ids(await stage().store.subscriptions.retained(tenant.id, pattern, 100));
    await stage().send(sender, eu, { retain: true });
    const second = await stage().sendOne(sender, us, { retain: true, ttl: 10 });
    const last = await stage().sendOne(sender, eu, { retain: true });
    await stage().send(sender, eu);
    expect(await retained('orders/+')).toEqual([second.message.id, last.message.id]);
    expect(await retained('orders/eu')).toEqual([last.message.id]);
    expect(await retained('orders')).toEqual([]);
    await stage().store.passTime(11_000);
    expect(await retained('#')).toEqual([last.message.id]);
    await stage().end(last, 'withdrawn');
    expect(await retained('#')).toEqual([]);
  });

  it('collapse by key for all who have not acknowledged', async () => {
    const { sender, ivanov, eu } = await scene();
    const topics = [await stage().subscribe(ivanov, 'orders/eu')];
    await stage().send(sender, eu, { collapseKey: 'c' });
    const entries = (await stage().log.append([stage().append(sender, [eu], { collapseKey: 'c' })]))[0];
    const newer = entries?.kind === 'appended' ? entries.entries : [];
    expect(newer.map(({ kind, topic }) => [kind, topic])).toEqual([
      ['message', 'orders/eu'],
      ['outcome', 'orders/eu'],
    ]);
    expect(ids(messages(await feed(ivanov, topics)))).toEqual(ids(messages(newer)));
  });

  it('are listed by topic with their subscribers, by pages', async () => {
    const { tenant, sender, ivanov, eu } = await scene();
    const petrov = await stage().client(tenant, 'petrov');
    await stage().subscribe(ivanov, 'orders/eu');
    await stage().subscribe(ivanov, 'orders/#');
    await stage().subscribe(petrov, 'orders/#');
    const sent = await stage().sendOne(sender, eu, { retain: true });
    const { subscriptions } = stage().store;
    const first = await subscriptions.listTopics(tenant.id, { limit: 1 });
    expect(first).toEqual({ items: [{ topic: 'orders/eu', subscribers: 2, lastAt: sent.at, retained: sent.message.id }], next: 'orders/eu' });
    expect(await subscriptions.listTopics(tenant.id, { limit: 5, cursor: first.next })).toMatchObject({ items: [{ topic: 'orders/us', subscribers: 2 }] });
    expect((await subscriptions.listTopics(tenant.id, { limit: 5, search: 'US' })).items.map(({ topic }) => topic)).toEqual(['orders/us']);
    const page = await subscriptions.subscribers(tenant.id, 'orders/eu', { limit: 2 });
    expect(page.items.map(({ client, pattern }) => [client, pattern])).toEqual([
      ['ivanov', 'orders/#'],
      ['ivanov', 'orders/eu'],
    ]);
    expect(await subscriptions.subscribers(tenant.id, 'orders/eu', { limit: 2, cursor: page.next })).toMatchObject({ items: [{ client: 'petrov' }] });
  });

  it('stay within their tenant', async () => {
    const [one, two] = [await scene(), await scene()];
    const topics = [await stage().subscribe(one.ivanov, 'orders/#')];
    const sent = await stage().sendOne(two.sender, two.eu, { retain: true });
    expect(messages(await feed(one.ivanov, topics))).toEqual([]);
    expect(await stage().store.subscriptions.retained(one.tenant.id, '#', 10)).toEqual([]);
    expect(await stage().store.subscriptions.ofClient(two.tenant.id, one.ivanov.id, 0)).toEqual([]);
    expect(await stage().log.locate(one.tenant.id, [], [sent.message.id], topics)).toEqual(new Map());
    expect((await stage().log.outcome(two.tenant.id, sent.message.id))?.counts).toEqual({});
  });
}
