/**
 * The table of failures in docs/protocol.md, made from the one in libs/protocol/src/problems.ts.
 *
 * `node tools/problems-table.mjs` writes it into the page (after a build); a spec keeps the page true.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const PAGE = fileURLToPath(new URL('../docs/protocol.md', import.meta.url));
const BEGIN = '<!-- problems: made by tools/problems-table.mjs -->';
const END = '<!-- problems: end -->';

/**
 * The failures as a Markdown table, in the order of their HTTP status.
 *
 * @param {Readonly<Record<string, { status: number, rpc: number, close?: number, retryable: boolean, title: string }>>} problems
 */
export function problemsTable(problems) {
  const rows = Object.entries(problems)
    .sort(([, a], [, b]) => a.status - b.status || b.rpc - a.rpc)
    .map(
      ([slug, { status, rpc, close, retryable, title }]) => `| \`${slug}\` | ${status} | ${rpc} | ${close ?? ''} | ${retryable ? 'yes' : 'no'} | ${title} |`,
    );
  return ['| slug | HTTP | JSON-RPC | close | retryable | title |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** What stands between the marks of a page. */
export function tableIn(page) {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error('the page has no marks for the table of problems');
  return page.slice(from + BEGIN.length, to).trim();
}

/** The page with another table between its marks. */
export function withTable(page, table) {
  tableIn(page);
  return `${page.slice(0, page.indexOf(BEGIN) + BEGIN.length)}\n${table}\n${page.slice(page.indexOf(END))}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PROBLEMS } = await import('@vestnik/protocol');
  writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), problemsTable(PROBLEMS)));
}
