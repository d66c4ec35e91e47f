import type { HistoryPart, HistoryQuery, Mailbox, MessageEntry, Tenant } from '@vestnik/core';
import { expect, it } from 'vitest';
import { type Stage, type Wanted } from './stage.js';

const DAY_MS = 24 * 3600 * 1000;

export function historyContract(stage: () => Stage): void {
  /** Sends a message with a word as its data. */
  const send = (from: Mailbox, to: Mailbox | readonly Mailbox[], word: string, wanted: Wanted = {}) =>
    stage().send(from, to, { data: `"${word}"`, ...wanted }) as Promise<[MessageEntry]>;

  async function page(client: Mailbox, part: HistoryPart = { kind: 'all' }, more: Partial<HistoryQuery> = {}) {
    const everyone = await stage().everyone({ id: client.tenantId } as Tenant);
    const { tenantId, id: clientId, since } = client;
    return stage().log.history({ tenantId, clientId, everyoneId: everyone.id, since, part, order: 'newest-first', limit: 100, ...more });
  }

  async function sent(from: Mailbox, to: readonly Mailbox[], word: string): Promise<string> {
    await send(from, to, word);
    return word;
  }

  /** The words of a page, in order. */
  async function words(client: Mailbox, part?: HistoryPart, more?: Partial<HistoryQuery>): Promise<string[]> {
    return (await page(client, part, more)).items.map(({ entry }) => JSON.parse(entry.message.data) as string);
  }

  const topicOf = async (tenant: Tenant, name: string): Promise<Mailbox> => {
    const [found] = await stage().store.mailboxes.ensure(tenant.id, 'topic', [name]);
    return (found as { mailbox: Mailbox }).mailbox;
  };

  it('is what a client received and sent, its own once, newest or oldest first', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const everyone = await stage().everyone(tenant);
    await send(sender, ivanov, 'received');
    await send(sender, sender, 'of others');
    await send(ivanov, sender, 'sent');
    await send(ivanov, [sender, ivanov], 'to both');
    await send(ivanov, everyone, 'to all');
    await send(sender, everyone, 'from all');
    const all = ['from all', 'to all', 'to both', 'sent', 'received'];
    expect(await words(ivanov)).toEqual(all);
    expect(await words(ivanov, undefined, { order: 'oldest-first' })).toEqual([...all].reverse());
    const { items, more } = await page(ivanov);
    expect(more).toBe(false);
    expect(items.map(({ entry }) => [entry.to, entry.message.from])).toEqual([
      [stage().addressOf(everyone), stage().addressOf(sender)],
      [stage().addressOf(everyone), stage().addressOf(ivanov)],
      [stage().addressOf(sender), stage().addressOf(ivanov)],
      [stage().addressOf(sender), stage().addressOf(ivanov)],
      [stage().addressOf(ivanov), stage().addressOf(sender)],
    ]);
  });

  it('goes on by place without a gap and without a repeat, in both directions, whatever the size of a page', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const there = await stage().pair();
    const everyone = await stage().everyone(tenant);
    for (let n = 0; n < 10; n++) {
      await send(sender, ivanov, `${n}a`);
      // To itself, to others, and to another tenant: each has a place.
      await send(ivanov, [there.ivanov, ivanov, sender], `${n}b`);
      await send(n % 2 === 0 ? sender : ivanov, everyone, `${n}c`);
    }
    const all = (await words(ivanov, undefined, { order: 'oldest-first' })) as string[];
    expect(all).toEqual(Array.from({ length: 30 }, (_, n) => `${Math.floor(n / 3)}${'abc'[n % 3]}`));
    for (const limit of [1, 2, 7]) {
      for (const order of ['oldest-first', 'newest-first'] as const) {
        const seen: string[] = [];
        let at: number | undefined;
        for (let more = true; more; ) {
          const next = await page(ivanov, undefined, { order, limit, [order === 'oldest-first' ? 'after' : 'before']: at });
          seen.push(...next.items.map(({ entry }) => JSON.parse(entry.message.data) as string));
          at = next.items.at(-1)?.place;
          more = next.more;
        }
        expect(seen).toEqual(order === 'oldest-first' ? all : [...all].reverse());
      }
    }
  });

  it('with a partner is what went directly between the two, also across tenants', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const there = await stage().pair();
    await send(sender, ivanov, 'from server');
    await send(there.ivanov, ivanov, 'from there');
    await send(ivanov, [there.ivanov, sender], 'to both');
    await send(ivanov, sender, 'to server');
    await send(there.ivanov, await stage().everyone(tenant), 'to all');
    await send(sender, there.ivanov, 'of others');
    const partner = (mailbox: Mailbox, mailboxId: number | undefined = mailbox.id): HistoryPart => ({
      kind: 'partner',
      address: stage().addressOf(mailbox),
      mailboxId,
    });
    expect(await words(ivanov, partner(there.ivanov))).toEqual(['to both', 'from there']);
    expect(await words(there.ivanov, partner(ivanov))).toEqual(['to both', 'from there']);
    expect(await words(ivanov, partner(sender))).toEqual(['to server', 'to both', 'from server']);
    expect(await words(ivanov, partner(sender), { limit: 1, before: (await page(ivanov, partner(sender))).items[0]?.place })).toEqual(['to both']);
    expect(await words(ivanov, { kind: 'partner', address: 'nobody@nowhere.hq' })).toEqual([]);
    await send(ivanov, ivanov, 'to myself');
    expect(await words(ivanov, partner(ivanov))).toEqual(['to myself']);
  });

  it('with a partner is the same where one of the two has much more with others, whoever asks', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    const partner = (mailbox: Mailbox): HistoryPart => ({ kind: 'partner', address: stage().addressOf(mailbox), mailboxId: mailbox.id });
    const expected: string[] = [];
    for (let n = 0; n < 40; n++) {
      // Much between the backend and others, little with one, and some of that among messages to several.
      await stage().log.append(Array.from({ length: 5 }, (_, k) => stage().append(k % 2 === 0 ? sender : petrov, [k % 2 === 0 ? petrov : sender])));
      if (n % 4 === 0) expected.push(await sent(sender, [petrov, ivanov], `to ${n}`));
      if (n % 4 === 2) expected.push(await sent(ivanov, [petrov, sender], `from ${n}`));
    }
    expected.reverse();
    for (const limit of [1, 3, 30]) {
      const seen: string[] = [];
      let before: number | undefined;
      for (let more = true; more; ) {
        const next = await page(sender, partner(ivanov), { limit, before });
        seen.push(...next.items.map(({ entry }) => JSON.parse(entry.message.data) as string));
        before = next.items.at(-1)?.place;
        more = next.more;
      }
      expect(seen).toEqual(expected);
      expect(await words(ivanov, partner(sender), { limit })).toEqual(expected.slice(0, limit));
      expect(await words(sender, partner(ivanov), { limit, order: 'oldest-first' })).toEqual([...expected].reverse().slice(0, limit));
    }
  });

  it('of topics is what came while the client was subscribed, and what it sent there itself', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const { subscriptions } = stage().store;
    const [eu, us, other] = [await topicOf(tenant, 'orders/eu'), await topicOf(tenant, 'orders/us'), await topicOf(tenant, 'news')];
    await send(sender, eu, 'too early');
    await subscriptions.subscribe(tenant.id, ivanov.id, 'orders/+', 10);
    await subscriptions.subscribe(tenant.id, ivanov.id, 'orders/eu', 10);
    await send(sender, eu, 'eu');
    await send(sender, us, 'us');
    await send(sender, other, 'not subscribed');
    await send(ivanov, other, 'own news');
    await send(ivanov, us, 'own us');
    await subscriptions.unsubscribe(tenant.id, ivanov.id, 'orders/+');
    await send(sender, us, 'too late');
    await send(sender, eu, 'eu again');
    await send(sender, ivanov, 'direct');
    expect(await words(ivanov)).toEqual(['direct', 'eu again', 'own us', 'own news', 'us', 'eu']);
    expect(await words(ivanov, { kind: 'topic', pattern: 'orders/#' })).toEqual(['eu again', 'own us', 'us', 'eu']);
    expect(await words(ivanov, { kind: 'topic', pattern: 'orders/eu' })).toEqual(['eu again', 'eu']);
    expect(await words(ivanov, { kind: 'topic', pattern: 'news' })).toEqual(['own news']);
    expect(await words(ivanov, { kind: 'topic', pattern: '+' })).toEqual(['own news']);
    expect(await words(ivanov, { kind: 'topic', pattern: 'nothing' })).toEqual([]);
  });

  it('of more topics than can be named one by one is the same', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const names = Array.from({ length: 1_200 }, (_, n) => `t/${n}`);
    const topics = await stage().store.mailboxes.ensure(tenant.id, 'topic', names);
    const [first, last] = [topics[0]?.mailbox as Mailbox, topics.at(-1)?.mailbox as Mailbox];
    await send(sender, last, 'too early');
    await stage().store.subscriptions.subscribe(tenant.id, ivanov.id, 't/#', 10);
    await send(sender, first, 'first');
    await send(sender, await topicOf(tenant, 'news'), 'not subscribed');
    await send(ivanov, last, 'own last');
    await send(sender, sender, 'of others');
    await send(sender, ivanov, 'direct');
    await send(sender, last, 'last');
    expect(await words(ivanov)).toEqual(['last', 'direct', 'own last', 'first']);
    expect(await words(ivanov, { kind: 'topic', pattern: 't/+' })).toEqual(['last', 'own last', 'first']);
    expect(await words(ivanov, undefined, { order: 'oldest-first', limit: 3 })).toEqual(['first', 'own last', 'direct']);
  });

  it('has nothing that was withdrawn, collapsed or expired, and what was acknowledged before stays', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const [withdrawn] = await send(sender, ivanov, 'withdrawn');
    await stage().log.withdraw(tenant.id, sender.id, withdrawn.message.id);
    await send(sender, ivanov, 'collapsed', { collapseKey: 'k' });
    await send(sender, ivanov, 'newer', { collapseKey: 'k' });
    const [read] = await send(sender, ivanov, 'read');
    await stage().end(read, 'read');
    const [refused] = await send(sender, ivanov, 'refused');
    await stage().end(refused, 'refused');
    const [acknowledged] = await send(sender, ivanov, 'acknowledged', { ttl: 100 });
    await stage().acknowledge(ivanov, acknowledged.position);
    await send(sender, ivanov, 'expired', { ttl: 100 });
    await stage().store.passTime(101_000);
    const stays = ['acknowledged', 'refused', 'read', 'newer'];
    // Before and after it is written down that it has expired.
    expect([await words(ivanov), await words(sender)]).toEqual([stays, stays]);
    for (let more = true; more; ) more = (await stage().log.expireDue(100)).more;
    expect([await words(ivanov), await words(sender)]).toEqual([stays, stays]);
    expect(await words(ivanov, { kind: 'partner', address: stage().addressOf(sender), mailboxId: sender.id })).toEqual(stays);
    expect(await words(sender, { kind: 'partner', address: stage().addressOf(ivanov), mailboxId: ivanov.id })).toEqual(stays);
  });

  it('has a message to several as long as it stands for one, by the first of them', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const petrov = await stage().client(tenant, 'petrov');
    const [first, second] = (await stage().send(sender, [ivanov, petrov], { data: '"x"' })) as [MessageEntry, MessageEntry];
    await stage().end(first, 'withdrawn');
    expect((await page(sender)).items).toMatchObject([{ place: first.position, entry: { to: stage().addressOf(petrov), position: second.position } }]);
    await stage().end(second, 'withdrawn');
    expect(await words(sender)).toEqual([]);
  });

  it('of what was sent to everyone has what the client acknowledged in time, or was not known for', async () => {
    const { tenant, sender, ivanov } = await stage().pair();
    const everyone = await stage().everyone(tenant);
    const [entry] = await send(sender, everyone, 'to all', { ttl: 100 });
    const late = await stage().client(tenant, 'late');
    const petrov = await stage().client(tenant, 'petrov');
    await stage().acknowledge(ivanov, entry.position);
    expect([await words(ivanov), await words(late)]).toEqual([['to all'], []]);
    const [second] = await send(sender, everyone, 'second', { ttl: 100 });
    await stage().end(second, 'read', { mailboxId: petrov.id });
    await stage().store.passTime(101_000);
    for (let more = true; more; ) more = (await stage().log.expireDue(100)).more;
    expect([await words(ivanov), await words(petrov), await words(late), await words(sender)]).toEqual([['to all'], ['second'], [], ['second', 'to all']]);
  });

  it('has what waited for its time from then on', async () => {
    const { sender, ivanov } = await stage().pair();
    const append = await stage().appendWaiting(sender, [ivanov], 1_000, { data: '"scheduled"' });
    await stage().log.append([append]);
    expect(await words(sender)).toEqual([]);
    await stage().store.passTime(2_000);
    const entering = { ...stage().append(sender, [ivanov], { data: '"scheduled"' }), message: append.message, entering: true as const };
    await stage().log.append([entering]);
    expect([await words(sender), await words(ivanov)]).toEqual([['scheduled'], ['scheduled']]);
  });

  it('ends a page by its bytes, has one message in any case, and hands data on as it was sent', async () => {
    const { sender, ivanov } = await stage().pair();
    const large = `{ "n": 12345678901234567890.10, "s": "${'x'.repeat(700_000)}" }`;
    for (let n = 0; n < 3; n++) await stage().send(sender, ivanov, { data: large });
    const first = await page(ivanov);
    expect([first.items.length, first.more, first.items[0]?.entry.message.data === large]).toEqual([2, true, true]);
    const rest = await page(ivanov, undefined, { before: first.items.at(-1)?.place });
    expect([rest.items.length, rest.more]).toEqual([1, false]);
  });

  it('is of one client of one tenant only', async () => {
    const [one, two] = [await stage().pair(), await stage().pair()];
    await send(one.sender, one.ivanov, 'one');
    await send(two.sender, two.ivanov, 'two');
    expect([await words(one.ivanov), await words(two.ivanov)]).toEqual([['one'], ['two']]);
    expect(await words(await stage().client(one.tenant, 'stranger'))).toEqual([]);
  });

  it('outlives the time to live', async () => {
    const { sender, ivanov } = await stage().pair();
    const [entry] = await send(sender, ivanov, 'old');
    await stage().acknowledge(ivanov, entry.position);
    await stage().store.passTime(20 * DAY_MS);
    for (let more = true; more; ) more = (await stage().log.expireDue(100)).more;
    expect([await words(ivanov), await words(sender)]).toEqual([['old'], ['old']]);
  });
}
