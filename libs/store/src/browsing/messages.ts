import type { FoundMessage, MessageHead, MessageSearch, Page, WebhookAttempts } from '@vestnik/core';
import type { OutcomeState } from '@vestnik/protocol';
import { OUTCOMES, outcomeNumber } from '../log/entries.js';
import { uuidAt } from '../log/retention.js';
import type { Sql, Statement } from '../log/sql.js';
import { foundMessages } from './found-messages.js';
import { readKey, writeKey } from './list-key.js';
import { type Bounds, EVERYTHING, SOURCES, type Source, type SourceRow } from './message-sources.js';

/** Rows that one statement looks through; a request makes so many statements at most, and begins none after so long. */
const SLICE = 4_000;
const SLICES = 12;
const ENOUGH_MS = 120;
/** Messages whose states are asked for together. */
const TOGETHER = 100;
/** An administrator of more tenants finds theirs by looking through all messages. */
const TENANTS_APART = 8;

/** The last position that was drawn before a message of this id: where to begin in logs for a time. */
const POSITION_BEFORE: Statement = {
  name: 'browse-position-before',
  text: 'select w.last_position as position from vestnik.message w where w.id < $1::uuid and w.last_position is not null order by w.id desc limit 1',
};
/** An id is made so long before its message has a position, at most. */
const SLACK_MS = 60_000;

const REMOTES: Statement = { name: 'browse-remotes', text: 'select r.id from vestnik.remote r order by r.id' };

const HEAD: Statement = {
  name: 'browse-message-head',
  text: `select w.tenant_id, coalesce(w.tenants, array[w.tenant_id]) as tenant_ids, w.sent_at, w.deliver_at,
      case when w.origin is not null then coalesce((select l.name from vestnik.remote r join vestnik.link l on l.id = r.via where r.id = w.origin and r.behind = ''),
        substring(w.sender from '@[^.]+\\.([^/]*)'), '') end as origin
    from vestnik.message w where w.id = $1`,
};

const ATTEMPTS: Statement = {
  name: 'browse-webhook-attempts',
  text: `select h.client_id, h.failures, h.last_error, h.changed_at from vestnik.webhook h where h.client_id = any($2::int[]) and h.failing_id = $1 and h.failures > 0`,
};

/** Where each source goes on, and the message that was shown last. */
interface Key {
  readonly at: readonly (string | null)[];
  readonly last?: string;
}

/** A source with what was read of it and not shown yet. */
class Reader {
  private found: { key: string; id: string }[] = [];
  /** Up to where it was read, and where to go on if nothing more is taken. */
  private readTo: string;
  private goOn: string;
  /** The oldest message that it has looked at. */
  private reachedId = '';
  private done: boolean;

  constructor(
    private readonly sql: Sql,
    private readonly source: Source,
    from: string | null | undefined,
  ) {
    this.done = from === null;
    this.readTo = from ?? source.first;
    this.goOn = this.readTo;
  }

  get needsMore(): boolean {
    return !this.done && this.found.length === 0;
  }

  get over(): boolean {
    return this.done && this.found.length === 0;
  }

  /** The newest that is left. */
  get head(): string | undefined {
    return this.found[0]?.id;
  }

  /** Nothing older may be shown before more was read. */
  get frontier(): string {
    return this.needsMore ? this.reachedId : '';
  }

  /** Where the next page goes on; null: it is at its end. */
  get key(): string | null {
    return this.over ? null : this.goOn;
  }

  async read(filters: readonly unknown[], most: number): Promise<void> {
    const rows = await this.sql.rows<SourceRow>(this.source.statement, [SLICE, most, ...filters, this.readTo, ...this.source.values]);
    const { rows: looked = 0, last_key: lastKey, last_id: lastId } = rows[0] ?? {};
    this.found = rows.flatMap(({ key, id }) => (key === null || id === null ? [] : [{ key, id }]));
    this.goOn = this.readTo;
    // A slice that holds more than was asked for is read again from there.
    const left = this.found.length >= most ? this.found.at(-1) : undefined;
    this.readTo = left?.key ?? lastKey ?? this.readTo;
    this.reachedId = left?.id ?? lastId ?? this.reachedId;
    this.done = left === undefined && looked < SLICE;
    if (this.found.length === 0) this.goOn = this.readTo;
  }

  take(): void {
    const taken = this.found.shift();
    if (taken !== undefined) this.goOn = this.found.length === 0 ? this.readTo : taken.key;
  }
}

/** Reads several sources as one, newest first. */
class Readers {
  private slices = 0;

  constructor(
    private readonly all: readonly Reader[],
    private readonly filters: readonly unknown[],
    private readonly most: number,
    private readonly isLate: () => boolean,
  ) {}

  /** The next ones; fewer where there are no more, or where enough was looked through. */
  async take(count: number, last: string | undefined): Promise<string[]> {
    const ids: string[] = [];
    const shown = new Set(last === undefined ? [] : [last]);
    while (ids.length < count) {
      const needing = this.all.filter(({ needsMore }) => needsMore);
      if (needing.length > 0 && !this.enough) {
        this.slices += needing.length;
        await Promise.all(needing.map((reader) => reader.read(this.filters, this.most)));
        continue;
      }
      const newest = this.newest();
      if (newest?.head === undefined || newest.head < this.frontier) break;
      // A message stands in a log once for each recipient, and may be found in two ways.
      if (!shown.has(newest.head)) ids.push(newest.head);
      shown.add(newest.head);
      newest.take();
    }
    return ids;
  }

  get enough(): boolean {
    return this.slices >= SLICES || (this.slices > 0 && this.isLate());
  }

  get over(): boolean {
    return this.all.every(({ over }) => over);
  }

  get frontier(): string {
    return this.all.reduce((furthest, { frontier }) => (frontier > furthest ? frontier : furthest), '');
  }

  get keys(): (string | null)[] {
    return this.all.map(({ key }) => key);
  }

  private newest(): Reader | undefined {
    return this.all.reduce<Reader | undefined>(
      (best, one) => (one.head !== undefined && (best?.head === undefined || one.head > best.head) ? one : best),
      undefined,
    );
  }
}

export async function findMessages(
  sql: Sql,
  installation: string,
  search: MessageSearch,
  monotonic: () => number,
): Promise<Page<FoundMessage> & { searchedTo?: number }> {
  const { limit, tenantIds, type, from, correlationId, state, since, until } = search;
  const begun = monotonic();
  const isLate = () => monotonic() - begun > ENOUGH_MS;
  const sources = await sourcesOf(sql, search, await boundsOf(sql, search));
  const key = readKey(search.cursor, isKeyOf(sources));
  const filters = [
    tenantIds ?? null,
    type ?? null,
    from?.address ?? null,
    since === undefined ? null : uuidAt(since),
    until === undefined ? null : uuidAt(until),
    correlationId ?? null,
    // Looked for as an outcome of any recipient; which one counts is seen when its state is known.
    state === undefined || !OUTCOMES.includes(state as OutcomeState) ? null : outcomeNumber(state as OutcomeState),
  ];
  const readers = new Readers(
    sources.map((source, n) => new Reader(sql, source, key?.at[n])),
    filters,
    Math.min(limit, TOGETHER) + 1,
    isLate,
  );

  // To whom else a message went that a tenant received is for its sender to know.
  const sentOnly = tenantIds !== undefined && search.to !== undefined && (search.to.tenantId === undefined || !tenantIds.includes(search.to.tenantId));
  const items: FoundMessage[] = [];
  let last = key?.last;
  for (;;) {
    const ids = await readers.take(Math.min(TOGETHER, limit - items.length), last);
    last = ids.at(-1) ?? last;
    for (const found of await foundMessages(sql, installation, ids, tenantIds)) {
      if ((state === undefined || found.state === state) && (!sentOnly || tenantIds?.includes(found.tenantId))) items.push(found);
    }
    if (readers.over) return { items };
    if (items.length >= limit || ids.length === 0 || ((state !== undefined || sentOnly) && isLate())) {
      const to = items.length >= limit || ids.length > 0 ? last : readers.frontier;
      const next = writeKey({ at: readers.keys, ...(last === undefined ? {} : { last }) } satisfies Key);
      return { items, next, ...(to === undefined || to === '' ? {} : { searchedTo: timeIn(to) }) };
    }
  }
}

async function boundsOf(sql: Sql, { since, until }: MessageSearch): Promise<Bounds> {
  if (since === undefined && until === undefined) return EVERYTHING;
  const position = async (time: number) => (await sql.row<{ position: number }>(POSITION_BEFORE, [uuidAt(time)]))?.position ?? 0;
  return {
    ids: [since === undefined ? EVERYTHING.ids[0] : uuidAt(since), until === undefined ? EVERYTHING.ids[1] : uuidAt(until)],
    positions: [
      since === undefined ? 0 : await position(since - SLACK_MS),
      // What waited for its time came into the log later, and is found by its sender's tenant.
      until === undefined ? EVERYTHING.positions[1] : (await position(until + SLACK_MS)) + 1,
    ],
  };
}

/** The ways in which all that is asked for is found, each in an order of its own, and no other. */
async function sourcesOf(sql: Sql, { id, correlationId, to, from, state, tenantIds }: MessageSearch, bounds: Bounds): Promise<Source[]> {
  if (id !== undefined) return [SOURCES.one(id)];
  if (correlationId !== undefined) return [SOURCES.correlated(bounds)];
  if (to !== undefined) {
    const part = JSON.stringify(to.address);
    const outside = [SOURCES.scheduled(bounds, part), SOURCES.refused(bounds, part)];
    if (to.mailboxId !== undefined) return [SOURCES.mailbox(bounds, to.mailboxId), ...outside];
    const remotes = await sql.rows<{ id: number }>(REMOTES);
    return [...remotes.map((remote) => SOURCES.outbox(remote.id, to.address)), ...outside];
  }
  if (from !== undefined) {
    const { tenantId = 0, mailboxId } = from;
    return mailboxId === undefined ? [SOURCES.elsewhere(bounds, tenantId)] : [SOURCES.sent(bounds, mailboxId), SOURCES.elsewhere(bounds, tenantId)];
  }
  if (state === 'scheduled') return [SOURCES.scheduled(bounds, null)];
  if (tenantIds !== undefined && tenantIds.length <= TENANTS_APART) {
    return tenantIds.flatMap((tenantId) => [SOURCES.tenantLog(bounds, tenantId), SOURCES.elsewhere(bounds, tenantId)]);
  }
  return [SOURCES.all(bounds)];
}

export async function messageHead(sql: Sql, id: string): Promise<MessageHead | undefined> {
  const row = await sql.row<{ tenant_id: number; tenant_ids: number[]; sent_at: number; deliver_at: number | null; origin: string | null }>(HEAD, [id]);
  if (row === undefined) return undefined;
  const { tenant_id: tenantId, tenant_ids: tenantIds, sent_at: sentAt } = row;
  return { tenantId, tenantIds, sentAt, deliverAt: row.deliver_at ?? undefined, origin: row.origin ?? undefined };
}

export async function webhookAttempts(sql: Sql, id: string, clientIds: readonly number[]): Promise<WebhookAttempts[]> {
  if (clientIds.length === 0) return [];
  const rows = await sql.rows<{ client_id: number; failures: number; last_error: string | null; changed_at: number }>(ATTEMPTS, [id, clientIds]);
  return rows.map((row) => ({ clientId: row.client_id, attempts: row.failures, error: row.last_error ?? undefined, at: row.changed_at }));
}

/** When a UUIDv7 was made. */
function timeIn(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const POSITION = /^\d{1,18}$/;

/** Of these sources, each of which goes on by ids or by positions as it begins. */
function isKeyOf(sources: readonly Source[]): (key: unknown) => key is Key {
  const goesOn = (at: unknown, n: number) => at === null || (typeof at === 'string' && (ID.test(sources[n]?.first ?? '') ? ID : POSITION).test(at));
  return (key): key is Key => {
    const { at, last } = (key ?? {}) as { at?: unknown; last?: unknown };
    return Array.isArray(at) && at.every(goesOn) && (last === undefined || (typeof last === 'string' && ID.test(last)));
  };
}
