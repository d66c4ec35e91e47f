import type { StoredUsage, TenantUsage } from '@vestnik/core';
import { uuidAt } from '../log/retention.js';
import type { Sql, Statement } from '../log/sql.js';

const CLIENTS_MAX = 250_000;
const OTHERS_MAX = 100_000;
const DAY_MS = 24 * 3600 * 1000;

const counted = (from: string, limit = OTHERS_MAX) => `(select count(*)::int from (select from ${from} limit ${limit}) x)`;

const COUNT: Statement = {
  name: 'tenant-usage',
  text: `select vestnik.now_ms() as now,
    ${counted('vestnik.mailbox b where b.tenant_id = $1 and b.kind = 0', CLIENTS_MAX)} as clients,
    ${counted('vestnik.mailbox b where b.tenant_id = $1 and b.kind = 1')} as topics,
    ${counted('vestnik.dead_letter d where d.tenant_id = $1')} as dead_letters,
    ${counted('vestnik.scheduled s where s.tenant_id = $1')} as scheduled,
    ${counted('vestnik.webhook w where w.tenant_id = $1')} as webhooks,
    ${counted('vestnik.api_key k where k.tenant_id = $1 and (k.expires_at is null or k.expires_at > vestnik.now_ms())')} as keys,
    g.waiting, g.oldest_at
    from (select coalesce(sum(g.waiting), 0)::int8 as waiting, min(g.oldest_at) as oldest_at from vestnik.backlog g where g.tenant_id = $1 and g.waiting > 0) g`,
};

interface Row {
  now: number;
  clients: number;
  topics: number;
  dead_letters: number;
  scheduled: number;
  webhooks: number;
  keys: number;
  waiting: number;
  oldest_at: number | null;
}

interface Explained {
  readonly 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[];
}

/** What tenants have, in Postgres. */
export class PostgresTenantUsage implements TenantUsage {
  constructor(private readonly sql: Sql) {}

  async of(tenantId: number): Promise<StoredUsage> {
    const row = await this.sql.row<Row>(COUNT, [tenantId]);
    if (row === undefined) throw new Error('one row was asked for, and none came');
    const [storedMessages, acceptedLastDay] = await this.estimate(tenantId, row.now - DAY_MS);
    return {
      clients: row.clients,
      topics: row.topics,
      deadLetters: row.dead_letters,
      scheduled: row.scheduled,
      webhooks: row.webhooks,
      keys: row.keys,
      waiting: row.waiting,
      oldestWaitingAt: row.oldest_at ?? undefined,
      storedMessages,
      acceptedLastDay,
    };
  }

  /**
   * What Postgres itself expects to find of a tenant's messages: from how often the tenant comes in its sample of each
   * partition, and how many rows that has. To count millions takes minutes, this reads none; it is right to a few per cent
   * once the partitions have been analysed. The values are written out, as with parameters it would expect an average tenant.
   */
  private estimate(tenantId: number, since: number): Promise<[number, number]> {
    if (!Number.isSafeInteger(tenantId)) throw new RangeError('an id of a tenant is a whole number');
    return this.sql.transaction(async (run) => {
      const expected = async (more: string) => {
        const [row] = await run<Explained>(`explain (format json) select from vestnik.message w where w.tenant_id = ${tenantId}${more}`);
        return Math.round(row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0);
      };
      return [await expected(''), await expected(` and w.id >= '${uuidAt(since)}'`)];
    });
  }
}
