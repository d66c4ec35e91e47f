import type { MessageEntry } from './message-log.js';

/** Which of the messages that a client received and sent are asked for. */
export type HistoryPart =
  | { readonly kind: 'all' }
  /** Direct messages between the client and another one. */
  | {
      readonly kind: 'partner';
      /** Whole address. */
      readonly address: string;
      /** Its mailbox, in whichever tenant; absent where it has none. */
      readonly mailboxId?: number;
    }
  /** What was sent to a topic, or to those that fit a pattern. */
  | { readonly kind: 'topic'; readonly pattern: string };

export interface HistoryQuery {
  readonly tenantId: number;
  readonly clientId: number;
  /** The mailbox of everyone, and from where on it concerns this client. */
  readonly everyoneId: number;
  readonly since: number;
  readonly part: HistoryPart;
  /** Places; neither is given out itself. */
  readonly before?: number;
  readonly after?: number;
  readonly order: 'newest-first' | 'oldest-first';
  readonly limit: number;
}

export interface HistoryItem {
  /**
   * Where it stands in the client's history. Received: its position. Sent: the first position that it took in any log of the
   * installation, where positions are one sequence; so places never meet, and never change.
   */
  readonly place: number;
  /** Of a message to several: the first recipient that it stands for. */
  readonly entry: MessageEntry;
}

export interface HistoryPage {
  readonly items: readonly HistoryItem[];
  /** Whether there are more beyond the last one. */
  readonly more: boolean;
}

/** What a client received and sent, as far as it is kept. */
export interface HistoryStore {
  /**
   * A page, in order of places. Each message stands there once, its own to itself, to everyone or to its topics as sent.
   *
   * Received: what stands in its own mailbox, in everyone's since it is known, in those of topics while it was subscribed to
   * them; but for what was withdrawn, collapsed or has expired before the client acknowledged it. Sent: what still stands so
   * for one recipient at least; what was sent to everyone or to a topic does not expire for its sender.
   *
   * A page ends after `limit` messages or about 1 MiB of data; one message it has in any case, where there is one. What is
   * being committed to the log of another tenant in this moment may come in behind a place that was read already.
   */
  history(query: HistoryQuery): Promise<HistoryPage>;
}
