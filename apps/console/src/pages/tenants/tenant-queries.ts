import { notifications } from '@mantine/notifications';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api, type Schema } from '../../api/client.js';
import { pathTo } from '../../parts/paths.js';

/** A tenant with its settings, as the API answers it. */
export type Tenant = Schema<'Tenant'>;
export type TenantPatch = Schema<'TenantPatch'>;

export const tenantPath = (name: string) => pathTo`/tenants/${name}`;

export const tenantQuery = (name: string) =>
  queryOptions({
    queryKey: ['tenants', 'one', name],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/tenants/{tenant}', { params: { path: { tenant: name } }, signal })),
  });

export const usageQuery = (name: string) =>
  queryOptions({
    queryKey: ['tenants', 'usage', name],
    queryFn: ({ signal }) => answerOf(api.GET('/v1/tenants/{tenant}/usage', { params: { path: { tenant: name } }, signal })),
    refetchInterval: 10_000,
  });

/** What is sent, or how it comes out of the tenant as it is at that moment. */
export type Change = TenantPatch | ((fresh: Tenant) => TenantPatch);

/** Changes settings of a tenant, says so, and refreshes what shows them. */
export function useChangeTenant(name: string, { done, onDone }: { readonly done: string; readonly onDone?: () => void }) {
  const queries = useQueryClient();
  const params = { path: { tenant: name } };
  return useMutation({
    mutationFn: async (change: Change) => {
      const body = typeof change === 'function' ? change(await answerOf(api.GET('/v1/tenants/{tenant}', { params }))) : change;
      return answerOf(api.PATCH('/v1/tenants/{tenant}', { params, body }));
    },
    onSuccess: (tenant) => {
      queries.setQueryData(tenantQuery(name).queryKey, tenant);
      void queries.invalidateQueries({ queryKey: ['tenants'] });
      notifications.show({ message: done, color: 'teal' });
      onDone?.();
    },
    // What is shown may be what it was refused for.
    onError: () => void queries.invalidateQueries({ queryKey: tenantQuery(name).queryKey }),
  });
}
