import { type RecipientState, topicMatches } from '@vestnik/protocol';
import type { Page, PageRequest } from '../ports/directory.js';
import type { LogEntry, MessageEntry, MessageOutcome, RecipientOutcome } from '../ports/message-log.js';
import { byCodePoint } from './code-points.js';
import { appendReceiptOf, recordOutcomes } from './ending.js';
import { type MailboxRow, type MemoryBase, placeKey } from './memory-base.js';
import { recipientsElsewhere, withdrawForwarded } from './outboxes.js';

/** What became of a message; a foreign tenant sees only its own recipients. */
export function outcome(base: MemoryBase, tenantId: number, messageId: string): MessageOutcome | undefined {
  const sent = base.messages.get(messageId);
  const own = sent?.message.tenantId === tenantId;
  if (sent === undefined || (!own && !sent.places.some((place) => place.tenantId === tenantId))) return undefined;
  const head = { message: sent.message, deliverAt: sent.deliverAt, refused: own ? sent.refused : undefined };
  const elsewhere = own ? recipientsElsewhere(base, messageId) : { recipients: [] };
  if (sent.places.length === 0) {
    const waiting = own && (elsewhere.recipients.length === 0 || base.scheduled.has(messageId));
    return { ...head, expiresAt: elsewhere.expiresAt, recipients: waiting ? waitingRecipients(base, messageId) : elsewhere.recipients };
  }

  const places = sent.places.filter((place) => own || place.tenantId === tenantId);
  const shared = places.filter((place) => isShared(base, place));
  const counts: Partial<Record<RecipientState, number>> = {};
  for (const place of shared) {
    for (const { state } of clientsOf(base, place)) counts[state] = (counts[state] ?? 0) + 1;
  }
  return {
    ...head,
    expiresAt: places[0]?.expiresAt,
    recipients: [...places.map((place) => recipient(base, place)), ...elsewhere.recipients],
    counts: shared.length === 0 ? undefined : counts,
  };
}

/** Sent to everyone or to a topic: its recipients are counted. */
function isShared(base: MemoryBase, { mailboxId }: MessageEntry): boolean {
  const kind = base.mailboxes.get(mailboxId)?.kind;
  return kind === 'everyone' || kind === 'topic';
}

function waitingRecipients(base: MemoryBase, messageId: string): RecipientOutcome[] {
  const waiting = base.scheduled.get(messageId);
  const withdrawn = base.messages.get(messageId)?.withdrawn;
  const to = waiting?.to ?? withdrawn?.to ?? [];
  return to.map((address) => ({
    tenantId: 0,
    mailboxId: 0,
    address,
    state: withdrawn === undefined ? 'scheduled' : 'withdrawn',
    at: withdrawn?.at,
    devices: [],
  }));
}

function recipient(base: MemoryBase, entry: MessageEntry): RecipientOutcome {
  const { tenantId, mailboxId, position } = entry;
  const place = { tenantId, mailboxId, position, address: base.addressOf(mailboxId, tenantId), queuedAt: entry.at };
  const ended = base.outcomes.get(placeKey(mailboxId, position));
  if (ended !== undefined) return { ...place, state: ended.state, at: ended.at, reason: ended.reason, devices: [] };
  const devices = devicesAt(base, mailboxId, position);
  const state = devices.some((device) => device.state === 'acknowledged') ? 'acknowledged' : devices.length > 0 ? 'delivered' : 'queued';
  const times = devices.filter((device) => device.state === state && device.at !== undefined).map((device) => device.at as number);
  return { ...place, state, at: state === 'queued' ? entry.at : times.length > 0 ? Math.min(...times) : undefined, devices };
}

function devicesAt(base: MemoryBase, clientId: number, position: number): RecipientOutcome['devices'] {
  return base
    .cursorsOf(clientId)
    .filter((cursor) => cursor.delivered >= position)
    .sort((a, b) => byCodePoint(a.device, b.device))
    .map(({ device, acknowledged }) => {
      const state = acknowledged >= position ? 'acknowledged' : 'delivered';
      const again = base.handedAgain.filter((one) => one.clientId === clientId && one.device === device && one.first <= position && one.last >= position);
      return { device, state, at: base.movedPast(clientId, position, device, state === 'acknowledged'), attempts: 1 + again.length };
    });
}

/** Whether a message to everyone or to a topic was for a client: it was known, or subscribed, when the message was accepted. */
function wasFor(base: MemoryBase, mailbox: MailboxRow, { mailboxId, position }: MessageEntry): boolean {
  const topic = base.topicOf(mailboxId);
  if (topic === undefined) return mailbox.since < position;
  return (base.subscriptions.get(mailbox.id) ?? []).some(
    ({ pattern, since, until = Number.POSITIVE_INFINITY }) => since < position && position < until && topicMatches(pattern, topic),
  );
}

/** The clients that a message to everyone or to a topic is for, by name. */
function clientsOf(base: MemoryBase, entry: MessageEntry): { mailbox: MailboxRow; state: RecipientState; at?: number }[] {
  const shared = base.outcomes.get(placeKey(entry.mailboxId, entry.position));
  const clients = [...base.mailboxes.values()].filter(
    (mailbox) => mailbox.tenantId === entry.tenantId && mailbox.kind === 'client' && wasFor(base, mailbox, entry),
  );
  return clients
    .sort((a, b) => byCodePoint(a.name, b.name))
    .map((mailbox) => {
      const own = base.outcomes.get(placeKey(mailbox.id, entry.position));
      if (own !== undefined) return { mailbox, state: own.state, at: own.at };
      const acknowledgedAt = base.movedPast(mailbox.id, entry.position);
      if (shared !== undefined && (acknowledgedAt ?? Number.POSITIVE_INFINITY) > shared.at) return { mailbox, state: shared.state, at: shared.at };
      const cursors = base.cursorsOf(mailbox.id);
      if (cursors.some((cursor) => cursor.acknowledged >= entry.position)) return { mailbox, state: 'acknowledged', at: acknowledgedAt };
      if (cursors.some((cursor) => cursor.delivered >= entry.position)) {
        return { mailbox, state: 'delivered', at: base.movedPast(mailbox.id, entry.position, undefined, false) };
      }
      return { mailbox, state: 'queued' };
    });
}

/** Direct recipients first, in the order of the log; then everyone, by name. */
export function recipients(base: MemoryBase, tenantId: number, messageId: string, { limit, cursor }: PageRequest): Page<RecipientOutcome> | undefined {
  const whole = outcome(base, tenantId, messageId);
  if (whole === undefined) return undefined;
  const all = whole.recipients.flatMap((one): RecipientOutcome[] => {
    const entry = base.messages.get(messageId)?.places.find((place) => place.position === one.position);
    if (entry === undefined || !isShared(base, entry)) return [one];
    return clientsOf(base, entry).map(({ mailbox, state, at }) => ({
      tenantId: entry.tenantId,
      mailboxId: mailbox.id,
      position: entry.position,
      address: base.addressOf(mailbox.id, entry.tenantId),
      state,
      at,
      devices: [],
    }));
  });
  const from = Number(cursor ?? 0);
  const items = all.slice(from, from + limit);
  return { items, next: from + limit < all.length ? String(from + limit) : undefined };
}

/** Withdraws a message from everyone who has not acknowledged it, or from its waiting room. */
export async function withdraw(
  base: MemoryBase,
  tenantId: number,
  senderId: number | undefined,
  messageId: string,
): Promise<{ outcome: MessageOutcome; entries: LogEntry[] } | undefined> {
  const sent = base.messages.get(messageId);
  if (sent === undefined || sent.message.tenantId !== tenantId || (senderId !== undefined && sent.message.senderId !== senderId)) return undefined;
  if (base.scheduled.has(messageId)) await base.unheld(() => [tenantId]);
  const waiting = base.scheduled.get(messageId);
  let entries: LogEntry[] = [];
  if (waiting !== undefined) {
    base.scheduled.delete(messageId);
    sent.withdrawn = { at: base.now(), to: waiting.to };
    if (sent.message.receipt) {
      entries = waiting.to.flatMap((address) => appendReceiptOf(base, messageId, address, 'withdrawn', base.now()) ?? []);
    }
  } else {
    const outcomes = sent.places.map((place) => ({
      tenantId: place.tenantId,
      mailboxId: place.mailboxId,
      messageId,
      target: place.position,
      state: 'withdrawn' as const,
    }));
    entries = [...(await recordOutcomes(base, outcomes)).entries, ...withdrawForwarded(base, messageId)];
  }
  const after = outcome(base, tenantId, messageId);
  return after === undefined ? undefined : { outcome: after, entries };
}
