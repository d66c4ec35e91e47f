const DAY_MS = 24 * 3600 * 1000;
const DAYS = 60;
/** Of this many entries one is the outcome of an earlier one. */
const OUTCOME_EVERY = 25;

/** What a filled log looks like; positions run from 1 to `last` at even steps of time. */
export interface Shape {
  readonly messages: number;
  readonly clients: number;
  /** The first so many clients read what they get; the others never came, and what they were sent expires. */
  readonly present: number;
  readonly last: number;
  /** The time of position 0, and from one to the next; milliseconds. */
  readonly begins: number;
  readonly stepMs: number;
  readonly ttlMs: number;
  readonly retentionMs: number;
  /** Expiry has been swept up to here; a little further it is due. */
  readonly sweptTo: number;
  readonly positionsPerPartition: number;
}

/** Sixty days of messages that live for thirty and are kept for thirty. */
export function shapeOf(messages: number, now: number): Shape {
  const last = Math.floor((messages * OUTCOME_EVERY) / (OUTCOME_EVERY - 1));
  const stepMs = Math.floor((DAYS * DAY_MS) / last);
  const ttlMs = 30 * DAY_MS;
  const clients = Math.min(1_000_000, Math.floor(messages / 10));
  // Outcomes stand where the position divides by 25, and what they end at one more than that: see the functions.
  const behind = Math.ceil((Math.ceil(ttlMs / stepMs) + last / 200) / OUTCOME_EVERY) * OUTCOME_EVERY - 1;
  return {
    messages,
    clients,
    present: Math.floor(clients * 0.96),
    last,
    begins: now - last * stepMs,
    stepMs,
    ttlMs,
    retentionMs: 30 * DAY_MS,
    sweptTo: last - behind,
    positionsPerPartition: Math.min(4_000_000, Math.floor(last * 0.4)),
  };
}

/**
 * The same as functions of a position, inlined into the statements that fill.
 *
 * Few clients get much and most get little: the busiest gets one message in a hundred, one in the middle five of ten million.
 */
export function shapeFunctions(shape: Shape, firstClient: number, everyone: number): string[] {
  const { begins, stepMs, present, clients, last, sweptTo } = shape;
  const absent = clients - present;
  return [
    'create schema bench',
    `create function bench.at(p bigint) returns bigint language sql immutable as 'select ${begins} + p * ${stepMs}'`,
    `create function bench.chance(p bigint) returns float8 language sql immutable as
      'select (hashint8extended(p, 1) & 1099511627775)::float8 / 1099511627776'`,
    `create function bench.id(p bigint) returns uuid language sql immutable as $$
      select (lpad(to_hex(${begins} + p * ${stepMs}), 12, '0') || '7' || substr(md5(p::text), 1, 3) || '8' || substr(md5(p::text), 4, 15))::uuid $$`,
    `create function bench.mailbox(p bigint) returns int language sql immutable as $$
      select case
        when p % 100000 = 12 then ${everyone}
        when p % ${OUTCOME_EVERY} = 1 then ${firstClient + present} + floor(${absent} * bench.chance(p))::int
        else ${firstClient} + floor(${present} * power(bench.chance(p), 3))::int end $$`,
    // Each tenth client that reads is half the time to live behind.
    `create function bench.acknowledges(p bigint, mailbox int) returns boolean language sql immutable as
      'select p <= ${Math.floor(last * 0.75)} or (mailbox - ${firstClient}) % 10 <> 7'`,
    // Some live for a year: they outlast their partition. Else nobody came for it: its time ended it.
    `create function bench.own_ttl(p bigint) returns boolean language sql immutable as 'select p % 500 = 51'`,
    `create function bench.expired(p bigint) returns boolean language sql immutable as
      'select p > ${last - sweptTo} and (p - ${last - sweptTo}) % 500 <> 51'`,
    `create function bench.target(p bigint) returns bigint language sql immutable as
      'select case when bench.expired(p) then p - ${last - sweptTo} else p - 1 end'`,
  ];
}

/** Entries, as appending and recording outcomes write them. */
export const FILL_LOG = `insert into vestnik.log (position, previous, tenant_id, mailbox_id, kind, state, flags, message_id, target, at, expires_at, detail)
  select p, p - 1, $1::int, bench.mailbox(p), 0, null::int, case when bench.own_ttl(p) then 1 else 0 end, bench.id(p), null::bigint, bench.at(p),
    bench.at(p) + case when bench.own_ttl(p) then 366 * 86400000::bigint else $4::bigint end, null
  from generate_series($2::bigint, $3::bigint) p where p % ${OUTCOME_EVERY} <> 0
  union all
  select p, p - 1, $1::int, bench.mailbox(bench.target(p)), 1, case when bench.expired(p) then 3 else 1 end, 0, bench.id(bench.target(p)), bench.target(p), bench.at(p),
    null, '{}'
  from generate_series($2::bigint, $3::bigint) p where p % ${OUTCOME_EVERY} = 0
  order by 1`;

export const FILL_MESSAGES = `insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, sent_at)
  select bench.id(p), $1::int, $4::int, 'server@large.bench', 'order.approved', rpad('{"order":"A-' || p || '","text":"', 198, md5(p::text)) || '"}', p, p, bench.at(p)
  from generate_series($2::bigint, $3::bigint) p where p % ${OUTCOME_EVERY} <> 0`;

export const FILL_EXPIRY = `insert into vestnik.expiry (expires_at, tenant_id, mailbox_id, position, message_id)
  select l.expires_at, l.tenant_id, l.mailbox_id, l.position, l.message_id from vestnik.log l where l.kind = 0 and l.flags = 1`;

/** $1 tenant, $2 the first client, $3 the first that never came. */
export const FILL_CURSORS = `insert into vestnik.client_cursor (client_id, device, tenant_id, acknowledged, delivered, at)
  select b.id, '', $1::int, coalesce(x.position, 0), coalesce(x.position, 0), bench.at(coalesce(x.position, 0)) + 2000
  from vestnik.mailbox b
  left join (
    select l.mailbox_id, max(l.position) as position from vestnik.log l
    where l.kind = 0 and l.mailbox_id >= $2 and l.mailbox_id < $3 and bench.acknowledges(l.position, l.mailbox_id) group by l.mailbox_id
  ) x on x.mailbox_id = b.id
  where b.tenant_id = $1 and b.id >= $2 and b.id < $3
  order by b.id`;

/** One move for five messages, and the last of each cursor; $1 the last position, $2 the first client, $3 the first that never came. */
export const FILL_MOVES = `insert into vestnik.cursor_move (client_id, position, device, acknowledged, at)
  select l.client_id, l.position, '', true, bench.at(l.position) + 2000
  from (
    select bench.mailbox(p) as client_id, p as position from generate_series(1::bigint, $1::bigint) p where p % 5 = 3 and bench.acknowledges(p, bench.mailbox(p))
    union
    select c.client_id, c.acknowledged from vestnik.client_cursor c where c.client_id >= $2 and c.client_id < $3 and c.acknowledged > 0
  ) l
  order by l.position`;
