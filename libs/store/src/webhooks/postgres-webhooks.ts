import { type LeasedWebhook, WEBHOOK_LEASE_MS, type Webhook, type WebhookDirectory, type WebhookProgress } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';

const FORMATS = ['json-rpc', 'cloudevents'] as const;
export const WEBHOOK_STATES = ['active', 'failing', 'paused'] as const;

export const WEBHOOK_COLUMNS = `w.id, w.tenant_id, w.client_id, w.url, w.format, w.state, w.reason, w.last_error, w.failures, w.failing_id, w.next_attempt_at,
  w.down_since, w.given_up, w.generation, w.created_at, w.changed_at, (select b.name from vestnik.mailbox b where b.id = w.client_id) as client`;

/** What a webhook begins with, and nobody's. */
const FRESH = `state = 0, reason = null, last_error = null, failures = 0, failing_id = null, next_attempt_at = null, down_since = null, given_up = 0,
  node = '', generation = w.generation + 1, changed_at = vestnik.now_ms()`;

const PUT: Statement = {
  name: 'put-webhook',
  text: `insert into vestnik.webhook as w (tenant_id, client_id, url, format, created_at, changed_at)
    select b.tenant_id, b.id, $3, $4, vestnik.now_ms(), vestnik.now_ms() from vestnik.mailbox b where b.id = $2 and b.tenant_id = $1 and b.kind = 0
    on conflict (client_id) do update set url = excluded.url, format = excluded.format, ${FRESH}
    returning ${WEBHOOK_COLUMNS}, w.xmax = 0 as created`,
};

const FIND: Statement = { name: 'find-webhook', text: `select ${WEBHOOK_COLUMNS} from vestnik.webhook w where w.client_id = $2 and w.tenant_id = $1` };

const DELETE: Statement = { name: 'delete-webhook', text: 'delete from vestnik.webhook w where w.client_id = $2 and w.tenant_id = $1 returning w.id' };

const RESUME: Statement = {
  name: 'resume-webhook',
  text: `update vestnik.webhook w set ${FRESH} where w.client_id = $2 and w.tenant_id = $1 returning ${WEBHOOK_COLUMNS}`,
};

/** With the generation goes the lease: whoever serves it lets go when it looks next, and notes nothing before. */
const PAUSE: Statement = {
  name: 'pause-webhook',
  text: `update vestnik.webhook w set state = 2, reason = $3, next_attempt_at = null, node = '', generation = w.generation + 1, changed_at = vestnik.now_ms()
    where w.client_id = $2 and w.tenant_id = $1 returning ${WEBHOOK_COLUMNS}`,
};

const BEAT: Statement = {
  name: 'webhook-node-lives',
  text: `insert into vestnik.webhook_node as n (node, alive_until) values ($1, vestnik.now_ms() + $2)
    on conflict (node) do update set alive_until = excluded.alive_until`,
};

// Nobody's, and those of nodes that are dead; by the node, so that what is served is not looked at. Two nodes that come
// at once take different ones: neither waits for the other.
const TAKE: Statement = {
  name: 'take-webhooks',
  text: `with free as (
      select v.id from (select '' as node union all select n.node from vestnik.webhook_node n where n.alive_until <= vestnik.now_ms() and n.node <> $1) d
      cross join lateral (select w.id from vestnik.webhook w where w.node = d.node and w.state <> 2 limit $2 for update skip locked) v
      limit $2
    )
    update vestnik.webhook w set node = $1, generation = w.generation + 1 from free f where w.id = f.id returning ${WEBHOOK_COLUMNS}`,
};

const HELD: Statement = { name: 'held-webhooks', text: 'select w.id, w.generation from vestnik.webhook w where w.node = $1' };

const NOTE: Statement = {
  name: 'note-webhook',
  text: `update vestnik.webhook w set state = $4::smallint, reason = $5, last_error = $6, failures = $7, failing_id = $8, next_attempt_at = $9, down_since = $10,
      given_up = $11, node = case when $4::smallint = 2 then '' else w.node end
    where w.id = $2 and w.node = $1 and w.generation = $3 returning w.id`,
};

const RELEASE: Statement = { name: 'release-webhooks', text: `update vestnik.webhook w set node = '' where w.node = $1` };

const GOODBYE: Statement = { name: 'webhook-node-goes', text: 'delete from vestnik.webhook_node n where n.node = $1' };

/** Of dead nodes whose webhooks were all taken nobody need know any more. */
const SWEEP: Statement = {
  name: 'sweep-webhook-nodes',
  text: `delete from vestnik.webhook_node n
    where n.alive_until < vestnik.now_ms() - 600000 and not exists (select from vestnik.webhook w where w.node = n.node)`,
};

export interface WebhookRow {
  id: number;
  tenant_id: number;
  client_id: number;
  client: string;
  url: string;
  format: number;
  state: number;
  reason: string | null;
  last_error: string | null;
  failures: number;
  failing_id: string | null;
  next_attempt_at: number | null;
  down_since: number | null;
  given_up: number;
  generation: number;
  created_at: number;
  changed_at: number;
}

/** The webhooks of all tenants, in Postgres. */
export class PostgresWebhooks implements WebhookDirectory {
  constructor(private readonly sql: Sql) {}

  async put(tenantId: number, clientId: number, { url, format }: Pick<Webhook, 'url' | 'format'>): Promise<{ webhook: Webhook; created: boolean }> {
    const row = await this.sql.row<WebhookRow & { created: boolean }>(PUT, [tenantId, clientId, url, FORMATS.indexOf(format)]);
    if (row === undefined) throw new Error('a webhook needs a client');
    return { webhook: webhookOf(row), created: row.created };
  }

  async find(tenantId: number, clientId: number): Promise<Webhook | undefined> {
    const row = await this.sql.row<WebhookRow>(FIND, [tenantId, clientId]);
    return row === undefined ? undefined : webhookOf(row);
  }

  async delete(tenantId: number, clientId: number): Promise<boolean> {
    return (await this.sql.row(DELETE, [tenantId, clientId])) !== undefined;
  }

  async pause(tenantId: number, clientId: number, reason: string): Promise<Webhook | undefined> {
    const row = await this.sql.row<WebhookRow>(PAUSE, [tenantId, clientId, reason]);
    return row === undefined ? undefined : webhookOf(row);
  }

  async resume(tenantId: number, clientId: number): Promise<Webhook | undefined> {
    const row = await this.sql.row<WebhookRow>(RESUME, [tenantId, clientId]);
    return row === undefined ? undefined : webhookOf(row);
  }

  async lease(node: string, most: number): Promise<{ taken: LeasedWebhook[]; held: ReadonlyMap<number, number> }> {
    await this.sql.rows(BEAT, [node, WEBHOOK_LEASE_MS]);
    const taken = most > 0 ? await this.sql.rows<WebhookRow>(TAKE, [node, most]) : [];
    if (taken.length > 0) await this.sql.rows(SWEEP);
    const held = await this.sql.rows<{ id: number; generation: number }>(HELD, [node]);
    return {
      taken: taken.map((row) => ({ ...webhookOf(row), generation: row.generation })),
      held: new Map(held.map(({ id, generation }) => [id, generation])),
    };
  }

  async note(node: string, { id, generation }: Pick<LeasedWebhook, 'id' | 'generation'>, progress: WebhookProgress): Promise<boolean> {
    const { state, reason, lastError, failures, failingId, nextAttemptAt, downSince, givenUp } = progress;
    const noted = await this.sql.row(NOTE, [
      node,
      id,
      generation,
      WEBHOOK_STATES.indexOf(state),
      reason ?? null,
      lastError ?? null,
      failures,
      failingId ?? null,
      nextAttemptAt ?? null,
      downSince ?? null,
      givenUp,
    ]);
    return noted !== undefined;
  }

  async release(node: string): Promise<void> {
    await this.sql.rows(RELEASE, [node]);
    await this.sql.rows(GOODBYE, [node]);
  }
}

export function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    clientId: row.client_id,
    client: row.client,
    url: row.url,
    format: FORMATS[row.format] as Webhook['format'],
    createdAt: row.created_at,
    changedAt: row.changed_at,
    state: WEBHOOK_STATES[row.state] as Webhook['state'],
    failures: row.failures,
    givenUp: row.given_up,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    ...(row.failing_id === null ? {} : { failingId: row.failing_id }),
    ...(row.next_attempt_at === null ? {} : { nextAttemptAt: row.next_attempt_at }),
    ...(row.down_since === null ? {} : { downSince: row.down_since }),
  };
}
