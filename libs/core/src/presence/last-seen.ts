import type { Clock, Timer } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Mailboxes } from '../ports/mailboxes.js';

/** Written together, so long after the first of them. */
const WRITE_MS = 2_000;
/** What ended on another node is written by that node, and is in the store for sure so long after. */
const REMEMBERED_MS = 3 * WRITE_MS;
const BATCH = 1_000;
/** Beyond, while the store cannot be written, the oldest are let go: a time of last sight is worth no more memory than that. */
const WAITING = 100_000;

interface Sight {
  readonly at: number;
  /** By the monotonic clock. */
  readonly noted: number;
}

/** When clients that have no session any more were seen last: remembered for some seconds, and kept in the store. */
export class LastSeen {
  private readonly remembered = new Map<number, Sight>();
  private toWrite = new Map<number, number>();
  private timer: Timer | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly mailboxes: Pick<Mailboxes, 'seen' | 'lastSeen'>,
    private readonly isOnline: (clientId: number) => boolean,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** The last session of a client has ended. @param write whether it is for this node to keep that */
  ended(clientId: number, write: boolean): void {
    this.forgetOld();
    this.remembered.delete(clientId);
    this.remembered.set(clientId, { at: this.clock.now(), noted: this.clock.monotonic() });
    if (!write) return;
    this.toWrite.set(clientId, this.clock.now());
    this.timer ??= this.clock.after(WRITE_MS, () => {
      this.timer = undefined;
      // One that came back meanwhile need not be written.
      for (const id of this.toWrite.keys()) if (this.isOnline(id)) this.toWrite.delete(id);
      void this.write();
    });
  }

  /** For those of which it is known; milliseconds since 1970. */
  async of(clientIds: readonly number[]): Promise<Map<number, number>> {
    const unknown = clientIds.filter((id) => !this.remembered.has(id));
    const seen = unknown.length === 0 ? new Map<number, number>() : await this.mailboxes.lastSeen(unknown);
    for (const id of clientIds) {
      const sight = this.remembered.get(id);
      if (sight !== undefined) seen.set(id, sight.at);
    }
    return seen;
  }

  /** Writes what is left, as far as the store lets it. */
  async close(): Promise<void> {
    this.timer?.cancel();
    await this.write();
    await this.write();
  }

  private write(): Promise<void> {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.toWrite.size > 0) {
      const batch = [...this.toWrite].slice(0, BATCH);
      for (const [id] of batch) this.toWrite.delete(id);
      try {
        await this.mailboxes.seen(batch.map(([id, at]) => ({ id, at })));
      } catch (error) {
        this.log.debug('when clients were seen last could not be written; it is tried again with the next', { error });
        for (const [id, at] of batch) if (!this.toWrite.has(id) && this.toWrite.size < WAITING) this.toWrite.set(id, at);
        return;
      }
    }
  }

  private forgetOld(): void {
    const before = this.clock.monotonic() - REMEMBERED_MS;
    for (const [id, { noted }] of this.remembered) {
      if (noted > before) break;
      this.remembered.delete(id);
    }
  }
}
