import type {
  MessageEntry,
  Page,
  PageRequest,
  SubscriberRecord,
  Subscription,
  SubscriptionChange,
  SubscriptionEntry,
  Subscriptions,
  TopicRecord,
} from '@vestnik/core';
import { isPattern, Problem } from '@vestnik/protocol';
import { ENTRY_COLUMNS, ENTRY_JOINS, type EntryRow, toEntry } from '../log/entries.js';
import { readEntries } from '../log/read.js';
import type { Sql, Statement } from '../log/sql.js';
import type { PostgresMailboxes } from '../mailboxes/postgres-mailboxes.js';
import { topicExpression, topicRange } from './topic-expression.js';
import { LAST_POSITION } from './topic-mailboxes.js';

interface ChangeRow {
  o_position: number | null;
  o_changed: boolean;
}

const SUBSCRIBE: Statement = { name: 'subscribe', text: 'select * from vestnik.subscribe($1, $2, $3, $4, $5)' };
const UNSUBSCRIBE: Statement = { name: 'unsubscribe', text: 'select * from vestnik.unsubscribe($1, $2, $3)' };

const OF_CLIENTS: Statement = {
  name: 'subscriptions-of-clients',
  text: `select k.n, s.pattern, s.since, s.until
    from unnest($1::int[], $2::int[], $3::bigint[]) with ordinality k(client_id, tenant_id, ended_after, n)
    cross join lateral (
      select x.tenant_id, x.pattern, x.since, x.until from vestnik.subscription x where x.client_id = k.client_id and x.until is null
      union all
      select x.tenant_id, x.pattern, x.since, x.until from vestnik.subscription x where x.client_id = k.client_id and x.until > k.ended_after
    ) s
    where s.tenant_id = k.tenant_id
    order by k.n, s.until nulls first, s.pattern`,
};

/** Joined for each topic by the partial index: the last entry that is kept for new subscribers. */
const RETAINED: Statement = {
  name: 'retained',
  text: `select ${ENTRY_COLUMNS}
    from (
      select x.* from vestnik.mailbox k
      cross join lateral (
        select r.* from vestnik.log r where r.mailbox_id * 1 = k.id and r.flags & 8 = 8 order by r.position desc limit 1
      ) x
      where k.tenant_id = $1 and k.kind = 1 and k.name >= $2 collate "C" and k.name <= $3 collate "C" and ($4::text is null or k.name ~ $4)
        and x.expires_at > vestnik.now_ms()
        and not exists (select from vestnik.log o where abs(o.mailbox_id) = x.mailbox_id and o.target = x.position and o.position > x.position)
      limit $5
    ) l
    ${ENTRY_JOINS}
    order by l.position`,
};

const LIST: Statement = {
  name: 'topics',
  text: `select k.name as topic,
      (select count(*)::int from vestnik.audience($1, k.name, 9223372036854775807)) as subscribers,
      (select max(x.at) from (select l.at from vestnik.log l where l.mailbox_id = k.id and l.kind = 0 order by l.position desc limit 1) x) as last_at,
      (select r.message_id from (
          select r.message_id, r.expires_at, r.position from vestnik.log r where r.mailbox_id * 1 = k.id and r.flags & 8 = 8 order by r.position desc limit 1) r
        where r.expires_at > vestnik.now_ms()
          and not exists (select from vestnik.log o where abs(o.mailbox_id) = k.id and o.target = r.position and o.position > r.position)) as retained
    from vestnik.mailbox k
    where k.tenant_id = $1 and k.kind = 1 and k.name > $2 collate "C" and ($4::text is null or lower(k.name collate "default") like $4)
    order by k.name limit $3`,
};

const SUBSCRIBERS: Statement = {
  name: 'subscribers',
  text: `select b.name as client, x.client_id, x.pattern from (
      select s.client_id, s.pattern from vestnik.subscription s
        where s.tenant_id = $1 and s.pattern = $2 and s.expression is null and s.until is null
      union all
      select s.client_id, s.pattern from vestnik.subscription s
        where s.tenant_id + 0 = $1 and s.expression is not null and s.until is null and vestnik.topic_fits($2, s.pattern, s.expression)
    ) x join vestnik.mailbox b on b.id = x.client_id
    where (b.name, x.pattern) > ($3::text collate "C", $4::text collate "C")
    order by b.name, x.pattern limit $5`,
};

/** Whose subscriptions are asked for: those that live, and those that ended after a position. */
export interface SubscriptionsOf {
  readonly tenantId: number;
  readonly clientId: number;
  readonly endedAfter?: number;
}

/** Subscriptions of several clients, in one query; in the order asked, undefined where there are none. */
export async function subscriptionsOf(sql: Sql, wanted: readonly SubscriptionsOf[]): Promise<(Subscription[] | undefined)[]> {
  const found = new Array<Subscription[] | undefined>(wanted.length).fill(undefined);
  const rows = await sql.rows<{ n: number; pattern: string; since: number; until: number | null }>(OF_CLIENTS, [
    wanted.map(({ clientId }) => clientId),
    wanted.map(({ tenantId }) => tenantId),
    wanted.map(({ endedAfter = LAST_POSITION }) => endedAfter),
  ]);
  for (const { n, pattern, since, until } of rows) {
    const subscription = until === null ? { pattern, since } : { pattern, since, until };
    const list = found[n - 1];
    if (list === undefined) found[n - 1] = [subscription];
    else list.push(subscription);
  }
  return found;
}

/** Subscriptions in Postgres. */
export class PostgresSubscriptions implements Subscriptions {
  constructor(
    private readonly sql: Sql,
    private readonly mailboxes: Pick<PostgresMailboxes, 'ensure'>,
    private readonly installation: string,
  ) {}

  async subscribe(tenantId: number, clientId: number, pattern: string, limit: number): Promise<SubscriptionChange> {
    // A topic that somebody waits for stands in the lists, written to or not.
    if (!isPattern(pattern)) await this.mailboxes.ensure(tenantId, 'topic', [pattern]);
    const row = await this.sql.row<ChangeRow>(SUBSCRIBE, [tenantId, clientId, pattern, topicExpression(pattern) ?? null, limit]);
    if (row === undefined || row.o_position === null) {
      throw new Problem('conflict', `a client has ${limit} subscriptions at most; end some, or use a pattern such as orders/#`);
    }
    return this.change(tenantId, row.o_position, row.o_changed);
  }

  async unsubscribe(tenantId: number, clientId: number, pattern: string): Promise<SubscriptionChange> {
    const row = await this.sql.row<ChangeRow>(UNSUBSCRIBE, [tenantId, clientId, pattern]);
    return this.change(tenantId, row?.o_position ?? 0, row?.o_changed ?? false);
  }

  private async change(tenantId: number, position: number, changed: boolean): Promise<SubscriptionChange> {
    if (!changed) return { position };
    const entry = (await readEntries(this.sql, this.installation, [{ tenantId, position }])).get(position);
    return { position, entry: entry as SubscriptionEntry | undefined };
  }

  async ofClient(tenantId: number, clientId: number, endedAfter?: number): Promise<Subscription[]> {
    return (await subscriptionsOf(this.sql, [{ tenantId, clientId, endedAfter }]))[0] ?? [];
  }

  async retained(tenantId: number, pattern: string, limit: number): Promise<MessageEntry[]> {
    const { first, last } = topicRange(pattern);
    const rows = await this.sql.rows<EntryRow>(RETAINED, [tenantId, first, last, topicExpression(pattern) ?? null, limit]);
    return rows.map((row) => toEntry(row, this.installation)).filter((entry): entry is MessageEntry => entry?.kind === 'message');
  }

  async listTopics(tenantId: number, page: PageRequest & { search?: string }): Promise<Page<TopicRecord>> {
    const pattern = page.search === undefined || page.search === '' ? null : `%${page.search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await this.sql.rows<{ topic: string; subscribers: number; last_at: number | null; retained: string | null }>(LIST, [
      tenantId,
      page.cursor ?? '',
      page.limit + 1,
      pattern,
    ]);
    const items = rows
      .slice(0, page.limit)
      .map(({ topic, subscribers, last_at, retained }) => ({ topic, subscribers, lastAt: last_at ?? undefined, retained: retained ?? undefined }));
    return { items, next: rows.length > page.limit ? items.at(-1)?.topic : undefined };
  }

  async subscribers(tenantId: number, topic: string, page: PageRequest): Promise<Page<SubscriberRecord>> {
    // The name of a client has no slash.
    const [, client = '', pattern = ''] = /^([^/]*)\/(.*)$/.exec(page.cursor ?? '') ?? [];
    const rows = await this.sql.rows<{ client: string; client_id: number; pattern: string }>(SUBSCRIBERS, [tenantId, topic, client, pattern, page.limit + 1]);
    const items = rows.slice(0, page.limit).map((row) => ({ client: row.client, clientId: row.client_id, pattern: row.pattern }));
    const last = items.at(-1);
    return { items, next: rows.length > page.limit && last !== undefined ? `${last.client}/${last.pattern}` : undefined };
  }
}
