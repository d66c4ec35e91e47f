import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schema } from '../../api/client.js';

export type Stats = Schema<'Stats'>;
export type Attention = Stats['attention'][number];
export type Node = Schema<'Node'>;

const EVERY_MS = 5_000;

export const statsQuery = queryOptions({
  queryKey: ['stats'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/stats', { signal })),
  refetchInterval: EVERY_MS,
});

export const nodesQuery = queryOptions({
  queryKey: ['nodes'],
  queryFn: ({ signal }) => answerOf(api.GET('/v1/nodes', { signal })),
  refetchInterval: EVERY_MS,
});
