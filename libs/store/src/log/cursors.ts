import type { CursorMove, LogEntry, OpenCursor, Opening, OpeningRequest } from '@vestnik/core';
import { LIMITS } from '@vestnik/protocol';
import { readEntries } from './read.js';
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

/** Of a client's devices only so many are kept: the ones that moved last. */
const FORGET_DEVICES: Statement = {
  name: 'forget-devices',
  text: `delete from vestnik.client_cursor c
    where c.client_id = $1 and c.device <> '' and c.device <> $2 and c.device not in (
      select o.device from vestnik.client_cursor o where o.client_id = $1 and o.device <> '' order by o.device = $2 desc, o.at desc limit ${LIMITS.devicesPerClient})`,
};

const READ: Statement = {
  name: 'read-cursor',
  text: 'select c.acknowledged, c.delivered from vestnik.client_cursor c where c.client_id = $1 and c.device = $2',
};

const MOVE: Statement = {
  name: 'move-cursors',
  text: 'select * from vestnik.move_cursors($1::int[], $2::text[], $3::bigint[], $4::bigint[])',
};

const OPEN_SESSIONS: Statement = {
  name: 'open-sessions',
  text: 'select * from vestnik.open_sessions($1::int[], $2::int[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8)',
};

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
  for (const { clientId, device } of requests) if (device !== '') await sql.rows(FORGET_DEVICES, [clientId, device]);
  return rows.map(({ acknowledged, delivered, start, missed, dropped_to: droppedTo, outcomes }) => ({
    acknowledged,
    delivered,
    start,
    missed,
    droppedTo,
    outcomes,
  }));
}

export async function openCursor(sql: Sql, tenantId: number, clientId: number, device: string): Promise<OpenCursor> {
  const known = await sql.row<OpenCursor>(READ, [clientId, device]);
  if (known !== undefined) return known;
  const made = await sql.row<OpenCursor>(OPEN, [clientId, device, tenantId]);
  if (device !== '') await sql.rows(FORGET_DEVICES, [clientId, device]);
  return made ?? { acknowledged: 0, delivered: 0 };
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
