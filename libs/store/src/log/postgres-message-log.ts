import type {
  Append,
  Appended,
  CursorMove,
  DeadLetter,
  DeadLetterChange,
  DeadLetterWhole,
  DueSend,
  Epoch,
  HandedAgain,
  HistoryPage,
  HistoryQuery,
  LogEntry,
  MessageEntry,
  MessageLog,
  MessageOutcome,
  NewOutcome,
  OpenCursor,
  Opening,
  OpeningRequest,
  OutcomeEntry,
  Page,
  PageRequest,
  RecipientOutcome,
  ReplayQuery,
  Subscription,
  WhichDeadLetters,
} from '@vestnik/core';
import type { RecipientState } from '@vestnik/protocol';
import { append } from './append.js';
import { handedAgain, moveCursors, open, openCursor } from './cursors.js';
import { countDeadLetters, deleteDeadLetter, deleteDeadLetters, findDeadLetter, listDeadLetters, replayDeadLetter, replayDeadLetters } from './dead-letters.js';
import { epochs } from './epochs.js';
import { expireDue } from './expiry.js';
import { history } from './history.js';
import { outcome, recipients, recordOutcomes, withdrawForwarded } from './outcomes.js';
import { countUnacknowledged, countWaiting, droppedUpTo, heads, locate, outcomesSince, replay, tail } from './read.js';
import { countScheduled, due, withdrawScheduled } from './scheduled.js';
import type { Sql } from './sql.js';

const NOW = { name: 'now', text: 'select vestnik.now_ms() as now' };

/** The message log in Postgres 13 and newer: SQL by hand, one file a subject. */
export class PostgresMessageLog implements MessageLog {
  /**
   * @param sql commits with `synchronous_commit = on`: what resolves is on disk
   * @param lazy commits with `off`, for cursor moves that nobody waits for: losing one only re-sends
   */
  constructor(
    private readonly sql: Sql,
    private readonly lazy: Sql,
    private readonly installation: string,
  ) {}

  append(batch: readonly Append[]): Promise<Appended[]> {
    return append(this.sql, this.installation, batch);
  }

  async head(tenantId: number): Promise<number> {
    return (await heads(this.sql, [tenantId])).get(tenantId) ?? 0;
  }

  heads(tenantIds: readonly number[]): Promise<Map<number, number>> {
    return heads(this.sql, tenantIds);
  }

  tail(tenantId: number, after: number, limit: number): Promise<LogEntry[]> {
    return tail(this.sql, this.installation, tenantId, after, limit);
  }

  replay(query: ReplayQuery): Promise<{ entries: LogEntry[]; scannedTo: number }> {
    return replay(this.sql, this.installation, query);
  }

  countWaiting(query: Omit<ReplayQuery, 'limit'>, limit: number): Promise<number> {
    return countWaiting(this.sql, query, limit);
  }

  outcomesSince(tenantId: number, mailboxIds: readonly number[], position: number, upTo: number, topics?: readonly Subscription[]): Promise<OutcomeEntry[]> {
    return outcomesSince(this.sql, this.installation, tenantId, mailboxIds, position, upTo, topics);
  }

  droppedUpTo(tenantId: number, mailboxIds: readonly number[], topics?: readonly Subscription[], beyond?: number): Promise<number> {
    return droppedUpTo(this.sql, tenantId, mailboxIds, topics, beyond);
  }

  open(requests: readonly OpeningRequest[], missedLimit: number): Promise<Opening[]> {
    return open(this.sql, requests, missedLimit);
  }

  openCursor(tenantId: number, clientId: number, device: string): Promise<OpenCursor> {
    return openCursor(this.sql, tenantId, clientId, device);
  }

  moveCursors(moves: readonly CursorMove[], sync: boolean): Promise<LogEntry[]> {
    return moveCursors(sync ? this.sql : this.lazy, this.sql, this.installation, moves);
  }

  handedAgain(ranges: readonly HandedAgain[]): Promise<void> {
    return handedAgain(this.lazy, ranges);
  }

  recordOutcomes(outcomes: readonly NewOutcome[]): Promise<{ states: RecipientState[]; entries: LogEntry[] }> {
    return recordOutcomes(this.sql, this.installation, outcomes);
  }

  locate(tenantId: number, mailboxIds: readonly number[], messageIds: readonly string[], topics?: readonly Subscription[]): Promise<Map<string, MessageEntry>> {
    return locate(this.sql, this.installation, tenantId, mailboxIds, messageIds, topics);
  }

  history(query: HistoryQuery): Promise<HistoryPage> {
    return history(this.sql, this.installation, query);
  }

  outcome(tenantId: number, messageId: string): Promise<MessageOutcome | undefined> {
    return outcome(this.sql, this.installation, tenantId, messageId);
  }

  recipients(tenantId: number, messageId: string, page: PageRequest): Promise<Page<RecipientOutcome> | undefined> {
    return recipients(this.sql, this.installation, tenantId, messageId, page);
  }

  async withdraw(tenantId: number, senderId: number | undefined, messageId: string): Promise<{ outcome: MessageOutcome; entries: LogEntry[] } | undefined> {
    const before = await this.outcome(tenantId, messageId);
    if (before === undefined || before.message.tenantId !== tenantId || (senderId !== undefined && before.message.senderId !== senderId)) return undefined;
    const receipts = before.recipients.some(({ state }) => state === 'scheduled')
      ? await withdrawScheduled(this.sql, this.installation, tenantId, messageId)
      : undefined;
    // Between the two it may have entered the log: then what it was before does not say where it lies.
    const current = before.recipients.some(({ state }) => state === 'scheduled') ? await this.outcome(tenantId, messageId) : before;
    if (current === undefined) return undefined;
    if (receipts !== undefined) return { outcome: current, entries: receipts };
    const { entries } = await this.recordOutcomes(
      current.recipients.flatMap(({ tenantId: recipientTenant, mailboxId, position }) =>
        position === undefined ? [] : [{ tenantId: recipientTenant, mailboxId, messageId, target: position, state: 'withdrawn' as const }],
      ),
    );
    const elsewhere = current.recipients.some(({ mailboxId, state }) => mailboxId === 0 && state !== 'withdrawn');
    const receiptsOfForwarded = elsewhere ? await withdrawForwarded(this.sql, this.installation, tenantId, messageId) : [];
    const after = await this.outcome(tenantId, messageId);
    return { outcome: after ?? current, entries: [...entries, ...receiptsOfForwarded] };
  }

  listDeadLetters(tenantId: number, page: PageRequest & { client?: string }): Promise<Page<DeadLetter>> {
    return listDeadLetters(this.sql, tenantId, page);
  }

  findDeadLetter(tenantId: number, id: string): Promise<DeadLetterWhole | undefined> {
    return findDeadLetter(this.sql, tenantId, id);
  }

  replayDeadLetter(tenantId: number, id: string, change?: DeadLetterChange): Promise<{ entries: LogEntry[] } | undefined> {
    return replayDeadLetter(this.sql, this.installation, tenantId, id, change);
  }

  replayDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<{ entries: LogEntry[]; replayed: number }> {
    return replayDeadLetters(this.sql, this.installation, tenantId, which, limit);
  }

  deleteDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<number> {
    return deleteDeadLetters(this.sql, tenantId, which, limit);
  }

  countDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<number> {
    return countDeadLetters(this.sql, tenantId, which, limit);
  }

  deleteDeadLetter(tenantId: number, id: string): Promise<boolean> {
    return deleteDeadLetter(this.sql, tenantId, id);
  }

  epochs(): Promise<Epoch[]> {
    return epochs(this.sql);
  }

  due(limit: number): Promise<{ sends: DueSend[]; nextDueAt?: number }> {
    return due(this.sql, limit);
  }

  expireDue(limit: number): Promise<{ entries: LogEntry[]; more: boolean }> {
    return expireDue(this.sql, this.installation, limit);
  }

  async now(): Promise<number> {
    return (await this.sql.row<{ now: number }>(NOW))?.now ?? 0;
  }

  countUnacknowledged(mailboxIds: readonly number[], limit: number): Promise<Map<number, number>> {
    return countUnacknowledged(this.sql, mailboxIds, limit);
  }

  countScheduled(tenantId: number, limit: number): Promise<number> {
    return countScheduled(this.sql, tenantId, limit);
  }
}
