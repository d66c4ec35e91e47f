import type { HistoryResult } from '@vestnik/protocol';
import { expect, it } from 'vitest';
import { problemOf } from '../problem-of.js';
import type { Stage } from '../stage.js';

const dataOf = ({ messages }: HistoryResult) => messages.map(({ data }) => data);

/** What was said, seen backwards. */
export function history(stage: Stage): void {
  it('tells what was said with a partner, sent and received, newest first', async () => {
    const [ivanov, petrov, sidorov] = [stage.place.person(), stage.place.person(), stage.place.person()];
    const [one, other] = [await stage.connect(ivanov), await stage.connect(petrov)];
    await one.call('send', { to: petrov.name, type: 'n', data: 1 });
    await other.call('send', { to: ivanov.name, type: 'n', data: 2 });
    await other.call('send', { to: sidorov.name, type: 'n', data: 'aside' });
    await one.call('send', { to: petrov.name, type: 'n', data: 3 });
    const { id } = await one.call('send', { to: petrov.name, type: 'n', data: 'withdrawn' });
    await one.call('withdraw', { id });
    await one.call('send', { to: petrov.name, type: 'n', data: 'transient', durable: false });
    for (const [client, partner] of [
      [one, petrov],
      [other, ivanov],
    ] as const) {
      const told = await client.call('history', { with: partner.name });
      expect(dataOf(told)).toEqual([3, 2, 1]);
      expect(told.more).toBe(false);
    }
    expect((await one.call('history', { with: petrov.address })).messages[0]).toMatchObject({ from: ivanov.address, to: petrov.address, type: 'n' });
    expect(dataOf(await other.call('history', {}))).toEqual([3, 'aside', 2, 1]);
    const stranger = await stage.connect(stage.place.person());
    expect((await stranger.call('history', { with: ivanov.name })).messages).toEqual([]);
  });

  it('tells it by pages, backwards and forwards, with nothing twice and nothing left out', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov);
    for (let data = 0; data < 7; data++) await stage.place.send({ to: ivanov.name, type: 'n', data });
    const pages: HistoryResult[] = [];
    let before: string | undefined;
    do {
      const page: HistoryResult = await client.call('history', { with: stage.place.backend, limit: 3, ...(before === undefined ? {} : { before }) });
      pages.push(page);
      before = page.messages.at(-1)?.position;
    } while (pages.at(-1)?.more === true && pages.length < 5);
    expect(pages.map(dataOf)).toEqual([[6, 5, 4], [3, 2, 1], [0]]);
    const third = pages[1]?.messages[0];
    const forwards = await client.call('history', { with: stage.place.backend, after: third?.position ?? '', limit: 2 });
    expect([dataOf(forwards), forwards.more]).toEqual([[4, 5], true]);
  });

  it('tells of a topic what came since the subscription', async () => {
    const ivanov = stage.place.person();
    const topic = stage.place.unused('t');
    const client = await stage.connect(ivanov);
    await stage.place.send({ to: `#${topic}`, type: 'n', data: 'before' });
    await client.call('subscribe', { topic });
    for (const data of [1, 2]) await stage.place.send({ to: `#${topic}`, type: 'n', data });
    await client.received(2);
    expect(dataOf(await client.call('history', { topic }))).toEqual([2, 1]);
    const stranger = await stage.connect(stage.place.person());
    const told = await stranger.call('history', { topic }).catch(() => ({ messages: [], more: false }));
    expect(dataOf(told), 'whoever did not subscribe sees nothing').toEqual([]);
  });

  it('names the wrong field, and the scope that is missing', async () => {
    const ivanov = stage.place.person();
    const client = await stage.connect(ivanov);
    for (const [wrong, path] of [
      [{ limit: 0 }, 'limit'],
      [{ limit: 1_001 }, 'limit'],
      [{ topic: 'a//b' }, 'topic'],
      [{ before: 'a!b' }, 'before'],
      [{ with: '../etc' }, 'with'],
      [{ more: 1 }, 'more'],
    ] as const) {
      const problem = await problemOf(client.call('history', wrong as Record<string, string>));
      expect(problem.slug, JSON.stringify(wrong)).toMatch(/-invalid$/);
      expect(problem.errors[0]?.path, JSON.stringify(wrong)).toBe(path);
    }
    const blind = await stage.connect(ivanov, { token: await stage.place.token(ivanov, { scope: ['receive'] }) });
    expect((await problemOf(blind.call('history', {}))).slug).toBe('scope-missing');
  });
}
