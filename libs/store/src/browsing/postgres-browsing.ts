import type {
  BacklogSummary,
  ClientBrowser,
  ClientSearch,
  Clock,
  FoundClient,
  FoundMessage,
  Log,
  LogEntry,
  MessageBrowser,
  MessageHead,
  MessageSearch,
  Page,
  PageRequest,
  ResendRequest,
  WaitingMessage,
  WebhookAttempts,
} from '@vestnik/core';
import type { Sql } from '../log/sql.js';
import { Backlog } from './backlog.js';
import { findClients } from './clients.js';
import { findMessages, messageHead, webhookAttempts } from './messages.js';
import { listWaiting, purge, resend } from './waiting.js';

/** What administrators look for, in Postgres. */
export class PostgresBrowsing implements ClientBrowser, MessageBrowser {
  private readonly counting: Backlog;

  constructor(
    private readonly sql: Sql,
    private readonly installation: string,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.counting = new Backlog({ sql, clock, log });
  }

  async clients(search: ClientSearch): Promise<Page<FoundClient> & { asOf?: number }> {
    const [page, asOf] = await Promise.all([findClients(this.sql, search), this.counting.asOf()]);
    if (asOf !== undefined) return { ...page, asOf };
    // Half of them may be counted: what is not known as a whole is not shown.
    return { ...page, items: page.items.map(({ waiting: _waiting, oldestWaitingAt: _oldest, ...item }) => item) };
  }

  backlog(tenantIds: readonly number[], furthest: number): Promise<BacklogSummary> {
    return this.counting.summary(tenantIds, furthest);
  }

  waiting(clientId: number, page: PageRequest): Promise<Page<WaitingMessage>> {
    return listWaiting(this.sql, clientId, page);
  }

  resend(request: ResendRequest): Promise<{ entries: LogEntry[]; last?: number; more: boolean }> {
    return resend(this.sql, this.installation, request);
  }

  purge(tenantId: number, clientId: number, limit: number, reason: string): Promise<{ entries: LogEntry[]; messages: number; more: boolean }> {
    return purge(this.sql, this.installation, tenantId, clientId, limit, reason);
  }

  messages(search: MessageSearch): Promise<Page<FoundMessage> & { searchedTo?: number }> {
    return findMessages(this.sql, this.installation, search, () => this.clock.monotonic());
  }

  head(id: string): Promise<MessageHead | undefined> {
    return messageHead(this.sql, id);
  }

  webhookAttempts(id: string, clientIds: readonly number[]): Promise<WebhookAttempts[]> {
    return webhookAttempts(this.sql, id, clientIds);
  }

  /** Counts what has changed now, rather than with the next turn. */
  countBacklog(): Promise<void> {
    return this.counting.upToDate();
  }

  /** Stops counting. */
  close(): Promise<void> {
    return this.counting.stop();
  }
}
