import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Item, type Query } from '../../api/client.js';
import { pathTo, withQuery } from '../../parts/paths.js';
import { queryOf } from './which-of.js';

export type Letter = Item<'/v1/dead-letters'>;
export type Group = Item<'/v1/dead-letters/groups'>;

/** Which dead letters are meant: those that fit all that is named. */
export interface Which {
  readonly tenant?: string;
  readonly client?: string;
  readonly reason?: string;
}

/** Everything that is remembered of dead letters: invalidated when some of them were sent or discarded. */
export const deadLettersKey = ['dead-letters'] as const;

/** So many groups are looked through for their counts. */
const GROUPS_MAX = 200;

/** How many dead letters fit, by their groups; with the groups themselves. */
export const countQuery = (which: Which) =>
  queryOptions({
    queryKey: [...deadLettersKey, 'count', which],
    queryFn: async ({ signal }) => {
      const { tenant, client, reason } = which;
      const query: Query<'/v1/dead-letters/groups'> = { tenant, client, limit: GROUPS_MAX };
      const { items } = await answerOf(api.GET('/v1/dead-letters/groups', { params: { query }, signal }));
      return totalOf(items.filter((group) => reason === undefined || group.reason === reason));
    },
  });

/** What groups come to together. */
export interface Total {
  readonly count: number;
  readonly clients: number;
  readonly oldestAt?: string;
  readonly newestAt?: string;
}

export function totalOf(groups: readonly Group[]): Total {
  const times = (name: 'oldestAt' | 'newestAt') => groups.map((group) => group[name]).toSorted();
  return {
    count: groups.reduce((sum, { count }) => sum + count, 0),
    clients: Math.max(0, ...groups.map(({ clients }) => clients)),
    oldestAt: times('oldestAt')[0],
    newestAt: times('newestAt').at(-1),
  };
}

export const lettersPath = (which: Which, view?: 'each') => withQuery('/dead-letters', { ...queryOf(which), view });
export const messagePath = (id: string) => pathTo`/messages/${id}`;
export const clientPath = ({ tenant, client }: { readonly tenant: string; readonly client: string }) => pathTo`/tenants/${tenant}/clients/${client}`;
export const webhookPath = ({ tenant, client }: { readonly tenant: string; readonly client: string }) => withQuery('/webhooks', { tenant, client });
