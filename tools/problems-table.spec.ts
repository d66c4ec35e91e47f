import { readFileSync } from 'node:fs';
import { PROBLEMS } from '@vestnik/protocol';
import { describe, expect, it } from 'vitest';
import { PAGE, problemsTable, tableIn, withTable } from './problems-table.mjs';

describe('the table of problems in docs/protocol.md', () => {
  it('is the one in the code; node tools/problems-table.mjs writes it anew', () => {
    expect(tableIn(readFileSync(PAGE, 'utf8'))).toBe(problemsTable(PROBLEMS));
  });

  it('is replaced between its marks, and nothing else is touched', () => {
    const page = readFileSync(PAGE, 'utf8');
    const other = withTable(page, '| another |');
    expect(tableIn(other)).toBe('| another |');
    expect(withTable(other, tableIn(page))).toBe(page);
  });

  it('leaves the close code empty where a failure ends no connection', () => {
    const kind = { status: 400, rpc: -32001, retryable: false, title: 'Wrong' };
    expect(problemsTable({ wrong: kind })).toContain('| `wrong` | 400 | -32001 |  | no | Wrong |');
  });
});
