import type { Socket } from 'node:net';

/** What one direction of a connection does to the bytes that pass. */
export interface PipeFaults {
  /** Each chunk leaves this much later. */
  readonly delayMs?: number;
  /** Up to this much more, at random; the order is kept. */
  readonly jitterMs?: number;
  /** Nothing leaves in pieces larger than this many bytes; 1 is byte by byte. */
  readonly sliceBytes?: number;
  /** What comes within this time leaves in one piece. */
  readonly mergeMs?: number;
  readonly bytesPerSecond?: number;
  /**
   * `held`: nothing passes until it is lifted, then everything does, as after lost packets that were sent again.
   * `lost`: everything is swallowed. A stream with a hole in it is none, so a connection that lost something is reset when it is lifted.
   */
  readonly silence?: 'held' | 'lost';
  /** Changes what passes, as somebody does who stands between; whatever it hands back must have the same length. */
  readonly alter?: (bytes: Buffer) => Buffer;
}

interface Piece {
  bytes: Buffer;
  readonly dueAt: number;
}

/** Past this much waiting in the pipe its source is no longer read, so that a slow reader is felt by the writer. */
const WAITING_BYTES_MAX = 256 * 1024;

/**
 * One direction of a proxied connection: reads `source`, writes `sink`, with the faults that hold at the moment.
 *
 * @param chance a random number in [0, 1)
 */
export class FaultPipe {
  #faults: PipeFaults;
  #waiting: Piece[] = [];
  #waitingBytes = 0;
  #lastDueAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #blocked = false;
  #ended = false;
  #lostBytes = 0;
  /** Bytes that have left the pipe. */
  passedBytes = 0;

  constructor(
    readonly source: Socket,
    readonly sink: Socket,
    faults: PipeFaults,
    private readonly chance: () => number,
    private readonly onLost: (bytes: number) => void,
  ) {
    this.#faults = faults;
    source.on('data', (bytes: Buffer) => this.#take(bytes));
    source.on('end', () => {
      this.#ended = true;
      this.#pump();
    });
    sink.on('drain', () => {
      this.#blocked = false;
      this.#pump();
    });
    sink.on('close', () => this.stop());
  }

  /** Sets the faults of now on. What waits already keeps its time. */
  change(faults: PipeFaults): void {
    this.#faults = faults;
    if (faults.silence !== 'lost' && this.#lostBytes > 0) {
      this.source.resetAndDestroy();
      this.sink.resetAndDestroy();
      return;
    }
    this.#pump();
  }

  /** Ends the stream towards the sink; the other direction goes on. */
  halfClose(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.sink.end();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#waiting = [];
  }

  #take(bytes: Buffer): void {
    if (this.#faults.silence === 'lost') {
      this.#lostBytes += bytes.length;
      this.onLost(bytes.length);
      return;
    }
    const { delayMs = 0, jitterMs = 0, mergeMs = 0, alter } = this.#faults;
    if (alter !== undefined) bytes = alter(bytes);
    const dueAt = Math.max(this.#lastDueAt, performance.now() + delayMs + jitterMs * this.chance() + (this.#waiting.length === 0 ? mergeMs : 0));
    this.#lastDueAt = dueAt;
    this.#waiting.push({ bytes, dueAt });
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.source.pause();
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    if (this.#faults.silence !== undefined || this.#blocked || this.sink.destroyed || !this.sink.writable) return;
    const first = this.#waiting[0];
    if (first === undefined) {
      if (this.#ended) this.sink.end();
      return;
    }
    const waitMs = first.dueAt - performance.now();
    if (waitMs > 0) {
      this.#timer = setTimeout(() => this.#pump(), waitMs);
      return;
    }
    const bytes = this.#next(first);
    this.#waitingBytes -= bytes.length;
    this.passedBytes += bytes.length;
    if (this.source.isPaused() && this.#waitingBytes <= WAITING_BYTES_MAX / 2) this.source.resume();
    if (!this.sink.write(bytes)) this.#blocked = true;
    const { bytesPerSecond } = this.#faults;
    if (bytesPerSecond !== undefined) this.#timer = setTimeout(() => this.#pump(), (bytes.length / bytesPerSecond) * 1000);
    else this.#soon = setImmediate(() => this.#pump());
  }

  #next(first: Piece): Buffer {
    const { sliceBytes = Number.POSITIVE_INFINITY, bytesPerSecond = Number.POSITIVE_INFINITY, mergeMs = 0 } = this.#faults;
    if (mergeMs > 0 && this.#waiting.length > 1) {
      first = { bytes: Buffer.concat(this.#waiting.map((piece) => piece.bytes)), dueAt: first.dueAt };
      this.#waiting = [first];
    }
    // A tenth of a second's worth at a time, so that a narrow line is a trickle and not a burst with a pause after it.
    const most = Math.min(sliceBytes, Math.max(1, Math.floor(bytesPerSecond / 10)));
    if (first.bytes.length <= most) {
      this.#waiting.shift();
      return first.bytes;
    }
    const head = first.bytes.subarray(0, most);
    first.bytes = first.bytes.subarray(most);
    return head;
  }
}
