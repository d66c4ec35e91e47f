import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, type Schema } from '../../api/client.js';
import { pathTo, withQuery } from '../../parts/paths.js';

/** One client, as its page shows it. */
export type Client = Schema<'Client'>;

/** What posts to a webhook is a session to the server, and no connection of the client's. */
export const connections = ({ sessions }: Pick<Client, 'sessions'>) => sessions.filter(({ transport }) => transport !== 'webhook');

/** The position of what posts to the client's webhook, among those of its devices. */
export const WEBHOOK_DEVICE = 'vestnik-webhook';

/** Who a page is about. */
export interface ClientPlace {
  readonly tenant: string;
  readonly client: string;
}

/** Everything that is remembered of one client: invalidated when anything of it was changed. */
export const clientKey = ({ tenant, client }: ClientPlace) => ['client', tenant, client] as const;

export const clientQuery = (place: ClientPlace) =>
  queryOptions({
    queryKey: clientKey(place),
    queryFn: ({ signal }) => answerOf(api.GET('/v1/tenants/{tenant}/clients/{client}', { params: { path: place }, signal })),
    refetchInterval: 5_000,
  });

export const clientPath = ({ tenant, client }: ClientPlace) => pathTo`/tenants/${tenant}/clients/${client}`;
export const webhookPath = ({ tenant, client }: ClientPlace) => withQuery('/webhooks', { tenant, client });
