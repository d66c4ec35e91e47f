import type { Append, Lease, LogEntry, Received, StateHome } from '@vestnik/core';
import { type AppendRow, parametersOf, readAnswer } from '../log/append.js';
import { outcomeNumber } from '../log/entries.js';
import { readEntries } from '../log/read.js';
import type { Sql, Statement } from '../log/sql.js';

/** The messages of a remote that its sender takes back, as they lie in the logs here. */
const WITHDRAWN = `select l.tenant_id as t, l.mailbox_id as b, l.message_id as i, l.position as p
  from vestnik.message m join vestnik.log l on l.tenant_id = any(m.tenants) and l.position between m.first_position and m.last_position
    and l.message_id = m.id and l.kind = 0
  where m.id = any($1::uuid[]) and m.origin = $2
  order by l.position`;

type Answer = { readonly kind: 'received'; readonly number: number; readonly entries: readonly LogEntry[] } | { readonly kind: 'hole' };

const MESSAGES: Statement = {
  name: 'receive-messages',
  text: 'select * from vestnik.receive_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
};
/** What it answers where something else has to be looked at. */
const NOT_PLAIN = 20;

/** Writes what has come over a link, with the cursor, in one transaction. */
export async function receive(sql: Sql, installation: string, lease: Lease, remoteId: number, received: Received): Promise<Answer> {
  return (await receiveMessages(sql, installation, lease, remoteId, received)) ?? receiveAll(sql, installation, lease, remoteId, received);
}

/** New messages and nothing else, as nearly all that comes: one round trip. @returns undefined where there is more to it; nothing was written */
async function receiveMessages(
  sql: Sql,
  installation: string,
  { link, generation }: Lease,
  remoteId: number,
  { epoch, first, last, after, works }: Received,
): Promise<Answer | undefined> {
  const batch = works.flatMap(({ append }) => append ?? []);
  const ids = new Set(batch.map(({ message }) => message.id));
  if (batch.length === 0 || ids.size < batch.length || works.some(({ home, withdraw }) => home !== undefined || withdraw !== undefined)) return undefined;
  const [messages, entries, tenants, , collapsing] = parametersOf(batch, NONE);
  const told = statesText(works.flatMap(({ states }) => states ?? []));
  const at = [link, generation, remoteId, epoch, after?.epoch, after?.number, first, last];
  const rows = await sql.rows<AppendRow>(MESSAGES, [...at, [...ids], told, messages, entries, tenants, collapsing]);
  if (rows[0]?.what === NOT_PLAIN) return undefined;
  const written = (await readAnswer(sql, installation, batch, rows)).flatMap((answer) => (answer.kind === 'appended' ? answer.entries : []));
  return { kind: 'received', number: last, entries: written.sort((a, b) => a.position - b.position) };
}

/** Whatever came. */
async function receiveAll(
  sql: Sql,
  installation: string,
  { link, generation }: Lease,
  remoteId: number,
  { epoch, first, last, after, works }: Received,
): Promise<Answer> {
  const appends = works.flatMap(({ number, append }) => (append === undefined ? [] : [{ number, append }]));
  const tenants = [...new Set(appends.flatMap(({ append }) => append.destinations.map(({ tenantId }) => tenantId)))];
  const home = works.flatMap(({ home: states }) => (states ?? []).map(({ id }) => id));
  const withdraws = works.flatMap(({ withdraw }) => (withdraw === undefined ? [] : [withdraw]));
  const ids = appends.map(({ append }) => append.message.id);

  const done = await sql.transaction(async (run) => {
    const [begun] = await run<{ o_cursor: number | null; there: [string, boolean][] | null }>(
      'select b.o_cursor, b.o_there::json as there from vestnik.receive_begin($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) b',
      [link, generation, remoteId, epoch, after?.epoch, after?.number, first, tenants, home, withdraws, ids],
    );
    const cursor = begun?.o_cursor;
    if (cursor === undefined || cursor === null) return undefined;
    const places: { tenantId: number; position: number }[] = [];
    if (cursor >= last) return { number: cursor, answers: [], places };
    const fresh = works.filter(({ number }) => number > cursor);

    // A message that is there came before a restore of the other side; one of somebody else's must not be touched.
    const there = new Map(begun?.there ?? []);
    const told: StateHome[] = [];
    const batch: Append[] = [];
    const seen = new Set<string>();
    for (const { append, states } of fresh) {
      told.push(...(states ?? []));
      if (append === undefined) continue;
      const { id } = append.message;
      if (there.get(id) === false || seen.has(id)) {
        told.push(...append.destinations.map(({ to }) => refusedTwice(id, to)));
      } else if (!there.has(id)) {
        batch.push(append);
        seen.add(id);
      }
    }
    const rows = batch.length === 0 ? [] : await run<AppendRow>(APPEND_TEXT, parametersOf(batch, NONE));

    const states = fresh.flatMap(({ home: told }) => told ?? []);
    if (states.length > 0) {
      const receipts = await run<{ tenant_id: number; position: number }>('select * from vestnik.states_home($1, $2)', [remoteId, statesText(states)]);
      for (const { tenant_id: tenantId, position } of receipts) places.push({ tenantId, position: Number(position) });
    }
    const takenBack = fresh.flatMap(({ withdraw }) => (withdraw === undefined ? [] : [withdraw]));
    if (takenBack.length > 0) {
      const lying = await run<{ t: number; b: number; i: string; p: number }>(WITHDRAWN, [takenBack, remoteId]);
      const outcomes = lying.map((place, n) => ({ ...place, p: Number(place.p), n, s: outcomeNumber('withdrawn') }));
      if (outcomes.length > 0) {
        const ended = await run<{ written: boolean; tenant_id: number; position: number | null }>('select * from vestnik.record_outcomes($1::json)', [
          JSON.stringify(outcomes),
        ]);
        for (const { written, tenant_id: tenantId, position } of ended) if (written && position !== null) places.push({ tenantId, position: Number(position) });
      }
    }
    await run('select vestnik.receive_end($1, $2, $3, $4)', [remoteId, epoch, last, statesText(told)]);
    return { number: last, answers: { batch, rows }, places };
  });

  if (done === undefined) return { kind: 'hole' };
  const entries: LogEntry[] = [];
  if (!Array.isArray(done.answers)) {
    const { batch, rows } = done.answers as { batch: Append[]; rows: AppendRow[] };
    for (const answer of await readAnswer(sql, installation, batch, rows)) if (answer.kind === 'appended') entries.push(...answer.entries);
  }
  if (done.places.length > 0) entries.push(...(await readEntries(sql, installation, done.places)).values());
  return { kind: 'received', number: done.number, entries: entries.sort((a, b) => a.position - b.position) };
}

const APPEND_TEXT = 'select * from vestnik.append($1::json, $2::json, $3::int[], $4, $5, $6, $7, $8)';
const NONE: ReadonlySet<number> = new Set();
const STATES = ['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn'];

function statesText(states: readonly StateHome[]): string {
  return JSON.stringify(states.map(({ id, to, state, at, reason, device }) => ({ i: id, w: to, s: STATES.indexOf(state), at, r: reason, d: device })));
}

/** Another message has this id already. */
function refusedTwice(id: string, to: string): StateHome {
  const at = to.lastIndexOf('.');
  return { id, to: to.slice(0, at), state: 'refused', at: Date.now(), reason: 'conflict' };
}
