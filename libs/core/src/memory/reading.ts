import type { LogEntry, MessageEntry, OutcomeEntry, ReplayQuery } from '../ports/message-log.js';
import type { Subscription } from '../ports/subscriptions.js';
import type { MailboxSpan } from '../topics/spans.js';
import { hasEnded, isOpen } from './entries.js';
import type { MemoryBase } from './memory-base.js';

/** A page ends after this much data, whatever its count of messages. */
const PAGE_BYTES = 1024 * 1024;

/** What stands in the mailboxes, whether or not it may be handed out. */
function inMailboxes(base: MemoryBase, { tenantId, mailboxes, topics = [], after, upTo }: Omit<ReplayQuery, 'limit'>, limit: number): LogEntry[] {
  const found = [...mailboxes, ...base.topicMailboxes(tenantId, topics)].flatMap(({ id, since, until = upTo }: MailboxSpan) =>
    base.boxOf(id).between(Math.max(since, after), Math.min(until, upTo), limit),
  );
  return found
    .filter((entry) => entry.tenantId === tenantId)
    .sort((a, b) => a.position - b.position)
    .slice(0, limit);
}

export function replay(base: MemoryBase, query: ReplayQuery): { entries: LogEntry[]; scannedTo: number } {
  const page: LogEntry[] = [];
  let bytes = 0;
  for (const entry of inMailboxes(base, query, query.limit)) {
    if (bytes >= PAGE_BYTES) break;
    page.push(entry);
    if (entry.kind === 'message') bytes += Buffer.byteLength(entry.message.data);
  }
  const full = page.length >= query.limit || bytes >= PAGE_BYTES;
  return { entries: page.filter((entry) => isOpen(base, entry, query.clientId)), scannedTo: full ? (page.at(-1)?.position ?? query.upTo) : query.upTo };
}

export function countWaiting(base: MemoryBase, query: Omit<ReplayQuery, 'limit'>, limit: number): number {
  let count = 0;
  for (const entry of inMailboxes(base, query, Number.POSITIVE_INFINITY)) {
    if (count >= limit) break;
    if (entry.kind === 'message' && isOpen(base, entry, query.clientId)) count++;
  }
  return count;
}

export function outcomesSince(
  base: MemoryBase,
  tenantId: number,
  mailboxIds: readonly number[],
  position: number,
  upTo: number,
  topics: readonly Subscription[] = [],
): OutcomeEntry[] {
  const spans: readonly MailboxSpan[] = [...mailboxIds.map((id) => ({ id, since: 0 })), ...base.topicMailboxes(tenantId, topics)];
  const concerns = ({ mailboxId, target }: OutcomeEntry) =>
    spans.some(({ id, since, until = Infinity }) => id === mailboxId && since < target && target < until);
  const after = base.logs.get(tenantId)?.entries.between(position, upTo) ?? [];
  return after.filter((entry): entry is OutcomeEntry => entry.kind === 'outcome' && entry.target <= position && concerns(entry));
}

export function locate(
  base: MemoryBase,
  tenantId: number,
  mailboxIds: readonly number[],
  messageIds: readonly string[],
  topics: readonly Subscription[] = [],
): Map<string, MessageEntry> {
  const found = new Map<string, MessageEntry>();
  const spans: readonly MailboxSpan[] = [...mailboxIds.map((id) => ({ id, since: 0 })), ...base.topicMailboxes(tenantId, topics)];
  for (const id of messageIds) {
    const entry = base.messages
      .get(id)
      ?.places.find(
        ({ tenantId: tenant, mailboxId, position }) =>
          tenant === tenantId && spans.some(({ id: box, since, until = Infinity }) => box === mailboxId && since < position && position < until),
      );
    if (entry !== undefined) found.set(id, entry);
  }
  return found;
}

export function countUnacknowledged(base: MemoryBase, mailboxIds: readonly number[], limit: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of mailboxIds) {
    if (!base.mailboxes.has(id)) continue;
    const waiting = base
      .boxOf(id)
      .between(base.furthest(id))
      .filter((entry) => countsForInbox(base, entry));
    counts.set(id, Math.min(waiting.length, limit));
  }
  return counts;
}

/** Receipts and what has ended fill nobody's inbox. */
function countsForInbox(base: MemoryBase, entry: LogEntry): boolean {
  return entry.kind === 'message' && entry.message.senderId !== 0 && entry.expiresAt > base.now() && !hasEnded(base, entry.mailboxId, entry.position);
}
