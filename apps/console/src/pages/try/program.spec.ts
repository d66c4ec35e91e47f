import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { literalOf } from './literals.js';
import { LANGUAGES, PROGRAMS, type ProgramKind, type ProgramLanguage, type ProgramValues, programOf } from './program.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const templateOf = (kind: ProgramKind, language: ProgramLanguage) => readFileSync(join(HERE, 'code', `${kind}.${language}.tmpl`), 'utf8');

/** Texts that would break out of a careless quotation in some language. */
const NASTY = `it's "quoted" \\ $HOME \${x} \`id\` |%s| {{body}} Заказ № 7 🚚\n"""`;
const VALUES: ProgramValues = {
  origin: 'http://127.0.0.1:8378',
  tenant: 'отдел продаж',
  body: {
    to: 'ivanov',
    type: 'order.approved',
    data: { order: NASTY, sum: 1200.5, urgent: true, none: null, 'odd name': [], empty: {}, lines: [{ article: 'Болт М8', count: 40 }] },
    ttl: 3600,
  },
  call: { to: 'ivanov', method: 'openForm', params: { order: NASTY }, timeout: 15 },
  answer: { opened: true, note: NASTY },
};

const folder = mkdtempSync(join(tmpdir(), 'vestnik-programs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What reads a program without running it. Others are only looked at. */
const CHECKS: Partial<Record<ProgramLanguage, { readonly file: string; readonly command: readonly string[] }>> = {
  curl: { file: 'program.sh', command: ['bash', '-n'] },
  // What is left of TypeScript here is JavaScript.
  typescript: { file: 'program.mjs', command: ['node', '--check'] },
  python: { file: 'program.py', command: ['/usr/bin/python3', '-m', 'py_compile'] },
  php: { file: 'program.php', command: ['php', '-l'] },
};
const isThere = (command: string) => spawnSync(command, ['--version']).error === undefined;

describe.each(LANGUAGES)('the programs in %s', (language) => {
  it.each(PROGRAMS)('%s: is whole, and the language reads it', (kind) => {
    const program = programOf(templateOf(kind, language), language, VALUES);
    // The placeholder that the data itself holds is data.
    expect(program.replaceAll(/\{\{body\}\} Заказ/g, '')).not.toMatch(/\{\{\w+\}\}/);
    expect(program).toContain(language === '1c' ? 'Токен' : 'VESTNIK_TOKEN');
    const check = CHECKS[language];
    if (check === undefined) return expect(unbalanced(program, language)).toBe('');
    const [command = '', ...rest] = check.command;
    if (!isThere(command)) return console.warn(`\n!!! SKIPPED: there is no ${command} to read the program with.\n`);
    const file = join(folder, check.file);
    writeFileSync(file, program);
    const done = spawnSync(command, [...rest, file], { encoding: 'utf8' });
    expect(done.status, done.stderr + done.stdout).toBe(0);
  });
});

describe('a value in a program', () => {
  const of = (language: ProgramLanguage, value: unknown, asJson = true) => literalOf(value, language, '', asJson);

  it('is what was meant, in each language that can be asked', () => {
    const shell = spawnSync('bash', ['-c', `printf %s ${of('curl', NASTY, false)}`], { encoding: 'utf8' });
    expect(shell.stdout).toBe(NASTY);
    const value = VALUES.body;
    const node = spawnSync('node', ['-e', `process.stdout.write(JSON.stringify(${of('typescript', value)}))`], { encoding: 'utf8' });
    expect(JSON.parse(node.stdout)).toEqual(value);
    if (isThere('/usr/bin/python3')) {
      const python = spawnSync('/usr/bin/python3', ['-c', `import json; print(json.dumps(${of('python', value)}))`], { encoding: 'utf8' });
      expect(JSON.parse(python.stdout)).toEqual(value);
    }
    if (isThere('php')) {
      const php = spawnSync('php', ['-r', `echo json_encode(${of('php', value)});`], { encoding: 'utf8' });
      expect(JSON.parse(php.stdout)).toEqual(value);
    }
  });

  it('doubles quotes for 1C, and carries lines on with a bar', () => {
    expect(literalOf({ a: 'b' }, '1c', '\t', true)).toBe('"{\n\t|  ""a"": ""b""\n\t|}"');
  });
});

/** Brackets that do not close, outside texts and comments; empty where all do. */
function unbalanced(program: string, language: ProgramLanguage): string {
  const code = program.replaceAll(language === 'csharp' ? /@"(?:[^"]|"")*"|\$?"(?:[^"\\]|\\.)*"/g : /"(?:[^"]|"")*"/g, '""').replaceAll(/\/\/.*/g, '');
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const character of code) {
    if ('([{'.includes(character)) open.push(character);
    else if (pairs[character] !== undefined && open.pop() !== pairs[character]) return `${character} without its beginning`;
  }
  return open.join('');
}
