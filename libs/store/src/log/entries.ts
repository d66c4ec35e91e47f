import type { LogEntry, StoredMessage } from '@vestnik/core';
import type { OutcomeState } from '@vestnik/protocol';

/** Outcome states as the log keeps them. Never renumbered. */
export const OUTCOMES: readonly OutcomeState[] = ['read', 'refused', 'expired', 'collapsed', 'withdrawn'];

/** Flag of a message's entry: it was handed over here before, and that was lost with a restore. */
export const REDELIVERED = 16;

export function outcomeNumber(state: OutcomeState): number {
  return OUTCOMES.indexOf(state) + 1;
}

/** The columns of an entry with its message; `l` log, `m` message, `b` mailbox, `t` the mailbox's tenant. */
export const ENTRY_COLUMNS = `l.position, l.previous, l.tenant_id, l.mailbox_id, l.kind, l.state, l.message_id, l.target, l.at, l.expires_at, l.detail, l.flags,
  b.kind as mailbox_kind, b.name as mailbox_name, t.name as tenant_name,
  m.tenant_id as sender_tenant_id, m.sender_id, m.sender, m.type, m.data, m.receipt, m.sent_at, m.collapse_key, m.correlation_id, m.content_type, m.traceparent`;

export const ENTRY_JOINS = `left join vestnik.message m on m.id = l.message_id and l.kind = 0
  left join vestnik.mailbox b on b.id = l.mailbox_id
  left join vestnik.tenant t on t.id = l.tenant_id`;

export interface MessageRow {
  message_id: string;
  sender_tenant_id: number;
  sender_id: number;
  sender: string;
  type: string;
  data: string;
  receipt: boolean;
  sent_at: number;
  collapse_key: string | null;
  correlation_id: string | null;
  content_type: string | null;
  traceparent: string | null;
}

export interface EntryRow extends MessageRow {
  position: number;
  previous: number;
  tenant_id: number;
  mailbox_id: number;
  kind: number;
  state: number | null;
  target: number | null;
  at: number;
  expires_at: number | null;
  detail: string | null;
  flags: number;
  mailbox_kind: number | null;
  mailbox_name: string | null;
  tenant_name: string | null;
}

export function toMessage(row: MessageRow): StoredMessage {
  return {
    id: row.message_id,
    tenantId: row.sender_tenant_id,
    senderId: row.sender_id,
    from: row.sender,
    type: row.type,
    data: row.data,
    receipt: row.receipt,
    sentAt: row.sent_at,
    collapseKey: row.collapse_key ?? undefined,
    correlationId: row.correlation_id ?? undefined,
    contentType: row.content_type ?? undefined,
    traceparent: row.traceparent ?? undefined,
  };
}

/** The whole address of a mailbox. */
export function mailboxAddress(kind: number | null, name: string | null, tenant: string | null, installation: string): string {
  const local = kind === 2 ? '*' : kind === 1 ? `#${name}` : (name ?? '');
  return `${local}@${tenant}.${installation}`;
}

/** @returns undefined for a message whose body is gone */
export function toEntry(row: EntryRow, installation: string): LogEntry | undefined {
  const place = {
    tenantId: row.tenant_id,
    position: row.position,
    previous: row.previous,
    mailboxId: row.mailbox_id,
    at: row.at,
    topic: row.mailbox_kind === 1 ? (row.mailbox_name ?? undefined) : undefined,
  };
  if (row.kind === 0) {
    if (row.sender === null) return undefined;
    return {
      ...place,
      kind: 'message',
      to: mailboxAddress(row.mailbox_kind, row.mailbox_name, row.tenant_name, installation),
      expiresAt: row.expires_at ?? 0,
      redelivered: (row.flags & REDELIVERED) !== 0 ? true : undefined,
      message: toMessage(row),
    };
  }
  const detail =
    row.detail === null ? {} : (JSON.parse(row.detail) as { reason?: string; device?: string; session?: string; pattern?: string; began?: boolean });
  if (row.kind === 1) {
    return {
      ...place,
      kind: 'outcome',
      state: OUTCOMES[(row.state ?? 1) - 1] as OutcomeState,
      messageId: row.message_id,
      target: row.target ?? 0,
      reason: detail.reason,
      device: detail.device,
      session: detail.session,
    };
  }
  return { ...place, kind: 'subscription', pattern: detail.pattern ?? '', began: detail.began ?? true };
}
