import type { LogEntry } from '../ports/message-log.js';
import { hasEnded } from './entries.js';
import type { MemoryBase } from './memory-base.js';

/**
 * Lets go of what was appended before a moment, except messages that somebody may still get, and writes down up to where
 * each mailbox has lost entries.
 */
export function dropBefore(base: MemoryBase, moment: number): void {
  for (const log of base.logs.values()) {
    const dropped = new Set<LogEntry>();
    for (const entry of log.entries.between(0)) {
      if (entry.at > moment) break;
      if (!survives(base, entry)) dropped.add(entry);
    }
    log.entries.removeWhere((entry) => dropped.has(entry));
    for (const entry of dropped) forget(base, entry, dropped);
  }
  for (const [key, { at }] of base.idempotency) if (at <= moment) base.idempotency.delete(key);
}

function survives(base: MemoryBase, entry: LogEntry): boolean {
  if (entry.kind !== 'message') return false;
  const { mailboxId, position, expiresAt } = entry;
  return expiresAt > base.now() && base.furthest(mailboxId) < position && !hasEnded(base, mailboxId, position);
}

function forget(base: MemoryBase, entry: LogEntry, dropped: ReadonlySet<LogEntry>): void {
  const { mailboxId, position } = entry;
  base.boxOf(mailboxId).removeWhere((one) => dropped.has(one));
  base.ownTtl.delete(position);
  base.retained.delete(position);
  if (entry.kind === 'outcome') {
    base.outcomes.delete(`${mailboxId} ${entry.target}`);
    return;
  }
  // Subscriptions are known without their entries.
  if (entry.kind !== 'message') return;
  base.floors.set(mailboxId, Math.max(base.floors.get(mailboxId) ?? 0, position));
  const sent = base.messages.get(entry.message.id);
  if (sent === undefined) return;
  sent.places = sent.places.filter((place) => place !== entry);
  const wanted = [...base.deadLetters.values()].some((letter) => letter.messageId === entry.message.id);
  if (sent.places.length === 0 && !wanted) base.messages.delete(entry.message.id);
}
