import type { ClientSearch, FoundClient, Page } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';
import { type Folded, folded } from './folded.js';
import { isId, isText, readKey, writeKey } from './list-key.js';

/** So few clients are looked up one by one and sorted; more are gone through in the order of the list. */
const FEW = 5_000;
/** Clients that are gone through at once where most are left out, and how often for one page. */
const CHUNK = 2_000;
const CHUNKS = 10;

type Sort = ClientSearch['sort'];

const WEBHOOK_STATES = ['active', 'failing', 'paused'] as const;

/** $1 tenants, $2 how many, $3 and $4 the key of the last one, $5 and $6 part of the name, $7 at least so many waiting, $8 these clients only. */
const FITS = `($5::text is null or lower(b.name) like $5 or lower(b.title collate "C") like $5)
  and ($6::text is null or b.name ~ $6 or b.title collate "C" ~ $6)`;
const COUNTED = 'left join vestnik.backlog c on c.client_id = b.id';
const ENOUGH = '($7::int is null or c.waiting >= $7)';
const COLUMNS = 'b.id, b.tenant_id, b.name, b.title, b.created_at, b.seen_at as left_at, c.waiting, c.oldest_at, c.seen_at as known_at';

/** What is only wanted of those on the page. A position moves only for somebody who is there; those of the bus's own devices apart. */
const page = (name: string, from: string, order: string): Statement => ({
  name,
  text: `select x.*, h.state as webhook,
      greatest(x.left_at, (select max(k.at) from vestnik.client_cursor k where k.client_id = x.id and k.device not like 'vestnik%')) as seen_now
    from (${from}) x left join vestnik.webhook h on h.client_id = x.id
    order by ${order}`,
});

const BY_NAME = 'x.name, x.id';
const AFTER_NAME = `b.name >= $3 and (b.name > $3 or b.id > $4)`;
const BY_WAITING = 'x.waiting desc, x.id desc';
const BY_SEEN = 'x.known_at desc, x.id desc';

/** Each tenant's own, then the first of all; so each is read from its index in order, and no further than a page. */
const OF_TENANTS: Readonly<Record<Sort, Statement>> = {
  name: page(
    'browse-clients-name',
    `select y.* from unnest($1::int[]) t(id) cross join lateral (
        select ${COLUMNS} from vestnik.mailbox b ${COUNTED}
        where b.tenant_id = t.id and b.kind = 0 and ${AFTER_NAME} and ${FITS} and ${ENOUGH} and $8::int[] is null
        order by b.name limit $2) y
      order by y.name, y.id limit $2`,
    BY_NAME,
  ),
  behind: page(
    'browse-clients-behind',
    `select y.* from unnest($1::int[]) t(id) cross join lateral (
        select ${COLUMNS} from vestnik.backlog c join vestnik.mailbox b on b.id = c.client_id
        where c.tenant_id = t.id and (c.waiting, c.client_id) < ($3, $4) and c.waiting >= coalesce($7::int, 0) and ${FITS} and $8::int[] is null
        order by c.waiting desc, c.client_id desc limit $2) y
      order by y.waiting desc, y.id desc limit $2`,
    BY_WAITING,
  ),
  seen: page(
    'browse-clients-seen',
    `select y.* from unnest($1::int[]) t(id) cross join lateral (
        select ${COLUMNS} from vestnik.backlog c join vestnik.mailbox b on b.id = c.client_id
        where c.tenant_id = t.id and (c.seen_at, c.client_id) < ($3, $4) and ${FITS} and ${ENOUGH} and $8::int[] is null
        order by c.seen_at desc, c.client_id desc limit $2) y
      order by y.known_at desc, y.id desc limit $2`,
    BY_SEEN,
  ),
};

const OF_ALL: Statement = page(
  'browse-all-clients-name',
  `select ${COLUMNS} from vestnik.mailbox b ${COUNTED}
    where b.kind = 0 and b.name || '' >= $3 and (b.name || '' > $3 or b.id > $4) and ${FITS} and ${ENOUGH} and $8::int[] is null and b.tenant_id + 0 = any($1)
    order by b.name || '', b.id limit $2`,
  BY_NAME,
);

const these = (name: string, after: string, order: string): Statement =>
  page(
    name,
    `select y.* from (
        select ${COLUMNS} from unnest($8::int[]) i(id) join vestnik.mailbox b on b.id = i.id ${COUNTED}
        where b.kind = 0 and b.tenant_id + 0 = any($1) and ${FITS} and ${ENOUGH}) y
      where ${after} order by ${order.replaceAll('x.', 'y.')} limit $2`,
    order,
  );
const OF_THESE: Readonly<Record<Sort, Statement>> = {
  name: these('browse-these-name', 'y.name >= $3 and (y.name > $3 or y.id > $4)', BY_NAME),
  behind: these('browse-these-behind', '(y.waiting, y.id) < ($3, $4)', BY_WAITING),
  seen: these('browse-these-seen', '(y.known_at, y.id) < ($3, $4)', BY_SEEN),
};

const FAR_BEHIND: Statement = {
  name: 'clients-far-behind',
  text: `select y.id from unnest($1::int[]) t(id) cross join lateral (
      select c.client_id as id from vestnik.backlog c where c.tenant_id = t.id and c.waiting >= $2 limit $3) y limit $3`,
};

const NAMED: Statement = {
  name: 'clients-named',
  text: `select y.id from unnest($1::int[]) t(id) cross join lateral (
      select b.id from vestnik.mailbox b where b.tenant_id = t.id and b.kind = 0 and b.name >= '' and ${FITS.replaceAll('$5', '$2').replaceAll('$6', '$3')} limit $4) y limit $4`,
};

interface Row {
  id: number;
  tenant_id: number;
  name: string;
  title: string | null;
  created_at: number;
  waiting: number | null;
  oldest_at: number | null;
  known_at: number | null;
  seen_now: number | null;
  webhook: number | null;
}

type Key = readonly [string | number, number];

/** Behind the last of the page before; for the first page, before everything. */
const FIRST: Readonly<Record<Sort, Key>> = { name: ['', 0], behind: [2_147_483_647, 2_147_483_647], seen: [Number.MAX_SAFE_INTEGER, 2_147_483_647] };

export async function findClients(sql: Sql, search: ClientSearch): Promise<Page<FoundClient>> {
  const { tenantIds, allTenants, sort, limit, behind, except } = search;
  const fits = folded(search.search);
  let after = readKey(search.cursor, isKeyOf(sort)) ?? FIRST[sort];
  const only = await narrowed(sql, search, fits);
  if (only?.size === 0) return { items: [] };
  const few = only !== undefined && only.size <= FEW;
  const statement = few ? OF_THESE[sort] : sort === 'name' && allTenants ? OF_ALL : OF_TENANTS[sort];
  const chunk = except === undefined && (few || only === undefined) ? limit + 1 : Math.max(CHUNK, limit + 1);

  const found: Row[] = [];
  for (let nth = 0; nth < CHUNKS; nth++) {
    const rows = await sql.rows<Row>(statement, [tenantIds, chunk, ...after, fits.like, fits.expression, behind ?? null, few ? [...only] : null]);
    for (const row of rows) if ((few || only === undefined || only.has(row.id)) && except?.has(row.id) !== true) found.push(row);
    const last = rows.at(-1);
    if (rows.length < chunk || last === undefined)
      return { items: found.slice(0, limit).map(toClient), ...(found.length > limit ? nextOf(sort, found[limit - 1]) : {}) };
    if (found.length > limit) break;
    after = keyOf(sort, last);
  }
  // Looked through enough for one request: the next one goes on where this one has come to.
  return { items: found.slice(0, limit).map(toClient), ...(found.length > limit ? nextOf(sort, found[limit - 1]) : { next: writeKey(after) }) };
}

/** The clients among which the list is to be found, where they are known beforehand: those that are given, that are far behind, or that have such a name. */
async function narrowed(sql: Sql, { tenantIds, only, behind, sort }: ClientSearch, fits: Folded): Promise<ReadonlySet<number> | undefined> {
  let found = only;
  const also = (rows: readonly { id: number }[]) => {
    if (rows.length > FEW) return;
    const ids = rows.map(({ id }) => id);
    found = new Set(found === undefined ? ids : ids.filter((id) => found?.has(id)));
  };
  // In the order of what waits they stand first anyway.
  if (behind !== undefined && sort !== 'behind') also(await sql.rows<{ id: number }>(FAR_BEHIND, [tenantIds, behind, FEW + 1]));
  const named = fits.like !== null || fits.expression !== null;
  if (named && sort !== 'name' && (found === undefined || found.size > FEW)) {
    also(await sql.rows<{ id: number }>(NAMED, [tenantIds, fits.like, fits.expression, FEW + 1]));
  }
  return found;
}

function keyOf(sort: Sort, row: Row): Key {
  return [sort === 'name' ? row.name : sort === 'behind' ? (row.waiting ?? 0) : (row.known_at ?? 0), row.id];
}

function nextOf(sort: Sort, row: Row | undefined): { next?: string } {
  return row === undefined ? {} : { next: writeKey(keyOf(sort, row)) };
}

function isKeyOf(sort: Sort): (key: unknown) => key is Key {
  return (key): key is Key =>
    Array.isArray(key) &&
    key.length === 2 &&
    (sort === 'name' ? isText(key[0]) : sort === 'behind' ? isId(key[0]) : Number.isSafeInteger(key[0])) &&
    isId(key[1]);
}

function toClient(row: Row): FoundClient {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    title: row.title ?? undefined,
    createdAt: row.created_at,
    seenAt: row.seen_now ?? undefined,
    waiting: row.waiting ?? undefined,
    oldestWaitingAt: row.oldest_at ?? undefined,
    webhook: row.webhook === null ? undefined : WEBHOOK_STATES[row.webhook],
  };
}
