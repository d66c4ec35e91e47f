import type { DueSend, LogEntry } from '@vestnik/core';
import { type MessageRow, toMessage } from './entries.js';
import { readEntries } from './read.js';
import type { Sql, Statement } from './sql.js';

const DUE: Statement = {
  name: 'due',
  text: `select w.id as message_id, w.tenant_id as sender_tenant_id, w.sender_id, w.sender, w.type, w.data, w.receipt, w.sent_at, w.collapse_key,
      w.correlation_id, w.content_type, w.traceparent, s.destinations
    from vestnik.scheduled s join vestnik.message w on w.id = s.message_id
    where s.due_at <= (select vestnik.now_ms())
    order by s.due_at, s.message_id limit $1`,
};

const NEXT: Statement = { name: 'next-due', text: 'select min(s.due_at) as due_at from vestnik.scheduled s where s.due_at > (select vestnik.now_ms())' };

const COUNT: Statement = {
  name: 'count-scheduled',
  text: 'select count(*)::int as count from (select from vestnik.scheduled s where s.tenant_id = $1 limit $2) x',
};

const WITHDRAW: Statement = { name: 'withdraw-scheduled', text: 'select * from vestnik.withdraw_scheduled($1, $2)' };

export async function due(sql: Sql, limit: number): Promise<{ sends: DueSend[]; nextDueAt?: number }> {
  const rows = await sql.rows<MessageRow & { destinations: string }>(DUE, [limit]);
  const sends = rows.map((row) => ({ message: toMessage(row), ...(JSON.parse(row.destinations) as { to: string[]; ttl?: number; retain?: true }) }));
  const next = await sql.row<{ due_at: number | null }>(NEXT);
  return { sends, nextDueAt: next?.due_at ?? undefined };
}

export async function countScheduled(sql: Sql, tenantId: number, limit: number): Promise<number> {
  return (await sql.row<{ count: number }>(COUNT, [tenantId, limit]))?.count ?? 0;
}

/** @returns the receipts that this brought, where it waited; if not, it has entered the log, or was withdrawn before */
export async function withdrawScheduled(sql: Sql, installation: string, tenantId: number, messageId: string): Promise<LogEntry[] | undefined> {
  const row = await sql.row<{ o_waited: boolean; o_receipts: string | null }>(WITHDRAW, [tenantId, messageId]);
  if (row?.o_waited !== true) return undefined;
  const positions = JSON.parse(row.o_receipts ?? '[]') as number[];
  if (positions.length === 0) return [];
  const entries = await readEntries(
    sql,
    installation,
    positions.map((position) => ({ tenantId, position })),
  );
  return [...entries.values()];
}
