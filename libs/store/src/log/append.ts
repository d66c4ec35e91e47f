import { createHash } from 'node:crypto';
import { type Append, type Appended, type LogEntry, lockedTenants, type MessageEntry, type StoredMessage } from '@vestnik/core';
import { dropStaged, takeStaged } from '../outgoing/stage.js';
import { REDELIVERED } from './entries.js';
import { readEntries } from './read.js';
import type { Sql, Statement } from './sql.js';

const APPEND: Statement = {
  name: 'append',
  text: 'select * from vestnik.append($1::json, $2::json, $3::int[], $4, $5, $6, $7, $8)',
};

/** What the function answers; see its comment in the migration. */
export interface AppendRow {
  n: number;
  what: number;
  tenant_id: number;
  mailbox_id: number;
  position: number;
  previous: number;
  at: number;
  expires_at: number;
  note: string | null;
}

/** From here on nothing was appended. */
const BUSY = 10;
const GONE = 14;
const NONE: ReadonlySet<number> = new Set();

/** What an entry of an outbox counts for besides its data. */
const OVERHEAD_BYTES = 200;

const OWN_TTL = 1;
const RECEIPT = 2;
const RETAINED = 8;

/** Commits a batch: one round trip, one transaction. What was sent from SQL is taken off the stage in the same transaction. */
export async function append(sql: Sql, installation: string, batch: readonly Append[]): Promise<Appended[]> {
  if (!batch.some(({ staged }) => staged !== undefined)) {
    return readAnswer(sql, installation, batch, await sql.rows<AppendRow>(APPEND, parametersOf(batch, NONE)));
  }
  const rows = await sql.transaction(async (run) => {
    const skipped = await takeStaged(run, batch);
    const appended = await run<AppendRow>(APPEND.text, parametersOf(batch, skipped));
    await dropStaged(run, batch, new Set([...skipped, ...appended.filter(({ what }) => what >= BUSY).map(({ n }) => n)]));
    return [...appended, ...[...skipped].map((n) => ({ n, what: GONE }) as AppendRow)];
  });
  return readAnswer(sql, installation, batch, rows);
}

/** What {@link APPEND} takes, but for the messages that are left out. */
export function parametersOf(batch: readonly Append[], without: ReadonlySet<number>): unknown[] {
  const messages: unknown[] = [];
  const entries: unknown[] = [];
  const forwards: unknown[] = [];
  const tenants = new Set<number>();
  let keyed = false;
  let collapsing = false;
  let entering = false;
  let waits = false;
  for (let n = 0; n < batch.length; n++) {
    if (without.has(n)) continue;
    const { message, destinations, idempotency, waiting, refused, retain, entering: due, forwards: elsewhere, origin, redelivered } = batch[n] as Append;
    for (const { tenantId, mailboxId, ttl, ttlIsDefault } of destinations) {
      const flags =
        (ttlIsDefault ? 0 : OWN_TTL) | (message.receipt ? RECEIPT : 0) | (retain === true ? RETAINED : 0) | (redelivered === true ? REDELIVERED : 0);
      entries.push({ n, o: entries.length, t: tenantId, b: mailboxId, i: message.id, x: ttl, f: flags, r: message.receipt ? message.tenantId : undefined });
    }
    for (const { remoteId, addresses, wire, ttl } of elsewhere ?? []) {
      forwards.push({
        n,
        o: forwards.length,
        r: remoteId,
        i: message.id,
        t: message.tenantId,
        w: wire,
        a: addresses,
        x: ttl,
        y: Buffer.byteLength(message.data) + OVERHEAD_BYTES,
      });
    }
    for (const tenant of lockedTenants(batch[n] as Append)) tenants.add(tenant);
    keyed ||= idempotency !== undefined;
    collapsing ||= message.collapseKey !== undefined;
    entering ||= due === true;
    waits ||= waiting !== undefined;
    messages.push({
      n,
      id: message.id,
      t: message.tenantId,
      s: message.senderId,
      f: message.from,
      ty: message.type,
      d: message.data,
      r: message.receipt || undefined,
      da: waiting?.dueAt,
      ds: waiting === undefined ? undefined : JSON.stringify({ to: waiting.to, ttl: waiting.ttl, retain: waiting.retain }),
      ck: message.collapseKey,
      co: message.correlationId,
      ct: message.contentType,
      tp: message.traceparent,
      rf: refused,
      en: due,
      og: origin,
      sa: origin === undefined ? undefined : (message as StoredMessage).sentAt,
      k: idempotency?.key,
      fp: idempotency === undefined ? undefined : createHash('sha256').update(idempotency.fingerprint).digest('hex').slice(0, 32),
      an: idempotency?.answer,
    });
  }
  return [
    JSON.stringify(messages),
    JSON.stringify(entries),
    [...tenants].sort((a, b) => a - b),
    keyed,
    collapsing,
    entering,
    waits,
    forwards.length === 0 ? null : JSON.stringify(forwards),
  ];
}

/** What waited for its time was accepted before it entered the log. */
function acceptedAt({ entering, origin, message }: Append, now: number): number {
  return (entering === true || origin !== undefined) && 'sentAt' in message ? (message as StoredMessage).sentAt : now;
}

export async function readAnswer(sql: Sql, installation: string, batch: readonly Append[], rows: readonly AppendRow[]): Promise<Appended[]> {
  const entriesOf: LogEntry[][] = batch.map(() => []);
  const answers: (Appended | undefined)[] = new Array(batch.length).fill(undefined);
  const extra: { n: number; tenantId: number; position: number }[] = [];
  const destinationAt = new Array<number>(batch.length).fill(0);
  for (const row of rows) {
    switch (row.what) {
      case 0: {
        const send = batch[row.n] as Append;
        const at = destinationAt[row.n] as number;
        destinationAt[row.n] = at + 1;
        const destination = send.destinations[at];
        if (destination === undefined) throw new Error('the log answered more entries than were sent');
        const entry: MessageEntry = {
          kind: 'message',
          tenantId: row.tenant_id,
          mailboxId: row.mailbox_id,
          position: row.position,
          previous: row.previous,
          topic: destination.topic,
          at: row.at,
          to: destination.to,
          expiresAt: row.expires_at,
          redelivered: send.redelivered,
          message: { ...send.message, sentAt: acceptedAt(send, row.at) },
        };
        entriesOf[row.n]?.push(entry);
        break;
      }
      case 1:
        extra.push({ n: row.n, tenantId: row.tenant_id, position: row.position });
        break;
      case 10:
        answers[row.n] = { kind: 'busy' };
        break;
      case 11:
        answers[row.n] = { kind: 'duplicate', answer: row.note ?? '' };
        break;
      case 12:
        answers[row.n] = { kind: 'mismatch' };
        break;
      case 14:
        answers[row.n] = { kind: 'gone' };
    }
  }
  if (extra.length > 0) {
    const read = await readEntries(sql, installation, extra);
    for (const { n, position } of extra) {
      const entry = read.get(position);
      if (entry !== undefined) entriesOf[n]?.push(entry);
    }
  }
  return answers.map((answer, n) => answer ?? { kind: 'appended', entries: entriesOf[n] as LogEntry[] });
}
