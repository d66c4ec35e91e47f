import type { RecipientState } from '@vestnik/protocol';
import type { LinkEntry, StateHome } from '../ports/link-log.js';
import type { Forward, LogEntry, RecipientOutcome, StoredMessage } from '../ports/message-log.js';
import { appendReceiptOf } from './ending.js';
import type { MemoryBase, OutboxRow, OutboxRows } from './memory-base.js';

/** What an entry of an outbox counts for besides its data. */
const OVERHEAD_BYTES = 200;

/** The outbox of a remote; made when it is first looked at. */
export function outboxOf(base: MemoryBase, remoteId: number): OutboxRows {
  const made: OutboxRows = { rows: new Map(), last: 0, sent: 0, acknowledged: 0, epochs: [], arrived: [] };
  const outbox = base.outboxes.get(remoteId) ?? made;
  base.outboxes.set(remoteId, outbox);
  return outbox;
}

/** Draws a number, in the epoch that the log is in. */
function put(base: MemoryBase, remoteId: number, row: OutboxRow): void {
  const outbox = outboxOf(base, remoteId);
  const epoch = base.epochs.at(-1)?.epoch ?? 0;
  outbox.last++;
  if (outbox.epochs.at(-1)?.epoch !== epoch) outbox.epochs.push({ epoch, starts: outbox.last });
  outbox.rows.set(outbox.last, row);
}

export function forward(base: MemoryBase, { remoteId, addresses, wire, ttl }: Forward, message: StoredMessage, now: number): void {
  const bytes = new TextEncoder().encode(message.data).length + OVERHEAD_BYTES;
  put(base, remoteId, { kind: 'message', message, bytes, at: now, expiresAt: now + ttl * 1000, addresses, wire, ends: wire.map(() => undefined) });
}

export function putEntry(base: MemoryBase, remoteId: number, entry: Extract<LinkEntry, { kind: 'states' | 'withdraw' }>, now: number): void {
  put(base, remoteId, { kind: 'other', entry, at: now, bytes: JSON.stringify(entry).length });
}

/** Ends a message for one of its recipients there, or all that are open: the first final state wins, acknowledged may become read. @returns receipts */
export function endForwarded(base: MemoryBase, row: OutboxRow, to: string | undefined, end: Omit<StateHome, 'id' | 'to'>): LogEntry[] {
  if (row.kind !== 'message') return [];
  return row.wire.flatMap((wire, at) => {
    if (to !== undefined && wire !== to) return [];
    const before = row.ends[at];
    if (before !== undefined && !(before.state === 'acknowledged' && end.state === 'read')) return [];
    row.ends[at] = end;
    if (!row.message.receipt) return [];
    return appendReceiptOf(base, row.message.id, row.addresses[at], end.state, end.at, end.reason, end.device) ?? [];
  });
}

/** Ends what was never sent. @returns receipts; undefined where it was sent, or is no message */
export function endUnsent(base: MemoryBase, outbox: OutboxRows, number: number, state: 'expired' | 'withdrawn', now: number): LogEntry[] | undefined {
  const row = outbox.rows.get(number);
  if (row?.kind !== 'message' || row.ended === true || number <= outbox.sent) return undefined;
  row.ended = true;
  return endForwarded(base, row, undefined, { state, at: now });
}

/** Ends what expired before it was ever sent. @returns receipts */
export function expireUnsent(base: MemoryBase, outbox: OutboxRows, upTo: number, now: number): LogEntry[] {
  const receipts: LogEntry[] = [];
  for (let number = outbox.sent + 1; number <= upTo; number++) {
    const row = outbox.rows.get(number);
    if (row?.kind === 'message' && row.expiresAt <= now) receipts.push(...(endUnsent(base, outbox, number, 'expired', now) ?? []));
  }
  return receipts;
}

function* forwardsOf(
  base: MemoryBase,
  messageId: string,
): Generator<{ remoteId: number; outbox: OutboxRows; number: number; row: Extract<OutboxRow, { kind: 'message' }> }> {
  for (const [remoteId, outbox] of [...base.outboxes].sort(([a], [b]) => a - b)) {
    for (const [number, row] of outbox.rows) if (row.kind === 'message' && row.message.id === messageId) yield { remoteId, outbox, number, row };
  }
}

/** Withdraws a message from its recipients elsewhere: where it was never on the wire at once, elsewhere they are asked to. @returns receipts */
export function withdrawForwarded(base: MemoryBase, messageId: string): LogEntry[] {
  const receipts: LogEntry[] = [];
  for (const { remoteId, outbox, number, row } of [...forwardsOf(base, messageId)]) {
    const ended = endUnsent(base, outbox, number, 'withdrawn', base.now());
    receipts.push(...(ended ?? []));
    if (ended === undefined && row.ends.includes(undefined)) putEntry(base, remoteId, { kind: 'withdraw', id: messageId }, base.now());
  }
  return receipts;
}

/** Waiting here, on the wire, or there: until that tells what became of it. */
export function recipientsElsewhere(base: MemoryBase, messageId: string): { recipients: RecipientOutcome[]; expiresAt?: number } {
  const recipients: RecipientOutcome[] = [];
  let expiresAt: number | undefined;
  for (const { outbox, number, row } of forwardsOf(base, messageId)) {
    expiresAt ??= row.expiresAt;
    const arrivedAt = outbox.arrived.find((arrived) => arrived.number >= number)?.at;
    row.addresses.forEach((address, at) => {
      const place = { tenantId: 0, mailboxId: 0, address, arrivedAt, queuedAt: row.at };
      const end = row.ends[at];
      if (end !== undefined) {
        const devices = end.state === 'acknowledged' && end.device !== undefined ? [{ device: end.device, state: end.state, at: end.at, attempts: 1 }] : [];
        recipients.push({ ...place, state: end.state, at: end.at, reason: end.reason, devices });
        return;
      }
      const many = address.startsWith('*@') || address.startsWith('#');
      const state: RecipientState = arrivedAt === undefined ? (number <= outbox.sent ? 'forwarded' : 'queued') : many ? 'delivered' : 'queued';
      recipients.push({ ...place, state, at: arrivedAt ?? row.at, devices: [] });
    });
  }
  return { recipients, expiresAt };
}

/**
 * What waits for a remote that is forgotten is refused: nobody will say what became of it. How far both have come is kept, as the
 * other side may not have forgotten it.
 */
export function forgetRemote(base: MemoryBase, remoteId: number): void {
  for (const row of base.outboxes.get(remoteId)?.rows.values() ?? []) {
    endForwarded(base, row, undefined, { state: 'refused', at: base.now(), reason: 'the link was removed' });
    if (row.kind === 'message') row.ended = true;
  }
}
