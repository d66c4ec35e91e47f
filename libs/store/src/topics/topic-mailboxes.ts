import { type MailboxSpan, mergeSpans, type Subscription } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';
import { topicExpression, topicRange } from './topic-expression.js';

/** Past so many topics, the tenant's log is read and looked through instead of each topic's mailbox. */
export const TOPICS_MAX = 1_000;
/**
 * A pattern that begins with + is compared with every topic of the tenant: with so many at least, and with no more than there
 * are entries to look through else.
 */
const LOOKED_MIN = 10_000;

const TOPICS: Statement = {
  name: 'topic-mailboxes',
  text: `with looked as materialized (
      select m.id, s.since, s.until, s.expression is null or m.name ~ s.expression as fits
      from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) s(first, last, expression, since, until)
      cross join lateral (
        select m.id, m.name from vestnik.mailbox m
        where m.tenant_id = $1 and m.kind = 1 and m.name >= s.first collate "C" and m.name <= s.last collate "C"
        offset 0
      ) m
      limit $7
    )
    select z.many, b.id, b.since, b.until
    from (select count(*) >= $7 as many from looked) z
    left join (
      select k.id, min(k.since) as since, k.until from looked k where k.fits group by k.id, k.until limit ${TOPICS_MAX + 1}
    ) b on not z.many`,
};

/** After all positions: where what has no end ends. */
export const LAST_POSITION = Number.MAX_SAFE_INTEGER;

/**
 * The mailboxes of the topics that fit, each from where subscriptions to it began, up to where they ended; `many` where they are too many to name.
 * @param entries how many entries there are to look through at most
 */
export async function topicMailboxes(
  sql: Sql,
  tenantId: number,
  topics: readonly Subscription[] | undefined,
  entries: number,
): Promise<readonly MailboxSpan[] | 'many'> {
  if (topics === undefined || topics.length === 0) return [];
  type Row = { many: boolean } & (MailboxSpan | { id: null });
  const rows = await sql.rows<Row>(TOPICS, [tenantId, ...topicValues(topics), Math.max(LOOKED_MIN, entries) + 1]);
  if (rows[0]?.many === true || rows.length > TOPICS_MAX) return 'many';
  return mergeSpans(rows.filter((row): row is Row & MailboxSpan => row.id !== null));
}

/** As statements take subscriptions: first and last name, expression, since, until. */
export function topicValues(topics: readonly Subscription[]): unknown[] {
  const ranges = topics.map(({ pattern }) => topicRange(pattern));
  return [
    ranges.map(({ first }) => first),
    ranges.map(({ last }) => last),
    topics.map(({ pattern }) => topicExpression(pattern) ?? null),
    topics.map(({ since }) => since),
    topics.map(({ until }) => until ?? LAST_POSITION),
  ];
}
