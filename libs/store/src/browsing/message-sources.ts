import type { Statement } from '../log/sql.js';

/** Where messages are found in an order that an index has, newest first. */
export interface Source {
  readonly statement: Statement;
  /** What its own part of the statement wants, from $11 on. */
  readonly values: readonly unknown[];
  /** Where it begins when nothing was read of it yet: behind all that is not asked for. */
  readonly first: string;
}

/** Of a row that was found. */
export interface SourceRow {
  readonly rows: number;
  readonly last_key: string | null;
  readonly last_id: string | null;
  readonly key: string | null;
  readonly id: string | null;
}

/** $1 rows to look through, $2 to answer, $3 tenants, $4 type, $5 sender, $6 and $7 ids from and before, $8 correlation, $9 outcome, $10 the key after which to go on, $11 the lowest key. */
const FITS = `($3::int[] is null or w.tenant_id = any($3) or w.tenants && $3) and ($4::text is null or w.type = $4) and ($5::text is null or w.sender = $5)
  and ($6::uuid is null or w.id >= $6) and ($7::uuid is null or w.id < $7) and ($8::text is null or w.correlation_id = $8)
  and ($9::smallint is null or w.ended = $9 or ($9 = 2 and w.refused is not null)
    or exists (select from vestnik.log o where o.target between w.first_position and w.last_position and o.message_id = w.id and o.state = $9)
    or exists (select from vestnik.outbox u where u.message_id = w.id and $9 = any(u.states)))`;

/** Looks through the next rows of a source, and says how far that was whatever it found. */
const statement = (name: string, slice: string): Statement => ({
  name: `browse-messages-${name}`,
  text: `with slice as materialized (
      select s.key, s.id, s.fits, row_number() over () as nth from (${slice}) s
    )
    select e.rows, e.last_key, e.last_id, x.key, x.id
    from (select count(*)::int as rows, (select z.key::text from slice z order by z.nth desc limit 1) as last_key,
      (select z.id from slice z where z.id is not null order by z.nth desc limit 1) as last_id from slice y) e
    left join (
      select s.key::text as key, w.id, s.nth from slice s join vestnik.message w on w.id = s.id where s.fits and ${FITS} order by s.nth limit $2
    ) x on true order by x.nth`,
});

const TEXT_ID = '(w.id::text collate "C")';

const ALL = statement(
  'all',
  'select w.id::text as key, w.id, true as fits from vestnik.message w where w.id < $10::uuid and w.id >= $11::uuid order by w.id desc limit $1',
);
const ONE = statement(
  'one',
  'select w.id::text as key, w.id, true as fits from vestnik.message w where w.id = $12::uuid and $10::text is not null and $11::text is not null limit $1',
);
const CORRELATED = statement(
  'correlated',
  `select w.id::text as key, w.id, true as fits from vestnik.message w where w.correlation_id = $8 and ${TEXT_ID} < $10 and ${TEXT_ID} >= $11 order by ${TEXT_ID} desc limit $1`,
);
const ELSEWHERE = statement(
  'elsewhere',
  `select w.id::text as key, w.id, true as fits from vestnik.message w
    where w.tenant_id = $12 and (w.tenants is not null or w.first_position is null or w.deliver_at is not null) and ${TEXT_ID} < $10 and ${TEXT_ID} >= $11 order by ${TEXT_ID} desc limit $1`,
);
const REFUSED = statement(
  'refused',
  `select w.id::text as key, w.id, $12::text is null or strpos(w.refused, $12) > 0 as fits from vestnik.message w
    where w.refused is not null and ${TEXT_ID} < $10 and ${TEXT_ID} >= $11 order by ${TEXT_ID} desc limit $1`,
);
const SCHEDULED = statement(
  'scheduled',
  `select s.message_id::text as key, s.message_id as id, $12::text is null or strpos(s.destinations, $12) > 0 as fits from vestnik.scheduled s
    where s.message_id < $10::uuid and s.message_id >= $11::uuid order by s.message_id desc limit $1`,
);
const TENANT_LOG = statement(
  'tenant-log',
  `select l.position as key, l.message_id as id, l.kind = 0 as fits from vestnik.log l
    where l.tenant_id = $12 and l.position < $10::bigint and l.position >= $11::bigint order by l.position desc limit $1`,
);
const MAILBOX = statement(
  'mailbox',
  `select l.position as key, l.message_id as id, l.kind = 0 as fits from vestnik.log l
    where l.mailbox_id = $12 and l.position < $10::bigint and l.position >= $11::bigint order by l.position desc limit $1`,
);
const SENT = statement(
  'sent',
  `select w.first_position as key, w.id, true as fits from vestnik.message w
    where w.sender_id = $12 and w.sender_id > 0 and w.first_position < $10::bigint and w.first_position >= $11::bigint order by w.first_position desc limit $1`,
);
const OUTBOX = statement(
  'outbox',
  `select o.number as key, o.message_id as id, $13::text = any(o.addresses) as fits from vestnik.outbox o
    where o.remote = $12 and o.number < $10::bigint and o.number >= $11::bigint order by o.number desc limit $1`,
);

/** Between which ids, and which positions, all that is asked for lies. */
export interface Bounds {
  readonly ids: readonly [from: string, before: string];
  readonly positions: readonly [from: number, before: number];
}

const NOTHING_BEFORE = '00000000-0000-0000-0000-000000000000';
const NOTHING_AFTER = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
export const EVERYTHING: Bounds = { ids: [NOTHING_BEFORE, NOTHING_AFTER], positions: [0, Number.MAX_SAFE_INTEGER] };

const byId = (one: Statement, { ids }: Bounds, ...values: unknown[]): Source => ({ statement: one, first: ids[1], values: [ids[0], ...values] });
const byPosition = (one: Statement, { positions }: Bounds, ...values: unknown[]): Source => ({
  statement: one,
  first: String(positions[1]),
  values: [positions[0], ...values],
});

export const SOURCES = {
  all: (bounds: Bounds) => byId(ALL, bounds),
  one: (id: string) => byId(ONE, EVERYTHING, id),
  correlated: (bounds: Bounds) => byId(CORRELATED, bounds),
  /** What the log of a tenant that sent it has not, or not all of it; 0: what came from other installations. */
  elsewhere: (bounds: Bounds, tenantId: number) => byId(ELSEWHERE, bounds, tenantId),
  /** Refused at once by some recipient; `part` of how the sender was told. */
  refused: (bounds: Bounds, part: string | null) => byId(REFUSED, bounds, part),
  scheduled: (bounds: Bounds, part: string | null) => byId(SCHEDULED, bounds, part),
  tenantLog: (bounds: Bounds, tenantId: number) => byPosition(TENANT_LOG, bounds, tenantId),
  mailbox: (bounds: Bounds, mailboxId: number) => byPosition(MAILBOX, bounds, mailboxId),
  sent: (bounds: Bounds, mailboxId: number) => byPosition(SENT, bounds, mailboxId),
  outbox: (remote: number, address: string): Source => ({ statement: OUTBOX, first: String(Number.MAX_SAFE_INTEGER), values: [0, remote, address] }),
} as const;
