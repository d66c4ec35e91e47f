import type { LogEntry, MessageEntry, StoredMessage } from '../ports/message-log.js';
import type { MemoryBase } from './memory-base.js';

/** What an entry is before it has its place. */
type Unplaced<Entry> = Omit<Entry, 'position' | 'previous' | 'at'>;

/** Appends one entry to its tenant's log. */
export function appendEntry<Entry extends LogEntry>(base: MemoryBase, unplaced: Unplaced<Entry>, at: number): Entry {
  const log = base.logOf(unplaced.tenantId);
  const entry = { ...unplaced, position: base.nextPosition(), previous: log.position, at, topic: base.topicOf(unplaced.mailboxId) } as Entry;
  log.position = entry.position;
  log.entries.add(entry);
  base.boxOf(entry.mailboxId).add(entry);
  return entry;
}

/** Notes that an entry does not expire in log order. */
export function expireByItself(base: MemoryBase, entry: MessageEntry): void {
  base.ownTtl.add(entry.position);
  base.expiries.add({
    expiresAt: entry.expiresAt,
    tenantId: entry.tenantId,
    mailboxId: entry.mailboxId,
    messageId: entry.message.id,
    target: entry.position,
  });
}

/** Sends a message of the bus's own making to one mailbox: a receipt, a replay. */
export function appendOwn(base: MemoryBase, tenantId: number, mailboxId: number, message: StoredMessage): MessageEntry {
  const ttl = base.tenants.get(tenantId)?.settings.ttl ?? 7 * 24 * 3600;
  const entry = appendEntry<MessageEntry>(
    base,
    { kind: 'message', tenantId, mailboxId, to: base.addressOf(mailboxId, tenantId), expiresAt: message.sentAt + ttl * 1000, message },
    message.sentAt,
  );
  base.messages.set(message.id, { message, places: [entry] });
  expireByItself(base, entry);
  return entry;
}

/** A message that may still be handed to this client. */
export function isOpen(base: MemoryBase, entry: LogEntry, clientId: number): boolean {
  if (entry.kind !== 'message') return true;
  return entry.expiresAt > base.now() && !hasEnded(base, clientId, entry.position) && !hasEnded(base, entry.mailboxId, entry.position);
}

export function hasEnded(base: MemoryBase, mailboxId: number, position: number): boolean {
  return base.outcomes.has(`${mailboxId} ${position}`);
}
