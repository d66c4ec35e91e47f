import { createHash } from 'node:crypto';
import type { AuditEntry, AuditFilter, AuditTrail, AuditVerdict, PageRequest } from '@vestnik/core';
import { invalid } from '@vestnik/protocol';
import { type DataSource, MoreThan } from 'typeorm';
import { rowsOf } from '../data-source.js';
import { AuditRow } from './entities.js';
import { inStore } from './failures.js';

const NO_ROW = Buffer.alloc(32);
const VERIFY_ROWS = 1_000;
/** A page looks through so many entries at most: 70 ms where a text is looked for in vain, with a million in the table. */
const SEARCH_ROWS = 20_000;

/** Where a page ended: by time, and by id where several are of one millisecond. */
interface Place {
  readonly at: number;
  readonly id: number;
}

const NEWEST: Place = { at: Number.MAX_SAFE_INTEGER, id: 0 };

interface Head {
  readonly id: number;
  readonly hash: Buffer;
}

/**
 * Who did what, in Postgres, as a chain: each row holds SHA-256 over the hash of the row before it and its own
 * contents, and the head holds the last one. A row that was changed, put in or taken out breaks the chain there.
 * It does not stop someone who owns the database and writes the whole chain anew.
 */
export class PostgresAuditTrail implements AuditTrail {
  constructor(private readonly dataSource: DataSource) {}

  /** On disk when it resolves. Writers wait for each other at the head: ids have no holes. */
  record(entry: AuditEntry): Promise<void> {
    return inStore(() =>
      this.dataSource.transaction(async (transaction) => {
        const [head] = await rowsOf<Head>(transaction, 'select h.id, h.hash from vestnik.audit_head h for update');
        const { id, hash: previousHash } = head as Head;
        const contents = {
          id: id + 1,
          at: entry.at,
          who: entry.who,
          address: entry.address ?? null,
          action: entry.action,
          subject: entry.subject,
          beforeJson: entry.before === undefined ? null : JSON.stringify(entry.before),
          afterJson: entry.after === undefined ? null : JSON.stringify(entry.after),
        };
        const row: AuditRow = { ...contents, previousHash, hash: auditHash(previousHash, contents) };
        await transaction.insert(AuditRow, row);
        await transaction.query('update vestnik.audit_head set id = $1, hash = $2', [row.id, row.hash]);
      }),
    );
  }

  list(page: PageRequest, filter: AuditFilter = {}) {
    return inStore(async () => {
      const { candidates, conditions, values } = search(filter, from(page, filter));
      const limited = conditions.length > 0;
      values.push(page.limit + 1);
      const found = await rowsOf<AuditRow>(
        this.dataSource,
        `select ${COLUMNS} from (${candidates} limit ${limited ? SEARCH_ROWS : `$${values.length}`}) a
          ${limited ? `where ${conditions.join(' and ')}` : ''} order by a.at desc, a.id desc limit $${values.length}`,
        values,
      );
      const rows = found.slice(0, page.limit);
      const items = rows.map(entryOf);
      if (found.length > page.limit) return { items, next: cursorOf(rows.at(-1) as Place) };
      if (!limited) return { items };
      // Nothing is said of what was looked through in vain but where it ended.
      const narrowed = search(narrowing(filter), from(page, filter));
      const [last] = await rowsOf<Place>(
        this.dataSource,
        `select a.at, a.id from (${narrowed.candidates} offset ${SEARCH_ROWS - 1} limit 1) a`,
        narrowed.values,
      );
      return last === undefined ? { items } : { items, next: cursorOf(last), searchedTo: last.at };
    });
  }

  /** Reads all rows, a thousand at a time, as they stood when it began. */
  verify(): Promise<AuditVerdict> {
    return inStore(() =>
      this.dataSource.transaction('REPEATABLE READ', async (transaction): Promise<AuditVerdict> => {
        let last: Head = { id: 0, hash: NO_ROW };
        for (;;) {
          const rows = await transaction.find(AuditRow, { where: { id: MoreThan(last.id) }, order: { id: 'asc' }, take: VERIFY_ROWS });
          for (const row of rows) {
            const because = brokenBecause(last, row);
            if (because !== undefined) return { kind: 'broken', id: because === 'missing' ? last.id + 1 : row.id, because };
            last = { id: row.id, hash: row.hash };
          }
          if (rows.length < VERIFY_ROWS) break;
        }
        const [head] = await rowsOf<Head>(transaction, 'select h.id, h.hash from vestnik.audit_head h');
        if (head === undefined || head.id > last.id) return { kind: 'broken', id: last.id + 1, because: 'missing' };
        if (head.id < last.id || !head.hash.equals(last.hash)) return { kind: 'broken', id: last.id, because: 'not what the head of the chain says' };
        return { kind: 'whole', rows: last.id };
      }),
    );
  }
}

const COLUMNS =
  'a.id, a.at, a.who, a.address, a.action, a.subject, a.before_json as "beforeJson", a.after_json as "afterJson", a.previous_hash as "previousHash", a.hash';

/** The condition that has an index of its own, the one that leaves the fewest first; the others are held against what it gives. */
function narrowing({ subject, who, action, since }: AuditFilter): AuditFilter {
  if (subject !== undefined) return { subject, since };
  if (who !== undefined) return { who, since };
  return action === undefined || action.endsWith('*') ? { since } : { action, since };
}

/** The statement that gives entries in order from an index, and what is left to be asked of each. */
function search(filter: AuditFilter, before: Place) {
  const values: unknown[] = [before.at, before.id];
  const value = (given: unknown) => `$${values.push(given)}`;
  const narrow = narrowing(filter);
  const first = ['(a.at, a.id) < ($1::bigint, $2::bigint)'];
  for (const name of ['subject', 'who', 'action'] as const) if (narrow[name] !== undefined) first.push(`a.${name} = ${value(narrow[name])}`);
  if (filter.since !== undefined) first.push(`a.at >= ${value(filter.since)}::bigint`);

  const conditions: string[] = [];
  if (filter.who !== undefined && narrow.who === undefined) conditions.push(`a.who = ${value(filter.who)}`);
  if (filter.action !== undefined && narrow.action === undefined) {
    const family = filter.action.endsWith('*');
    conditions.push(family ? `starts_with(a.action, ${value(filter.action.slice(0, -1))})` : `a.action = ${value(filter.action)}`);
  }
  if (filter.search !== undefined) {
    const text = `lower(concat_ws(' ', a.who, a.address, a.action, a.subject, a.before_json, a.after_json))`;
    conditions.push(`position(lower(${value(filter.search)}) in ${text}) > 0`);
  }
  return { candidates: `select a.* from vestnik.audit a where ${first.join(' and ')} order by a.at desc, a.id desc`, conditions, values };
}

function from({ cursor }: PageRequest, { until }: AuditFilter): Place {
  const asked = cursor === undefined ? NEWEST : readCursor(cursor);
  return until !== undefined && until <= asked.at ? { at: until, id: 0 } : asked;
}

function cursorOf({ at, id }: Place): string {
  return `${at}-${id}`;
}

function readCursor(cursor: string): Place {
  const [, at, id] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) throw invalid('request-invalid', 'cursor', 'take it from `next` of the page before');
  return { at: Number(at), id: Number(id) };
}

function brokenBecause(previous: Head, row: AuditRow): string | undefined {
  if (row.id !== previous.id + 1) return 'missing';
  if (!row.previousHash.equals(previous.hash)) return 'it does not follow the row before';
  return row.hash.equals(auditHash(row.previousHash, row)) ? undefined : 'its contents are not those that were recorded';
}

/** Over a JSON list, so that no two rows have the same text by moving characters from one field to the next. */
export function auditHash(previousHash: Buffer, row: Omit<AuditRow, 'previousHash' | 'hash'>): Buffer {
  const contents = JSON.stringify([row.id, row.at, row.who, row.address, row.action, row.subject, row.beforeJson, row.afterJson]);
  return createHash('sha256').update(previousHash).update(contents).digest();
}

function entryOf(row: AuditRow): AuditEntry & { id: number } {
  return {
    id: row.id,
    at: row.at,
    who: row.who,
    address: row.address ?? undefined,
    action: row.action,
    subject: row.subject,
    before: row.beforeJson === null ? undefined : JSON.parse(row.beforeJson),
    after: row.afterJson === null ? undefined : JSON.parse(row.afterJson),
  };
}
