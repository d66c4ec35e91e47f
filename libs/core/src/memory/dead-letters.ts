import type { Page, PageRequest } from '../ports/directory.js';
import type { DeadLetter, LogEntry } from '../ports/message-log.js';
import { appendOwn } from './entries.js';
import type { DeadLetterRow, MemoryBase } from './memory-base.js';

export function listDeadLetters(base: MemoryBase, tenantId: number, { limit, cursor, client }: PageRequest & { client?: string }): Page<DeadLetter> {
  const rows = [...base.deadLetters.values()].filter(
    (row) => row.tenantId === tenantId && row.id > Number(cursor ?? 0) && (client === undefined || base.mailboxes.get(row.clientId)?.name === client),
  );
  const items = rows.slice(0, limit).map((row): DeadLetter => {
    const sent = base.messages.get(row.messageId)?.message;
    return {
      id: String(row.id),
      client: base.mailboxes.get(row.clientId)?.name ?? '',
      messageId: row.messageId,
      from: sent?.from ?? '',
      type: sent?.type ?? '',
      data: sent?.data ?? 'null',
      reason: row.reason,
      at: row.at,
    };
  });
  return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
}

export function findDeadLetter(base: MemoryBase, tenantId: number, id: string): DeadLetterRow | undefined {
  const row = /^\d{1,15}$/.test(id) ? base.deadLetters.get(Number(id)) : undefined;
  return row?.tenantId === tenantId ? row : undefined;
}

/** Sends it again as a message of its own: the first one's state is final, and the client drops an id that it has seen. */
export async function replayDeadLetter(base: MemoryBase, tenantId: number, id: string): Promise<{ entries: LogEntry[] } | undefined> {
  await base.unheld(() => [tenantId]);
  const row = findDeadLetter(base, tenantId, id);
  const sent = row === undefined ? undefined : base.messages.get(row.messageId)?.message;
  if (row === undefined || sent === undefined) return undefined;
  base.deadLetters.delete(row.id);
  const { collapseKey: _, ...message } = sent;
  return { entries: [appendOwn(base, tenantId, row.clientId, { ...message, id: base.options.newId(), receipt: false, sentAt: base.now() })] };
}
