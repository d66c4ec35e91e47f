import { invalid } from './problems.js';

/*
 * Slices of JSON text as it was sent, so that `data` is passed on byte for byte: numbers of any
 * length, key order and escapes survive, because they are never parsed and written again.
 */

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Parses JSON text, refusing what is nested deeper than `depthMax` before it is parsed.
 *
 * @throws Problem `request-invalid`
 */
export function parseJson(text: string, depthMax: number, path = ''): unknown {
  if (depthOf(text) > depthMax) throw invalid('request-invalid', path, `JSON may be nested ${depthMax} levels deep at most`);
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('request-invalid', path, 'this is not JSON');
  }
}

/** How deeply objects and arrays are nested in a text, valid JSON or not. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at) - 1;
        break;
      case 91:
      case 123:
        if (++depth > deepest) deepest = depth;
        break;
      case 93:
      case 125:
        depth--;
    }
  }
  return deepest;
}

/**
 * The text of one member, or undefined where the object has none of that name. The text must be valid JSON (parsed
 * before); of a key that comes twice the last counts, as in JSON.parse.
 */
export function rawMember(text: string, key: string, start = 0): string | undefined {
  let foundFrom = -1;
  let foundTo = -1;
  let at = skipSpace(text, start);
  if (text.charCodeAt(at) !== 123) return undefined;
  at = skipSpace(text, at + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyEnd = endOfString(text, at);
    const from = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const to = endOfValue(text, from);
    if (isKey(text, at, keyEnd, key)) {
      foundFrom = from;
      foundTo = to;
    }
    at = skipSpace(text, skipSpace(text, to) + 1);
  }
  return foundFrom < 0 ? undefined : text.slice(foundFrom, foundTo);
}

/** Whether the string between two places, quotes included, is this key; keys may be written with escapes. */
function isKey(text: string, from: number, to: number, key: string): boolean {
  if (to - from - 2 === key.length) return text.startsWith(key, from + 1);
  const escapeAt = text.indexOf('\\', from);
  return escapeAt >= 0 && escapeAt < to && JSON.parse(text.slice(from, to)) === key;
}

/** The texts of the elements of an array. The text must be valid JSON. */
export function rawElements(text: string): string[] {
  const elements: string[] = [];
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== 91) return elements;
  at = skipSpace(text, at + 1);
  while (text.charCodeAt(at) !== 93) {
    const to = endOfValue(text, at);
    elements.push(text.slice(at, to));
    const next = skipSpace(text, to);
    if (text.charCodeAt(next) !== 44) break;
    at = skipSpace(text, next + 1);
  }
  return elements;
}

const LINE_BREAKS = /[\n\r]/;

/** The same JSON on one line: white space between tokens is dropped where the text has line breaks. */
export function onOneLine(text: string): string {
  if (!LINE_BREAKS.test(text)) return text;
  let line = '';
  let at = 0;
  while (at < text.length) {
    const end = text.charCodeAt(at) === QUOTE ? endOfString(text, at) : at + 1;
    if (end > at + 1 || !isSpace(text.charCodeAt(at))) line += text.slice(at, end);
    at = end;
  }
  return line;
}

function endOfValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return endOfString(text, from);
  let at = from;
  if (first === 123 || first === 91) {
    let depth = 0;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) at = endOfString(text, at) - 1;
      else if (code === 123 || code === 91) depth++;
      else if ((code === 125 || code === 93) && --depth === 0) return at + 1;
    }
    return at;
  }
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 44 || code === 125 || code === 93 || isSpace(code)) break;
    at++;
  }
  return at;
}

/** One past the closing quote of the string that begins at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}
