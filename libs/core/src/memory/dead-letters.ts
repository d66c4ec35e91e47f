import type { Page, PageRequest } from '../ports/directory.js';
import type { DeadLetter, DeadLetterChange, DeadLetterWhole, LogEntry, WhichDeadLetters } from '../ports/message-log.js';
import { appendOwn } from './entries.js';
import type { DeadLetterRow, MemoryBase } from './memory-base.js';

export function listDeadLetters(base: MemoryBase, tenantId: number, { limit, cursor, client }: PageRequest & { client?: string }): Page<DeadLetter> {
  const rows = [...base.deadLetters.values()].filter(
    (row) => row.tenantId === tenantId && row.id > Number(cursor ?? 0) && (client === undefined || base.mailboxes.get(row.clientId)?.name === client),
  );
  const items = rows.slice(0, limit).map((row) => deadLetterOf(base, row));
  return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
}

function deadLetterOf(base: MemoryBase, row: DeadLetterRow): DeadLetter {
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
}

export function wholeDeadLetter(base: MemoryBase, tenantId: number, id: string): DeadLetterWhole | undefined {
  const row = findDeadLetter(base, tenantId, id);
  if (row === undefined) return undefined;
  const sent = base.messages.get(row.messageId)?.message;
  return { ...deadLetterOf(base, row), contentType: sent?.contentType, correlationId: sent?.correlationId, sentAt: sent?.sentAt };
}

/** Oldest first. */
export function fittingDeadLetters(base: MemoryBase, tenantId: number, { ids, client, reason }: WhichDeadLetters): DeadLetterRow[] {
  return [...base.deadLetters.values()].filter(
    (row) =>
      row.tenantId === tenantId &&
      (ids === undefined || ids.includes(String(row.id))) &&
      (client === undefined || base.mailboxes.get(row.clientId)?.name === client) &&
      (reason === undefined || row.reason === reason),
  );
}

export function findDeadLetter(base: MemoryBase, tenantId: number, id: string): DeadLetterRow | undefined {
  const row = /^\d{1,15}$/.test(id) ? base.deadLetters.get(Number(id)) : undefined;
  return row?.tenantId === tenantId ? row : undefined;
}

/** Sends it again as a message of its own: the first one's state is final, and the client drops an id that it has seen. */
export async function replayDeadLetter(
  base: MemoryBase,
  tenantId: number,
  id: string,
  change: DeadLetterChange = {},
): Promise<{ entries: LogEntry[] } | undefined> {
  await base.unheld(() => [tenantId]);
  const row = findDeadLetter(base, tenantId, id);
  const entry = row === undefined ? undefined : again(base, row, change);
  return entry === undefined ? undefined : { entries: [entry] };
}

export async function replayDeadLetters(
  base: MemoryBase,
  tenantId: number,
  which: WhichDeadLetters,
  limit: number,
): Promise<{ entries: LogEntry[]; replayed: number }> {
  await base.unheld(() => [tenantId]);
  const entries = fittingDeadLetters(base, tenantId, which)
    .filter(({ messageId }) => base.messages.has(messageId))
    .slice(0, limit)
    .map((row) => again(base, row, {}))
    .filter((entry) => entry !== undefined);
  return { entries, replayed: entries.length };
}

function again(base: MemoryBase, row: DeadLetterRow, { type, data }: DeadLetterChange): LogEntry | undefined {
  const sent = base.messages.get(row.messageId)?.message;
  if (sent === undefined) return undefined;
  base.deadLetters.delete(row.id);
  const { collapseKey: _, ...message } = sent;
  return appendOwn(base, row.tenantId, row.clientId, {
    ...message,
    type: type ?? message.type,
    data: data ?? message.data,
    id: base.options.newId(),
    receipt: false,
    sentAt: base.now(),
  });
}
