import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const TAG_BYTES = 16;
const SEALED = /^([A-Za-z0-9_-]{1,64})\.(\d{1,15})\.([A-Za-z0-9+/]+={0,2})$/;
/** Of nodes that are gone it is remembered how far they had come, so that nobody says it again for them. */
const NODES_REMEMBERED = 10_000;

export interface Opened {
  readonly node: string;
  readonly text: string;
}

/**
 * Closes what nodes tell each other to all others in the database: every role there may LISTEN and NOTIFY, whatever it may
 * read otherwise. AES-256-GCM, under a key for each life of a node, derived from the secret of the installation.
 *
 * What was said once is taken once: numbers of a node only grow. A node that has never heard another can be told again by
 * a stranger what that one had said before it began.
 */
export class Seal {
  private readonly own: Uint8Array;
  private readonly keys = new Map<string, Uint8Array>();
  private readonly last = new Map<string, number>();
  private next = 1;

  /**
   * @param secret the same on all nodes of the installation
   * @param node random, new at each start: a key is never used for a second life
   */
  constructor(
    private readonly secret: Uint8Array,
    private readonly node: string,
  ) {
    this.own = this.keyOf(node);
  }

  /** What is closed first is to be sent first. */
  close(text: string): string {
    const number = this.next++;
    const cipher = createCipheriv(CIPHER, this.own, nonceOf(number));
    const closed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${this.node}.${number}.${closed.toString('base64')}`;
  }

  /** @returns `own` for what this node has closed itself; undefined where no node of the installation has, or it was opened before */
  open(sealed: string): Opened | 'own' | undefined {
    const match = SEALED.exec(sealed);
    if (match === null) return undefined;
    const [, node, number, closed] = match as unknown as [string, string, string, string];
    if (node === this.node) return 'own';
    const at = Number(number);
    if (at <= (this.last.get(node) ?? 0)) return undefined;
    const key = this.keys.get(node) ?? this.keyOf(node);
    const text = opened(key, at, Buffer.from(closed, 'base64'));
    if (text === undefined) return undefined;
    this.remember(node, key, at);
    return { node, text };
  }

  private remember(node: string, key: Uint8Array, at: number): void {
    if (!this.last.has(node) && this.last.size >= NODES_REMEMBERED) {
      const oldest = this.last.keys().next().value as string;
      this.last.delete(oldest);
      this.keys.delete(oldest);
    }
    this.keys.set(node, key);
    this.last.set(node, at);
  }

  private keyOf(node: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.secret, node, 'vestnik: between nodes', 32));
  }
}

function opened(key: Uint8Array, number: number, closed: Buffer): string | undefined {
  if (closed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonceOf(number), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(closed.subarray(closed.length - TAG_BYTES));
  try {
    return decipher.update(closed.subarray(0, closed.length - TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 4);
  return nonce;
}
