import { createHash } from 'node:crypto';
import type { AuditEntry, AuditTrail, AuditVerdict, Page, PageRequest } from '@vestnik/core';
import { type DataSource, LessThan, MoreThan } from 'typeorm';
import { rowsOf } from '../data-source.js';
import { AuditRow } from './entities.js';
import { inStore } from './failures.js';
import { pageOf, readListCursor } from './list-cursor.js';

const NO_ROW = Buffer.alloc(32);
const VERIFY_ROWS = 1_000;

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
        const row: AuditRow = { ...contents, previousHash, hash: hashOf(previousHash, contents) };
        await transaction.insert(AuditRow, row);
        await transaction.query('update vestnik.audit_head set id = $1, hash = $2', [row.id, row.hash]);
      }),
    );
  }

  list(page: PageRequest): Promise<Page<AuditEntry & { id: number }>> {
    return inStore(async () => {
      const before = readListCursor(page.cursor);
      const rows = await this.dataSource
        .getRepository(AuditRow)
        .find({ where: before === undefined ? {} : { id: LessThan(before) }, order: { id: 'desc' }, take: page.limit + 1 });
      return pageOf(rows, page.limit, (row) => row.id, entryOf);
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

function brokenBecause(previous: Head, row: AuditRow): string | undefined {
  if (row.id !== previous.id + 1) return 'missing';
  if (!row.previousHash.equals(previous.hash)) return 'it does not follow the row before';
  return row.hash.equals(hashOf(row.previousHash, row)) ? undefined : 'its contents are not those that were recorded';
}

/** Over a JSON list, so that no two rows have the same text by moving characters from one field to the next. */
function hashOf(previousHash: Buffer, row: Omit<AuditRow, 'previousHash' | 'hash'>): Buffer {
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
