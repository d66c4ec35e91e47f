/**
 * What is due for a socket in one turn of the event loop, so that it leaves in one write.
 *
 * A chain is shared: sockets that got the same frames in the same order (fan-out) point at the same chain, and its
 * bytes are joined once for all of them.
 */
class Chain {
  private next: Chain | undefined;
  private nextFrame: Uint8Array | undefined;
  private more: Map<Uint8Array, Chain> | undefined;
  private joined: Buffer | undefined;

  constructor(
    private readonly before: Chain | undefined,
    private readonly frame: Uint8Array,
    readonly bytes: number,
  ) {}

  /** The chain that goes on with a frame; the same for everyone who asks. */
  followedBy(frame: Uint8Array): Chain {
    if (this.nextFrame === frame) return this.next as Chain;
    const known = this.more?.get(frame);
    if (known !== undefined) return known;
    const chain = new Chain(this, frame, this.bytes + frame.length);
    if (this.nextFrame === undefined) {
      this.nextFrame = frame;
      this.next = chain;
    } else {
      this.more ??= new Map();
      this.more.set(frame, chain);
    }
    return chain;
  }

  join(): Uint8Array {
    if (this.before === undefined) return this.frame;
    if (this.joined === undefined) {
      const joined = Buffer.allocUnsafe(this.bytes);
      let end = this.bytes;
      for (let chain: Chain | undefined = this; chain !== undefined; chain = chain.before) {
        end -= chain.frame.length;
        joined.set(chain.frame, end);
      }
      this.joined = joined;
    }
    return this.joined;
  }
}

/** A socket as an outbox writes to it. */
export interface OutboxTarget {
  /** Writes bytes that are whole frames. */
  write(bytes: Uint8Array): void;
}

/** Gathers the frames of one turn for all sockets of a node, and writes them when the turn ends. */
export class Outboxes {
  private roots = new Map<Uint8Array, Chain>();
  private lastFrame: Uint8Array | undefined;
  private lastRoot: Chain | undefined;
  private due: Outbox[] = [];
  private scheduled = false;

  root(frame: Uint8Array): Chain {
    if (frame === this.lastFrame) return this.lastRoot as Chain;
    let root = this.roots.get(frame);
    if (root === undefined) {
      root = new Chain(undefined, frame, frame.length);
      this.roots.set(frame, root);
    }
    this.lastFrame = frame;
    this.lastRoot = root;
    return root;
  }

  add(outbox: Outbox): void {
    this.due.push(outbox);
    if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => this.flush());
    }
  }

  private flush(): void {
    this.scheduled = false;
    const { due } = this;
    this.due = [];
    for (const outbox of due) outbox.flush();
    this.roots = new Map();
    this.lastFrame = undefined;
    this.lastRoot = undefined;
  }
}

/** One socket's frames of this turn. */
export class Outbox {
  private chain: Chain | undefined;

  constructor(
    private readonly outboxes: Outboxes,
    private readonly target: OutboxTarget,
  ) {}

  /** Bytes that wait for the end of the turn. */
  get bytes(): number {
    return this.chain?.bytes ?? 0;
  }

  push(frame: Uint8Array): void {
    if (this.chain === undefined) {
      this.chain = this.outboxes.root(frame);
      this.outboxes.add(this);
    } else {
      this.chain = this.chain.followedBy(frame);
    }
  }

  /** Writes now, out of turn: before a close. */
  flush(): void {
    const { chain } = this;
    if (chain === undefined) return;
    this.chain = undefined;
    this.target.write(chain.join());
  }
}
