import type { CursorMove, HandedAgain, LogEntry, OpenCursor, Opening, OpeningRequest } from '@vestnik/core';
import { LIMITS } from '@vestnik/protocol';
import { subscriptionsOf } from '../topics/postgres-subscriptions.js';
import { countWaiting, droppedUpTo, outcomesSince, readEntries } from './read.js';
import type { Sql, Statement } from './sql.js';

/** A new device starts after what any device of the client has acknowledged; the first of all at the client's beginning. */
const OPEN: Statement = {
  name: 'open-cursor',
  text: `insert into vestnik.client_cursor as c (client_id, device, tenant_id, acknowledged, delivered, at)
    select $1, $2, $3, x.acknowledged, x.acknowledged, vestnik.now_ms()
    from (select coalesce(max(o.acknowledged), 0) as acknowledged from vestnik.client_cursor o where o.client_id = $1) x
    on conflict (client_id, device) do update set at = excluded.at
    returning c.acknowledged, c.delivered`,
};

/** Of each client's devices only so many are kept: the ones that were just opened, then those that moved last. */
const FORGET_DEVICES: Statement = {
  name: 'forget-devices',
  text: `with opened as (select * from unnest($1::int[], $2::text[]) o(client_id, device)),
    ranked as (
      select c.client_id, c.device, row_number() over (
        partition by c.client_id
        order by exists (select from opened o where o.client_id = c.client_id and o.device = c.device) desc, c.at desc) as nth
      from vestnik.client_cursor c where c.client_id = any($1::int[]) and c.device <> '')
    delete from vestnik.client_cursor c using ranked r
    where r.nth > ${LIMITS.devicesPerClient} and c.client_id = r.client_id and c.device = r.device`,
};

const READ: Statement = {
  name: 'read-cursor',
  text: 'select c.acknowledged, c.delivered from vestnik.client_cursor c where c.client_id = $1 and c.device = $2',
};

const MOVE: Statement = {
  name: 'move-cursors',
  text: 'select * from vestnik.move_cursors($1::int[], $2::text[], $3::bigint[], $4::bigint[])',
};

const HANDED_AGAIN: Statement = {
  name: 'handed-again',
  text: `insert into vestnik.handed_again (client_id, device, first, last, at)
    select x.client_id, x.device, x.first, x.last, vestnik.now_ms() from unnest($1::int[], $2::text[], $3::bigint[], $4::bigint[]) x(client_id, device, first, last)`,
};

const OPEN_SESSIONS: Statement = {
  name: 'open-sessions',
  text: 'select * from vestnik.open_sessions($1::int[], $2::int[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8)',
};

/** Shared: most sessions are subscribed to nothing. */
const NO_TOPICS: Opening['topics'] = [];

interface OpeningRow extends OpenCursor {
  start: number;
  missed: number;
  dropped_to: number;
  outcomes: boolean;
}

export async function open(sql: Sql, requests: readonly OpeningRequest[], missedLimit: number): Promise<Opening[]> {
  const rows = await sql.rows<OpeningRow>(OPEN_SESSIONS, [
    requests.map((request) => request.tenantId),
    requests.map((request) => request.clientId),
    requests.map((request) => request.device),
    requests.map((request) => request.everyoneId),
    requests.map((request) => request.since),
    requests.map((request) => request.given ?? null),
    requests.map((request) => request.upTo),
    missedLimit,
  ]);
  await forgetDevices(
    sql,
    requests.filter(({ device }) => device !== ''),
  );
  // Asked for after `upTo` was known: all that began up to there is among them.
  const topics = await subscriptionsOf(
    sql,
    requests.map(({ clientId, tenantId }, at) => ({ clientId, tenantId, endedAfter: rows[at]?.start })),
  );
  return Promise.all(
    rows.map(({ acknowledged, delivered, start, missed, dropped_to: droppedTo, outcomes }, at) => {
      const request = requests[at] as OpeningRequest;
      const opening = { acknowledged, delivered, start, missed, droppedTo, outcomes, topics: topics[at] ?? NO_TOPICS };
      return opening.topics.length === 0 ? opening : withTopics(sql, request, opening, missedLimit);
    }),
  );
}

/** What topics add to what waits for a session; only those that are subscribed to any are asked for it one by one. */
async function withTopics(sql: Sql, { tenantId, clientId, everyoneId, upTo }: OpeningRequest, opening: Opening, missedLimit: number): Promise<Opening> {
  const { start, topics } = opening;
  const waiting = { tenantId, clientId, mailboxes: [], topics, after: start, upTo };
  const [count, dropped, outcomes] = await Promise.all([
    opening.missed >= missedLimit ? 0 : countWaiting(sql, waiting, missedLimit - opening.missed),
    droppedUpTo(sql, tenantId, [clientId, everyoneId], topics, start),
    opening.outcomes || outcomesSince(sql, '', tenantId, [], start, upTo, topics).then((found) => found.length > 0),
  ]);
  return { ...opening, missed: opening.missed + count, droppedTo: Math.max(opening.droppedTo, dropped), outcomes };
}

async function forgetDevices(sql: Sql, opened: readonly { readonly clientId: number; readonly device: string }[]): Promise<void> {
  if (opened.length === 0) return;
  await sql.rows(FORGET_DEVICES, [opened.map(({ clientId }) => clientId), opened.map(({ device }) => device)]);
}

export async function openCursor(sql: Sql, tenantId: number, clientId: number, device: string): Promise<OpenCursor> {
  const known = await sql.row<OpenCursor>(READ, [clientId, device]);
  if (known !== undefined) return known;
  const made = await sql.row<OpenCursor>(OPEN, [clientId, device, tenantId]);
  if (device !== '') await forgetDevices(sql, [{ clientId, device }]);
  return made ?? { acknowledged: 0, delivered: 0 };
}

export async function handedAgain(sql: Sql, ranges: readonly HandedAgain[]): Promise<void> {
  await sql.rows(HANDED_AGAIN, [
    ranges.map(({ clientId }) => clientId),
    ranges.map(({ device }) => device),
    ranges.map(({ first }) => first),
    ranges.map(({ last }) => last),
  ]);
}

export async function moveCursors(sql: Sql, read: Sql, installation: string, moves: readonly CursorMove[]): Promise<LogEntry[]> {
  if (moves.length === 0) return [];
  const receipts = await sql.rows<{ tenant_id: number; position: number }>(MOVE, [
    moves.map((move) => move.clientId),
    moves.map((move) => move.device),
    moves.map((move) => move.acknowledged ?? null),
    moves.map((move) => move.delivered ?? null),
  ]);
  if (receipts.length === 0) return [];
  const entries = await readEntries(
    read,
    installation,
    receipts.map((receipt) => ({ tenantId: receipt.tenant_id, position: receipt.position })),
  );
  return [...entries.values()];
}
