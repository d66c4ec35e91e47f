import { createHash, randomBytes, sign } from 'node:crypto';
import type { Clock, Log } from '@vestnik/core';
import { SILENT } from '@vestnik/core';
import type { Introduction } from '../connection/introduction.js';
import { privateKeyOf, publicBytesOf } from '../identity/ed25519.js';
import { idOf } from '../identity/installation-id.js';
import { readKeyList, signKeyList } from '../identity/key-list.js';
import { PeerKeys } from '../identity/peer-keys.js';

const seedOf = (text: string) => createHash('sha256').update(text).digest();

/** An installation of a test: its keys follow from its name, its neighbours are a map. */
export class TestInstallation {
  readonly id: string;
  /** The newest list of keys that is known, by neighbour. */
  readonly neighbours = new Map<string, string>();
  /** What it was told. */
  readonly learned: [id: string, keys: string][] = [];
  readonly logged: string[] = [];
  /** Newer keys are kept once this is done. */
  keep: () => Promise<void> = () => Promise.resolve();
  listText: string;
  private key = 1;
  private readonly root;
  private serial = 0;

  constructor(
    readonly name: string,
    readonly clock: Clock,
  ) {
    this.root = privateKeyOf(seedOf(`${name} root`));
    this.id = idOf(publicBytesOf(this.root));
    this.listText = this.newList();
  }

  /** A new key, and a list of it alone. */
  rotate(): void {
    this.key++;
    this.listText = this.newList();
  }

  /** Signs a list of this key alone. */
  newList(expiresAt = this.clock.now() + 90 * 24 * 3_600_000): string {
    const key = { key: `${this.key}-test`, public: publicBytesOf(this.secret), expiresAt };
    return signKeyList({ id: this.id, rootKey: publicBytesOf(this.root), serial: ++this.serial, issuedAt: this.clock.now(), keys: [key] }, this.root);
  }

  /** Each knows the other from here on. */
  link(other: TestInstallation): this {
    this.neighbours.set(other.id, other.listText);
    other.neighbours.set(this.id, this.listText);
    return this;
  }

  readonly sign = (bytes: Uint8Array) => ({ key: readKeyList(this.listText)?.keys[0]?.key ?? '', signature: sign(null, bytes, this.secret) });

  get introduction(): Introduction {
    const log: Log = { ...SILENT, info: (message, fields) => void this.logged.push(`${message} ${JSON.stringify(fields)}`) };
    return {
      own: () => this,
      keysOf: (id) => this.neighbours.get(id),
      newerKeys: async (id, keys) => {
        await this.keep();
        this.learned.push([id, keys]);
        this.neighbours.set(id, keys);
      },
      peerKeys: new PeerKeys(),
      clock: this.clock,
      random: (bytes) => randomBytes(bytes),
      log,
    };
  }

  private get secret() {
    return privateKeyOf(seedOf(`${this.name} key ${this.key}`));
  }
}
