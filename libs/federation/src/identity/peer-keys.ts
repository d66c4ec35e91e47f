import { type KeyObject, verify } from 'node:crypto';
import { publicKeyOf, SIGNATURE_BYTES } from './ed25519.js';
import { readKeyList } from './key-list.js';

/** A list that was read once. */
interface Read {
  readonly id: string;
  readonly keys: ReadonlyMap<string, { readonly key: KeyObject; readonly expiresAt: number }>;
}

export interface SignedBy {
  /** Whose signature it is said to be. */
  readonly installation: string;
  /** The newest signed list of its keys that is known: keys that are not in it count no more. */
  readonly list: string;
  /** Which of them. */
  readonly key: string;
  readonly signature: Uint8Array;
}

/** Checks what other installations have signed. A list is read, and its root's signature checked, once. */
export class PeerKeys {
  private readonly lists = new Map<string, Read>();

  /** @param listsMax how many lists are kept in memory, those that were used last */
  constructor(private readonly listsMax = 1_000) {}

  /**
   * Whether the bytes were signed so.
   *
   * @param now milliseconds since 1970, by this installation's clock: a key that has expired signs nothing
   */
  verify({ installation, list, key, signature }: SignedBy, bytes: Uint8Array, now: number): boolean {
    const read = this.read(list);
    const one = read?.id === installation ? read.keys.get(key) : undefined;
    if (one === undefined || one.expiresAt <= now || signature.length !== SIGNATURE_BYTES) return false;
    return verify(null, bytes, one.key, signature);
  }

  private read(text: string): Read | undefined {
    const there = this.lists.get(text);
    if (there !== undefined) {
      this.lists.delete(text);
      this.lists.set(text, there);
      return there;
    }
    const list = readKeyList(text);
    if (list === undefined) return undefined;
    const read = { id: list.id, keys: new Map(list.keys.map((one) => [one.key, { key: publicKeyOf(one.public), expiresAt: one.expiresAt }])) };
    this.lists.set(text, read);
    for (const oldest of this.lists.keys()) {
      if (this.lists.size <= this.listsMax) break;
      this.lists.delete(oldest);
    }
    return read;
  }
}
