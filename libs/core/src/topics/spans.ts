/** A mailbox from one position on and up to another: what stands between is for a client. */
export interface MailboxSpan {
  readonly id: number;
  /** What stands after it counts. */
  readonly since: number;
  /** And what stands before it; absent: all that follows. */
  readonly until?: number;
}

/** As few spans as cover the same, none of which meet, so that nothing is read twice. */
export function mergeSpans(spans: readonly MailboxSpan[]): MailboxSpan[] {
  if (spans.length < 2) return [...spans];
  const merged: MailboxSpan[] = [];
  let last: MailboxSpan | undefined;
  for (const span of spans.toSorted((a, b) => a.id - b.id || a.since - b.since)) {
    if (last === undefined || last.id !== span.id || (last.until !== undefined && last.until <= span.since)) {
      last = span;
      merged.push(span);
    } else if (last.until !== undefined && (span.until === undefined || span.until > last.until)) {
      last = { id: last.id, since: last.since, until: span.until };
      merged[merged.length - 1] = last;
    }
  }
  return merged;
}
