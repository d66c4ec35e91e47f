import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

/** More than this nobody reads: filters find what is beyond. */
export const ROWS_MAX = 1_000;

/** A page as the API answers it. */
export interface ListPage<Row> {
  readonly items: readonly Row[];
  readonly next?: string;
}

interface Options<Row, Page extends ListPage<Row>> {
  /** Of React Query: everything that the answer depends on. */
  readonly key: QueryKey;
  readonly fetch: (page: { readonly cursor: string | undefined; readonly limit: number; readonly signal: AbortSignal }) => Promise<Page>;
  /** Rows a page. */
  readonly limit?: number;
  /** Asks again so often, while only the first page is open. */
  readonly refetchMs?: number;
  readonly enabled?: boolean;
}

/** A list that grows page by page, up to `ROWS_MAX` rows. */
export interface List<Row, Page extends ListPage<Row> = ListPage<Row>> {
  readonly items: readonly Row[];
  /** The first page, for what an answer says besides its items. */
  readonly first: Page | undefined;
  /** The last page that is there. */
  readonly last: Page | undefined;
  /** There is more on the server, and room for it here. */
  readonly more: boolean;
  /** There is more on the server, and no room for it here. */
  readonly full: boolean;
  readonly loadMore: () => void;
  /** Nothing is there yet. */
  readonly loading: boolean;
  readonly loadingMore: boolean;
  /** What is shown is of other filters; the right answer is on its way. */
  readonly stale: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/**
 * A list of the API by pages. What was shown stays until the answer to other filters is there.
 *
 * `useList({ key: ['clients', filters], fetch: ({ cursor, limit, signal }) => answerOf(api.GET('/v1/clients', { params: { query: { ...filters, cursor, limit } }, signal })) })`
 */
export function useList<Row, Page extends ListPage<Row> = ListPage<Row>>({ key, fetch, limit = 50, refetchMs, enabled }: Options<Row, Page>): List<Row, Page> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => fetch({ cursor: pageParam, limit, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: refetchMs === undefined ? false : ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : refetchMs),
    enabled,
  });
  const pages = query.data?.pages;
  const items = useMemo(() => (pages ?? []).flatMap((page) => page.items).slice(0, ROWS_MAX), [pages]);
  const room = items.length < ROWS_MAX;
  return {
    items,
    first: pages?.[0],
    last: pages?.at(-1),
    more: query.hasNextPage && room,
    full: query.hasNextPage && !room,
    loadMore: () => void query.fetchNextPage(),
    loading: query.isPending && enabled !== false,
    loadingMore: query.isFetchingNextPage,
    stale: query.isPlaceholderData,
    error: query.error,
    retry: () => void query.refetch(),
  };
}

/** A list that is there whole, for `ListTable`. */
export function wholeList<Row>(items: readonly Row[]): List<Row> {
  return {
    items,
    first: undefined,
    last: undefined,
    more: false,
    full: false,
    loadMore: () => {},
    loading: false,
    loadingMore: false,
    stale: false,
    error: null,
    retry: () => {},
  };
}
