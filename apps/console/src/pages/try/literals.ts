import type { ProgramLanguage } from './program.js';

const STEP: Readonly<Record<ProgramLanguage, string>> = { curl: '  ', typescript: '  ', python: '    ', php: '    ', csharp: '    ', '1c': '\t' };

/**
 * A value as a language writes it in its code.
 *
 * @param indent of the line where it stands; what does not fit into one line is indented below it
 * @param asJson the value is JSON: languages without a notation of their own for it take it as a text
 */
export function literalOf(value: unknown, language: ProgramLanguage, indent: string, asJson: boolean): string {
  switch (language) {
    case 'curl':
      return shellText(asJson ? json(value) : String(value));
    case 'csharp':
      return asJson || typeof value === 'string' ? `@"${text(value, asJson).replaceAll('"', '""')}"` : String(value);
    case '1c':
      return asJson || typeof value === 'string' ? bslText(text(value, asJson), indent) : String(value);
    default:
      return structured(value, language, indent);
  }
}

function text(value: unknown, asJson: boolean): string {
  return asJson ? json(value) : String(value);
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** Within single quotes nothing has a meaning but the quote itself. */
function shellText(plain: string): string {
  return `'${plain.replaceAll("'", "'\\''")}'`;
}

/** Lines after the first begin with a bar; quotes are doubled. */
function bslText(plain: string, indent: string): string {
  return `"${plain.replaceAll('"', '""').split('\n').join(`\n${indent}|`)}"`;
}

function structured(value: unknown, language: 'typescript' | 'python' | 'php', indent: string): string {
  if (value === null || value === undefined) return { typescript: 'null', python: 'None', php: 'null' }[language];
  if (typeof value === 'boolean') return language === 'python' ? (value ? 'True' : 'False') : String(value);
  if (typeof value === 'string') return language === 'php' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : quotedOf(value, language);
  if (typeof value !== 'object') return String(value);
  const inner = indent + STEP[language];
  if (Array.isArray(value)) {
    const items = value.map((one) => structured(one, language, inner));
    return bracketed('[', items, ']', indent, inner);
  }
  const members = Object.entries(value).map(([name, member]) => {
    const written = structured(member, language, inner);
    if (language === 'typescript') return `${/^[A-Za-z_]\w*$/.test(name) ? name : quotedOf(name, language)}: ${written}`;
    return language === 'php' ? `${structured(name, language, inner)} => ${written}` : `${quotedOf(name, language)}: ${written}`;
  });
  // An empty list of PHP is a list in JSON too.
  if (language === 'php') return members.length === 0 ? 'new stdClass()' : bracketed('[', members, ']', indent, inner);
  return bracketed(
    language === 'typescript' && members.length > 0 ? '{ ' : '{',
    members,
    language === 'typescript' && members.length > 0 ? ' }' : '}',
    indent,
    inner,
  );
}

/** JavaScript is written with single quotes, Python with double ones; escapes are those of JSON in both. */
function quotedOf(plain: string, language: 'typescript' | 'python'): string {
  const double = JSON.stringify(plain);
  return language === 'python' ? double : `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function bracketed(open: string, items: readonly string[], close: string, indent: string, inner: string): string {
  const line = `${open}${items.join(', ')}${close}`;
  if (line.length <= 70 && !line.includes('\n')) return line;
  return `${open.trim()}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close.trim()}`;
}
