import { randomFillSync } from 'node:crypto';
import { LINK_KEY_LIST, LINK_ROOT_KEY, linkKeyName } from '@vestnik/core';
import { ManualClock, MemorySecretVault } from '@vestnik/core/memory';
import { describe, expect, it } from 'vitest';
import { Identity, KEY_VALID_MS, ROTATE_AFTER_MS } from './identity.js';
import { idOf } from './installation-id.js';
import { isNewer, type KeyList, offerKeys, readKeyList } from './key-list.js';
import { PeerKeys } from './peer-keys.js';

const DAY_MS = 24 * 3600 * 1000;
const BYTES = Buffer.from('what is signed');

class House {
  readonly clock = new ManualClock();
  readonly vault = new MemorySecretVault((bytes) => void randomFillSync(bytes));
  readonly peer = new PeerKeys();

  /** A node that was just started. */
  async node(): Promise<Identity> {
    const identity = new Identity({ vault: this.vault, clock: this.clock });
    await identity.load();
    return identity;
  }

  /** Whether a peer that knows this list takes what was signed. */
  takes(list: string, signed: { key: string; signature: Uint8Array }, installation = (readKeyList(list) as KeyList).id): boolean {
    return this.peer.verify({ installation, list, ...signed }, BYTES, this.clock.now());
  }
}

describe('the identity of an installation', () => {
  it('is made at its first use and not before', async () => {
    const { vault, clock } = new House();
    const identity = new Identity({ vault, clock });
    expect(await identity.loadIfMade()).toBe(false);
    expect(await vault.get(LINK_ROOT_KEY)).toBeUndefined();
    expect(() => identity.id).toThrow('not loaded');
    await identity.load();
    expect(identity.id).toMatch(/^[a-z2-7]{32}$/);
    expect(identity.id).toBe(idOf(identity.rootKey));
    expect(await new Identity({ vault, clock }).loadIfMade()).toBe(true);
  });

  it('is the same for nodes that start at once, and after a restart', async () => {
    const house = new House();
    const [one, two] = await Promise.all([house.node(), house.node()]);
    expect(two.id).toBe(one.id);
    await Promise.all([one.refresh(), two.refresh()]);
    expect(two.listText).toBe(one.listText);
    expect((await house.node()).listText).toBe(one.listText);
    expect(house.takes(one.listText, two.sign(BYTES))).toBe(true);
  });

  it('signs what a peer with its list takes, as this installation only and unchanged only', async () => {
    const house = new House();
    const identity = await house.node();
    const other = await new House().node();
    const signed = identity.sign(BYTES);
    expect(house.takes(identity.listText, signed)).toBe(true);
    expect(house.takes(identity.listText, signed, other.id)).toBe(false);
    expect(house.takes(other.listText, signed)).toBe(false);
    expect(house.takes(identity.listText, { ...signed, key: other.sign(BYTES).key })).toBe(false);
    expect(house.peer.verify({ installation: identity.id, list: identity.listText, ...signed }, Buffer.from('something else'), 0)).toBe(false);
    const flipped = Uint8Array.from(signed.signature, (byte, at) => (at === 5 ? byte ^ 1 : byte));
    expect(house.takes(identity.listText, { ...signed, signature: flipped })).toBe(false);
    expect(house.takes(identity.listText, { ...signed, signature: new Uint8Array(0) })).toBe(false);
  });

  it('has two keys that count after a rotation, and signs with the new one', async () => {
    const house = new House();
    const identity = await house.node();
    const before = identity.listText;
    const early = identity.sign(BYTES);
    await identity.rotate();
    const late = identity.sign(BYTES);
    expect(late.key).not.toBe(early.key);
    expect(house.takes(identity.listText, early)).toBe(true);
    expect(house.takes(identity.listText, late)).toBe(true);
    expect(house.takes(before, late)).toBe(false);
    expect(offerKeys(identity.id, before, identity.listText).kind).toBe('newer');
    await identity.rotate();
    expect(identity.list.keys).toHaveLength(2);
    expect(house.takes(identity.listText, early)).toBe(false);
    expect(await house.vault.get(linkKeyName(1))).toBeUndefined();
  });

  it('tells who listens of each new list', async () => {
    const identity = await new House().node();
    const heard: number[] = [];
    identity.onChange(() => heard.push(identity.list.serial));
    const { serial } = await identity.rotate();
    expect(heard).toEqual([serial]);
  });

  it('takes a key back at once, on every node, and for good', async () => {
    const house = new House();
    const [one, two] = [await house.node(), await house.node()];
    const stolen = one.sign(BYTES);
    const known = one.listText;
    await one.revoke(stolen.key);
    expect(house.takes(one.listText, stolen)).toBe(false);
    expect(house.takes(one.listText, one.sign(BYTES))).toBe(true);
    expect(await one.revoke('9-unknown')).toBeUndefined();
    await two.refresh();
    expect(two.sign(BYTES).key).toBe(one.sign(BYTES).key);
    // A thief who plays the older list back is told apart.
    expect(offerKeys(one.id, one.listText, known).kind).toBe('older');
    for (let times = 0; times < 3; times++) await one.rotate();
    expect(one.list.keys.some(({ key }) => key === stolen.key)).toBe(false);
  });

  it('goes on with the key that is left where the newest is taken back', async () => {
    const house = new House();
    const identity = await house.node();
    const first = identity.sign(BYTES).key;
    await identity.rotate();
    await identity.revoke(identity.sign(BYTES).key);
    expect(identity.list.keys.map(({ key }) => key)).toEqual([first]);
    expect(house.takes(identity.listText, identity.sign(BYTES))).toBe(true);
  });

  it('drops a revoked key from a list that another node wrote at the same moment', async () => {
    const house = new House();
    const one = await house.node();
    await one.rotate();
    const both = one.listText;
    const revoked = one.list.keys[1]?.key as string;
    await one.revoke(revoked);
    await house.vault.set(LINK_KEY_LIST, Buffer.from(both));
    const two = await house.node();
    expect(two.list.keys.map(({ key }) => key)).not.toContain(revoked);
    await one.refresh();
    expect(one.listText).toBe(two.listText);
  });

  it('makes a new key in time by itself, once', async () => {
    const house = new House();
    const identity = await house.node();
    const first = identity.sign(BYTES);
    expect(await identity.rotateIfDue()).toBe(false);
    house.clock.advance(ROTATE_AFTER_MS + DAY_MS);
    expect(await identity.rotateIfDue()).toBe(true);
    expect(await identity.rotateIfDue()).toBe(false);
    expect(house.takes(identity.listText, first)).toBe(true);
    house.clock.advance(KEY_VALID_MS - ROTATE_AFTER_MS);
    expect(house.takes(identity.listText, first)).toBe(false);
    expect(house.takes(identity.listText, identity.sign(BYTES))).toBe(true);
  });

  it('is above what others have seen of it after a restore, with keys of other names', async () => {
    const house = new House();
    const identity = await house.node();
    const backup = await house.vault.get(LINK_KEY_LIST);
    const lost = await identity.rotate();
    await house.vault.set(LINK_KEY_LIST, backup as Uint8Array);
    await house.vault.delete(linkKeyName(2));
    house.clock.advance(1_000);
    const restored = await house.node();
    const after = await restored.rotate();
    expect(isNewer(after, lost)).toBe(true);
    expect(lost.keys[0]?.key).toMatch(/^2-/);
    expect(after.keys[0]?.key).toMatch(/^2-/);
    expect(after.keys[0]?.key).not.toBe(lost.keys[0]?.key);
  });
});

describe('a signed list of link keys', () => {
  it('is refused where anything in it was changed', async () => {
    const identity = await new House().node();
    const { list, signature } = JSON.parse(identity.listText) as { list: string; signature: string };
    const inside = JSON.parse(list) as {
      id: string;
      root: string;
      serial: number;
      keys: { key: string; public: string; expiresAt: number }[];
      issuedAt: number;
    };
    const forged = (change: object) => JSON.stringify({ list: JSON.stringify({ ...inside, ...change }), signature });
    expect(readKeyList(forged({}))).toEqual(identity.list);
    expect(readKeyList(forged({ serial: inside.serial + 1 }))).toBeUndefined();
    expect(readKeyList(forged({ keys: inside.keys.map((one) => ({ ...one, expiresAt: one.expiresAt + 1 })) }))).toBeUndefined();
    expect(readKeyList(forged({ keys: [] }))).toBeUndefined();
    for (const text of ['', '{}', '[]', 'null', 'x'.repeat(10_000), JSON.stringify({ list, signature: 'AAAA' }), JSON.stringify({ list: '{}', signature })]) {
      expect(readKeyList(text)).toBeUndefined();
    }
  });

  it('is refused where another root key has signed it, whatever id it says', async () => {
    const identity = await new House().node();
    const other = await new House().node();
    expect(offerKeys(identity.id, undefined, other.listText).kind).toBe('refused');
    expect(offerKeys(identity.id, identity.listText, other.listText).kind).toBe('refused');
    const mine = JSON.parse((JSON.parse(identity.listText) as { list: string }).list) as { root: string };
    const theirs = JSON.parse(other.listText) as { list: string; signature: string };
    const root = { ...(JSON.parse(theirs.list) as object), root: mine.root };
    expect(readKeyList(JSON.stringify({ list: JSON.stringify(root), signature: theirs.signature }))).toBeUndefined();
  });

  it('stays what it is where the same comes again', async () => {
    const identity = await new House().node();
    expect(offerKeys(identity.id, identity.listText, identity.listText).kind).toBe('known');
    expect(offerKeys(identity.id, undefined, identity.listText).kind).toBe('newer');
  });
});
