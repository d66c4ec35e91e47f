import type { Page, PageRequest, ScheduledAsked, ScheduledBrowsing, ScheduledMessage } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';
import { readCursor, writeCursor } from './of-tenants.js';

/** A page that is picked by sender or recipient looks through so many. */
const LOOKED_MAX = 20_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const LAST_TIME = Number.MAX_SAFE_INTEGER;

const PLACE = /^(\d{1,16}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

type Way = 'all' | 'tenants';

/** What is due after `$2`, `$3`, soonest first; of the tenants `$1`. */
const after = (way: Way, more: string, limit: string): string =>
  way === 'all'
    ? `select s.due_at, s.message_id, s.tenant_id, s.destinations from vestnik.scheduled s
        where (s.due_at, s.message_id) > ($2, $3) and $1::int[] is null ${more} order by s.due_at, s.message_id limit ${limit}`
    : `select s.* from unnest($1::int[]) k(id) cross join lateral (
          select s.due_at, s.message_id, s.tenant_id, s.destinations from vestnik.scheduled s
          where s.tenant_id = k.id and (s.due_at, s.message_id) > ($2, $3) ${more} order by s.due_at, s.message_id limit ${limit}
        ) s order by s.due_at, s.message_id limit ${limit}`;

const COLUMNS = 't.name as tenant, w.id, w.sender, w.type, w.sent_at, w.bytes, s.due_at, s.destinations';
/** One by one: how many a page has no plan knows, and it would read all messages for a tenth of what is scheduled. */
const JOINS = `cross join lateral (select w.id, w.sender, w.type, w.sent_at, octet_length(w.data) as bytes from vestnik.message w where w.id = s.message_id limit 1) w
    cross join lateral (select t.name from vestnik.tenant t where t.id = s.tenant_id limit 1) t`;

const list = (way: Way): Statement => ({
  name: `browse-scheduled-${way}`,
  text: `select ${COLUMNS} from (${after(way, '', '$4')}) s
    ${JOINS}
    order by s.due_at, s.message_id`,
});

/** Up to where a page may look; nothing where it may look at all that is left. */
const end = (way: Way): Statement => ({
  name: `browse-scheduled-end-${way}`,
  text: `select s.due_at, s.message_id from (${after(way, '', `${LOOKED_MAX}`)}) s order by s.due_at, s.message_id offset ${LOOKED_MAX - 1} limit 1`,
});

/** What is looked through, up to `$4`, `$5`: a whole address, or a name before the @, of the sender (`$6`) and of a recipient (`$7`). */
const picked = (way: Way): Statement => ({
  name: `browse-scheduled-picked-${way}`,
  text: `select ${COLUMNS} from (${after(
    way,
    `and (s.due_at, s.message_id) <= ($4, $5) and ($7::text is null or strpos(s.destinations, $7) > 0 and exists (
        select from json_array_elements_text(s.destinations::json->'to') a(address) where a.address = $7 or starts_with(a.address, $7 || '@')))`,
    `${LOOKED_MAX}`,
  )}) s
    ${JOINS}
    where $6::text is null or w.sender = $6 or starts_with(w.sender, $6 || '@')
    order by s.due_at, s.message_id limit $8`,
});

interface Row {
  tenant: string;
  id: string;
  sender: string;
  type: string;
  sent_at: number;
  bytes: number;
  due_at: number;
  destinations: string;
}

/** What waits for its time in many tenants, in Postgres. */
export class PostgresScheduledBrowsing implements ScheduledBrowsing {
  constructor(private readonly sql: Sql) {}

  async list({ tenants, from, to }: ScheduledAsked, { limit, cursor }: PageRequest): Promise<Page<ScheduledMessage>> {
    const way: Way = tenants === undefined ? 'all' : 'tenants';
    const [dueAt = 0, id = NO_ID] = readCursor(cursor, PLACE) ?? [];
    if (from === undefined && to === undefined) {
      return pageOf(await this.sql.rows<Row>(list(way), [tenants ?? null, dueAt, id, limit + 1]), limit, undefined);
    }
    const last = await this.sql.row<{ due_at: number; message_id: string }>(end(way), [tenants ?? null, dueAt, id]);
    const upTo = [last?.due_at ?? LAST_TIME, last?.message_id ?? LAST_ID] as const;
    const rows = await this.sql.rows<Row>(picked(way), [tenants ?? null, dueAt, id, ...upTo, from ?? null, to ?? null, limit + 1]);
    return pageOf(rows, limit, last === undefined ? undefined : writeCursor(...upTo));
  }
}

/** @param beyond the cursor of what was not looked at, where that is not all */
function pageOf(rows: readonly Row[], limit: number, beyond: string | undefined): Page<ScheduledMessage> {
  const items = rows.slice(0, limit).map((row) => ({
    id: row.id,
    tenant: row.tenant,
    from: row.sender,
    to: (JSON.parse(row.destinations) as { to: string[] }).to,
    type: row.type,
    deliverAt: row.due_at,
    sentAt: row.sent_at,
    bytes: row.bytes,
  }));
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? writeCursor(last.deliverAt, last.id) : beyond };
}
