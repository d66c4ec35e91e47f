/** One event of a stream, as WHATWG Server-Sent Events has it. */
export interface StreamEvent {
  /** `message` where none was named. */
  readonly event: string;
  readonly data: string;
}

/**
 * Reads `text/event-stream` from pieces of text that may be cut anywhere.
 *
 * `id` and `retry` are left out: the position stands in each message, and the delays are the client's.
 */
export class EventStreamReader {
  private rest = '';
  private event = '';
  private data: string[] = [];

  constructor(private readonly listener: (event: StreamEvent) => void) {}

  push(text: string): void {
    const all = this.rest + text;
    let from = 0;
    for (;;) {
      const end = endOfLine(all, from);
      if (end === undefined) break;
      this.line(all.slice(from, end.at));
      from = end.next;
    }
    this.rest = all.slice(from);
  }

  private line(line: string): void {
    if (line === '') {
      const { event, data } = this;
      this.event = '';
      this.data = [];
      if (data.length > 0) this.listener({ event: event === '' ? 'message' : event, data: data.join('\n') });
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
  }
}

/** A line ends with LF, CR LF, or CR; of a CR at the end of what has come so far it is not known yet. */
function endOfLine(text: string, from: number): { at: number; next: number } | undefined {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) return { at, next: at + 1 };
    if (code !== 13) continue;
    if (at + 1 === text.length) return undefined;
    return { at, next: text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1 };
  }
  return undefined;
}
