import { useEffect, useRef } from 'react';
import type { List } from './useList.js';

/** Empty pages that are asked for without being told to. */
const PAGES_MAX = 8;

/**
 * Searches on by itself while nothing was found, a few pages far: a request looks through so many rows at most, and an
 * empty page with a next one says nothing yet. After that the list's own button goes on.
 *
 * @param key changes with the filters: then it begins anew
 */
export function useSearchOn<Row>(list: List<Row>, key: string): void {
  const pages = useRef({ key, asked: 0 });
  if (pages.current.key !== key) pages.current = { key, asked: 0 };
  const { more, stale, loadingMore, loadMore, error } = list;
  const found = list.items.length;
  useEffect(() => {
    if (found > 0 || !more || stale || loadingMore || error !== null || pages.current.asked >= PAGES_MAX) return;
    pages.current.asked++;
    loadMore();
  });
}
