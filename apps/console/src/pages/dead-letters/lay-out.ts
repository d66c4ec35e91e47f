const STEP = '  ';

/** The same JSON with each member on a line of its own: strings and numbers stay as they are written, digit for digit. */
export function layOut(json: string): string {
  let out = '';
  let depth = 0;
  let at = 0;
  const line = () => `\n${STEP.repeat(depth)}`;
  while (at < json.length) {
    const character = json[at] as string;
    if (character === '"') {
      const end = endOfString(json, at);
      out += json.slice(at, end);
      at = end;
      continue;
    }
    at++;
    if (isSpace(character)) continue;
    if (character === '{' || character === '[') {
      while (isSpace(json[at])) at++;
      const isEmpty = json[at] === '}' || json[at] === ']';
      if (isEmpty) out += character + json[at++];
      else {
        depth++;
        out += character + line();
      }
    } else if (character === '}' || character === ']') {
      depth--;
      out += line() + character;
    } else if (character === ',') out += `,${line()}`;
    else out += character === ':' ? ': ' : character;
  }
  return out;
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}

/** One past the closing quote. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}
