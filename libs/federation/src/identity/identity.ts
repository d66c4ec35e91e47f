import { createHash, type KeyObject, sign } from 'node:crypto';
import { type Clock, LINK_KEY_LIST, LINK_ROOT_KEY, linkKeyName, type SecretVault } from '@vestnik/core';
import { privateKeyOf, publicBytesOf, SEED_BYTES } from './ed25519.js';
import { base32, idOf } from './installation-id.js';
import { KEYS_MAX, type KeyList, type LinkKey, readKeyList, signKeyList } from './key-list.js';

const DAY_MS = 24 * 3600 * 1000;
export const KEY_VALID_MS = 90 * DAY_MS;
/** A key that is older gets a successor; until it expires both count. */
export const ROTATE_AFTER_MS = 60 * DAY_MS;

export interface IdentityPorts {
  readonly vault: SecretVault;
  readonly clock: Pick<Clock, 'now'>;
}

interface Loaded {
  readonly root: KeyObject;
  readonly rootKey: Uint8Array;
  readonly id: string;
  readonly list: KeyList;
  readonly listText: string;
  /** The private keys of the list, newest first. */
  readonly signing: readonly { readonly key: string; readonly secret: KeyObject; readonly expiresAt: number }[];
}

/**
 * Who this installation is towards others: its root key, from which its id comes, and the link keys that it signs with.
 *
 * The root key is made at the first use of links, once for all nodes, and never again; it signs lists of link keys and
 * nothing else. All nodes have the same keys: one that rotates writes the new list, the others `refresh` when the directory changes.
 */
export class Identity {
  private loaded: Loaded | undefined;
  private readonly listeners: (() => void)[] = [];
  /** Changes of the list by this node go one after the other. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly ports: IdentityPorts) {}

  /** Whether there is one yet, as far as this node knows; without it the members that need it throw. */
  get isLoaded(): boolean {
    return this.loaded !== undefined;
  }

  /** The installation's id. */
  get id(): string {
    return this.known.id;
  }

  /** The root public key, 32 bytes. */
  get rootKey(): Uint8Array {
    return this.known.rootKey;
  }

  /** The newest signed list of the link keys, as it is sent to others. */
  get listText(): string {
    return this.known.listText;
  }

  get list(): KeyList {
    return this.known.list;
  }

  /** Called when the list has changed: peers must have it before what its new key has signed. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Reads the identity, and makes it where there is none. May be called again. */
  async load(): Promise<void> {
    if (this.loaded !== undefined) return;
    await this.exclusively(async () => {
      if (this.loaded !== undefined) return;
      const root = privateKeyOf(await this.ports.vault.ensure(LINK_ROOT_KEY, SEED_BYTES));
      await this.read(root);
      if (this.loaded === undefined) await this.write(root, undefined, []);
    });
  }

  /** As {@link load}, where links were used before. @returns whether they were */
  async loadIfMade(): Promise<boolean> {
    if (this.loaded === undefined && (await this.ports.vault.get(LINK_ROOT_KEY)) === undefined) return false;
    await this.load();
    return true;
  }

  /** Another node may have changed the list: reads it anew. */
  async refresh(): Promise<void> {
    const before = this.loaded;
    if (before !== undefined) await this.exclusively(() => this.read(before.root));
  }

  /** Signs with the newest key. */
  sign(bytes: Uint8Array): { key: string; signature: Uint8Array } {
    const { signing } = this.known;
    const now = this.ports.clock.now();
    // Where all have expired, as after a long sleep, the newest says at least who it was: the other side refuses it.
    const by = signing.find(({ expiresAt }) => expiresAt > now) ?? signing[0];
    if (by === undefined) throw new Error('the installation has no link key');
    return { key: by.key, signature: sign(null, bytes, by.secret) };
  }

  /** Makes a new key. The one before it counts until it expires, or until the next is made. */
  async rotate(): Promise<KeyList> {
    const wasMade = await this.loadIfMade();
    await this.load();
    if (!wasMade) return this.list;
    return this.exclusively(async () => {
      const { root, list } = await this.newest();
      return this.write(root, list, list.keys);
    });
  }

  /**
   * Takes a key back: it is refused everywhere as soon as the new list has come there. Of the newest key a successor is made first.
   *
   * @returns undefined where there is no such key
   */
  async revoke(key: string): Promise<KeyList | undefined> {
    await this.load();
    return this.exclusively(async () => {
      const { root, list } = await this.newest();
      if (!list.keys.some((one) => one.key === key)) return undefined;
      const rest = list.keys.filter((one) => one.key !== key);
      // First, so that no list that another node writes at this moment brings it back for good: see `read`.
      await this.ports.vault.delete(linkKeyName(slotOf(key)));
      return this.isFresh(rest[0]) ? this.publish(root, list, rest) : this.write(root, list, rest);
    });
  }

  /** Makes a new key where the newest is older than 60 days; asked from time to time. @returns whether it did */
  async rotateIfDue(): Promise<boolean> {
    if (this.loaded === undefined) return false;
    await this.refresh();
    if (this.isFresh(this.known.list.keys[0])) return false;
    await this.rotate();
    return true;
  }

  private isFresh(key: LinkKey | undefined): boolean {
    return key !== undefined && key.expiresAt - this.ports.clock.now() > KEY_VALID_MS - ROTATE_AFTER_MS;
  }

  private get known(): Loaded {
    if (this.loaded === undefined) throw new Error('the identity was not loaded');
    return this.loaded;
  }

  /** As the vault has it now, which another node may have written. */
  private async newest(): Promise<Loaded> {
    await this.read(this.known.root);
    return this.known;
  }

  /** Makes one more key and signs a list of it and those that are kept. */
  private async write(root: KeyObject, before: KeyList | undefined, kept: readonly LinkKey[]): Promise<KeyList> {
    const slot = Math.max(0, ...(before?.keys ?? []).map(({ key }) => slotOf(key))) + 1;
    // Two nodes that make the same one at once make one key: whoever comes first has made it.
    const seed = await this.ports.vault.ensure(linkKeyName(slot), SEED_BYTES);
    const bytes = publicBytesOf(privateKeyOf(seed));
    const made: LinkKey = { key: keyId(slot, bytes), public: bytes, expiresAt: this.ports.clock.now() + KEY_VALID_MS };
    return this.publish(root, before, [made, ...kept]);
  }

  private async publish(root: KeyObject, before: KeyList | undefined, keys: readonly LinkKey[]): Promise<KeyList> {
    const now = this.ports.clock.now();
    const rootKey = publicBytesOf(root);
    const counting = keys.filter(({ expiresAt }, at) => at === 0 || expiresAt > now).slice(0, KEYS_MAX);
    // By the time, so that an installation that was restored from a backup goes on above what others have seen of it.
    const list: KeyList = { id: idOf(rootKey), rootKey, serial: Math.max(now, (before?.serial ?? 0) + 1), issuedAt: now, keys: counting };
    await this.ports.vault.set(LINK_KEY_LIST, Buffer.from(signKeyList(list, root)));
    for (const gone of before?.keys ?? []) if (!counting.some(({ key }) => key === gone.key)) await this.ports.vault.delete(linkKeyName(slotOf(gone.key)));
    await this.read(root);
    return this.known.list;
  }

  private async read(root: KeyObject): Promise<void> {
    const text = await this.ports.vault.get(LINK_KEY_LIST);
    if (text === undefined) return;
    const listText = Buffer.from(text).toString('utf8');
    if (listText === this.loaded?.listText) return;
    const list = readKeyList(listText);
    if (list === undefined || list.id !== idOf(publicBytesOf(root))) throw new Error('the stored list of link keys is not signed by the root key');
    const now = this.ports.clock.now();
    const signing: { key: string; secret: KeyObject; expiresAt: number }[] = [];
    for (const { key, public: bytes, expiresAt } of list.keys) {
      const seed = await this.ports.vault.get(linkKeyName(slotOf(key)));
      const secret = seed === undefined ? undefined : privateKeyOf(seed);
      if (secret !== undefined && Buffer.compare(publicBytesOf(secret), bytes) === 0) signing.push({ key, secret, expiresAt });
    }
    // A key without its seed was revoked while another node wrote a list that names it still.
    const kept = list.keys.filter(({ key, expiresAt }) => expiresAt <= now || signing.some((one) => one.key === key));
    if (signing.length === 0) return void (await this.write(root, list, []));
    if (kept.length < list.keys.length) return void (await this.publish(root, list, kept));
    this.loaded = { root, rootKey: list.rootKey, id: list.id, list, listText, signing };
    for (const listener of this.listeners) listener();
  }

  private exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.last.then(work, work);
    this.last = done.catch(() => undefined);
    return done;
  }
}

/** `3-k7q2mzp4`: where its seed stands in the vault, and what tells it from another one that stood there before a restore. */
function keyId(slot: number, publicBytes: Uint8Array): string {
  return `${slot}-${base32(createHash('sha256').update(publicBytes).digest().subarray(0, 5))}`;
}

function slotOf(key: string): number {
  return Number(key.slice(0, key.indexOf('-')));
}
