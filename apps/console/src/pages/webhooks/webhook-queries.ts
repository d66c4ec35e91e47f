import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Item, type Schema } from '../../api/client.js';
import { pathTo, withQuery } from '../../parts/paths.js';
import { type ClientPlace, clientKey } from '../clients/client-queries.js';

export type Webhook = Schema<'Webhook'>;
export type Listed = Item<'/v1/webhooks'>;
export type State = Webhook['state'];

/** Those that somebody must look at stand first. */
export const STATES: readonly State[] = ['failing', 'paused', 'active'];

export const webhooksKey = ['webhooks'] as const;

/** Below its client: what is done to one of them is asked anew with the other. */
export const webhookKey = (place: ClientPlace) => [...clientKey(place), 'the webhook'] as const;

export const webhookQuery = (place: ClientPlace) =>
  queryOptions({
    queryKey: webhookKey(place),
    queryFn: ({ signal }) => answerOf(api.GET('/v1/tenants/{tenant}/clients/{client}/webhook', { params: { path: place }, signal })),
    refetchInterval: 5_000,
  });

export const onePath = ({ tenant, client }: ClientPlace) => withQuery('/webhooks', { tenant, client });
export const clientPath = ({ tenant, client }: ClientPlace) => pathTo`/tenants/${tenant}/clients/${client}`;
