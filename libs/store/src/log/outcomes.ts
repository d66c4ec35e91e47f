import type { LogEntry, MessageOutcome, NewOutcome, Page, PageRequest, RecipientOutcome } from '@vestnik/core';
import type { OutcomeState, RecipientState } from '@vestnik/protocol';
import { type MessageRow, mailboxAddress, OUTCOMES, outcomeNumber, toMessage } from './entries.js';
import { readEntries } from './read.js';
import type { Sql, Statement } from './sql.js';

const RECORD: Statement = { name: 'record-outcomes', text: 'select * from vestnik.record_outcomes($1::json)' };

interface RecordRow {
  n: number;
  state: number;
  written: boolean;
  tenant_id: number;
  position: number | null;
  receipt_tenant: number | null;
  receipt: number | null;
}

export async function recordOutcomes(
  sql: Sql,
  installation: string,
  outcomes: readonly NewOutcome[],
): Promise<{ states: RecipientState[]; entries: LogEntry[] }> {
  if (outcomes.length === 0) return { states: [], entries: [] };
  const rows = await sql.rows<RecordRow>(RECORD, [
    JSON.stringify(
      outcomes.map((outcome, n) => ({
        n,
        t: outcome.tenantId,
        b: outcome.mailboxId,
        i: outcome.messageId,
        p: outcome.target,
        s: outcomeNumber(outcome.state),
        r: outcome.reason,
        d: outcome.device,
        w: outcome.session,
      })),
    ),
  ]);
  const places: { tenantId: number; position: number }[] = [];
  for (const row of rows) {
    if (row.written && row.position !== null) places.push({ tenantId: row.tenant_id, position: row.position });
    if (row.receipt !== null && row.receipt_tenant !== null) places.push({ tenantId: row.receipt_tenant, position: row.receipt });
  }
  const read = places.length === 0 ? new Map<number, LogEntry>() : await readEntries(sql, installation, places);
  return {
    states: rows.map((row) => (row.state === 0 ? 'acknowledged' : (OUTCOMES[row.state - 1] as RecipientState))),
    entries: [...read.values()].sort((a, b) => a.position - b.position),
  };
}

/** The message, where the tenant sent it or has an entry of it. */
const MESSAGE: Statement = {
  name: 'message',
  text: `select w.id as message_id, w.tenant_id as sender_tenant_id, w.sender_id, w.sender, w.type, w.data, w.receipt, w.sent_at, w.collapse_key,
      w.correlation_id, w.content_type, w.traceparent, w.first_position, w.last_position, coalesce(w.tenants, array[w.tenant_id]) as tenants,
      w.deliver_at, w.ended, w.ended_at, w.refused, coalesce(s.destinations, w.waited_for) as destinations
    from vestnik.message w left join vestnik.scheduled s on s.message_id = w.id
    where w.id = $1 and (w.tenant_id = $2 or $2 = any(w.tenants))`,
};

/** Its entries: all of them for the tenant that sent it, else those of the tenant that asks. */
const RECIPIENTS: Statement = {
  name: 'recipients',
  text: `select l.tenant_id, l.mailbox_id, l.position, l.at, l.expires_at, b.kind as mailbox_kind, b.name as mailbox_name, t.name as tenant_name,
      o.state, o.at as outcome_at, o.detail
    from vestnik.log l
    left join vestnik.mailbox b on b.id = l.mailbox_id
    left join vestnik.tenant t on t.id = l.tenant_id
    left join lateral (
      select x.state, x.at, x.detail from vestnik.log x
      where abs(x.mailbox_id) = l.mailbox_id and x.target = l.position and x.position > l.position
      order by x.position limit 1
    ) o on true
    where l.tenant_id = any($1::int[]) and l.position between $2 and $3 and l.message_id = $4 and l.kind = 0
    order by l.position`,
};

/** The cursors that have come to a position, with when they moved past it; and whether an acknowledgement came before an outcome. */
const DEVICES: Statement = {
  name: 'devices',
  text: `select k.client_id, k.position, c.device, c.acknowledged >= k.position as acknowledged, c.delivered >= k.position as delivered,
      (select min(v.at) from vestnik.cursor_move v where v.client_id = k.client_id and v.device = c.device and v.position >= k.position and v.acknowledged) as acknowledged_at,
      (select min(v.at) from vestnik.cursor_move v where v.client_id = k.client_id and v.device = c.device and v.position >= k.position) as delivered_at,
      1 + (select count(*)::int from vestnik.handed_again a
        where a.client_id = k.client_id and a.last >= k.position and a.first <= k.position and a.device = c.device) as attempts
    from unnest($1::int[], $2::bigint[]) k(client_id, position)
    join vestnik.client_cursor c on c.client_id = k.client_id and (c.acknowledged >= k.position or c.delivered >= k.position)
    order by k.client_id, c.device`,
};

/** Who a message to everyone was for: those that were known when it was accepted. */
const EVERYONE = 'select c.id, c.name, c.tenant_id from vestnik.mailbox c where c.tenant_id = $1 and c.kind = 0 and c.since < $2';
/** Who a message to a topic was for: those that were subscribed to it when it was accepted. */
const subscribers = (topic: string) =>
  `select c.id, c.name, c.tenant_id from vestnik.audience($1, ${topic}, $2) a join vestnik.mailbox c on c.id = a.client_id`;

/**
 * Of a message to many: how many clients are in which state; `$3` and `$4`: the outcome that all share, and when.
 * Outcomes are read once, not looked for by each client: that is three looks a client and partition less, of a hundred thousand.
 */
const counts = (name: string, audience: string): Statement => ({
  name,
  text: `select x.state, count(*)::int as count from (
      select case
          when y.ended is not null then y.ended
          when $3::int is not null and coalesce((select min(v.at) from vestnik.cursor_move v where v.client_id = y.id and v.position >= $2 and v.acknowledged),
            9223372036854775807) > $4 then $3::int
          when y.acknowledged then 0
          when y.delivered then -1
          else -2 end as state
      from (
        select z.id, (array_agg(z.state order by z.position) filter (where z.state is not null))[1] as ended,
          bool_or(z.acknowledged) as acknowledged, bool_or(z.delivered) as delivered
        from (
          select b.id, true as meant, null::int as state, null::bigint as position, c.acknowledged >= $2 as acknowledged, c.delivered >= $2 as delivered
          from (${audience}) b left join vestnik.client_cursor c on c.client_id = b.id
          union all
          select abs(l.mailbox_id), false, l.state, l.position, null, null from vestnik.log l where l.target = $2 and abs(l.mailbox_id) > 0 and l.position + 0 > $2
        ) z
        group by z.id having bool_or(z.meant)
      ) y
    ) x group by 1`,
});
const COUNTS_EVERYONE = counts('counts-everyone', EVERYONE);
const COUNTS_TOPIC = counts('counts-topic', subscribers('$5'));

/** The recipients of a message to many, by name; `$4` and `$5`: the outcome that all share, and when. */
const byName = (name: string, audience: string): Statement => ({
  name,
  text: `select b.id as mailbox_id, b.name, t.name as tenant_name,
      case
        when o.state is not null then o.state
        when $4::int is not null and coalesce(k.acknowledged_at, 9223372036854775807) > $5 then $4::int
        when k.acknowledged then 0
        when k.delivered then -1
        else -2 end as state,
      coalesce(o.at, case when k.acknowledged or k.delivered then k.acknowledged_at end) as at
    from (${audience}) b
    join vestnik.tenant t on t.id = b.tenant_id
    left join lateral (
      select bool_or(c.acknowledged >= $2) as acknowledged, bool_or(c.delivered >= $2) as delivered,
        (select min(v.at) from vestnik.cursor_move v where v.client_id = b.id and v.position >= $2 and v.acknowledged) as acknowledged_at
      from vestnik.client_cursor c where c.client_id = b.id
    ) k on true
    left join lateral (select l.state, l.at from vestnik.log l where abs(l.mailbox_id) = b.id and l.target = $2 and l.position > $2 order by l.position limit 1) o on true
    where b.name > $3
    order by b.name limit $6`,
});
const RECIPIENTS_EVERYONE = byName('recipients-everyone', EVERYONE);
const RECIPIENTS_TOPIC = byName('recipients-topic', subscribers('$7'));

/** Its recipients at other installations. */
const FORWARDED: Statement = {
  name: 'forwarded',
  text: `select o.remote, o.number, o.at, o.expires_at, o.addresses, o.states, o.state_at, o.details,
      coalesce(s.sent, 0) >= o.number as sent,
      (select a.at from vestnik.outbox_ack a where a.remote = o.remote and a.number >= o.number order by a.number limit 1) as arrived_at
    from vestnik.outbox o left join vestnik.outbox_sent s on s.remote = o.remote
    where o.message_id = $1 and o.tenant_id = $2 and o.kind in (0, 3) order by o.remote`,
};

export interface ForwardedRow {
  remote: number;
  number: number;
  at: number;
  expires_at: number;
  addresses: string[];
  states: (number | null)[];
  /** Numbers as text: they come in an array. */
  state_at: (string | null)[];
  details: (string | null)[];
  sent: boolean;
  arrived_at: number | null;
}

interface SentRow extends MessageRow {
  first_position: number | null;
  last_position: number | null;
  tenants: number[];
  deliver_at: number | null;
  ended: number | null;
  ended_at: number | null;
  refused: string | null;
  destinations: string | null;
}

interface RecipientRow {
  tenant_id: number;
  mailbox_id: number;
  position: number;
  at: number;
  expires_at: number;
  mailbox_kind: number | null;
  mailbox_name: string | null;
  tenant_name: string | null;
  state: number | null;
  outcome_at: number | null;
  detail: string | null;
}

interface DeviceRow {
  client_id: number;
  position: number;
  device: string;
  acknowledged: boolean;
  delivered: boolean;
  acknowledged_at: number | null;
  delivered_at: number | null;
  attempts: number;
}

/** @param counted whether of what went to many is counted who is in which state */
export async function outcome(sql: Sql, installation: string, tenantId: number, messageId: string, counted = true): Promise<MessageOutcome | undefined> {
  const sent = await sql.row<SentRow>(MESSAGE, [messageId, tenantId]);
  if (sent === undefined) return undefined;
  const own = sent.sender_tenant_id === tenantId;
  const head = { message: toMessage(sent), deliverAt: sent.deliver_at ?? undefined, refused: own ? (sent.refused ?? undefined) : undefined };
  const forwarded = own ? await sql.rows<ForwardedRow>(FORWARDED, [messageId, tenantId]) : [];
  const elsewhere = forwarded.flatMap(recipientsElsewhere);
  if (sent.first_position === null) {
    const waiting = own && (sent.destinations !== null || forwarded.length === 0);
    return { ...head, expiresAt: forwarded[0]?.expires_at, recipients: waiting ? waitingRecipients(sent) : elsewhere };
  }

  const rows = await sql.rows<RecipientRow>(RECIPIENTS, [own ? sent.tenants : [tenantId], sent.first_position, sent.last_position, messageId]);
  const direct = rows.filter((row) => row.mailbox_kind === 0 && row.state === null);
  const devices = direct.length === 0 ? [] : await sql.rows<DeviceRow>(DEVICES, [direct.map((row) => row.mailbox_id), direct.map((row) => row.position)]);
  const devicesOf = new Map<string, DeviceRow[]>();
  for (const device of devices) {
    const key = `${device.client_id} ${device.position}`;
    devicesOf.set(key, [...(devicesOf.get(key) ?? []), device]);
  }
  const counts: Partial<Record<RecipientState, number>> = {};
  let shared = false;
  for (const { mailbox_kind: kind, mailbox_name: topic, tenant_id, position, state: ended, outcome_at } of rows) {
    if (kind !== 1 && kind !== 2) continue;
    if (!counted) continue;
    shared = true;
    const values = [tenant_id, position, ended, outcome_at];
    type Row = { state: number; count: number };
    const found = await (kind === 1 ? sql.rows<Row>(COUNTS_TOPIC, [...values, topic]) : sql.rows<Row>(COUNTS_EVERYONE, values));
    for (const { state, count } of found) {
      const name = stateOf(state);
      counts[name] = (counts[name] ?? 0) + count;
    }
  }
  return {
    ...head,
    expiresAt: rows[0]?.expires_at,
    recipients: [...rows.map((row) => recipient(row, devicesOf.get(`${row.mailbox_id} ${row.position}`) ?? [], installation)), ...elsewhere],
    counts: shared ? counts : undefined,
  };
}

/** Direct recipients come first, in the order of the log; then those of each topic, and everyone, by name. */
export async function recipients(
  sql: Sql,
  installation: string,
  tenantId: number,
  messageId: string,
  page: PageRequest,
): Promise<Page<RecipientOutcome> | undefined> {
  const whole = await outcome(sql, installation, tenantId, messageId, false);
  if (whole === undefined) return undefined;
  const shared = whole.recipients.filter(isShared);
  const direct = whole.recipients.filter((one) => !isShared(one));
  const { part, after } = readCursor(page.cursor);
  if (part < 0) {
    const at = Number(after);
    const items = direct.slice(at, at + page.limit);
    if (at + page.limit < direct.length) return { items, next: `d${at + page.limit}` };
    if (items.length > 0 || shared.length === 0) return { items, next: shared.length === 0 ? undefined : 's0 ' };
  }
  const at = Math.max(part, 0);
  const many = shared[at];
  if (many === undefined) return { items: [] };
  const ended = OUTCOMES.indexOf(many.state as OutcomeState);
  const values = [many.tenantId, many.position, part < 0 ? '' : after, ended < 0 ? null : ended + 1, many.at ?? null, page.limit + 1];
  type Row = { mailbox_id: number; name: string; tenant_name: string; state: number; at: number | null };
  const rows = many.address.startsWith('#')
    ? await sql.rows<Row>(RECIPIENTS_TOPIC, [...values, many.address.slice(1, many.address.lastIndexOf('@'))])
    : await sql.rows<Row>(RECIPIENTS_EVERYONE, values);
  const items = rows.slice(0, page.limit).map(
    (row): RecipientOutcome => ({
      tenantId: many.tenantId,
      mailboxId: row.mailbox_id,
      position: many.position,
      address: mailboxAddress(0, row.name, row.tenant_name, installation),
      state: stateOf(row.state),
      at: row.at ?? undefined,
      devices: [],
    }),
  );
  if (rows.length > page.limit) return { items, next: `s${at} ${rows[page.limit - 1]?.name}` };
  return { items, next: at + 1 < shared.length ? `s${at + 1} ` : undefined };
}

/** Sent to a topic or to everyone: what became of it is told for each client. */
function isShared({ address, mailboxId }: RecipientOutcome): boolean {
  return mailboxId !== 0 && (address.startsWith('*@') || address.startsWith('#'));
}

/** `d<count>`: behind so many direct recipients; `s<which> <name>`: of the topic or everyone of that number behind this name. */
function readCursor(cursor: string | undefined): { readonly part: number; readonly after: string } {
  const many = /^s(\d{1,4}) (.*)$/s.exec(cursor ?? '');
  if (many !== null) return { part: Number(many[1]), after: many[2] as string };
  return { part: -1, after: /^d(\d{1,6})$/.exec(cursor ?? '')?.[1] ?? '0' };
}

/** As the queries number states: outcomes from 1, 0 acknowledged, -1 delivered, -2 queued. */
function stateOf(number: number): RecipientState {
  return number > 0 ? (OUTCOMES[number - 1] as RecipientState) : number === 0 ? 'acknowledged' : number === -1 ? 'delivered' : 'queued';
}

function recipient(row: RecipientRow, devices: readonly DeviceRow[], installation: string): RecipientOutcome {
  const place = {
    tenantId: row.tenant_id,
    mailboxId: row.mailbox_id,
    position: row.position,
    address: mailboxAddress(row.mailbox_kind, row.mailbox_name, row.tenant_name, installation),
    queuedAt: row.at,
  };
  const told = devices.map((device) => ({
    device: device.device,
    state: device.acknowledged ? ('acknowledged' as const) : ('delivered' as const),
    at: (device.acknowledged ? device.acknowledged_at : device.delivered_at) ?? undefined,
    ...(device.acknowledged && device.delivered_at !== null && device.delivered_at !== device.acknowledged_at ? { deliveredAt: device.delivered_at } : {}),
    attempts: device.attempts,
  }));
  if (row.state !== null) {
    const detail = row.detail === null ? {} : (JSON.parse(row.detail) as { reason?: string });
    return { ...place, state: OUTCOMES[row.state - 1] as RecipientState, at: row.outcome_at ?? undefined, reason: detail.reason, devices: told };
  }
  const state = told.some((device) => device.state === 'acknowledged') ? 'acknowledged' : told.length > 0 ? 'delivered' : 'queued';
  const times = told.filter((device) => device.state === state).map((device) => device.at ?? Number.POSITIVE_INFINITY);
  const first = Math.min(...times);
  return { ...place, state, at: state === 'queued' ? row.at : Number.isFinite(first) ? first : undefined, devices: told };
}

/**
 * Withdraws a message from its recipients at other installations: where it was never on the wire at once, elsewhere they are asked to.
 * @returns receipts
 */
export async function withdrawForwarded(sql: Sql, installation: string, tenantId: number, messageId: string): Promise<LogEntry[]> {
  const row = await sql.row<{ o_receipts: string | null }>(WITHDRAW_FORWARDED, [tenantId, messageId]);
  const places = (JSON.parse(row?.o_receipts ?? '[]') as [number, number][]).map(([tenant, position]) => ({ tenantId: tenant, position }));
  return places.length === 0 ? [] : [...(await readEntries(sql, installation, places)).values()];
}

const WITHDRAW_FORWARDED: Statement = { name: 'withdraw-forwarded', text: 'select * from vestnik.withdraw_forwarded($1, $2)' };

/** Waiting here, on the wire, or there: until that tells what became of it. Who gets what goes to many is known only there. */
export function recipientsElsewhere(row: ForwardedRow): RecipientOutcome[] {
  const arrivedAt = row.arrived_at ?? undefined;
  return row.addresses.map((address, n): RecipientOutcome => {
    const place = { tenantId: 0, mailboxId: 0, address, arrivedAt, queuedAt: row.at };
    const state = row.states[n];
    if (state !== null && state !== undefined) {
      const detail = JSON.parse(row.details[n] ?? '{}') as { reason?: string; device?: string };
      const at = Number(row.state_at[n]);
      const name = state === 0 ? 'acknowledged' : (OUTCOMES[state - 1] as RecipientState);
      const devices = state === 0 && detail.device !== undefined ? [{ device: detail.device, state: 'acknowledged' as const, at, attempts: 1 }] : [];
      return { ...place, state: name, at, reason: detail.reason, devices };
    }
    const many = address.startsWith('*@') || address.startsWith('#');
    const open = arrivedAt === undefined ? (row.sent ? 'forwarded' : 'queued') : many ? 'delivered' : 'queued';
    return { ...place, state: open, at: arrivedAt ?? row.at, devices: [] };
  });
}

/** Of one that waits for its time, or was withdrawn while it did. */
function waitingRecipients(sent: SentRow): RecipientOutcome[] {
  const { to } = JSON.parse(sent.destinations ?? '{"to":[]}') as { to: string[] };
  const withdrawn = sent.ended === 5;
  return to.map((address) => ({
    tenantId: 0,
    mailboxId: 0,
    address,
    state: withdrawn ? 'withdrawn' : 'scheduled',
    at: withdrawn ? (sent.ended_at ?? undefined) : undefined,
    devices: [],
  }));
}
