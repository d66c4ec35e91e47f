import {
  Fenced,
  type Lease,
  type LinkEntry,
  type LinkLog,
  type LinkStatus,
  type LogEntry,
  type OutboxEpoch,
  type OutboxHead,
  type OutboxPage,
  type ReceiveCursor,
  type Received,
  type StateHome,
} from '@vestnik/core';
import { readEntries } from '../log/read.js';
import type { Sql, Statement } from '../log/sql.js';
import { receive } from './receive.js';

/** Raised by `vestnik.hold_lease`. */
const TAKEN_OVER = 'VE001';

/** States that one entry brings home: with the longest reasons and names they fit into one bundle. */
const STATES_OF_ONE = 200;

const LEASE: Statement = {
  name: 'link-lease',
  text: `insert into vestnik.link_lease as l (link, node, generation, until) values ($1, $2, 1, vestnik.now_ms() + $3)
    on conflict (link) do update set node = excluded.node, generation = l.generation + 1, until = excluded.until, status = null
    where $4 or l.until < vestnik.now_ms() or l.node = excluded.node
    returning l.generation`,
};
const RENEW: Statement = {
  name: 'link-renew',
  text: 'update vestnik.link_lease l set until = vestnik.now_ms() + $3 where l.link = $1 and l.generation = $2 returning 1 as held',
};
const RELEASE: Statement = {
  name: 'link-release',
  text: 'update vestnik.link_lease l set until = 0, status = null where l.link = $1 and l.generation = $2',
};
const RELEASE_ALL: Statement = { name: 'link-release-all', text: 'update vestnik.link_lease l set until = 0, status = null where l.until > 0' };
const REPORT: Statement = { name: 'link-report', text: 'update vestnik.link_lease l set status = $3 where l.link = $1 and l.generation = $2' };
const STATUSES: Statement = {
  name: 'link-statuses',
  text: 'select l.link, l.node, l.generation, l.status, l.until >= vestnik.now_ms() as held from vestnik.link_lease l',
};

const HEADS: Statement = {
  name: 'outbox-heads',
  // One by one and not joined: joined by a plan that was made when the table was empty, all that waits would be read.
  text: `select h.remote, h.last, s.sent, s.acknowledged,
      h.bytes - coalesce((select a.bytes_to from vestnik.outbox a where a.remote = h.remote and a.number = s.acknowledged), 0) as bytes,
      (select n.at from vestnik.outbox n where n.remote = h.remote and n.number = s.acknowledged + 1) as oldest_at,
      coalesce((select o.number from vestnik.outbox o where o.remote = h.remote order by o.number limit 1), h.last + 1) as kept,
      (select json_agg(json_build_array(e.epoch, e.starts) order by e.starts) from vestnik.outbox_epoch e where e.remote = h.remote) as epochs
    from vestnik.outbox_head h
    join vestnik.outbox_sent s on s.remote = h.remote
    where h.remote = any($1::int[])`,
};

const TAKE: Statement = { name: 'outbox-take', text: 'select * from vestnik.take_outbox($1, $2, $3, $4, $5, $6)' };
const ACKNOWLEDGE: Statement = {
  name: 'outbox-acknowledge',
  text: `with held as (select vestnik.hold_lease($1, $2)), moved as (
      update vestnik.outbox_sent s set acknowledged = $4, sent = greatest(s.sent, $4) from held where s.remote = $3 and s.acknowledged < $4 returning 1)
    insert into vestnik.outbox_ack (remote, number, at) select $3, $4, vestnik.now_ms() from moved on conflict do nothing`,
};
const UNSEND: Statement = {
  name: 'outbox-unsend',
  text: `with held as (select vestnik.hold_lease($1, $2))
    update vestnik.outbox_sent s set sent = $4, swept_at = least(s.swept_at, coalesce(
      (select min(o.expires_at) - 1 from vestnik.outbox o where o.remote = $3 and o.number > $4 and o.number <= s.sent and o.kind = 0), s.swept_at))
    from held where s.remote = $3 and s.sent > $4`,
};
const CURSORS: Statement = {
  name: 'receive-cursors',
  text: 'select c.epoch, c.number from vestnik.receive_cursor c where c.remote = $1 order by c.at desc limit 500',
};
const BRING_HOME: Statement = { name: 'bring-home', text: 'select vestnik.bring_home($1, $2, $3, $4, $5) as count' };
const EXPIRE: Statement = { name: 'expire-outbox', text: 'select * from vestnik.expire_outbox($1, $2)' };
const REMOTES: Statement = { name: 'outbox-remotes', text: 'select s.remote from vestnik.outbox_sent s' };

interface HeadRow {
  remote: number;
  last: number;
  sent: number;
  acknowledged: number;
  bytes: number;
  oldest_at: number | null;
  kept: number;
  epochs: [epoch: number, starts: number][] | null;
}

interface TakenRow {
  number: number;
  kind: number;
  epoch: number;
  wire: string[] | null;
  expires_at: number | null;
  body: string | null;
  now: number;
  message_id: string | null;
  sender: string;
  type: string;
  data: string;
  sent_at: number;
  collapse_key: string | null;
  correlation_id: string | null;
  content_type: string | null;
  traceparent: string | null;
}

/** Outboxes and receive cursors in Postgres. */
export class PostgresLinkLog implements LinkLog {
  /**
   * @param sql commits with `synchronous_commit = on`
   * @param lazy commits with `off`: what was acknowledged and is not known any more is only sent again
   */
  constructor(
    private readonly sql: Sql,
    private readonly lazy: Sql,
    private readonly installation: string,
  ) {}

  async lease(link: string, node: string, forMs: number, steal: boolean): Promise<Lease | undefined> {
    const row = await this.sql.row<{ generation: number }>(LEASE, [link, node, forMs, steal]);
    return row === undefined ? undefined : { link, generation: row.generation };
  }

  async renew({ link, generation }: Lease, forMs: number): Promise<boolean> {
    return (await this.sql.row(RENEW, [link, generation, forMs])) !== undefined;
  }

  async release({ link, generation }: Lease): Promise<void> {
    await this.sql.rows(RELEASE, [link, generation]);
  }

  /** No other node of this installation is alive: whoever held a link does not any more, and nobody need wait until its lease ends. */
  async releaseAll(): Promise<void> {
    await this.sql.rows(RELEASE_ALL);
  }

  async report({ link, generation }: Lease, status: Omit<LinkStatus, 'link' | 'generation' | 'node'>): Promise<void> {
    await this.sql.rows(REPORT, [link, generation, JSON.stringify(status)]);
  }

  async statuses(): Promise<LinkStatus[]> {
    const rows = await this.sql.rows<{ link: string; node: string; generation: number; status: string | null; held: boolean }>(STATUSES);
    return rows.map(({ link, node, generation, status, held }) => {
      const told = status === null ? {} : (JSON.parse(status) as Partial<LinkStatus>);
      // A node that died tells no more.
      return { ...told, link, generation, connected: held && told.connected === true, node: held ? node : undefined };
    });
  }

  async heads(remoteIds: readonly number[]): Promise<OutboxHead[]> {
    return (await this.sql.rows<HeadRow>(HEADS, [remoteIds])).map(toHead);
  }

  async take(
    { link, generation }: Lease,
    remoteId: number,
    after: number,
    limit: { readonly entries: number; readonly bytes: number },
  ): Promise<OutboxPage | undefined> {
    for (;;) {
      // At once, as each is a way to the store and back; what was taken may be newer than what was seen of the whole.
      const [rows, [seen]] = await Promise.all([
        fenced(this.sql.rows<TakenRow>(TAKE, [link, generation, remoteId, after, limit.entries, limit.bytes])),
        this.heads([remoteId]),
      ]);
      const first = rows[0];
      if (first !== undefined && seen !== undefined) {
        const head = seen.epochs.at(-1)?.epoch === first.epoch ? upTo(seen, rows.at(-1)?.number ?? 0) : ((await this.heads([remoteId]))[0] ?? seen);
        return { first: first.number, epoch: first.epoch, entries: rows.map(toEntry), head };
      }
      const [head] = await this.heads([remoteId]);
      if (head === undefined || head.last <= after) return undefined;
      // The next one expired before it was sent: it becomes void, and goes as that.
      const row = await this.sql.row<{ o_ended: number }>(EXPIRE, [remoteId, 500]);
      if ((row?.o_ended ?? 0) === 0) return undefined;
    }
  }

  async acknowledge({ link, generation }: Lease, remoteId: number, number: number): Promise<void> {
    await fenced(this.lazy.rows(ACKNOWLEDGE, [link, generation, remoteId, number]));
  }

  async unsend({ link, generation }: Lease, remoteId: number, number: number): Promise<void> {
    await fenced(this.sql.rows(UNSEND, [link, generation, remoteId, number]));
  }

  cursors(remoteId: number): Promise<ReceiveCursor[]> {
    return this.sql.rows<ReceiveCursor>(CURSORS, [remoteId]);
  }

  receive(lease: Lease, remoteId: number, received: Received): ReturnType<LinkLog['receive']> {
    return fenced(receive(this.sql, this.installation, lease, remoteId, received));
  }

  async bringHome({ link, generation }: Lease, remoteId: number, limit: number): Promise<number> {
    return (await fenced(this.sql.row<{ count: number }>(BRING_HOME, [link, generation, remoteId, limit, STATES_OF_ONE])))?.count ?? 0;
  }

  async expireOutboxes(limit: number): Promise<LogEntry[]> {
    const places: { tenantId: number; position: number }[] = [];
    for (const { remote } of await this.sql.rows<{ remote: number }>(REMOTES)) {
      for (;;) {
        const row = await this.sql.row<{ o_ended: number; o_receipts: [number, number][] | null }>(EXPIRE_AS_JSON, [remote, limit]);
        for (const [tenantId, position] of row?.o_receipts ?? []) places.push({ tenantId, position });
        if ((row?.o_ended ?? 0) < limit) break;
      }
    }
    return places.length === 0 ? [] : [...(await readEntries(this.sql, this.installation, places)).values()];
  }
}

const EXPIRE_AS_JSON: Statement = {
  name: 'expire-outbox-json',
  text: 'select x.o_ended, x.o_receipts::json as o_receipts from vestnik.expire_outbox($1, $2) x',
};

/** What the store says of a lease that is not held any more comes out as {@link Fenced}. */
async function fenced<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if ((error as { code?: unknown }).code === TAKEN_OVER) throw new Fenced('the link was taken over', { cause: error });
    throw error;
  }
}

function toHead(row: HeadRow): OutboxHead {
  const starts = row.epochs ?? [];
  return {
    remoteId: row.remote,
    last: row.last,
    sent: row.sent,
    acknowledged: row.acknowledged,
    kept: row.kept,
    epochs: starts.map(([epoch, first], at): OutboxEpoch => ({ epoch, starts: first, last: (starts[at + 1]?.[1] ?? row.last + 1) - 1 })),
    bytes: row.bytes,
    oldestAt: row.oldest_at ?? undefined,
  };
}

/** As it must be at least, where a number is there. */
function upTo(head: OutboxHead, number: number): OutboxHead {
  const sent = Math.max(head.sent, number);
  if (head.last >= number) return { ...head, sent };
  return { ...head, sent, last: number, epochs: head.epochs.map((epoch, at) => (at === head.epochs.length - 1 ? { ...epoch, last: number } : epoch)) };
}

function toEntry(row: TakenRow): LinkEntry {
  switch (row.kind) {
    case 0: {
      if (row.message_id === null) return { kind: 'void' };
      return {
        kind: 'message',
        id: row.message_id,
        from: withoutInstallation(row.sender),
        to: row.wire ?? [],
        type: row.type,
        data: row.data,
        sentAt: row.sent_at,
        ttl: Math.max(1, Math.ceil(((row.expires_at ?? row.now) - row.now) / 1000)),
        collapseKey: row.collapse_key ?? undefined,
        correlationId: row.correlation_id ?? undefined,
        contentType: row.content_type ?? undefined,
        traceparent: row.traceparent ?? undefined,
      };
    }
    case 1:
      return { kind: 'states', states: JSON.parse(row.body ?? '[]') as StateHome[] };
    case 2:
      return { kind: 'withdraw', id: (JSON.parse(row.body ?? '{}') as { id: string }).id };
    default:
      return { kind: 'void' };
  }
}

/** `ivanov@accounting.hq` as `ivanov@accounting`: senders in an outbox are of this installation. */
function withoutInstallation(address: string): string {
  const at = address.indexOf('@');
  return `${address.slice(0, at)}@${address.slice(at + 1).split('.')[0]}`;
}
