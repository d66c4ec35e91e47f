import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Item } from '../../api/client.js';

export type Administrator = Item<'/v1/administrators'>;
export type AdministratorKey = Item<'/v1/administrator-keys'>;
export type AdministratorSession = Item<'/v1/administrators/{name}/sessions'>;

/** Everything about administrators: invalidated as one. */
export const ADMINISTRATORS = ['administrators'] as const;

/** Where an administrator is signed in. */
export function sessionsQuery(name: string) {
  return queryOptions({
    queryKey: [...ADMINISTRATORS, 'sessions', name],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/administrators/{name}/sessions', { params: { path: { name }, query: { limit: 100 } }, signal })),
    refetchInterval: 15_000,
  });
}
