import type { LogEntry, NewOutcome } from '../ports/message-log.js';
import { recordOutcomes } from './ending.js';
import { hasEnded } from './entries.js';
import type { MemoryBase } from './memory-base.js';

/** Writes `expired` for what has expired unacknowledged: first what has a ttl of its own, then each tenant's log in order. */
export async function expireDue(base: MemoryBase, limit: number): Promise<{ entries: LogEntry[]; more: boolean }> {
  const due = base.expiries.between(Number.NEGATIVE_INFINITY, base.now(), limit);
  const { entries } = await recordOutcomes(
    base,
    due.map(toOutcome).filter((outcome) => isUnended(base, outcome)),
  );
  const done = new Set(due);
  base.expiries.removeWhere((row) => done.has(row));
  let more = due.length === limit;
  for (const [tenantId, log] of base.logs) {
    const slice = log.entries.between(log.sweptTo, undefined, limit);
    const alive = slice.findIndex((entry) => entry.kind === 'message' && !base.ownTtl.has(entry.position) && entry.expiresAt > base.now());
    const seen = alive < 0 ? slice : slice.slice(0, alive);
    const expired = seen.flatMap((entry): NewOutcome[] => {
      if (entry.kind !== 'message' || base.ownTtl.has(entry.position)) return [];
      return [toOutcome({ tenantId, mailboxId: entry.mailboxId, messageId: entry.message.id, target: entry.position })];
    });
    const swept = await recordOutcomes(
      base,
      expired.filter((outcome) => isUnended(base, outcome)),
    );
    entries.push(...swept.entries);
    log.sweptTo = Math.max(log.sweptTo, seen.at(-1)?.position ?? 0);
    more ||= alive < 0 && slice.length === limit;
  }
  return { entries, more };
}

function toOutcome({ tenantId, mailboxId, messageId, target }: Omit<NewOutcome, 'state'>): NewOutcome {
  return { tenantId, mailboxId, messageId, target, state: 'expired' };
}

function isUnended(base: MemoryBase, { mailboxId, target }: NewOutcome): boolean {
  return base.furthest(mailboxId) < target && !hasEnded(base, mailboxId, target);
}
