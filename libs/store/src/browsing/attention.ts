import type { DeadLettersOfTenant, ExpiringKey, StoreAttention, WebhookInTrouble } from '@vestnik/core';
import type { Sql, Statement } from '../log/sql.js';

const TOLD_MAX = 1_000;
const LETTERS_MAX = 100_000;

const DEAD_LETTERS: Statement = {
  name: 'attention-dead-letters',
  text: `select d.tenant_id, count(*)::int as count, max(d.at) as newest_at
    from (select d.tenant_id, d.at from vestnik.dead_letter d order by d.id desc limit ${LETTERS_MAX}) d group by d.tenant_id order by count desc, d.tenant_id`,
};

const WEBHOOKS: Statement = {
  name: 'attention-webhooks',
  text: `select w.tenant_id, b.name as client, w.state, w.down_since, w.changed_at, w.reason, w.last_error
    from (
      (select p.* from vestnik.webhook p where p.state = 2 order by p.id limit ${TOLD_MAX})
      union all
      (select f.* from vestnik.webhook f where f.state = 1 order by f.id limit ${TOLD_MAX})
    ) w join vestnik.mailbox b on b.id = w.client_id
    order by w.state desc, w.id limit ${TOLD_MAX}`,
};

const EXPIRING_KEYS: Statement = {
  name: 'attention-keys',
  text: `select k.id, k.tenant_id, k.title, k.expires_at from vestnik.api_key k
    where k.expires_at > (select vestnik.now_ms()) and k.expires_at <= (select vestnik.now_ms()) + $1::bigint
    order by k.expires_at limit ${TOLD_MAX}`,
};

/** What in Postgres somebody should look at; none of it takes more than a look at what is told. */
export class PostgresAttention implements StoreAttention {
  constructor(private readonly sql: Sql) {}

  async deadLetters(): Promise<DeadLettersOfTenant[]> {
    const rows = await this.sql.rows<{ tenant_id: number; count: number; newest_at: number }>(DEAD_LETTERS);
    return rows.map(({ tenant_id: tenantId, count, newest_at: newestAt }) => ({ tenantId, count, newestAt }));
  }

  async webhooks(): Promise<WebhookInTrouble[]> {
    const rows = await this.sql.rows<{
      tenant_id: number;
      client: string;
      state: number;
      down_since: number | null;
      changed_at: number;
      reason: string | null;
      last_error: string | null;
    }>(WEBHOOKS);
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      client: row.client,
      state: row.state === 2 ? 'paused' : 'failing',
      since: row.down_since ?? row.changed_at,
      detail: (row.state === 2 ? row.reason : null) ?? row.last_error ?? undefined,
    }));
  }

  async expiringKeys(withinMs: number): Promise<ExpiringKey[]> {
    const rows = await this.sql.rows<{ id: string; tenant_id: number | null; title: string; expires_at: number }>(EXPIRING_KEYS, [withinMs]);
    return rows.map(({ id, tenant_id, title, expires_at: expiresAt }) => ({ id, title, expiresAt, ...(tenant_id === null ? {} : { tenantId: tenant_id }) }));
  }
}
