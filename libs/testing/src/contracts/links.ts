import { randomBytes } from 'node:crypto';
import { BEHIND_MAX, LINK_QUOTA, type Link, type LinkDirectory, type NewLink, type Remote } from '@vestnik/core';
import { expect, it } from 'vitest';
import type { Stage } from './stage.js';

/** What every directory of links promises. It is one for the whole installation: a test makes links of its own. */
export function linksContract(stage: () => Stage): void {
  const directory = (): LinkDirectory => stage().store.links;
  const version = () => stage().store.tenants.version();
  let count = 0;
  const newId = () => randomBytes(20).toString('hex').slice(0, 32);
  const newLink = (change: Partial<NewLink> = {}): NewLink => ({
    id: newId(),
    name: `branch-${++count}`,
    proposedName: 'hq',
    state: 'pending',
    rootKey: Uint8Array.from(randomBytes(32)),
    keys: '{"list":"{}","signature":""}',
    confirmedHere: false,
    confirmedThere: false,
    words: 'one two three four five six',
    transit: false,
    quota: LINK_QUOTA,
    ...change,
  });
  const add = (change: Partial<NewLink> = {}): Promise<Link> => directory().add(newLink(change));
  const find = async (id: string) => (await directory().links()).find((link) => link.id === id);
  const remoteOf = async (installation: string): Promise<Remote | undefined> =>
    (await directory().remotes()).find((remote) => remote.installation === installation);

  it('keeps a link as it was given, and shows it to all', async () => {
    const given = newLink({ url: 'https://bus.example', quota: { rows: 5, bytes: 2 ** 40 }, transit: true });
    const link = await directory().add(given);
    expect(link).toEqual({ ...given, createdAt: expect.any(Number) });
    expect(await find(link.id)).toEqual(link);
    const bare = await add();
    expect(await find(bare.id)).not.toHaveProperty('url');
    expect(await find(bare.id)).not.toHaveProperty('quarantined');
  });

  it('refuses a name or an installation that it has already, and names the field', async () => {
    const link = await add();
    await expect(add({ name: link.name })).rejects.toMatchObject({ slug: 'conflict', extra: { errors: [{ path: 'name' }] } });
    await expect(add({ id: link.id })).rejects.toMatchObject({ slug: 'conflict' });
    const other = await add();
    await expect(directory().change(other.id, { name: link.name })).rejects.toMatchObject({ slug: 'conflict', extra: { errors: [{ path: 'name' }] } });
    expect((await find(other.id))?.name).toBe(other.name);
    expect((await directory().change(link.id, { name: link.name }))?.name).toBe(link.name);
  });

  it('changes what is named and nothing else', async () => {
    const link = await add({ url: 'https://bus.example' });
    const change = {
      state: 'paused',
      keys: '{}',
      transit: true,
      quota: { rows: 7, bytes: 8 },
      url: 'http://other.example:81',
      quarantined: 'it lied',
    } as const;
    expect(await directory().change(link.id, change)).toEqual({ ...link, ...change });
    expect(await directory().change(link.id, { state: 'active' })).toEqual({ ...link, ...change, state: 'active' });
    const { quarantined: _gone, ...rest } = change;
    expect(await directory().change(link.id, { state: 'paused', quarantined: null })).toEqual({ ...link, ...rest });
    expect(await directory().change(newId(), { state: 'active' })).toBeUndefined();
  });

  it('makes a pending link active with the second confirmation, whichever comes first', async () => {
    const [one, two, three] = [await add(), await add(), await add()];
    expect((await directory().change(one.id, { confirmedHere: true }))?.state).toBe('pending');
    expect((await directory().change(one.id, { confirmedThere: true }))?.state).toBe('active');
    await Promise.all([directory().change(two.id, { confirmedThere: true }), directory().change(two.id, { confirmedHere: true })]);
    expect((await find(two.id))?.state).toBe('active');
    await directory().change(two.id, { state: 'paused' });
    expect((await directory().change(two.id, { confirmedHere: true }))?.state).toBe('paused');
    expect((await directory().change(three.id, { confirmedHere: false, confirmedThere: true }))?.state).toBe('pending');
  });

  it('makes a remote of each neighbour, which follows its name', async () => {
    const link = await add();
    const remote = await remoteOf(link.id);
    expect(remote).toEqual({ id: expect.any(Number), installation: link.id, path: [link.name], via: link.id });
    await directory().change(link.id, { name: `${link.name}-new` });
    expect(await remoteOf(link.id)).toEqual({ ...remote, path: [`${link.name}-new`] });
  });

  it('learns who lies behind a neighbour, under its name', async () => {
    const [hub, near, far] = [await add(), newId(), newId()];
    const routes = [
      { installation: near, path: ['b1'] },
      { installation: far, path: ['deep', 'b1'] },
    ];
    expect(await directory().learn(hub.id, routes)).toEqual([]);
    expect(await remoteOf(near)).toMatchObject({ path: ['b1', hub.name], via: hub.id });
    expect(await remoteOf(far)).toMatchObject({ path: ['deep', 'b1', hub.name], via: hub.id });
    const before = await version();
    expect(await directory().learn(hub.id, routes)).toEqual([]);
    expect(await directory().learn(newId(), routes)).toEqual([]);
    expect(await version()).toBe(before);
  });

  it('keeps those whom a neighbour names no more, and says so', async () => {
    const [hub, near] = [await add(), newId()];
    const routes = [{ installation: near, path: ['b1'] }];
    await directory().learn(hub.id, routes);
    const remote = await remoteOf(near);
    expect(remote).not.toHaveProperty('withdrawn');
    let before = await version();
    await directory().learn(hub.id, []);
    expect(await remoteOf(near)).toEqual({ ...remote, withdrawn: true });
    expect(await version()).toBeGreaterThan(before);
    before = await version();
    await directory().learn(hub.id, []);
    expect(await version()).toBe(before);
    await directory().learn(hub.id, routes);
    expect(await remoteOf(near)).toEqual(remote);
  });

  it('changes the way to an installation only where the old one is not named any more, and keeps its number', async () => {
    const [one, two, three] = (await Promise.all([add(), add(), add()])).sort((a, b) => (a.id < b.id ? -1 : 1)) as [Link, Link, Link];
    const behind = newId();
    const named = (path: string[]) => [{ installation: behind, path }];
    await directory().learn(two.id, named(['b', 'far']));
    const { id } = (await remoteOf(behind)) as Remote;
    await directory().learn(three.id, named(['b']));
    await directory().learn(one.id, named(['b', 'x']));
    expect(await remoteOf(behind)).toEqual({ id, installation: behind, via: two.id, path: ['b', 'far', two.name], alsoVia: [one.id, three.id] });
    // To the shortest.
    await directory().learn(two.id, []);
    expect(await remoteOf(behind)).toEqual({ id, installation: behind, via: three.id, path: ['b', three.name], alsoVia: [one.id] });
    await directory().learn(two.id, named(['b', 'far']));
    expect(await remoteOf(behind)).toMatchObject({ via: three.id });
    // To the smallest of the shortest.
    await directory().learn(three.id, []);
    expect(await remoteOf(behind)).toMatchObject({ id, via: one.id });
    // To whoever names it first, where nobody did.
    await directory().learn(one.id, []);
    await directory().learn(two.id, []);
    expect(await remoteOf(behind)).toMatchObject({ id, withdrawn: true });
    await directory().learn(three.id, named(['c']));
    expect(await remoteOf(behind)).toEqual({ id, installation: behind, via: three.id, path: ['c', three.name] });
  });

  it('leads those that another neighbour names around a link that is removed', async () => {
    const [hub, other, behind, alone] = [await add(), await add(), newId(), newId()];
    const named = [{ installation: behind, path: ['b'] }];
    await directory().learn(hub.id, [...named, { installation: alone, path: ['a'] }]);
    const { id } = (await remoteOf(behind)) as Remote;
    await directory().learn(other.id, named);
    await directory().remove(hub.id);
    expect(await remoteOf(behind)).toEqual({ id, installation: behind, via: other.id, path: ['b', other.name] });
    expect(await remoteOf(alone)).toBeUndefined();
    expect(await remoteOf(hub.id)).toBeUndefined();
  });

  it('keeps the newest keys of one behind a neighbour, and lets one of two that write at once', async () => {
    const [hub, behind] = [await add(), newId()];
    const routes = [{ installation: behind, path: ['b'] }];
    await directory().learn(hub.id, routes);
    expect(await remoteOf(behind)).not.toHaveProperty('keys');
    expect(await directory().noteKeys(behind, undefined, 'first')).toBe(true);
    expect((await remoteOf(behind))?.keys).toBe('first');
    expect(await directory().noteKeys(behind, undefined, 'other')).toBe(false);
    const written = await Promise.all(['second', 'third'].map((keys) => directory().noteKeys(behind, 'first', keys)));
    expect(written.filter(Boolean)).toHaveLength(1);
    await directory().learn(hub.id, [{ installation: behind, path: ['c'] }]);
    expect((await remoteOf(behind))?.keys).toMatch(/second|third/);
    expect(await directory().noteKeys(newId(), undefined, 'nobody')).toBe(false);
  });

  it('lets no neighbour make more known than there is room for', async () => {
    const [hub, late] = [await add(), newId()];
    const many = Array.from({ length: BEHIND_MAX }, (_none, n) => ({ installation: newId(), path: [`b${n}`] }));
    expect(await directory().learn(hub.id, [...many, { installation: late, path: ['late'] }])).toEqual(['late']);
    expect(await remoteOf((many.at(-1) as { installation: string }).installation)).toBeDefined();
    expect(await directory().learn(hub.id, [{ installation: late, path: ['late'] }])).toEqual(['late']);
  });

  it('lets two neighbours name and drop an installation at once', async () => {
    const [one, two, behind] = [await add(), await add(), newId()];
    const named = [{ installation: behind, path: ['b'] }];
    for (let round = 0; round < 10; round++) {
      await Promise.all([directory().learn(one.id, named), directory().learn(two.id, [])]);
      await Promise.all([directory().learn(one.id, []), directory().learn(two.id, named)]);
      expect(await remoteOf(behind)).toMatchObject({ via: two.id });
      expect(await remoteOf(behind)).not.toHaveProperty('withdrawn');
    }
  });

  it('gives a path to nobody else than who had it first', async () => {
    const [hub, first, second] = [await add(), newId(), newId()];
    await directory().learn(hub.id, [{ installation: first, path: ['b1'] }]);
    expect(await directory().learn(hub.id, [{ installation: second, path: ['b1'] }])).toEqual(['b1']);
    expect(await remoteOf(second)).toBeUndefined();
    const { id } = (await remoteOf(first)) as Remote;
    expect(await directory().learn(hub.id, [{ installation: first, path: ['b2'] }])).toEqual([]);
    expect(await remoteOf(first)).toMatchObject({ id, path: ['b2', hub.name] });
    expect(
      await directory().learn(hub.id, [
        { installation: second, path: ['b1'] },
        { installation: second, path: ['b3'] },
      ]),
    ).toEqual(['b1']);
    expect(await remoteOf(second)).toMatchObject({ path: ['b3', hub.name] });
    expect(await directory().learn(hub.id, [{ installation: newId(), path: [] }])).toEqual(['']);
  });

  it('leaves one as it is that is reached otherwise', async () => {
    const [hub, other, neighbour, behind] = [await add(), await add(), await add(), newId()];
    await directory().learn(hub.id, [{ installation: behind, path: ['b1'] }]);
    await directory().learn(other.id, [
      { installation: behind, path: ['b1'] },
      { installation: neighbour.id, path: ['n'] },
    ]);
    expect(await remoteOf(behind)).toMatchObject({ via: hub.id });
    expect(await remoteOf(neighbour.id)).toMatchObject({ via: neighbour.id, path: [neighbour.name] });
  });

  it('keeps the number of one that becomes a neighbour', async () => {
    const [hub, behind] = [await add(), newId()];
    await directory().learn(hub.id, [{ installation: behind, path: ['b1'] }]);
    const { id } = (await remoteOf(behind)) as Remote;
    const link = await add({ id: behind });
    expect(await remoteOf(behind)).toEqual({ id, installation: behind, path: [link.name], via: behind });
  });

  it('removes a link with all that is reached through it, and lets it come again', async () => {
    const [hub, other, behind] = [await add(), await add(), newId()];
    await directory().learn(hub.id, [{ installation: behind, path: ['b1'] }]);
    expect(await directory().remove(hub.id)).toBe(true);
    expect(await directory().remove(hub.id)).toBe(false);
    expect(await find(hub.id)).toBeUndefined();
    expect(await remoteOf(hub.id)).toBeUndefined();
    expect(await remoteOf(behind)).toBeUndefined();
    expect(await remoteOf(other.id)).toBeDefined();
    await add({ id: hub.id, name: hub.name });
    // Whose a path was is forgotten with the link.
    expect(await directory().learn(hub.id, [{ installation: newId(), path: ['b1'] }])).toEqual([]);
  });

  it('moves the version of the directory with each change', async () => {
    let before = await version();
    const moved = async () => {
      const now = await version();
      const hasMoved = now > before;
      before = now;
      return hasMoved;
    };
    const link = await add();
    expect(await moved()).toBe(true);
    await directory().change(link.id, { transit: true });
    expect(await moved()).toBe(true);
    await directory().learn(link.id, [{ installation: newId(), path: ['b1'] }]);
    expect(await moved()).toBe(true);
    await directory().links();
    await directory().remotes();
    expect(await moved()).toBe(false);
    await directory().remove(link.id);
    expect(await moved()).toBe(true);
  });

  it('takes the tries of an invite, and no more', async () => {
    const lookup = randomBytes(32).toString('hex');
    await directory().addInvite({ lookup, expiresAt: 1_000, triesLeft: 2 });
    expect(await directory().tryInvite(lookup, 999)).toEqual({ lookup, expiresAt: 1_000, triesLeft: 1 });
    expect(await directory().tryInvite(lookup, 1_000)).toBeUndefined();
    expect(await directory().tryInvite(lookup, 999)).toEqual({ lookup, expiresAt: 1_000, triesLeft: 0 });
    expect(await directory().tryInvite(lookup, 999)).toBeUndefined();
    expect(await directory().tryInvite(randomBytes(32).toString('hex'), 0)).toBeUndefined();
  });

  it('lets one of several use an invite', async () => {
    const lookup = randomBytes(32).toString('hex');
    await directory().addInvite({ lookup, expiresAt: 1_000_000, triesLeft: 5 });
    const used = await Promise.all([1, 2, 3].map(() => directory().deleteInvite(lookup)));
    expect(used.filter(Boolean)).toHaveLength(1);
    expect(await directory().tryInvite(lookup, 0)).toBeUndefined();
  });

  it('forgets invites that have expired, and says which', async () => {
    const [early, late] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
    await directory().addInvite({ lookup: early, expiresAt: 5_000, triesLeft: 5 });
    await directory().addInvite({ lookup: late, expiresAt: 6_000, triesLeft: 5 });
    const gone = await directory().expireInvites(5_000);
    expect(gone).toContain(early);
    expect(gone).not.toContain(late);
    expect(await directory().tryInvite(early, 0)).toBeUndefined();
    expect(await directory().tryInvite(late, 0)).toBeDefined();
  });
}
