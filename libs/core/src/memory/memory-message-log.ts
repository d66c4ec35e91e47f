import type { RecipientState } from '@vestnik/protocol';
import type { Page, PageRequest } from '../ports/directory.js';
import type { HistoryPage, HistoryQuery } from '../ports/history.js';
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
  LogEntry,
  MessageEntry,
  MessageLog,
  MessageOutcome,
  NewOutcome,
  OpenCursor,
  Opening,
  OpeningRequest,
  OutcomeEntry,
  RecipientOutcome,
  ReplayQuery,
  WhichDeadLetters,
} from '../ports/message-log.js';
import type { Subscription } from '../ports/subscriptions.js';
import { append } from './appending.js';
import { moveCursors, openCursor } from './cursors.js';
import { findDeadLetter, fittingDeadLetters, listDeadLetters, replayDeadLetter, replayDeadLetters, wholeDeadLetter } from './dead-letters.js';
import { recordOutcomes } from './ending.js';
import { expireDue } from './expiring.js';
import { history } from './history.js';
import type { MemoryBase } from './memory-base.js';
import { countUnacknowledged, countWaiting, locate, outcomesSince, replay } from './reading.js';
import { outcome, recipients, withdraw } from './states.js';

/** The message log in memory: one file a subject, as its sibling in Postgres. Nothing is on disk; everything else is promised alike. */
export class MemoryMessageLog implements MessageLog {
  constructor(private readonly base: MemoryBase) {}

  async append(batch: readonly Append[]): Promise<Appended[]> {
    await this.base.enter('append');
    return append(this.base, batch);
  }

  async head(tenantId: number): Promise<number> {
    return (await this.heads([tenantId])).get(tenantId) ?? 0;
  }

  async heads(tenantIds: readonly number[]): Promise<Map<number, number>> {
    await this.base.enter('heads');
    const heads = new Map<number, number>();
    for (const tenantId of tenantIds) {
      const log = this.base.logs.get(tenantId);
      if (log !== undefined) heads.set(tenantId, log.position);
    }
    return heads;
  }

  async tail(tenantId: number, after: number, limit: number): Promise<LogEntry[]> {
    await this.base.enter('tail');
    return this.base.logs.get(tenantId)?.entries.between(after, undefined, limit) ?? [];
  }

  async replay(query: ReplayQuery): Promise<{ entries: LogEntry[]; scannedTo: number }> {
    await this.base.enter('replay');
    return replay(this.base, query);
  }

  async countWaiting(query: Omit<ReplayQuery, 'limit'>, limit: number): Promise<number> {
    await this.base.enter('countWaiting');
    return countWaiting(this.base, query, limit);
  }

  async outcomesSince(
    tenantId: number,
    mailboxIds: readonly number[],
    position: number,
    upTo: number,
    topics?: readonly Subscription[],
  ): Promise<OutcomeEntry[]> {
    await this.base.enter('outcomesSince');
    return outcomesSince(this.base, tenantId, mailboxIds, position, upTo, topics);
  }

  async droppedUpTo(tenantId: number, mailboxIds: readonly number[], topics: readonly Subscription[] = []): Promise<number> {
    await this.base.enter('droppedUpTo');
    const spans = [...mailboxIds.map((id) => ({ id, since: 0, until: undefined })), ...this.base.topicMailboxes(tenantId, topics)];
    return spans.reduce((dropped, { id, since, until = Number.POSITIVE_INFINITY }) => {
      const floor = this.base.floors.get(id) ?? 0;
      // What a topic lost before the client was subscribed to it is no loss of the client's.
      return floor > since ? Math.max(dropped, Math.min(floor, until)) : dropped;
    }, 0);
  }

  async open(requests: readonly OpeningRequest[], missedLimit: number): Promise<Opening[]> {
    const openings: Opening[] = [];
    for (const { tenantId, clientId, device, everyoneId, since, given, upTo } of requests) {
      const cursor = await this.openCursor(tenantId, clientId, device);
      const start = given ?? cursor.acknowledged;
      const mailboxes = [
        { id: clientId, since: 0 },
        { id: everyoneId, since },
      ];
      const ids = [clientId, everyoneId];
      const topics = this.base.subscriptionsSince(clientId, start);
      openings.push({
        ...cursor,
        start,
        missed: await this.countWaiting({ tenantId, clientId, mailboxes, topics, after: start, upTo }, missedLimit),
        droppedTo: await this.droppedUpTo(tenantId, ids, topics),
        outcomes: (await this.outcomesSince(tenantId, ids, start, upTo, topics)).length > 0,
        topics,
      });
    }
    return openings;
  }

  async openCursor(tenantId: number, clientId: number, device: string): Promise<OpenCursor> {
    await this.base.enter('openCursor');
    return openCursor(this.base, tenantId, clientId, device);
  }

  async moveCursors(moves: readonly CursorMove[], _sync: boolean): Promise<LogEntry[]> {
    await this.base.enter('moveCursors');
    return moveCursors(this.base, moves);
  }

  async handedAgain(ranges: readonly HandedAgain[]): Promise<void> {
    await this.base.enter('handedAgain');
    this.base.handedAgain.push(...ranges);
  }

  async recordOutcomes(outcomes: readonly NewOutcome[]): Promise<{ states: RecipientState[]; entries: LogEntry[] }> {
    await this.base.enter('recordOutcomes');
    return recordOutcomes(this.base, outcomes);
  }

  async locate(
    tenantId: number,
    mailboxIds: readonly number[],
    messageIds: readonly string[],
    topics?: readonly Subscription[],
  ): Promise<Map<string, MessageEntry>> {
    await this.base.enter('locate');
    return locate(this.base, tenantId, mailboxIds, messageIds, topics);
  }

  async history(query: HistoryQuery): Promise<HistoryPage> {
    await this.base.enter('history');
    return history(this.base, query);
  }

  async outcome(tenantId: number, messageId: string): Promise<MessageOutcome | undefined> {
    await this.base.enter('outcome');
    return outcome(this.base, tenantId, messageId);
  }

  async recipients(tenantId: number, messageId: string, page: PageRequest): Promise<Page<RecipientOutcome> | undefined> {
    await this.base.enter('recipients');
    return recipients(this.base, tenantId, messageId, page);
  }

  async withdraw(tenantId: number, senderId: number | undefined, messageId: string): Promise<{ outcome: MessageOutcome; entries: LogEntry[] } | undefined> {
    await this.base.enter('withdraw');
    return withdraw(this.base, tenantId, senderId, messageId);
  }

  async listDeadLetters(tenantId: number, page: PageRequest & { client?: string }): Promise<Page<DeadLetter>> {
    await this.base.enter('listDeadLetters');
    return listDeadLetters(this.base, tenantId, page);
  }

  async findDeadLetter(tenantId: number, id: string): Promise<DeadLetterWhole | undefined> {
    await this.base.enter('findDeadLetter');
    return wholeDeadLetter(this.base, tenantId, id);
  }

  async replayDeadLetter(tenantId: number, id: string, change?: DeadLetterChange): Promise<{ entries: LogEntry[] } | undefined> {
    await this.base.enter('replayDeadLetter');
    return replayDeadLetter(this.base, tenantId, id, change);
  }

  async replayDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<{ entries: LogEntry[]; replayed: number }> {
    await this.base.enter('replayDeadLetters');
    return replayDeadLetters(this.base, tenantId, which, limit);
  }

  async deleteDeadLetter(tenantId: number, id: string): Promise<boolean> {
    await this.base.enter('deleteDeadLetter');
    const row = findDeadLetter(this.base, tenantId, id);
    return row !== undefined && this.base.deadLetters.delete(row.id);
  }

  async deleteDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<number> {
    await this.base.enter('deleteDeadLetters');
    const rows = fittingDeadLetters(this.base, tenantId, which).slice(0, limit);
    for (const { id } of rows) this.base.deadLetters.delete(id);
    return rows.length;
  }

  async countDeadLetters(tenantId: number, which: WhichDeadLetters, limit: number): Promise<number> {
    await this.base.enter('countDeadLetters');
    return Math.min(limit, fittingDeadLetters(this.base, tenantId, which).length);
  }

  async epochs(): Promise<Epoch[]> {
    await this.base.enter('epochs');
    return [...this.base.epochs];
  }

  async due(limit: number): Promise<{ sends: DueSend[]; nextDueAt?: number }> {
    await this.base.enter('due');
    const now = this.base.now();
    const rows = [...this.base.scheduled.values()].sort((a, b) => a.dueAt - b.dueAt || (a.messageId < b.messageId ? -1 : 1));
    const sends: DueSend[] = [];
    for (const { messageId, dueAt, to, ttl, retain } of rows) {
      const sent = this.base.messages.get(messageId);
      if (dueAt <= now && sent !== undefined && sends.length < limit) sends.push({ message: sent.message, to, ttl, retain });
    }
    return { sends, nextDueAt: rows.find((row) => row.dueAt > now)?.dueAt };
  }

  async expireDue(limit: number): Promise<{ entries: LogEntry[]; more: boolean }> {
    await this.base.enter('expireDue');
    return expireDue(this.base, limit);
  }

  async now(): Promise<number> {
    await this.base.enter('now');
    return this.base.now();
  }

  async countUnacknowledged(mailboxIds: readonly number[], limit: number): Promise<Map<number, number>> {
    await this.base.enter('countUnacknowledged');
    return countUnacknowledged(this.base, mailboxIds, limit);
  }

  async countScheduled(tenantId: number, limit: number): Promise<number> {
    await this.base.enter('countScheduled');
    return Math.min([...this.base.scheduled.values()].filter((row) => row.tenantId === tenantId).length, limit);
  }
}
