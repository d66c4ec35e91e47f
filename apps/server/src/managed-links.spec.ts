import { randomBytes, randomFillSync } from 'node:crypto';
import type { LinkStatus, OutboxHead } from '@vestnik/core';
import { ManualClock, MemoryBase, MemoryLinkDirectory, MemorySecretVault } from '@vestnik/core/memory';
import { type AskInviter, Identity, Pairing } from '@vestnik/federation';
import { expect, it } from 'vitest';
import { managedLinks } from './managed-links.js';

function installation(installation: string, ask?: AskInviter) {
  const clock = new ManualClock();
  const vault = new MemorySecretVault((bytes) => void randomFillSync(bytes));
  const directory = new MemoryLinkDirectory(new MemoryBase({ installation, now: clock.now, newId: () => '' }));
  const identity = new Identity({ vault, clock });
  const told = { changes: 0, statuses: [] as LinkStatus[], heads: [] as OutboxHead[] };
  const changed = async () => void told.changes++;
  const pairing = new Pairing({
    identity,
    directory,
    vault,
    clock,
    random: randomBytes,
    installation,
    publicUrl: () => 'https://hq.example',
    changed,
    ...(ask && { ask }),
  });
  const figures = { statuses: async () => told.statuses, heads: async (ids: readonly number[]) => told.heads.filter(({ remoteId }) => ids.includes(remoteId)) };
  const links = managedLinks({ identity, pairing, directory, figures, changed });
  return { clock, directory, identity, pairing, told, links };
}

async function paired() {
  const hq = installation('hq');
  const branch = installation('branch-7', async (_url, question) => JSON.parse(JSON.stringify(await hq.pairing.answer(JSON.parse(JSON.stringify(question))))));
  const made = await branch.links.accept((await hq.links.invite()).invite);
  return { hq, branch, id: made.link.id };
}

const head = (remoteId: number, change: Partial<OutboxHead> = {}): OutboxHead => ({
  remoteId,
  last: 10,
  sent: 8,
  acknowledged: 4,
  kept: 1,
  epochs: [
    { epoch: 2, starts: 1, last: 5 },
    { epoch: 3, starts: 6, last: 10 },
  ],
  bytes: 600,
  oldestAt: 1_000,
  ...change,
});

it('adds up what waits for a neighbour and for those behind it, and tells the epoch of its own', async () => {
  const { branch, id } = await paired();
  await branch.directory.learn(id, [{ installation: 'a'.repeat(32), path: ['b9'] }]);
  const [own, behind] = await branch.directory.remotes();
  branch.told.heads = [
    head(own?.id as number),
    head(behind?.id as number, { last: 7, bytes: 50, oldestAt: 500, epochs: [{ epoch: 9, starts: 1, last: 7 }] }),
    head(99, { last: 1_000 }),
  ];
  branch.told.statuses = [{ link: id, connected: true, since: 5, generation: 1, rate: { in: 1, out: 2 } }];
  expect(await branch.links.find(id)).toMatchObject({
    queue: { messages: 9, bytes: 650, oldestAt: 500 },
    epoch: 3,
    status: { connected: true },
    rate: { in: 1, out: 2 },
    keys: [{ key: expect.stringMatching(/^1-/) }],
  });
  branch.told.heads = [];
  branch.told.statuses = [];
  const bare = await branch.links.find(id);
  expect(bare).toMatchObject({ queue: { messages: 0, bytes: 0 } });
  expect(bare?.queue).not.toHaveProperty('oldestAt');
  expect(bare).not.toHaveProperty('status');
});

it('pauses only what both have confirmed, and lifts a quarantine when it is resumed', async () => {
  const { branch, id } = await paired();
  await expect(branch.links.pause(id)).rejects.toMatchObject({ slug: 'conflict' });
  await expect(branch.links.resume(id)).rejects.toMatchObject({ slug: 'conflict' });
  await branch.links.confirm(id);
  await branch.directory.change(id, { confirmedThere: true });
  const before = branch.told.changes;
  expect((await branch.links.pause(id))?.link.state).toBe('paused');
  await branch.directory.change(id, { quarantined: 'it has jumped' });
  const resumed = await branch.links.resume(id);
  expect(resumed?.link.state).toBe('active');
  expect(resumed?.link).not.toHaveProperty('quarantined');
  expect((await branch.links.setTransit(id, true))?.link.transit).toBe(true);
  expect(branch.told.changes - before).toBe(3);
  expect(await branch.links.pause('nobody')).toBeUndefined();
  expect(await branch.links.remove(id)).toBe(true);
  expect(await branch.links.remove(id)).toBe(false);
});

it('makes no identity by being asked for keys', async () => {
  const { links, identity } = installation('hq');
  expect(await links.keys()).toEqual({ keys: [] });
  expect(await links.revokeKey('1-x')).toBeUndefined();
  expect(identity.isLoaded).toBe(false);
  expect((await links.rotateKeys()).keys).toHaveLength(1);
  const { id, keys } = await links.rotateKeys();
  expect(await links.keys()).toEqual({ id, keys });
  expect(keys).toHaveLength(2);
  expect((await links.revokeKey(keys[1]?.key as string))?.keys).toEqual(keys.slice(0, 1));
});
