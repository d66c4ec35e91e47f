import { LIMITS } from '@vestnik/protocol';
import { type Append, type Appended, type LogEntry, lockedTenants, type MessageEntry, type StoredMessage } from '../ports/message-log.js';
import { appendReceiptOf, endOne } from './ending.js';
import { appendEntry, expireByItself } from './entries.js';
import { type MemoryBase, placeKey } from './memory-base.js';
import { forward } from './outboxes.js';

/** Appends a batch: all of it, or nothing where it throws. */
export function append(base: MemoryBase, batch: readonly Append[]): Appended[] {
  const now = base.now();
  const answers = decide(base, batch, now);
  // Nothing has been written yet: a tenant without a log refuses the whole batch.
  batch.forEach(({ destinations }, n) => {
    if (answers[n] === undefined) for (const { tenantId } of destinations) base.logOf(tenantId);
  });
  return batch.map((one, n) => answers[n] ?? { kind: 'appended', entries: write(base, one, now) });
}

/** The numbers that leave the stage with this batch, if all goes well. */
function stagedOf(batch: readonly Append[]): ReadonlySet<number> {
  return new Set(batch.flatMap(({ staged }) => (staged === undefined ? [] : [staged.number])));
}

/** Whether a staged message is gone, or one before it stays behind. */
function isLeftBehind(base: MemoryBase, { message, staged }: Append, going: ReadonlySet<number>): boolean {
  if (staged === undefined) return false;
  if (!base.outgoing.has(staged.number)) return true;
  for (const { number, tenantId } of base.outgoing.values()) {
    if (tenantId === message.tenantId && number >= staged.first && number < staged.number && !going.has(number)) return true;
  }
  return false;
}

/** What is not appended, and why. */
function decide(base: MemoryBase, batch: readonly Append[], now: number): (Appended | undefined)[] {
  const answers: (Appended | undefined)[] = new Array(batch.length).fill(undefined);

  // What touches a held tenant waits, and so does what comes after it to any of its tenants: order holds.
  const busy = new Set(batch.flatMap(lockedTenants).filter((tenant) => base.isHeld(tenant)));
  const keys = new Map<string, { fingerprint: string; answer: string }>();
  const entered = new Set<string>();
  const gone = stagedOf(batch);
  batch.forEach((append, n) => {
    const { message, idempotency, entering } = append;
    if (isLeftBehind(base, append, gone)) {
      answers[n] = { kind: 'gone' };
      return;
    }
    const tenants = lockedTenants(append);
    if (tenants.some((tenant) => busy.has(tenant))) {
      for (const tenant of tenants) busy.add(tenant);
      answers[n] = { kind: 'busy' };
      return;
    }
    if (idempotency !== undefined) {
      const key = `${message.senderId} ${idempotency.key}`;
      const kept = base.idempotency.get(key);
      const first = keys.get(key) ?? (kept !== undefined && kept.at > now - LIMITS.idempotencySeconds * 1000 ? kept : undefined);
      if (first !== undefined) {
        answers[n] = first.fingerprint === idempotency.fingerprint ? { kind: 'duplicate', answer: first.answer } : { kind: 'mismatch' };
        return;
      }
      keys.set(key, idempotency);
    }
    if (entering === true) {
      if (!base.scheduled.has(message.id) || entered.has(message.id)) answers[n] = { kind: 'gone' };
      entered.add(message.id);
    }
  });
  return answers;
}

function write(base: MemoryBase, one: Append, now: number): LogEntry[] {
  const { message: given, destinations, forwards, origin, redelivered, idempotency, waiting, refused, entering, staged, retain } = one;
  const sent = entering === true ? base.messages.get(given.id) : undefined;
  if (staged !== undefined) base.outgoing.delete(staged.number);
  const message: StoredMessage = sent?.message ?? { ...given, sentAt: origin === undefined ? now : (given as StoredMessage).sentAt };
  if (idempotency !== undefined) {
    const { key, fingerprint, answer } = idempotency;
    base.idempotency.set(`${message.senderId} ${key}`, { clientId: message.senderId, fingerprint, answer, at: now });
  }
  if (waiting !== undefined) {
    base.scheduled.set(message.id, { messageId: message.id, tenantId: message.tenantId, ...waiting });
  } else if (entering === true) {
    base.scheduled.delete(message.id);
  }
  const places = destinations.map(({ tenantId, mailboxId, to, ttl, ttlIsDefault }) => {
    const log = base.logOf(tenantId);
    const expiresAt = now + ttl * 1000;
    const entry = appendEntry<MessageEntry>(base, { kind: 'message', tenantId, mailboxId, to, expiresAt, redelivered, message }, now);
    if (retain === true) base.retained.add(entry.position);
    if (!ttlIsDefault || expiresAt < log.defaultExpires) expireByItself(base, entry);
    else log.defaultExpires = expiresAt;
    if (message.receipt) {
      const due = base.receiptsDue.get(mailboxId) ?? new Map();
      due.set(entry.position, { messageId: message.id, senderTenantId: message.tenantId });
      base.receiptsDue.set(mailboxId, due);
    }
    return entry;
  });
  base.messages.set(message.id, { message, places, deliverAt: waiting?.dueAt ?? sent?.deliverAt, origin, refused });
  for (const elsewhere of forwards ?? []) forward(base, elsewhere, message, now);
  const ended = message.collapseKey === undefined ? [] : places.flatMap((entry) => collapse(base, entry, now));
  return [...places, ...ended, ...(entering === true && message.receipt ? receiptsOfRefused(base, message.id, refused, now) : [])];
}

/** Of what waited for its time, and was not taken when it came. */
function receiptsOfRefused(base: MemoryBase, messageId: string, refused: string | undefined, now: number): LogEntry[] {
  const recipients = JSON.parse(refused ?? '[]') as { address: string; error?: { type?: string } }[];
  return recipients.flatMap(({ address, error }) => appendReceiptOf(base, messageId, address, 'refused', now, error?.type) ?? []);
}

/** The newer message takes the slot of its key; what stood there is not needed any more. */
function collapse(base: MemoryBase, entry: MessageEntry, now: number): LogEntry[] {
  const { message, mailboxId, tenantId, position } = entry;
  const key = `${placeKey(mailboxId, message.senderId)} ${message.collapseKey}`;
  const older = base.collapseSlots.get(key);
  base.collapseSlots.set(key, { position, messageId: message.id });
  if (older === undefined) return [];
  return endOne(base, { tenantId, mailboxId, messageId: older.messageId, target: older.position, state: 'collapsed' }, now).entries;
}
