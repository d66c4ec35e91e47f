import { BACKLOG_COUNTED, type BacklogSummary, type Clock, type Log, type Timer } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';

/** How often what has changed is counted, while somebody asks. */
const TURN_MS = 5_000;
/** A turn ends after so long, and goes on with the next. */
const TURN_MS_MAX = 1_500;
/** Nobody asks any more. */
const ASKED_WITHIN_MS = 180_000;
/** Clients that are counted in one statement. */
const CLIENTS_AT_ONCE = 200;
/** Entries of the log that are looked through in one. */
const ENTRIES_AT_ONCE = 20_000;
/** Where more was appended since the last look, all clients are counted anew instead. */
const ENTRIES_MISSED_MAX = 2_000_000;
/** A cursor's time is taken before its move is committed; no statement lasts longer. */
const OVERLAP_MS = 60_000;

type Run = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** One node counts at a time; the others leave it to that one. */
const TAKE_TURN = 'select pg_try_advisory_xact_lock(8380, 1) as mine';
const STANDING = `select k.as_of, k.moved_since, k.building_after, k.building_since, vestnik.now_ms() as now,
    (select s.last_value from vestnik.log_position s) - coalesce((select max(h.position) from vestnik.backlog_head h), 0) as missed
  from vestnik.backlog_count k`;

interface Standing {
  as_of: string | number | null;
  moved_since: string | number;
  building_after: number | null;
  building_since: string | number | null;
  now: string | number;
  missed: string | number;
}

/** Counts clients anew, as `countUnacknowledged` does, all in one view of the log. The same rows are written whatever happens meanwhile. */
const COUNT = `insert into vestnik.backlog as o (client_id, tenant_id, waiting, oldest_at, counted_to, acknowledged, seen_at)
  select b.id, b.tenant_id, x.count, x.oldest_at, h.position, a.acknowledged, greatest(coalesce(b.seen_at, 0), a.at)
  from unnest($1::int[]) i(id)
  join vestnik.mailbox b on b.id = i.id and b.kind = 0
  join vestnik.tenant_head h on h.tenant_id = b.tenant_id
  cross join lateral (
    select coalesce(max(c.acknowledged), 0) as acknowledged, coalesce(max(c.at) filter (where c.device not like 'vestnik%'), 0) as at
    from vestnik.client_cursor c where c.client_id = b.id
  ) a
  cross join lateral (
    select count(*)::int as count, min(y.at) as oldest_at from (
      select l.at from vestnik.log l
      where l.mailbox_id = b.id and l.kind = 0 and l.flags & 4 = 0 and l.expires_at > (select vestnik.now_ms())
        and l.position > a.acknowledged and l.position <= h.position
        and not exists (select from vestnik.log o where abs(o.mailbox_id) = b.id and o.target = l.position and o.position > l.position)
      limit ${BACKLOG_COUNTED}
    ) y
  ) x
  on conflict (client_id) do update set waiting = excluded.waiting, oldest_at = excluded.oldest_at, counted_to = excluded.counted_to,
    acknowledged = excluded.acknowledged, seen_at = excluded.seen_at`;

/** Of clients that have only been sent more: what came is added. */
const ADD = `update vestnik.backlog o set waiting = least(${BACKLOG_COUNTED}, o.waiting + x.count), oldest_at = coalesce(o.oldest_at, x.oldest_at), counted_to = x.position
  from (
    select c.client_id, h.position, y.count, y.oldest_at
    from unnest($1::int[]) i(id)
    join vestnik.backlog c on c.client_id = i.id
    join vestnik.tenant_head h on h.tenant_id = c.tenant_id
    cross join lateral (
      select count(*)::int as count, min(z.at) as oldest_at from (
        select l.at from vestnik.log l
        where l.mailbox_id = c.client_id and l.position > c.counted_to and l.position <= h.position and l.kind = 0 and l.flags & 4 = 0
        limit ${BACKLOG_COUNTED}
      ) z
    ) y
  ) x
  where o.client_id = x.client_id`;

/** What has happened to each tenant's log since the last look: to which clients, and whether anything of theirs has ended that was not counted yet. */
const TOUCHED = `select t.tenant_id, max(l.position) as position, count(*)::int as entries, b.id, bool_or(l.kind <> 0 and l.position > coalesce(o.counted_to, 0)) as ended, o.client_id is null as fresh
  from (select h.tenant_id, h.position, coalesce(k.position, 0) as since from vestnik.tenant_head h left join vestnik.backlog_head k on k.tenant_id = h.tenant_id
    where h.position > coalesce(k.position, 0)) t
  cross join lateral (select x.mailbox_id, x.position, x.kind from vestnik.log x where x.tenant_id = t.tenant_id and x.position > t.since and x.position <= t.position
    order by x.position limit ${ENTRIES_AT_ONCE}) l
  left join vestnik.mailbox b on b.id = l.mailbox_id and b.kind = 0
  left join vestnik.backlog o on o.client_id = b.id
  group by t.tenant_id, b.id, o.client_id`;

/** Clients that have acknowledged more since, or were seen later than is known. All cursors are read through: there is no index by time, as each move would pay for it. */
const MOVED = `select c.client_id as id from vestnik.client_cursor c left join vestnik.backlog o on o.client_id = c.client_id
  where c.at > $1 group by c.client_id, o.acknowledged, o.seen_at
  having o.acknowledged is distinct from max(c.acknowledged) or max(c.at) filter (where c.device not like 'vestnik%') > o.seen_at + 60000`;

/** Clients that left, and clients that were made. */
const LEFT = `update vestnik.backlog o set seen_at = b.seen_at from vestnik.mailbox b where b.id = o.client_id and b.kind = 0 and b.seen_at > $1 and b.seen_at > o.seen_at`;
const MADE = `insert into vestnik.backlog (client_id, tenant_id, waiting, counted_to, acknowledged)
  select b.id, b.tenant_id, 0, b.since, 0 from vestnik.mailbox b where b.kind = 0 and b.created_at > $1 on conflict do nothing`;

const AS_OF: Statement = { name: 'backlog-as-of', text: 'select k.as_of from vestnik.backlog_count k' };

const TOTALS: Statement = {
  name: 'backlog-totals',
  text: `select coalesce(sum(c.waiting), 0)::bigint as messages, count(*)::int as clients from vestnik.backlog c where c.tenant_id = any($1::int[]) and c.waiting > 0`,
};
const OLDEST: Statement = {
  name: 'backlog-oldest',
  text: `select x.tenant_id, b.name, x.oldest_at from (
      select c.tenant_id, c.client_id, c.oldest_at from vestnik.backlog c where c.tenant_id = any($1::int[]) and c.waiting > 0 order by c.oldest_at limit 1) x
    join vestnik.mailbox b on b.id = x.client_id`,
};
const FURTHEST: Statement = {
  name: 'backlog-furthest',
  text: `select x.tenant_id, b.name, x.waiting, x.oldest_at from (
      select y.* from unnest($1::int[]) t(id) cross join lateral (
        select c.tenant_id, c.client_id, c.waiting, c.oldest_at from vestnik.backlog c
        where c.tenant_id = t.id and c.waiting > 0 order by c.waiting desc, c.client_id desc limit $2) y
      order by y.waiting desc, y.client_id desc limit $2) x
    join vestnik.mailbox b on b.id = x.client_id order by x.waiting desc, x.client_id desc`,
};

export interface BacklogParts {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * How many direct messages wait for each client, counted in the background.
 *
 * Counting is for whoever looks: it goes on while somebody asks and for some minutes after, on one node, a bounded piece at a time.
 * The first time, and where too much has happened meanwhile, all clients are counted; then only those to whom something has happened:
 * who stand in the log since, or whose cursor has moved. Whoever sends or acknowledges does nothing for it.
 */
export class Backlog {
  private timer: Timer | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;
  private turning: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly parts: BacklogParts) {}

  /** When it was counted; undefined: not yet. */
  async asOf(): Promise<number | undefined> {
    const row = await this.parts.sql.row<{ as_of: number | null }>(AS_OF);
    this.asked();
    return row?.as_of ?? undefined;
  }

  async summary(tenantIds: readonly number[], furthest: number): Promise<BacklogSummary> {
    const { sql } = this.parts;
    const [asOf, totals, oldest, most] = await Promise.all([
      this.asOf(),
      sql.row<{ messages: number; clients: number }>(TOTALS, [tenantIds]),
      sql.row<{ tenant_id: number; name: string; oldest_at: number }>(OLDEST, [tenantIds]),
      sql.rows<{ tenant_id: number; name: string; waiting: number; oldest_at: number | null }>(FURTHEST, [tenantIds, furthest]),
    ]);
    return {
      messages: totals?.messages ?? 0,
      clients: totals?.clients ?? 0,
      oldest: oldest === undefined ? undefined : { tenantId: oldest.tenant_id, client: oldest.name, at: oldest.oldest_at },
      furthest: most.map((one) => ({ tenantId: one.tenant_id, client: one.name, waiting: one.waiting, oldestAt: one.oldest_at ?? undefined })),
      asOf,
    };
  }

  stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    return this.turning ?? Promise.resolve();
  }

  private asked(): void {
    const { clock } = this.parts;
    this.askedAt = clock.monotonic();
    if (this.timer !== undefined || this.stopped) return;
    this.timer = clock.every(TURN_MS, () => this.turn());
    this.turn();
  }

  private turn(): void {
    const { clock, log } = this.parts;
    if (clock.monotonic() - this.askedAt > ASKED_WITHIN_MS) {
      this.timer?.cancel();
      this.timer = undefined;
      return;
    }
    this.turning ??= this.catchUp()
      .catch((error: unknown) => log.warn('what waits for clients could not be counted; it is tried again', { error }))
      .finally(() => {
        this.turning = undefined;
      });
  }

  /** Counts what has changed now. */
  async upToDate(): Promise<void> {
    await this.turning;
    await this.catchUp();
  }

  /** As much of it as one turn has time for. */
  private async catchUp(): Promise<void> {
    const until = this.parts.clock.monotonic() + TURN_MS_MAX;
    while (!this.stopped && (await this.step(until)) && this.parts.clock.monotonic() < until);
  }

  /** @returns whether there is more to do */
  private step(until: number): Promise<boolean> {
    return this.parts.sql.transaction(async (run) => {
      const [turn] = await run<{ mine: boolean }>(TAKE_TURN);
      if (turn?.mine !== true) return false;
      const [standing] = await run<Standing>(STANDING);
      if (standing === undefined) return false;
      if (standing.building_after !== null) return this.build(run, standing);
      if (Number(standing.missed) > ENTRIES_MISSED_MAX) {
        await run('update vestnik.backlog_count k set building_after = 0, building_since = null');
        return true;
      }
      return this.follow(run, standing, until);
    });
  }

  /** Counts the next clients of all. What happens to those that are done is seen to afterwards, from where this began. */
  private async build(run: Run, { building_after: after, building_since: since, now }: Standing): Promise<boolean> {
    if (since === null) {
      await run(`insert into vestnik.backlog_head as k (tenant_id, position) select h.tenant_id, h.position from vestnik.tenant_head h
        on conflict (tenant_id) do update set position = excluded.position`);
      await run('update vestnik.backlog_count k set building_since = $1, moved_since = $1', [now]);
      // Of a client that was forgotten while it was counted.
      await run('delete from vestnik.backlog c where not exists (select from vestnik.mailbox b where b.id = c.client_id)');
    }
    const rows = await run<{ id: number }>('select b.id from vestnik.mailbox b where b.id > $1 and b.kind = 0 order by b.id limit $2', [
      after,
      CLIENTS_AT_ONCE,
    ]);
    if (rows.length > 0) await run(COUNT, [rows.map(({ id }) => id)]);
    const done = rows.length < CLIENTS_AT_ONCE;
    await run(
      'update vestnik.backlog_count k set building_after = $1, building_since = case when $1::int is null then null else k.building_since end, as_of = case when $1::int is null then k.building_since else k.as_of end',
      [done ? null : (rows.at(-1)?.id ?? 0)],
    );
    return true;
  }

  private async follow(run: Run, { moved_since: movedSince, now }: Standing, until: number): Promise<boolean> {
    const since = Number(movedSince) - OVERLAP_MS;
    await run('set local enable_seqscan = on');
    await run(MADE, [since]);
    const moved = await run<{ id: number }>(MOVED, [since]);
    await run(LEFT, [since]);
    await run('set local enable_seqscan = off');
    const touched = await run<{ tenant_id: number; position: string; entries: number; id: number | null; ended: boolean; fresh: boolean }>(TOUCHED);

    const anew = new Set(moved.map(({ id }) => id));
    const more = new Set<number>();
    for (const { id, ended, fresh } of touched) if (id !== null && (ended || fresh)) anew.add(id);
    for (const { id } of touched) if (id !== null && !anew.has(id)) more.add(id);
    const pieces = parts([...anew].sort(ascending), CLIENTS_AT_ONCE);
    for (const [at, ids] of pieces.entries()) {
      await run(COUNT, [ids]);
      // Too much for one turn: what is counted stays and is not counted again, and the rest is found again, as nothing else was written down.
      if (at < pieces.length - 1 && this.parts.clock.monotonic() > until) return false;
    }
    for (const ids of parts([...more].sort(ascending), CLIENTS_AT_ONCE * 10)) await run(ADD, [ids]);

    const reached = new Map<number, { position: number; entries: number }>();
    for (const { tenant_id: tenant, position, entries } of touched) {
      const before = reached.get(tenant) ?? { position: 0, entries: 0 };
      reached.set(tenant, { position: Math.max(before.position, Number(position)), entries: before.entries + entries });
    }
    await run(
      `insert into vestnik.backlog_head as k (tenant_id, position) select x.tenant_id, x.position from unnest($1::int[], $2::bigint[]) x(tenant_id, position)
        on conflict (tenant_id) do update set position = excluded.position`,
      [[...reached.keys()], [...reached.values()].map(({ position }) => position)],
    );
    if ([...reached.values()].some(({ entries }) => entries >= ENTRIES_AT_ONCE)) return true;
    await run('update vestnik.backlog_count k set as_of = $1, moved_since = $1', [now]);
    return false;
  }
}

function ascending(a: number, b: number): number {
  return a - b;
}

function parts<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}
