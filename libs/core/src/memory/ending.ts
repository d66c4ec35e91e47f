import type { RecipientState } from '@vestnik/protocol';
import type { StateHome } from '../ports/link-log.js';
import type { LogEntry, MessageEntry, NewOutcome, OutcomeEntry } from '../ports/message-log.js';
import { appendEntry, appendOwn } from './entries.js';
import { type MemoryBase, placeKey } from './memory-base.js';

/**
 * Ends a message for one mailbox, if nothing has ended it yet.
 * @returns the state that stands, and what was appended: the outcome and its receipt
 */
export function endOne(base: MemoryBase, outcome: NewOutcome, at: number): { state: RecipientState; entries: LogEntry[] } {
  const { tenantId, mailboxId, messageId, target, state } = outcome;
  const own = base.outcomes.get(placeKey(mailboxId, target));
  if (own !== undefined) return { state: own.state, entries: [] };
  const shared = sharedOutcome(base, tenantId, mailboxId, target);
  if (shared !== undefined && (base.movedPast(mailboxId, target) ?? Number.POSITIVE_INFINITY) > shared.at) return { state: shared.state, entries: [] };
  if (state !== 'read' && base.cursors.has(mailboxId) && base.furthest(mailboxId) >= target) return { state: 'acknowledged', entries: [] };

  const { reason, device, session } = outcome;
  const entry = appendEntry<OutcomeEntry>(base, { kind: 'outcome', tenantId, mailboxId, messageId, target, state, reason, device, session }, at);
  base.outcomes.set(placeKey(mailboxId, target), entry);
  const entries: LogEntry[] = [entry];
  if (state === 'refused') {
    const id = base.nextId();
    base.deadLetters.set(id, { id, tenantId, clientId: mailboxId, messageId, reason: reason ?? '', at });
  }
  base.receiptsDue.get(mailboxId)?.delete(target);
  // Read after acknowledged has a receipt of its own; the row went with the first.
  if (base.messages.get(messageId)?.message.receipt) {
    const receipt = appendReceipt(base, messageId, mailboxId, state, at, reason, device);
    if (receipt !== undefined) entries.push(receipt);
  }
  return { state, entries };
}

/** What became of a message to everyone, for all of them. */
function sharedOutcome(base: MemoryBase, tenantId: number, mailboxId: number, target: number): OutcomeEntry | undefined {
  const entry = base.logs.get(tenantId)?.entries.at(target);
  if (entry === undefined || entry.mailboxId === mailboxId) return undefined;
  return base.outcomes.get(placeKey(entry.mailboxId, target));
}

/** Tells the sender of a message what became of it; nobody where the sender was forgotten. */
export function appendReceipt(
  base: MemoryBase,
  messageId: string,
  mailboxId: number,
  state: RecipientState,
  at: number,
  reason?: string,
  device?: string,
): MessageEntry | undefined {
  const mailbox = base.mailboxes.get(mailboxId);
  const origin = base.messages.get(messageId)?.origin;
  if (origin !== undefined) {
    // Of a message from elsewhere it is told there.
    if (mailbox === undefined) return undefined;
    const to = `${mailbox.name}@${base.tenants.get(mailbox.tenantId)?.name}`;
    const home = { id: messageId, to, state: state as StateHome['state'], at, reason, device: device === '' ? undefined : device };
    base.homeward.set(origin, [...(base.homeward.get(origin) ?? []), home]);
    return undefined;
  }
  return appendReceiptOf(base, messageId, mailbox === undefined ? undefined : base.addressOf(mailboxId, mailbox.tenantId), state, at, reason, device);
}

/** Nobody will take what waits for a mailbox any more: senders elsewhere hear of it. */
export function refuseForeign(base: MemoryBase, mailboxId: number): void {
  for (const { messageId } of base.receiptsDue.get(mailboxId)?.values() ?? []) {
    if (base.messages.get(messageId)?.origin !== undefined) appendReceipt(base, messageId, mailboxId, 'refused', base.now(), 'recipient-refused');
  }
}

/** As {@link appendReceipt}, of a recipient by its whole address. */
export function appendReceiptOf(
  base: MemoryBase,
  messageId: string,
  recipient: string | undefined,
  state: RecipientState,
  at: number,
  reason?: string,
  device?: string,
): MessageEntry | undefined {
  const sent = base.messages.get(messageId)?.message;
  if (sent === undefined || !base.mailboxes.has(sent.senderId)) return undefined;
  const place = sent.from.slice(sent.from.indexOf('@') + 1);
  const data = {
    id: messageId,
    recipient,
    state,
    at: new Date(at).toISOString(),
    reason,
    device: device === '' ? undefined : device,
    correlationId: sent.correlationId,
  };
  return appendOwn(base, sent.tenantId, sent.senderId, {
    id: base.options.newId(),
    tenantId: sent.tenantId,
    senderId: 0,
    from: `vestnik@${place}`,
    type: 'vestnik.receipt',
    data: JSON.stringify(data),
    receipt: false,
    // When it happened is perhaps what a far clock says.
    sentAt: base.now(),
  });
}

/** Records outcomes, all at once, when nobody holds a tenant that they touch. */
export async function recordOutcomes(base: MemoryBase, outcomes: readonly NewOutcome[]): Promise<{ states: RecipientState[]; entries: LogEntry[] }> {
  await base.unheld(() => outcomes.flatMap(({ tenantId, messageId }) => [tenantId, base.messages.get(messageId)?.message.tenantId ?? tenantId]));
  for (const { tenantId } of outcomes) base.logOf(tenantId);
  const at = base.now();
  const states: RecipientState[] = [];
  const entries: LogEntry[] = [];
  for (const outcome of outcomes) {
    const ended = endOne(base, outcome, at);
    states.push(ended.state);
    entries.push(...ended.entries);
  }
  return { states, entries };
}
