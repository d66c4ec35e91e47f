import { describe, expect, it } from 'vitest';
import { byStates } from './by-states.js';

const STATES = ['failing', 'paused', 'active'] as const;

/** A server that lists each state by itself, at most `most` rows a page. */
function served(rows: Readonly<Record<(typeof STATES)[number], readonly string[]>>, most = Number.POSITIVE_INFINITY) {
  const ask = (state: (typeof STATES)[number], { cursor = '0', limit }: { cursor: string | undefined; limit: number }) => {
    const from = Number(cursor);
    const to = from + Math.min(limit, most);
    return Promise.resolve({ items: rows[state].slice(from, to), ...(to < rows[state].length ? { next: String(to) } : {}) });
  };
  return async (limit: number) => {
    const pages: (readonly string[])[] = [];
    let cursor: string | undefined;
    do {
      const page = await byStates(STATES, ask, { cursor, limit });
      pages.push(page.items);
      cursor = page.next;
    } while (cursor !== undefined && pages.length < 20);
    return pages;
  };
}

describe('a list by states', () => {
  it('has what is failing first, then what is paused, page by page, each once', async () => {
    const pages = await served({ failing: ['f1', 'f2', 'f3'], paused: ['p1'], active: ['a1', 'a2'] })(2);
    expect(pages).toEqual([
      ['f1', 'f2'],
      ['f3', 'p1'],
      ['a1', 'a2'],
    ]);
  });

  it('is one page where there are few', async () => {
    expect(await served({ failing: [], paused: ['p1'], active: ['a1'] })(50)).toEqual([['p1', 'a1']]);
  });

  it('goes on where the server looked through as much as it may, in the same state', async () => {
    expect((await served({ failing: ['f1', 'f2', 'f3'], paused: [], active: ['a1'] }, 1)(50)).flat()).toEqual(['f1', 'f2', 'f3', 'a1']);
  });
});
