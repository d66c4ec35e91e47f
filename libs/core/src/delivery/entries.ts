import type { LogEntry } from '../ports/message-log.js';

/** Takes entries that were just committed, so that live sessions get them from memory. */
export interface CommittedEntries {
  /** In the order in which they were committed. */
  committed(entries: readonly LogEntry[]): void;
}
