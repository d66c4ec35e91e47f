import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROBLEMS } from '@vestnik/protocol';
import { describe, expect, it } from 'vitest';

const SOURCES = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGES = join(SOURCES, 'pages');

type Texts = Readonly<Record<string, string>>;

/** Texts by their keys, `a.b` for what stands within `a`. */
function read(path: string): Texts {
  const flat: Record<string, string> = {};
  const walk = (value: unknown, key: string) => {
    if (typeof value === 'object' && value !== null) for (const [name, inner] of Object.entries(value)) walk(inner, key === '' ? name : `${key}.${name}`);
    else flat[key] = String(value);
  };
  walk(JSON.parse(readFileSync(path, 'utf8')), '');
  return flat;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const baseOf = (key: string) => key.replace(PLURAL, '');
const basesOf = (texts: Texts) => [...new Set(Object.keys(texts).map(baseOf))].sort();
const placeholdersOf = (text: string) => [...text.matchAll(/\{\{-?\s*(\w+)/g)].map(([, name]) => name as string);
const FORMS = { en: ['one', 'other'], ru: ['one', 'few', 'many', 'other'] } as const;

const subjects = readdirSync(PAGES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const texts = (subject: string, language: 'en' | 'ru') =>
  read(subject === 'common' ? join(SOURCES, 'i18n', `common.${language}.json`) : join(PAGES, subject, `${subject}.${language}.json`));

describe.each(['common', ...subjects])('the texts of %s', (subject) => {
  const en = texts(subject, 'en');
  const ru = texts(subject, 'ru');

  it('are there in both languages', () => {
    expect(basesOf(ru)).toEqual(basesOf(en));
  });

  it('say something', () => {
    for (const [language, all] of Object.entries({ en, ru }))
      for (const [key, text] of Object.entries(all)) expect(text.trim(), `${language} ${key}`).not.toBe('');
  });

  it('have every form of a plural that the language has', () => {
    for (const [language, all] of [['en', en] as const, ['ru', ru] as const]) {
      for (const base of new Set(
        Object.keys(all)
          .filter((key) => PLURAL.test(key))
          .map(baseOf),
      )) {
        expect(
          FORMS[language].filter((form) => !(`${base}_${form}` in all)),
          `${language} ${base}`,
        ).toEqual([]);
      }
    }
  });

  it('name the same placeholders in both languages', () => {
    const of = (all: Texts, base: string) =>
      [...new Set(Object.entries(all).flatMap(([key, text]) => (baseOf(key) === base ? placeholdersOf(text) : [])))].filter((name) => name !== 'count').sort();
    for (const base of basesOf(en)) expect(of(ru, base), base).toEqual(of(en, base));
  });
});

it('says every problem of the table in both languages, and that the server is out of reach', () => {
  for (const language of ['en', 'ru'] as const) {
    const said = Object.keys(texts('common', language)).flatMap((key) => (key.startsWith('problems.') ? [key.slice('problems.'.length)] : []));
    expect(said.sort()).toEqual([...Object.keys(PROBLEMS), 'unreachable'].sort());
  }
});

/** Every key that stands in the code as it is: `t('…')`, `t(cond ? 'a' : 'b')`. */
function keysIn(source: string): string[] {
  const direct = [...source.matchAll(/\bt\(\s*'([^'\n]+)'/g)].map(([, key]) => key as string);
  const chosen = [...source.matchAll(/\bt\([^()'\n]*\?\s*'([^'\n]+)'\s*:\s*'([^'\n]+)'/g)].flatMap(([, one, other]) => [one as string, other as string]);
  return [...direct, ...chosen];
}

describe('a text that the code asks for', () => {
  const known = new Map(['common', ...subjects].map((subject) => [subject, new Set(basesOf(texts(subject, 'en')))]));
  const folders = [
    ...subjects.map((subject) => ({ folder: join(PAGES, subject), subject })),
    ...['parts', 'shell'].map((name) => ({ folder: join(SOURCES, name), subject: 'common' })),
  ];

  it.each(folders)('is there: $folder', ({ folder, subject }) => {
    const missing: string[] = [];
    for (const file of existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []) {
      if (!/(?<!\.spec)\.tsx?$/.test(file)) continue;
      for (const key of keysIn(readFileSync(join(folder, file), 'utf8'))) {
        const [namespace, name] = key.includes(':') ? (key.split(':') as [string, string]) : [subject, key];
        if (known.get(namespace)?.has(name) !== true) missing.push(`${file}: ${key}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
