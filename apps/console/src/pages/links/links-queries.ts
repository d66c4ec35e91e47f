import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { answerOf, api, type Schema } from '../../api/client.js';

export type Link = Schema<'Link'>;

const EVERY_MS = 5_000;
/** More neighbours than this nobody has drawn. */
export const LINKS_MAX = 500;

export const linksQuery = queryOptions({
  queryKey: ['links'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/links', { params: { query: { limit: LINKS_MAX } }, signal })),
  refetchInterval: EVERY_MS,
});

/** The link keys of this installation. */
export const ownKeysQuery = queryOptions({
  queryKey: ['links', 'keys'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/links/keys', { signal })),
  refetchInterval: 6 * EVERY_MS,
});

/** To be called after a change: whatever shows links asks again. */
export function useLinksChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await Promise.all([queries.invalidateQueries({ queryKey: ['links'] }), queries.invalidateQueries({ queryKey: ['stats'] })]);
  };
}
