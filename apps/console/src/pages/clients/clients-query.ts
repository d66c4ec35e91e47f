import type { Query } from '../../api/client.js';

type ClientQuery = Query<'/v1/clients'>;

/** What is asked for, of what stands in the address of the page. What is no number there asks for nothing. */
export function queryOf(values: Readonly<Partial<Record<string, string>>>, sort: string | undefined): ClientQuery {
  const behind = Number(values.behind);
  return {
    ...(values.search === undefined ? {} : { search: values.search }),
    ...(values.tenant === undefined ? {} : { tenant: values.tenant }),
    ...(values.transport === undefined ? {} : { transport: values.transport }),
    ...(values.app === undefined ? {} : { app: values.app }),
    ...(values.online === 'true' || values.online === 'false' ? { online: values.online } : {}),
    ...(values.behind !== undefined && Number.isInteger(behind) && behind >= 1 ? { behind: Math.min(behind, 10_000) } : {}),
    ...(values.dropped === 'true' ? { dropped: 'true' } : {}),
    ...(sort === 'behind' || sort === 'seen' ? { sort } : {}),
  };
}
