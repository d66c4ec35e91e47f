import type { PostgresMessageLog } from '@vestnik/store';
import type { Figures } from '../../scenario.js';
import type { Recipients } from './appending.js';
import { clientsBehind } from './clients-behind.js';
import type { Filled } from './fill.js';
import type { OpenLog } from './open-log.js';
import type { Shape } from './shape.js';
import { tries } from './tries.js';

/** What is measured. */
export interface Subject {
  readonly open: OpenLog;
  readonly shape: Shape;
  readonly filled: Filled;
  readonly recipients: Recipients;
  readonly quick: boolean;
}

export interface Operation {
  readonly name: string;
  /** In a smaller log there is nobody to whom it could be done. */
  readonly messagesMin?: number;
  measure(subject: Subject): Promise<Figures>;
}

/** As a session with the default window asks. */
const PAGE = 256;
/** As many as the bus opens in one query, counts for a session, moves, records and sweeps at once. */
const SESSIONS = 200;
const MISSED = 1_000;
const MOVES = 1_000;
const OUTCOMES = 100;
const SWEEP = 500;

const ENTRY = {
  name: 'bench-entry',
  text: 'select l.position, l.mailbox_id, l.message_id from vestnik.log l where l.tenant_id = $1 and l.position = any($2::bigint[]) order by l.position',
};
const BEHIND = {
  name: 'bench-behind',
  text: 'select c.client_id from vestnik.client_cursor c where c.client_id > $1 and c.client_id < $2 and (c.client_id - $3) % 10 = 7 order by c.client_id limit $4',
};
const EVERYONE = {
  name: 'bench-everyone',
  text: 'select l.message_id from vestnik.log l where l.mailbox_id = $1 and l.kind = 0 order by l.position desc limit 1',
};

const replays = [0, 10, 1_000, 10_000].flatMap((behind): Operation[] => [
  { name: `replay, first page, ${behind.toLocaleString('en')} behind`, messagesMin: 400 * behind, measure: (subject) => replay(subject, behind, 1) },
  {
    name: `replay, all, ${behind.toLocaleString('en')} behind`,
    messagesMin: 400 * behind,
    measure: (subject) => replay(subject, behind, Number.POSITIVE_INFINITY),
  },
]);

/** Each is measured as often as there are rounds. */
export const OPERATIONS: readonly Operation[] = [
  ...replays,
  { name: `open ${SESSIONS} sessions`, measure: openSessions },
  { name: 'unacknowledged of 100 clients', measure: (subject) => countUnacknowledged(subject, 100) },
  { name: 'unacknowledged of the client with most', measure: (subject) => countUnacknowledged(subject, 1) },
  { name: 'state of a message, oldest partition', measure: (subject) => outcome(subject, subject.shape.positionsPerPartition / 2) },
  { name: 'state of a message, newest', measure: (subject) => outcome(subject, subject.shape.last - 10_000) },
  { name: 'state of a message to everyone', measure: outcomeOfEveryone },
  { name: `move ${MOVES.toLocaleString('en')} cursors`, measure: moveCursors },
  { name: `record ${OUTCOMES} outcomes`, measure: recordOutcomes },
  {
    name: `sweep of expiry, ${SWEEP} entries`,
    measure: (subject) => tries(subject.quick ? 1 : 10, async () => (await subject.open.log.expireDue(SWEEP)).entries.length),
  },
  { name: 'list clients, a page of 100', measure: (subject) => listClients(subject, 20, undefined) },
  { name: 'search clients, many match', measure: (subject) => listClients(subject, 20, 'клиент') },
  { name: 'search clients, one matches', measure: (subject) => listClients(subject, 3, `-${String(subject.shape.clients - 7).padStart(7, '0')}`) },
];

/** What one who comes back is handed: its own messages and those to everyone. */
async function replay({ open, shape, filled }: Subject, behind: number, pagesMax: number): Promise<Figures> {
  const clients = await clientsBehind(open.sql, shape, filled, behind);
  return tries(behind >= 10_000 ? 5 : 30, async (nth) => {
    const { clientId, after } = clients[nth % clients.length] as (typeof clients)[number];
    const mailboxes = [
      { id: clientId, since: 0 },
      { id: filled.everyoneId, since: 0 },
    ];
    let at = after;
    let given = 0;
    for (let page = 0; at < shape.last && page < pagesMax; page++) {
      const { entries, scannedTo } = await open.log.replay({ tenantId: filled.tenantId, clientId, mailboxes, after: at, upTo: shape.last, limit: PAGE });
      given += entries.length;
      at = scannedTo;
    }
    return given;
  });
}

async function openSessions({ open, filled, recipients }: Subject): Promise<Figures> {
  const upTo = await open.log.head(filled.tenantId);
  return tries(10, async () => {
    const requests = Array.from({ length: SESSIONS }, () => ({
      tenantId: filled.tenantId,
      clientId: recipients.next(),
      device: '',
      everyoneId: filled.everyoneId,
      since: 0,
      upTo,
    }));
    return (await open.log.open(requests, MISSED)).length;
  });
}

async function countUnacknowledged({ open, filled, recipients }: Subject, clients: number): Promise<Figures> {
  const limit = 100_000;
  return tries(20, async () => {
    // The eighth is the busiest of those that are behind.
    const ids = clients === 1 ? [filled.firstClient + 7] : Array.from({ length: clients }, () => recipients.next());
    const counts = await open.log.countUnacknowledged(ids, limit);
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  });
}

/** Messages that lie around a position. */
async function outcome({ open, filled }: Subject, around: number): Promise<Figures> {
  const entries = await entriesAround(open, filled, Math.floor(around), 20);
  return tries(entries.length, async (nth) => {
    const found = await open.log.outcome(filled.tenantId, entries[nth]?.message_id as string);
    if (found === undefined) throw new Error('a message of the log was not found');
    return found.recipients.length;
  });
}

async function outcomeOfEveryone({ open, filled }: Subject): Promise<Figures> {
  const message = await open.sql.row<{ message_id: string }>(EVERYONE, [filled.everyoneId]);
  return tries(1, async () => {
    const found = await open.log.outcome(filled.tenantId, message?.message_id as string);
    return Object.values(found?.counts ?? {}).reduce((sum, count) => sum + count, 0);
  });
}

/** Those who are behind catch up, a thousand at a time; none twice. */
async function moveCursors({ open, shape, filled }: Subject): Promise<Figures> {
  const head = await open.log.head(filled.tenantId);
  return tries(10, async () => {
    const moves = await takeBehind(open, shape, filled);
    await open.log.moveCursors(
      moves.map((clientId) => ({ clientId, tenantId: filled.tenantId, device: '', acknowledged: head, delivered: head })),
      true,
    );
    return moves.length;
  });
}

const moved = new WeakMap<PostgresMessageLog, number>();

async function takeBehind({ sql, log }: OpenLog, shape: Shape, filled: Filled): Promise<number[]> {
  const from = moved.get(log) ?? filled.firstClient + 1_000;
  const rows = await sql.rows<{ client_id: number }>(BEHIND, [from, filled.firstClient + shape.present, filled.firstClient, MOVES]);
  // From the first again: cursors move on, as the log has grown since.
  moved.set(log, rows.length < MOVES ? filled.firstClient : (rows.at(-1)?.client_id as number));
  return rows.map((row) => row.client_id);
}

const recorded = new WeakMap<PostgresMessageLog, number>();

/** Messages become read, newest first, each once. */
async function recordOutcomes({ open, shape, filled }: Subject): Promise<Figures> {
  return tries(10, async () => {
    const before = recorded.get(open.log) ?? shape.last - 1_000;
    recorded.set(open.log, before - 3 * OUTCOMES);
    const entries = await entriesAround(open, filled, before, OUTCOMES);
    const { entries: written } = await open.log.recordOutcomes(
      entries.map((entry) => ({
        tenantId: filled.tenantId,
        mailboxId: entry.mailbox_id,
        messageId: entry.message_id,
        target: entry.position,
        state: 'read' as const,
      })),
    );
    return written.length;
  });
}

async function listClients({ open, filled }: Subject, count: number, search: string | undefined): Promise<Figures> {
  return tries(count, async () => (await open.mailboxes.listClients(filled.tenantId, { limit: 100, search })).items.length);
}

interface Entry {
  readonly position: number;
  readonly mailbox_id: number;
  readonly message_id: string;
}

/** Messages to clients that read, and have not said so. */
async function entriesAround({ sql }: OpenLog, filled: Filled, position: number, count: number): Promise<Entry[]> {
  const positions: number[] = [];
  for (let at = position; positions.length < count; at--) if (at % 25 > 1 && at % 25 < 12) positions.push(at);
  return sql.rows<Entry>(ENTRY, [filled.tenantId, positions]);
}
