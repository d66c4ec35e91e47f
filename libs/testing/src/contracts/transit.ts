import { randomBytes } from 'node:crypto';
import { LINK_QUOTA, type Transit, type TransitLimits } from '@vestnik/core';
import { expect, it } from 'vitest';
import type { Stage } from './stage.js';

/** The limits of what is kept, small enough to be met. */
export const SMALL_TRANSIT: TransitLimits = { pairMessages: 20, pairBytes: 1_000, pairHaves: 3, linkBytes: 1_500, keptMs: 72 * 3_600_000 };

/** What every transit promises. */
export function transitContract(stage: () => Stage): void {
  const transit = (): Transit => stage().store.transit;
  const newId = () => randomBytes(20).toString('hex').slice(0, 32);
  const addLink = async () => {
    const id = newId();
    await stage().store.links.add({
      id,
      name: `n-${id}`,
      proposedName: 'hq',
      state: 'active',
      rootKey: randomBytes(32),
      keys: '',
      confirmedHere: true,
      confirmedThere: true,
      words: '',
      transit: true,
      quota: LINK_QUOTA,
    });
    return id;
  };
  const links = async () => [await addLink(), await addLink()] as const;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const bundle = (destination: string, origin: string, first: number, last = first, text = `${first}-${last}`, epoch = 1) =>
    transit().keep({ destination, origin, content: { kind: 'bundle', epoch, first, last }, packet: bytes(text) });
  const have = (destination: string, origin: string, epochs: readonly number[], text: string) =>
    transit().keep({ destination, origin, content: { kind: 'have', epochs }, packet: bytes(text) });
  const kept = async (link: string, after = 0, limit = 100) =>
    (await transit().take(link, after, limit)).map(({ packet }) => new TextDecoder().decode(Uint8Array.from(packet)));

  it('hands out what is kept for all that is reached over a link, in order, from a position on', async () => {
    const [hub, origin] = await links();
    const behind = newId();
    await stage().store.links.learn(hub, [{ installation: behind, path: ['b'] }]);
    expect(await bundle(hub, origin, 1, 5)).toBe('kept');
    expect(await bundle(behind, origin, 1, 2, 'behind')).toBe('kept');
    expect(await have(behind, origin, [4], 'have')).toBe('kept');
    expect(await bundle(hub, origin, 6, 7)).toBe('kept');
    const [first, second] = await transit().take(hub, 0, 2);
    expect(await kept(hub, 0, 2)).toEqual(['1-5', 'behind']);
    expect(await kept(hub, second?.position)).toEqual(['have', '6-7']);
    expect(await kept(hub, first?.position)).toEqual(['behind', '6-7']);
    expect(await kept(origin)).toEqual([]);
  });

  it('keeps the bytes as they are', async () => {
    const [hub, origin] = await links();
    const packet = randomBytes(300);
    await transit().keep({ destination: hub, origin, content: { kind: 'bundle', epoch: 1, first: 1, last: 1 }, packet });
    expect(Buffer.from((await transit().take(hub, 0, 1))[0]?.packet ?? [])).toEqual(packet);
  });

  it('keeps a bundle that comes again once, and makes it due again', async () => {
    const [hub, origin] = await links();
    await bundle(hub, origin, 1, 5);
    await bundle(hub, origin, 6, 7);
    const position = (await transit().take(hub, 0, 100)).at(-1)?.position as number;
    expect(await bundle(hub, origin, 1, 5)).toBe('kept');
    expect(await kept(hub, position)).toEqual(['1-5']);
    expect(await kept(hub)).toEqual(['6-7', '1-5']);
    // Of two that begin alike the longer one.
    expect(await bundle(hub, origin, 6, 9)).toBe('kept');
    expect(await bundle(hub, origin, 6, 8)).toBe('kept');
    expect(await kept(hub)).toEqual(['1-5', '6-9']);
    // Another epoch has numbers of its own.
    expect(await bundle(hub, origin, 1, 5, 'new', 2)).toBe('kept');
    expect(await kept(hub)).toEqual(['1-5', '6-9', 'new']);
  });

  it('drops what the destination has', async () => {
    const [hub, origin] = await links();
    for (const first of [1, 4, 7]) await bundle(hub, origin, first, first + 2);
    await bundle(hub, origin, 1, 3, 'older', 0);
    await bundle(origin, hub, 1, 3, 'back');
    await transit().cover(hub, origin, [
      [9, 100],
      [1, 8],
    ]);
    expect(await kept(hub)).toEqual(['7-9', 'older']);
    await transit().cover(hub, origin, [
      [1, 9],
      [0, 3],
    ]);
    expect(await kept(hub)).toEqual([]);
    expect(await kept(origin)).toEqual(['back']);
    await transit().cover(newId(), newId(), [[1, 1]]);
  });

  it('hands a have out once, and only the newest', async () => {
    const [hub, origin] = await links();
    await have(hub, origin, [1], 'one');
    await have(hub, origin, [1], 'two');
    await have(hub, origin, [2], 'other');
    expect(await kept(hub)).toEqual(['two', 'other']);
    expect(await kept(hub)).toEqual([]);
    await have(hub, origin, [1], 'three');
    await have(hub, origin, [2], 'four');
    await have(hub, origin, [2, 1], 'all');
    await have(hub, origin, [2], 'less');
    expect(await kept(hub)).toEqual(['all', 'less']);
    for (const epoch of [1, 2, 3, 4]) await have(hub, origin, [epoch], `of ${epoch}`);
    expect(await kept(hub)).toEqual(['of 2', 'of 3', 'of 4']);
  });

  it('keeps no more of a pair, nor of a link, than there is room for, and more again when it is gone', async () => {
    const [hub, origin] = await links();
    const other = await addLink();
    expect(await bundle(hub, origin, 1, 15)).toBe('kept');
    expect(await bundle(hub, origin, 16, 21)).toBe('full');
    expect(await bundle(hub, origin, 1, 20)).toBe('kept');
    expect(await have(hub, origin, [1], 'have')).toBe('kept');
    expect(await bundle(hub, other, 1, 1, 'x'.repeat(1_001))).toBe('full');
    expect(await bundle(hub, other, 1, 1, 'x'.repeat(1_000))).toBe('kept');
    expect(await bundle(hub, other, 2, 2, 'y')).toBe('full');
    // Another pair, the same link.
    const behind = newId();
    await stage().store.links.learn(hub, [{ installation: behind, path: ['b'] }]);
    expect(await bundle(behind, origin, 1, 1, 'z'.repeat(497))).toBe('full');
    expect(await bundle(behind, origin, 1, 1, 'z'.repeat(496))).toBe('kept');
    await transit().cover(hub, origin, [[1, 20]]);
    await transit().cover(hub, other, [[1, 1]]);
    expect(await bundle(hub, other, 2, 2, 'y'.repeat(1_000))).toBe('kept');
    expect(await bundle(hub, origin, 21, 40, 'z')).toBe('kept');
  });

  it('keeps nothing for, or from, who is not known', async () => {
    const [hub, origin] = await links();
    expect(await bundle(newId(), origin, 1)).toBe('unreached');
    expect(await bundle(hub, newId(), 1)).toBe('unreached');
    expect(await have(newId(), origin, [1], 'have')).toBe('unreached');
  });

  it('forgets what was kept for, and from, an installation whose link is removed', async () => {
    const [hub, origin] = await links();
    const other = await addLink();
    await bundle(hub, origin, 1);
    await bundle(hub, other, 1, 1, 'stays');
    await bundle(origin, other, 1);
    await stage().store.links.remove(origin);
    expect(await kept(hub)).toEqual(['stays']);
    expect(await kept(origin)).toEqual([]);
  });

  it('hands out over the new link what was kept for one whose way has changed', async () => {
    const [one, two] = await links();
    const origin = await addLink();
    const behind = newId();
    const named = [{ installation: behind, path: ['b'] }];
    await stage().store.links.learn(one, named);
    await stage().store.links.learn(two, named);
    await bundle(behind, origin, 1);
    await stage().store.links.learn(one, []);
    expect(await kept(one)).toEqual([]);
    expect(await kept(two)).toEqual(['1-1']);
  });

  it('forgets what has waited for 72 hours', async () => {
    const [hub, origin] = await links();
    await bundle(hub, origin, 1, 19);
    await have(hub, origin, [1], 'old');
    await stage().store.passTime(SMALL_TRANSIT.keptMs - 60_000);
    expect(await transit().expire(100)).toBe(0);
    await bundle(hub, origin, 20, 20);
    await stage().store.passTime(120_000);
    expect(await transit().expire(100)).toBeGreaterThanOrEqual(2);
    expect(await transit().expire(100)).toBe(0);
    expect(await kept(hub)).toEqual(['20-20']);
    expect(await bundle(hub, origin, 21, 39)).toBe('kept');
  });

  it('shows positions in their order to who reads on while others keep', async () => {
    const [hub, origin] = await links();
    const others = await Promise.all(Array.from({ length: 5 }, addLink));
    const seen: number[] = [];
    let done = false;
    const read = async () => {
      for (;;) {
        const wasDone = done;
        const page = await transit().take(hub, seen.at(-1) ?? 0, 3);
        seen.push(...page.map(({ position }) => position));
        if (wasDone && page.length === 0) return;
      }
    };
    const keep = async (from: string) => {
      for (let first = 1; first <= 20; first++) {
        await stage().store.otherTransit.keep({
          destination: hub,
          origin: from,
          content: { kind: 'bundle', epoch: 1, first, last: first },
          packet: bytes('x'),
        });
      }
    };
    const write = Promise.all([origin, ...others].map(keep)).then(() => (done = true));
    await Promise.all([read(), write]);
    expect(seen).toHaveLength(120);
  });
}
