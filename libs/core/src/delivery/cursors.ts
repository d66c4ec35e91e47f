import { Problem } from '@vestnik/protocol';
import type { Clock, Timer } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { CursorMove, HandedAgain, MessageLog, OpenCursor } from '../ports/message-log.js';
import type { CommittedEntries } from './entries.js';

/** What one session was handed again so far, or since that was written last. */
export interface AgainRange {
  readonly first: number;
  last: number;
  written: boolean;
}

/** How far a client (or one device of it) has come, as this node knows it; shared by its sessions here. */
export class ClientCursor {
  /** Sessions that share it. */
  users = 0;
  acknowledged: number;
  delivered: number;
  /** How much of what was acknowledged is on disk. */
  onDisk: number;
  dirty = false;
  /** What was handed over again, and is not written yet. */
  again: AgainRange[] = [];
  private listeners: readonly ((position: number) => void)[] = [];

  constructor(
    readonly tenantId: number,
    readonly clientId: number,
    readonly device: string,
    opened: OpenCursor,
  ) {
    this.acknowledged = opened.acknowledged;
    this.delivered = opened.delivered;
    this.onDisk = opened.acknowledged;
  }

  onMove(listener: (position: number) => void): () => void {
    this.listeners = [...this.listeners, listener];
    return () => {
      this.listeners = this.listeners.filter((one) => one !== listener);
    };
  }

  moved(): void {
    for (const listener of this.listeners) listener(this.acknowledged);
  }
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (problem: unknown) => void;
  readonly since: number;
}

/** Moves that nobody waits for are gathered so long. */
const MERGE_MS = 150;
/** That something was handed over is written so long after; until then a state may say `queued`. */
const HANDED_MS = 500;
/** An acknowledgement waits so long for a store that has no room, then its sender is told. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 500;
const BATCH = 1_000;

/**
 * Writes cursors. Moves of one client merge; while one write is under way the next gathers. Where somebody
 * waits for the answer the write begins at once, and the answer means that the cursor is on disk.
 */
export class Cursors {
  private readonly open = new Map<string, ClientCursor>();
  /** Acknowledgements that are not on disk, or on their way there. */
  private readonly dirty = new Set<ClientCursor>();
  /** What was only handed over: it is in no hurry, and mostly an acknowledgement takes it along. */
  private readonly handed = new Set<ClientCursor>();
  private handedTimer: Timer | undefined;
  private waiting: Waiting[] = [];
  private writing = false;
  private timer: Timer | undefined;

  constructor(
    private readonly store: Pick<MessageLog, 'moveCursors' | 'handedAgain'>,
    private readonly entries: CommittedEntries,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * The cursor, shared with the client's other sessions of that device here; to be given back by {@link release}.
   * @param opened what the store said of it just now
   */
  use(tenantId: number, clientId: number, device: string, opened: OpenCursor): ClientCursor {
    const key = keyOf(clientId, device);
    let cursor = this.open.get(key);
    if (cursor === undefined) {
      cursor = new ClientCursor(tenantId, clientId, device, opened);
      this.open.set(key, cursor);
    }
    cursor.users++;
    return cursor;
  }

  release(cursor: ClientCursor): void {
    cursor.users--;
    this.forgetIfDone(cursor);
  }

  /** Notes that all up to a position was handed to a session. */
  delivered(cursor: ClientCursor, position: number): void {
    if (position <= cursor.delivered) return;
    cursor.delivered = position;
    if (cursor.dirty) return;
    this.handed.add(cursor);
    this.handedTimer ??= this.clock.after(HANDED_MS, () => this.writeHanded());
  }

  /**
   * Notes that a session was handed a message that a session of this device had been handed before.
   * @param range as it was answered for this session's message before
   */
  handedAgain(cursor: ClientCursor, position: number, range: AgainRange | undefined): AgainRange {
    if (range?.written === false) {
      range.last = position;
      return range;
    }
    const fresh = { first: position, last: position, written: false };
    cursor.again.push(fresh);
    if (!cursor.dirty) {
      this.handed.add(cursor);
      this.handedTimer ??= this.clock.after(HANDED_MS, () => this.writeHanded());
    }
    return fresh;
  }

  /** Moves a cursor; never back. */
  acknowledge(cursor: ClientCursor, position: number): void {
    if (position <= cursor.acknowledged) return;
    cursor.acknowledged = position;
    if (position > cursor.delivered) cursor.delivered = position;
    this.mark(cursor);
    cursor.moved();
  }

  /**
   * Resolves when all moves so far are on disk.
   * @throws Problem `storage-full` or `unavailable` after 10 s; the moves stay in memory and are written when it can be
   */
  flushed(): Promise<void> {
    if (this.dirty.size === 0 && !this.writing) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject, since: this.clock.monotonic() });
      this.timer?.cancel();
      this.timer = undefined;
      void this.write();
    });
  }

  private writeHanded(): void {
    this.handedTimer?.cancel();
    this.handedTimer = undefined;
    for (const cursor of [...this.handed]) this.mark(cursor);
  }

  private mark(cursor: ClientCursor): void {
    cursor.dirty = true;
    this.handed.delete(cursor);
    this.dirty.add(cursor);
    if (!this.writing && this.timer === undefined) this.later(MERGE_MS);
  }

  private later(delayMs: number): void {
    this.timer = this.clock.after(delayMs, () => {
      this.timer = undefined;
      void this.write();
    });
  }

  private async write(): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    try {
      while (this.dirty.size > 0) {
        const served = this.waiting;
        this.waiting = [];
        const cursors = [...this.dirty].slice(0, BATCH);
        const all = cursors.length === this.dirty.size;
        const moves = cursors.map((cursor): CursorMove & { cursor: ClientCursor; acknowledged: number } => {
          this.dirty.delete(cursor);
          cursor.dirty = false;
          return {
            cursor,
            tenantId: cursor.tenantId,
            clientId: cursor.clientId,
            device: cursor.device,
            acknowledged: cursor.acknowledged,
            delivered: cursor.delivered,
          };
        });
        if (!all) this.waiting.unshift(...served);
        try {
          // Whoever repeats an acknowledgement is answered by this write: only what was handed over may be lost with the store.
          const receipts = await this.store.moveCursors(
            moves,
            moves.some(({ cursor, acknowledged }) => acknowledged > cursor.onDisk),
          );
          for (const { cursor, acknowledged } of moves) {
            cursor.onDisk = acknowledged;
            this.forgetIfDone(cursor);
          }
          if (receipts.length > 0) this.entries.committed(receipts);
          const again = moves.flatMap(({ cursor }) => takeAgain(cursor));
          if (again.length > 0) await this.writeAgain(again);
          if (all) for (const { resolve } of served) resolve();
        } catch (error) {
          for (const { cursor } of moves) {
            cursor.dirty = true;
            this.dirty.add(cursor);
          }
          this.disappoint(all ? served : [], error);
          this.later(RETRY_MS);
          return;
        }
        // Under load the next write gathers what came meanwhile; with nobody waiting it gathers longer.
        if (this.waiting.length === 0 && this.dirty.size > 0) {
          this.later(MERGE_MS);
          return;
        }
      }
      for (const { resolve } of this.waiting.splice(0)) resolve();
    } finally {
      this.writing = false;
      if (this.waiting.length > 0 && this.timer === undefined) this.later(0);
    }
  }

  /** Attempts may be missing; acknowledgements may not. */
  private async writeAgain(ranges: readonly HandedAgain[]): Promise<void> {
    try {
      await this.store.handedAgain(ranges);
    } catch (error) {
      this.log.debug('attempts could not be written', { error });
    }
  }

  /** Tells those who have waited long enough; the others wait on. */
  private disappoint(served: readonly Waiting[], error: unknown): void {
    const now = this.clock.monotonic();
    if (!(error instanceof Problem)) this.log.error('cursors could not be written', { error });
    for (const waiting of [...served, ...this.waiting.splice(0)]) {
      if (now - waiting.since >= PATIENCE_MS || !(error instanceof Problem)) waiting.reject(error);
      else this.waiting.push(waiting);
    }
  }

  private forgetIfDone(cursor: ClientCursor): void {
    if (cursor.users <= 0 && !cursor.dirty && !this.dirty.has(cursor) && !this.handed.has(cursor)) {
      const key = keyOf(cursor.clientId, cursor.device);
      if (this.open.get(key) === cursor) this.open.delete(key);
    }
  }

  /** For the shutdown: writes what is left, as far as the store lets it. */
  async close(): Promise<void> {
    this.writeHanded();
    this.timer?.cancel();
    await this.flushed().catch((error: unknown) => this.log.warn('cursors were left unwritten: some messages will come again', { error }));
  }
}

function takeAgain(cursor: ClientCursor): HandedAgain[] {
  const { clientId, device, again } = cursor;
  if (again.length === 0) return [];
  cursor.again = [];
  return again.map((range) => {
    range.written = true;
    return { clientId, device, first: range.first, last: range.last };
  });
}

function keyOf(clientId: number, device: string): string {
  return `${clientId} ${device}`;
}
