/** One text that went over the wire. */
export interface Frame {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly how: string;
  /** As it was; JSON is set in lines where it is shown. */
  readonly text: string;
}

/** More are not kept, oldest first to go. */
export const FRAMES_MAX = 200;
/** Characters that are kept of one. */
const TEXT_MAX = 20_000;

/** The frames with one more, and no more than are kept. */
export function withFrame(frames: readonly Frame[], frame: Frame): readonly Frame[] {
  const text = frame.text.length > TEXT_MAX ? `${frame.text.slice(0, TEXT_MAX)}…` : frame.text;
  return [...frames.slice(-(FRAMES_MAX - 1)), { ...frame, text }];
}

/** JSON in lines; the rest as it is. In events of a stream the data is JSON. */
export function prettyOf(text: string): string {
  return pretty(text) ?? text.replace(/^data: (.*)$/gm, (line, data: string) => pretty(data)?.replace(/^/, 'data: ') ?? line);
}

function pretty(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

/** What a frame is, in a word or two: its method, or of what it is the answer. */
export function kindOf({ text }: Frame): string {
  const event = /^event: (\w+)/m.exec(text)?.[1];
  if (event !== undefined) return event;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return '';
    const { method, id, result, error, messages, events } = value as Readonly<Record<string, unknown>>;
    // Of a long poll.
    if (Array.isArray(messages) && Array.isArray(events)) return `page ${messages.length + events.length}`;
    if (typeof method === 'string') return method;
    if (error !== undefined) return `error ${String(id)}`;
    return result === undefined ? '' : `result ${String(id)}`;
  } catch {
    return '';
  }
}
