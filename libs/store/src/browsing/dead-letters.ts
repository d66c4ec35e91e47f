import type { DeadLetterBrowsing, DeadLetterGroup, DeadLettersAsked, ListedDeadLetter, Page, PageRequest } from '@vestnik/core';
import { readListCursor } from '../directory/list-cursor.js';
import type { Sql, Statement } from '../log/sql.js';
import { clientsNamed, tenantIds } from './of-tenants.js';

/** So many of the newest are counted. */
const COUNTED = 100_000;
const LAST_ID = Number.MAX_SAFE_INTEGER;

/** Dead letters of many tenants: each way of looking is a statement of its own, newest first up to a limit, with one index that fits. */
type Way = 'all' | 'tenants' | 'clients' | 'reason' | 'clients-reason';

const CONDITION: Readonly<Record<Exclude<Way, 'all'>, string>> = {
  tenants: 'd.tenant_id = k.id',
  clients: 'd.client_id = k.id',
  reason: 'd.tenant_id + 0 = k.id and hashtextextended(d.reason, 0) = hashtextextended($4::text, 0) and d.reason = $4::text',
  'clients-reason': 'd.client_id = k.id and d.reason = $4::text',
};

/** `$1` ids of tenants or clients, `$2` before which id, `$3` how many, `$4` the reason. */
function newest(way: Way): string {
  const columns = 'd.id, d.tenant_id, d.client_id, d.message_id, d.reason, d.at';
  const unused = way === 'all' || !way.includes('reason') ? ' and $4::text is null' : '';
  if (way === 'all') return `select ${columns} from vestnik.dead_letter d where d.id < $2 and $1::int[] is null${unused} order by d.id desc limit $3`;
  return `select d.* from unnest($1::int[]) k(id) cross join lateral (
      select ${columns} from vestnik.dead_letter d where ${CONDITION[way]} and d.id < $2${unused} order by d.id desc limit $3
    ) d order by d.id desc limit $3`;
}

/** What belongs to a letter is looked up letter by letter: how many a page has no plan knows, and it would read all of a table for a tenth of all letters. */
const list = (way: Way): Statement => ({
  name: `browse-dead-letters-${way}`,
  text: `select d.id, t.name as tenant, b.name as client, d.message_id, w.sender, w.type, coalesce(w.bytes, 0) as bytes, d.reason, d.at
    from (${newest(way)}) d
    cross join lateral (select t.name from vestnik.tenant t where t.id = d.tenant_id limit 1) t
    left join lateral (select b.name from vestnik.mailbox b where b.id = d.client_id limit 1) b on true
    left join lateral (select w.sender, w.type, octet_length(w.data) as bytes from vestnik.message w where w.id = d.message_id limit 1) w on true
    order by d.id desc`,
});

/**
 * Counted by client first: of many that have the same reason few are left to tell apart. Types are of the newest 20 of a group,
 * found by the index of the reason; of one client by the client's.
 */
const groups = (way: Exclude<Way, 'reason' | 'clients-reason'>): Statement => ({
  name: `dead-letter-groups-${way}`,
  text: `with by_client as (
      select d.tenant_id, d.reason, d.client_id, count(*) as count, min(d.at) as oldest_at, max(d.at) as newest_at
      from (${newest(way)}) d group by d.tenant_id, d.reason, d.client_id
    ), page as (
      select c.tenant_id, c.reason, sum(c.count)::int as count, count(*)::int as clients, min(c.client_id) as client_id,
        min(c.oldest_at) as oldest_at, max(c.newest_at) as newest_at
      from by_client c group by c.tenant_id, c.reason
      order by count desc, c.tenant_id, c.reason collate "C" offset $5 limit $6
    )
    select t.name as tenant, p.reason, p.count, p.clients, p.oldest_at, p.newest_at, x.types
    from page p join vestnik.tenant t on t.id = p.tenant_id
    cross join lateral (
      select coalesce((array_agg(distinct w.type))[1:5], '{}') as types
      from (
        select d.message_id from vestnik.dead_letter d
        where ${
          way === 'clients'
            ? 'd.client_id = p.client_id and d.reason = p.reason'
            : 'd.tenant_id + 0 = p.tenant_id and hashtextextended(d.reason, 0) = hashtextextended(p.reason, 0) and d.reason = p.reason'
        }
        order by d.id desc limit 20
      ) d join vestnik.message w on w.id = d.message_id
    ) x
    order by p.count desc, p.tenant_id, p.reason collate "C"`,
});

interface ListedRow {
  id: number;
  tenant: string;
  client: string | null;
  message_id: string;
  sender: string | null;
  type: string | null;
  bytes: number;
  reason: string;
  at: number;
}

interface GroupRow {
  tenant: string;
  reason: string;
  count: number;
  clients: number;
  oldest_at: number;
  newest_at: number;
  types: string[];
}

/** Dead letters of many tenants, in Postgres. */
export class PostgresDeadLetterBrowsing implements DeadLetterBrowsing {
  constructor(private readonly sql: Sql) {}

  async groups({ tenants, client }: Omit<DeadLettersAsked, 'reason'>, { limit, cursor }: PageRequest): Promise<Page<DeadLetterGroup>> {
    const skipped = Math.min(readListCursor(cursor) ?? 0, COUNTED);
    const way = client !== undefined ? 'clients' : tenants !== undefined ? 'tenants' : 'all';
    const ids = client === undefined ? tenants : await clientsNamed(this.sql, tenants, client);
    const rows = await this.sql.rows<GroupRow>(groups(way), [ids ?? null, LAST_ID, COUNTED, null, skipped, limit + 1]);
    const items = rows.slice(0, limit).map(({ oldest_at: oldestAt, newest_at: newestAt, ...row }) => ({ ...row, oldestAt, newestAt }));
    return { items, next: rows.length > limit ? String(skipped + limit) : undefined };
  }

  async list({ tenants, client, reason }: DeadLettersAsked, { limit, cursor }: PageRequest): Promise<Page<ListedDeadLetter>> {
    const way: Way =
      client !== undefined
        ? reason === undefined
          ? 'clients'
          : 'clients-reason'
        : reason !== undefined
          ? 'reason'
          : tenants === undefined
            ? 'all'
            : 'tenants';
    const ids = client !== undefined ? await clientsNamed(this.sql, tenants, client) : reason !== undefined ? await tenantIds(this.sql, tenants) : tenants;
    const before = readListCursor(cursor) ?? LAST_ID;
    const rows = await this.sql.rows<ListedRow>(list(way), [ids ?? null, before, limit + 1, reason ?? null]);
    const items = rows.slice(0, limit).map((row) => ({
      id: String(row.id),
      tenant: row.tenant,
      client: row.client ?? '',
      messageId: row.message_id,
      from: row.sender ?? '',
      type: row.type ?? '',
      reason: row.reason,
      at: row.at,
      bytes: row.bytes,
    }));
    return { items, next: rows.length > limit ? items.at(-1)?.id : undefined };
  }
}
