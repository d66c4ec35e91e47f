/** What would have to stand where a text stops being JSON. */
export type Expected = 'nothing' | 'value' | 'key' | 'colon' | 'comma' | 'end' | 'quote' | 'escape' | 'control';

/** Where a text stops being JSON. Line and column count from 1. */
export interface JsonFault {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly expected: Expected;
}

/** The first place where a text is not JSON; undefined where it is. Browsers tell it each in their own words, and some without the place. */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const { offset, expected } = scan(text);
    const before = text.slice(0, offset);
    return { offset, line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1, expected };
  }
}

type Fault = Pick<JsonFault, 'offset' | 'expected'>;
type Awaited = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma' | 'done';

const EXPECTED: Readonly<Record<Awaited, Expected>> = {
  value: 'value',
  'value-or-end': 'value',
  key: 'key',
  'key-or-end': 'key',
  colon: 'colon',
  comma: 'comma',
  done: 'end',
};

/** Numbers and the three words. */
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

function scan(text: string): Fault {
  const open: ('{' | '[')[] = [];
  let awaited: Awaited = 'value';
  let at = 0;
  const afterValue = (): Awaited => (open.length === 0 ? 'done' : 'comma');
  for (;;) {
    at = endOf(SPACE, text, at);
    const character = text[at];
    if (character === undefined) return { offset: at, expected: text.trim() === '' ? 'nothing' : EXPECTED[awaited] };
    const fault: Fault = { offset: at, expected: EXPECTED[awaited] };
    const inObject = open.at(-1) === '{';
    if (character === (inObject ? '}' : ']') && open.length > 0 && (awaited === 'comma' || awaited === 'value-or-end' || awaited === 'key-or-end')) {
      open.pop();
      awaited = afterValue();
      at++;
    } else if (awaited === 'value' || awaited === 'value-or-end') {
      if (character === '{' || character === '[') {
        open.push(character);
        awaited = character === '{' ? 'key-or-end' : 'value-or-end';
        at++;
        continue;
      }
      const end: number | Fault = character === '"' ? endOfString(text, at) : endOf(PLAIN, text, at);
      if (typeof end !== 'number') return end;
      if (end === at) return fault;
      at = end;
      awaited = afterValue();
    } else if (awaited === 'key' || awaited === 'key-or-end') {
      if (character !== '"') return fault;
      const end = endOfString(text, at);
      if (typeof end !== 'number') return end;
      at = end;
      awaited = 'colon';
    } else {
      if (character !== (awaited === 'colon' ? ':' : awaited === 'comma' ? ',' : undefined)) return fault;
      awaited = awaited === 'colon' || !inObject ? 'value' : 'key';
      at++;
    }
  }
}

/** One past what a pattern finds here; the place itself where it finds nothing. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** One past the closing quote. */
function endOfString(text: string, start: number): number | Fault {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return { offset: at, expected: code === 0x0a || code === 0x0d ? 'quote' : 'control' };
    if (code === 0x5c) {
      const end = endOf(ESCAPE, text, at);
      if (end === at) return { offset: at, expected: 'escape' };
      at = end;
    } else at++;
  }
  return { offset: at, expected: 'quote' };
}
