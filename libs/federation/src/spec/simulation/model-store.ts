import type { OutboxEpoch, OutboxHead, ReceiveCursor } from '@vestnik/core';

export const HOUR_MS = 3_600_000;
/** So long what was acknowledged can be sent again. */
const KEPT_MS = 72 * HOUR_MS;

export type FinalState = 'acknowledged' | 'refused' | 'expired' | 'withdrawn';

/** An entry on the wire. Messages are numbers that are never given again. */
export type ModelEntry =
  | { readonly kind: 'message'; readonly id: number; readonly ttlMs: number }
  | { readonly kind: 'states'; readonly states: readonly (readonly [id: number, state: FinalState])[] }
  | { readonly kind: 'withdraw'; readonly id: number }
  | { readonly kind: 'void' };

interface Row {
  readonly entry: ModelEntry;
  /** It ended before it was sent. */
  ended: boolean;
  readonly at: number;
  readonly expiresAt: number;
  readonly bytes: number;
}

export interface ModelPage {
  readonly first: number;
  readonly epoch: number;
  readonly entries: readonly ModelEntry[];
  readonly bytes: readonly number[];
}

interface Outbox {
  /** From `kept` on, without a gap. */
  rows: Row[];
  kept: number;
  last: number;
  sent: number;
  acknowledged: number;
  /** What of the last two a crash cannot take any more. */
  safe: { sent: number; acknowledged: number };
  epochs: { readonly epoch: number; readonly starts: number; readonly at: number }[];
  acks: { readonly number: number; readonly at: number }[];
}

/** A message from elsewhere as it lies in the log here. */
export interface Lying {
  readonly id: number;
  readonly remoteId: number;
  readonly expiresAt: number;
}

/**
 * What of an installation is on its disk, as Postgres keeps it: the outboxes, the receive cursors, the log.
 *
 * Each method is one transaction. Acknowledgements commit without waiting, so a crash may take the last of them.
 */
export class ModelStore {
  epoch = 0;
  readonly outboxes = new Map<number, Outbox>();
  readonly cursors = new Map<number, Map<number, { number: number; at: number }>>();
  readonly homeward = new Map<number, [id: number, state: FinalState][]>();
  readonly generations = new Map<number, number>();
  /** What became of messages that were sent from here. */
  readonly sentStates = new Map<number, FinalState | undefined>();
  /** All messages from elsewhere that were decided on here. */
  readonly log = new Set<number>();
  /** Those that nobody has ended. */
  open: Lying[] = [];

  constructor(readonly remoteIds: readonly number[]) {
    for (const id of remoteIds) {
      this.outboxes.set(id, { rows: [], kept: 1, last: 0, sent: 0, acknowledged: 0, safe: { sent: 0, acknowledged: 0 }, epochs: [], acks: [] });
      this.cursors.set(id, new Map());
      this.homeward.set(id, []);
    }
  }

  copy(): ModelStore {
    const copy = new ModelStore([]);
    copy.epoch = this.epoch;
    for (const [id, box] of this.outboxes) {
      copy.outboxes.set(id, { ...box, rows: box.rows.map((row) => ({ ...row })), safe: { ...box.safe }, epochs: [...box.epochs], acks: [...box.acks] });
    }
    for (const [id, cursors] of this.cursors) copy.cursors.set(id, new Map([...cursors].map(([epoch, cursor]) => [epoch, { ...cursor }])));
    for (const [id, states] of this.homeward) copy.homeward.set(id, [...states]);
    for (const [id, generation] of this.generations) copy.generations.set(id, generation);
    for (const [id, state] of this.sentStates) copy.sentStates.set(id, state);
    for (const id of this.log) copy.log.add(id);
    copy.open = [...this.open];
    return copy;
  }

  /** A commit that waits for the disk takes those before it along. */
  flush(): void {
    for (const box of this.outboxes.values()) box.safe = { sent: box.sent, acknowledged: box.acknowledged };
  }

  /** Postgres was killed: what was not waited for is lost. */
  crash(): void {
    for (const box of this.outboxes.values()) {
      box.sent = box.safe.sent;
      box.acknowledged = box.safe.acknowledged;
      box.acks = box.acks.filter(({ number }) => number <= box.acknowledged);
    }
  }

  append(remoteId: number, entry: ModelEntry, now: number, bytes: number): void {
    const box = this.box(remoteId);
    if (box.epochs.at(-1)?.epoch !== this.epoch) box.epochs.push({ epoch: this.epoch, starts: box.last + 1, at: now });
    box.last++;
    box.rows.push({ entry, ended: false, at: now, expiresAt: entry.kind === 'message' ? now + entry.ttlMs : Number.POSITIVE_INFINITY, bytes });
    if (entry.kind === 'message') this.sentStates.set(entry.id, undefined);
    this.flush();
  }

  head(remoteId: number): OutboxHead {
    const { last, sent, acknowledged, kept, epochs } = this.box(remoteId);
    return {
      remoteId,
      last,
      sent,
      acknowledged,
      kept,
      epochs: epochs.map(({ epoch, starts }, at): OutboxEpoch => ({ epoch, starts, last: (epochs[at + 1]?.starts ?? last + 1) - 1 })),
      bytes: 0,
    };
  }

  /**
   * @param countAsSent false: a broken store that does not write down how far it has sent
   * @param ended is given the messages that expired before they were ever sent
   */
  take(
    remoteId: number,
    after: number,
    limit: { readonly entries: number; readonly bytes: number },
    now: number,
    countAsSent: boolean,
    ended: number[],
  ): ModelPage | undefined {
    const box = this.box(remoteId);
    const begin = Math.max(after + 1, box.kept);
    if (begin > box.last) return undefined;
    const at = box.epochs.findLastIndex(({ starts }) => starts <= begin);
    const end = Math.min(box.last, after + limit.entries, (box.epochs[at + 1]?.starts ?? box.last + 1) - 1);
    const entries: ModelEntry[] = [];
    const bytes: number[] = [];
    let sum = 0;
    for (let number = begin; number <= end; number++) {
      const row = this.row(box, number);
      sum += row.bytes;
      if (entries.length > 0 && sum > limit.bytes) break;
      // What expired before it was ever sent is not sent any more.
      if (number > box.sent && row.expiresAt <= now && this.endRow(row, 'expired')) ended.push((row.entry as { id: number }).id);
      entries.push(row.ended ? { kind: 'void' } : row.entry);
      bytes.push(row.bytes);
    }
    if (entries.length === 0) return undefined;
    if (countAsSent) box.sent = Math.max(box.sent, begin + entries.length - 1);
    this.flush();
    return { first: begin, epoch: box.epochs[at]?.epoch ?? 0, entries, bytes };
  }

  acknowledge(remoteId: number, number: number, now: number): void {
    const box = this.box(remoteId);
    if (number <= box.acknowledged) return;
    box.acknowledged = number;
    box.sent = Math.max(box.sent, number);
    box.acks.push({ number, at: now });
  }

  unsend(remoteId: number, number: number): void {
    const box = this.box(remoteId);
    box.sent = Math.min(box.sent, number);
    this.flush();
  }

  /** Ends what expired unsent. @returns which */
  expire(remoteId: number, now: number): number[] {
    const box = this.box(remoteId);
    const ended: number[] = [];
    for (let number = Math.max(box.sent + 1, box.kept); number <= box.last; number++) {
      const row = this.row(box, number);
      if (row.expiresAt <= now && this.endRow(row, 'expired')) ended.push((row.entry as { id: number }).id);
    }
    this.flush();
    return ended;
  }

  /** Takes back a message: what was never sent ends here, for the rest the far side is asked. @returns its id where it ended here */
  withdraw(remoteId: number, number: number, now: number): number | undefined {
    const box = this.box(remoteId);
    if (number < box.kept || number > box.last) return undefined;
    const row = this.row(box, number);
    if (row.entry.kind !== 'message' || row.ended) return undefined;
    const { id } = row.entry;
    if (number > box.sent) {
      this.endRow(row, 'withdrawn');
      this.flush();
      return id;
    }
    if (this.sentStates.get(id) === undefined) this.append(remoteId, { kind: 'withdraw', id }, now, 50);
    return undefined;
  }

  cursorsOf(remoteId: number): ReceiveCursor[] {
    return [...(this.cursors.get(remoteId) as Map<number, { number: number; at: number }>)].map(([epoch, { number }]) => ({ epoch, number }));
  }

  moveCursor(remoteId: number, epoch: number, number: number, now: number): void {
    const cursors = this.cursors.get(remoteId) as Map<number, { number: number; at: number }>;
    cursors.set(epoch, { number: Math.max(number, cursors.get(epoch)?.number ?? 0), at: now });
  }

  /** The first final state wins. */
  stateHome(id: number, state: FinalState): void {
    if (this.sentStates.has(id) && this.sentStates.get(id) === undefined) this.sentStates.set(id, state);
  }

  bringHome(remoteId: number, now: number): boolean {
    const states = this.homeward.get(remoteId) as [number, FinalState][];
    if (states.length === 0) return false;
    this.append(remoteId, { kind: 'states', states: states.splice(0, 200) }, now, 500);
    return true;
  }

  /** Housekeeping: what was acknowledged long ago, and epochs of which nothing is left. Receive cursors are kept. */
  prune(now: number): void {
    for (const box of this.outboxes.values()) {
      let upTo = 0;
      while (box.acks.length > 0 && (box.acks[0] as { at: number }).at < now - KEPT_MS) upTo = (box.acks.shift() as { number: number }).number;
      if (upTo >= box.kept) {
        box.rows.splice(0, upTo + 1 - box.kept);
        box.kept = upTo + 1;
      }
      while (box.epochs.length > 1 && (box.epochs[1] as { starts: number }).starts < box.kept && (box.epochs[0] as { at: number }).at < now - KEPT_MS) {
        box.epochs.shift();
      }
    }
  }

  box(remoteId: number): Outbox {
    return this.outboxes.get(remoteId) as Outbox;
  }

  private row(box: Outbox, number: number): Row {
    return box.rows[number - box.kept] as Row;
  }

  private endRow(row: Row, state: FinalState): boolean {
    if (row.entry.kind !== 'message' || row.ended) return false;
    row.ended = true;
    this.stateHome(row.entry.id, state);
    return true;
  }
}
