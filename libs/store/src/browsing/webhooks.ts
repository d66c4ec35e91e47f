import type { ListedWebhook, Page, PageRequest, WebhookBrowsing, WebhooksAsked } from '@vestnik/core';
import { readListCursor } from '../directory/list-cursor.js';
import type { Sql, Statement } from '../log/sql.js';
import { WEBHOOK_COLUMNS, type WebhookRow, webhookOf } from '../webhooks/postgres-webhooks.js';
import { ID_MAX } from './list-key.js';
import { likePart } from './of-tenants.js';

/** A page that is picked by a part of a name looks through so many. */
const LOOKED_MAX = 20_000;

type State = 'any' | NonNullable<WebhooksAsked['state']>;

/** Written out, as the indexes of those that are not active have it. */
const STATE: Readonly<Record<State, string>> = { any: '', active: 'and w.state = 0', failing: 'and w.state = 1', paused: 'and w.state = 2' };

/** What comes after `$2`, up to `$3` of them; of the tenants `$1`. */
function after(state: State, ofTenants: boolean): string {
  const rest = `w.id > $2 ${STATE[state]} order by w.id limit $3`;
  if (!ofTenants) return `select w.* from vestnik.webhook w where $1::int[] is null and ${rest}`;
  return `select w.* from unnest($1::int[]) k(id) cross join lateral (select w.* from vestnik.webhook w where w.tenant_id = k.id and ${rest}) w order by w.id limit $3`;
}

/** `$4`: as it is written in a search; `$5`: how many. */
const list = (state: State, ofTenants: boolean): Statement => ({
  name: `browse-webhooks-${state}-${ofTenants}`,
  text: `select x.*, t.name as tenant, coalesce(g.waiting, 0) as waiting from (
      select ${WEBHOOK_COLUMNS} from (${after(state, ofTenants)}) w
      where $4::text is null or lower(w.url) like $4
        or exists (select from vestnik.mailbox b where b.id = w.client_id and lower(b.name collate "default") like $4)
      order by w.id limit $5
    ) x
    join vestnik.tenant t on t.id = x.tenant_id
    left join vestnik.backlog g on g.client_id = x.client_id
    order by x.id`,
});

/** The last one that a page looks at, where there are more. */
const end = (state: State, ofTenants: boolean): Statement => ({
  name: `browse-webhooks-end-${state}-${ofTenants}`,
  text: `select w.id from (${after(state, ofTenants)}) w order by w.id offset $3 - 1 limit 1`,
});

/** Webhooks of many tenants, in Postgres. */
export class PostgresWebhookBrowsing implements WebhookBrowsing {
  constructor(private readonly sql: Sql) {}

  async list({ tenants, state: asked, search }: WebhooksAsked, { limit, cursor }: PageRequest): Promise<Page<ListedWebhook>> {
    const part = likePart(search);
    const state: State = asked ?? 'any';
    const before = Math.min(readListCursor(cursor) ?? 0, ID_MAX);
    const ofTenants = tenants !== undefined;
    const looked = part === undefined ? limit + 1 : LOOKED_MAX;
    const values = [tenants ?? null, before, looked];
    const last = part === undefined ? undefined : await this.sql.row<{ id: number }>(end(state, ofTenants), values);
    const rows = await this.sql.rows<WebhookRow & { tenant: string; waiting: number }>(list(state, ofTenants), [...values, part ?? null, limit + 1]);
    const items = rows.slice(0, limit).map((row) => ({ ...webhookOf(row), tenant: row.tenant, waiting: row.waiting }));
    const beyond = rows.length > limit ? items.at(-1)?.id : last?.id;
    return { items, next: beyond === undefined ? undefined : String(beyond) };
  }
}
