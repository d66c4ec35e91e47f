import type { Link, LinkChange, LinkDirectory, LinkLog, LinkStatus, OutboxHead, Remote } from '@vestnik/core';
import { type Identity, type KeyList, type Pairing, readKeyList } from '@vestnik/federation';
import type { ManagedLink, ManagedLinkKey, ManagedLinks } from '@vestnik/management';
import { Problem } from '@vestnik/protocol';

export interface ManagedLinksParts {
  readonly identity: Identity;
  readonly pairing: Pairing;
  readonly directory: LinkDirectory;
  readonly figures: Pick<LinkLog, 'statuses' | 'heads'>;
  /** The directory, or the key list, has changed: this node looks at once, the others are told. */
  readonly changed: () => Promise<void>;
}

/** Links as administrators see and change them: the directory, with the figures of whoever works for each link. */
export function managedLinks({ identity, pairing, directory, figures, changed }: ManagedLinksParts): ManagedLinks {
  const list = async (): Promise<ManagedLink[]> => {
    const links = await directory.links();
    if (links.length === 0) return [];
    const [remotes, statuses] = await Promise.all([directory.remotes(), figures.statuses()]);
    const heads = await figures.heads(remotes.map(({ id }) => id));
    return links.map((link) => describe(link, { remotes, statuses, heads }));
  };
  const find = async (id: string) => (await list()).find(({ link }) => link.id === id);
  const change = async (id: string, decide: (link: Link) => LinkChange): Promise<ManagedLink | undefined> => {
    const link = (await directory.links()).find((one) => one.id === id);
    if (link === undefined) return undefined;
    await directory.change(id, decide(link));
    await changed();
    return find(id);
  };
  const ownKeys = (all: KeyList) => ({ id: all.id, keys: keysOf(all) });
  return {
    list,
    find,
    invite: () => pairing.invites.create(),
    accept: async (invite, name) => existing(await find((await pairing.accept(invite, name)).id)),
    confirm: async (id, name) => ((await pairing.confirm(id, name)) === undefined ? undefined : find(id)),
    pause: (id) =>
      change(id, (link) => {
        requireConfirmed(link);
        return { state: 'paused' };
      }),
    resume: (id) =>
      change(id, (link) => {
        requireConfirmed(link);
        return { state: 'active', quarantined: null };
      }),
    setTransit: (id, allow) => change(id, () => ({ transit: allow })),
    setQuota: (id, quota) => change(id, () => ({ quota })),
    remove: async (id) => {
      const removed = await directory.remove(id);
      if (removed) await changed();
      return removed;
    },
    keys: async () => ((await identity.loadIfMade()) ? ownKeys(identity.list) : { keys: [] }),
    rotateKeys: async () => {
      const made = await identity.rotate();
      await changed();
      return ownKeys(made);
    },
    revokeKey: async (key) => {
      if (!(await identity.loadIfMade())) return undefined;
      const left = await identity.revoke(key);
      if (left === undefined) return undefined;
      await changed();
      return ownKeys(left);
    },
  };
}

interface Figures {
  readonly remotes: readonly Remote[];
  readonly statuses: readonly LinkStatus[];
  readonly heads: readonly OutboxHead[];
}

function describe(link: Link, { remotes, statuses, heads }: Figures): ManagedLink {
  const reached = new Map(remotes.filter(({ via }) => via === link.id).map((remote) => [remote.id, remote]));
  const own = heads.filter(({ remoteId }) => reached.has(remoteId));
  const neighbour = own.find(({ remoteId }) => reached.get(remoteId)?.installation === link.id);
  const status = statuses.find((one) => one.link === link.id);
  const epoch = neighbour?.epochs.at(-1)?.epoch;
  const oldestAt = Math.min(...own.map((head) => head.oldestAt ?? Number.POSITIVE_INFINITY));
  const behind = [...reached.values()]
    .filter(({ installation, withdrawn }) => installation !== link.id && withdrawn !== true)
    .map(({ path }) => path.join('.'));
  const list = readKeyList(link.keys);
  return {
    link,
    keys: list === undefined ? [] : keysOf(list),
    queue: {
      messages: own.reduce((sum, head) => sum + head.last - head.acknowledged, 0),
      bytes: own.reduce((sum, head) => sum + head.bytes, 0),
      ...(Number.isFinite(oldestAt) ? { oldestAt } : {}),
    },
    ...(status === undefined ? {} : { status }),
    ...(status?.rate === undefined || !status.connected ? {} : { rate: status.rate }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(behind.length === 0 ? {} : { behind: behind.toSorted() }),
  };
}

function keysOf({ keys }: KeyList): ManagedLinkKey[] {
  return keys.map(({ key, expiresAt }) => ({ key, expiresAt }));
}

function requireConfirmed(link: Link): void {
  if (link.state === 'pending') throw new Problem('conflict', 'the link is not confirmed by both sides yet');
}

function existing(link: ManagedLink | undefined): ManagedLink {
  if (link === undefined) throw new Problem('conflict', 'the link was removed at this moment');
  return link;
}
