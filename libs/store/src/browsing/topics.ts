import type { ListedTopic, Page, PageRequest, TopicBrowsing, TopicsAsked } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';
import { likePart, readCursor, writeCursor } from './of-tenants.js';

/** A page that is picked by a part of a name looks through so many. */
const LOOKED_MAX = 100_000;
const SUBSCRIBERS_MAX = 1_000;
/** Of each tenant on the page so many subscriptions to patterns are looked at. */
const PATTERNS_MAX = 20_000;
const PLACE = /^(\d{1,9}) ([^\0]{1,500})$/u;

/** What comes after `$2`, `$3`, up to `$4` of them, by tenant and name; of the tenants `$1`. */
function after(ofTenants: boolean): string {
  const columns = 'm.id, m.tenant_id, m.name';
  if (!ofTenants) {
    return `select ${columns} from vestnik.mailbox m where m.kind = 1 and (m.tenant_id, m.name) > ($2::int, $3::text collate "C") and $1::int[] is null
      order by m.tenant_id, m.name limit $4`;
  }
  return `select m.* from unnest($1::int[]) k(id) cross join lateral (
      select ${columns} from vestnik.mailbox m
      where m.kind = 1 and m.tenant_id = k.id and (m.tenant_id, m.name) > ($2::int, $3::text collate "C") order by m.name limit $4
    ) m order by m.tenant_id, m.name limit $4`;
}

/** The last one that a page looks at, where there are more. */
const end = (ofTenants: boolean): Statement => ({
  name: `browse-topics-end-${ofTenants}`,
  text: `select m.tenant_id, m.name from (${after(ofTenants)}) m order by m.tenant_id, m.name offset $4 - 1 limit 1`,
});

/**
 * Which patterns fit a topic is found by their first two levels: of thousands few are left to compare.
 *
 * Those of a tenant are read once a page, not once a topic.
 */
const list = (ofTenants: boolean): Statement => ({
  name: `browse-topics-${ofTenants}`,
  text: `with page as materialized (
      select m.id, m.tenant_id, m.name from (${after(ofTenants)}) m
      where $5::text is null or lower(m.name collate "default") like $5
      order by m.tenant_id, m.name limit $6
    ), pattern as materialized (
      select k.tenant_id, split_part(s.pattern, '/', 1) || '/' || split_part(s.pattern, '/', 2) as begins, s.pattern, min(s.expression) as expression,
        (array_agg(s.client_id))[1:${SUBSCRIBERS_MAX}] as clients
      from (select distinct p.tenant_id from page p) k
      cross join lateral (
        select s.client_id, s.pattern, s.expression from vestnik.subscription s
        where s.tenant_id + 0 = k.tenant_id and s.expression is not null and s.until is null order by s.since limit ${PATTERNS_MAX}
      ) s
      group by k.tenant_id, s.pattern
    ), fitting as materialized (
      select p.id, x.clients
      from (
        select p.id, p.tenant_id, p.name, b.begins
        from (select p.*, split_part(p.name, '/', 1) as one, split_part(p.name, '/', 2) as two from page p) p
        cross join lateral unnest(array[
          p.one || '/' || p.two, p.one || '/+', p.one || '/#', '+/' || p.two, '+/+', '+/#', '+/', '#/'
        ]) b(begins)
        group by p.id, p.tenant_id, p.name, b.begins
      ) p
      join pattern x on x.tenant_id = p.tenant_id and x.begins = p.begins and vestnik.topic_fits(p.name, x.pattern, x.expression)
    )
    select t.name as tenant, p.tenant_id, p.name as topic,
      (select least(count(*), ${SUBSCRIBERS_MAX})::int from (
          select n.client_id from (
            select s.client_id from vestnik.subscription s
            where s.tenant_id = p.tenant_id and s.pattern = p.name and s.expression is null and s.until is null limit ${SUBSCRIBERS_MAX}
          ) n
          union
          select unnest(f.clients) from fitting f where f.id = p.id
        ) c) as subscribers,
      (select l.at from vestnik.log l where l.mailbox_id = p.id and l.kind = 0 order by l.position desc limit 1) as last_at,
      (select r.message_id from (
          select r.message_id, r.expires_at, r.position from vestnik.log r where r.mailbox_id * 1 = p.id and r.flags & 8 = 8 order by r.position desc limit 1) r
        where r.expires_at > vestnik.now_ms()
          and not exists (select from vestnik.log o where abs(o.mailbox_id) = p.id and o.target = r.position and o.position > r.position)) as retained
    from page p join vestnik.tenant t on t.id = p.tenant_id
    order by p.tenant_id, p.name`,
});

interface Row {
  tenant: string;
  tenant_id: number;
  topic: string;
  subscribers: number;
  last_at: number | null;
  retained: string | null;
}

/** Topics of many tenants, in Postgres. */
export class PostgresTopicBrowsing implements TopicBrowsing {
  constructor(private readonly sql: Sql) {}

  async list({ tenants, search }: TopicsAsked, { limit, cursor }: PageRequest): Promise<Page<ListedTopic>> {
    const part = likePart(search);
    const [tenantId = 0, name = ''] = readCursor(cursor, PLACE) ?? [];
    const values = [tenants ?? null, tenantId, name, part === undefined ? limit + 1 : LOOKED_MAX];
    const ofTenants = tenants !== undefined;
    const last = part === undefined ? undefined : await this.sql.row<{ tenant_id: number; name: string }>(end(ofTenants), values);
    const rows = await this.sql.rows<Row>(list(ofTenants), [...values, part ?? null, limit + 1]);
    const given = rows.slice(0, limit);
    const items = given.map(({ tenant, topic, subscribers, last_at, retained }) => ({
      tenant,
      topic,
      subscribers,
      lastAt: last_at ?? undefined,
      retained: retained ?? undefined,
    }));
    const lastGiven = rows.length > limit ? given.at(-1) : undefined;
    if (lastGiven !== undefined) return { items, next: writeCursor(lastGiven.tenant_id, lastGiven.topic) };
    return { items, next: last === undefined ? undefined : writeCursor(last.tenant_id, last.name) };
  }
}
