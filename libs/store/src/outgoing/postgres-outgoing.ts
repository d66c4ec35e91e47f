import type { Clock, Log, Outgoing, StagedMessage, StagedTenant } from '@vestnik/core';
import pg from 'pg';
import type { Sql, Statement } from '../log/sql.js';

/** One index probe for each tenant that has something, whatever its number. */
const TENANTS: Statement = {
  name: 'outgoing-tenants',
  text: `with recursive t(id) as (
      (select o.tenant_id from vestnik.outgoing o order by o.tenant_id limit 1)
      union all
      select (select o.tenant_id from vestnik.outgoing o where o.tenant_id > t.id order by o.tenant_id limit 1) from t where t.id is not null
    )
    select t.id as tenant_id, (select o.number from vestnik.outgoing o where o.tenant_id = t.id order by o.number desc limit 1) as up_to
    from t where t.id is not null`,
};

/** A page ends after this much text. */
const PAGE_BYTES = 2 * 1024 * 1024;

const PAGE: Statement = {
  name: 'outgoing-page',
  text: `select o.number, o.id, o.client, o.broadcast, o.message
    from (
      select k.number, sum(octet_length(k.message)) over (order by k.number) - octet_length(k.message) as bytes_before
      from vestnik.outgoing k where k.tenant_id = $1 and k.number > $2 and k.number <= $3 order by k.number limit $4
    ) k
    join vestnik.outgoing o on o.tenant_id = $1 and o.number = k.number
    where k.bytes_before < ${PAGE_BYTES}
    order by o.number`,
};

const DISCARD: Statement = { name: 'outgoing-discard', text: 'delete from vestnik.outgoing o where o.tenant_id = $1 and o.number = $2' };

/** Whether anybody may send from SQL, or has. */
const IN_USE: Statement = {
  name: 'outgoing-in-use',
  text: 'select exists (select from vestnik.sql_sender) or exists (select from vestnik.outgoing) as used',
};

const CHANNEL = 'vestnik_outgoing';
/** Notifications may be lost with the connection, and another node may have died: it is looked so often. */
const LOOK_MS = 5_000;

interface Row {
  number: number;
  id: string;
  client: string;
  broadcast: boolean;
  message: string;
}

export interface PostgresOutgoingOptions {
  readonly sql: Sql;
  /** A connection straight to Postgres: a pooler that hands out connections by transaction has no LISTEN. */
  readonly directUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The stage in Postgres. A node that sees that the feature is used opens one connection of its own, on which it hears of
 * what was staged and holds the right to move it: a session's lock, which goes to another node when this one dies.
 */
export class PostgresOutgoing implements Outgoing {
  private listening: pg.Client | undefined;
  private connecting = false;
  private mine = false;
  private closed = false;
  private timer: { cancel(): void } | undefined;
  private wake: () => void = () => undefined;

  constructor(private readonly options: PostgresOutgoingOptions) {}

  async start(wake: () => void): Promise<void> {
    this.wake = wake;
    this.timer = this.options.clock.every(LOOK_MS, () => void this.look());
    await this.look();
  }

  async tenants(): Promise<StagedTenant[]> {
    if (!this.mine) return [];
    const rows = await this.options.sql.rows<{ tenant_id: number; up_to: number | null }>(TENANTS);
    return rows.flatMap(({ tenant_id: tenantId, up_to: upTo }) => (upTo === null ? [] : [{ tenantId, upTo }]));
  }

  async page(tenantId: number, after: number, upTo: number, limit: number): Promise<StagedMessage[]> {
    const rows = await this.options.sql.rows<Row>(PAGE, [tenantId, after, upTo, limit]);
    return rows.map(({ number, id, client, broadcast, message }) => ({ number, id, tenantId, client, broadcast, text: message }));
  }

  async discard(tenantId: number, number: number): Promise<void> {
    await this.options.sql.rows(DISCARD, [tenantId, number]);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.timer?.cancel();
    const { listening } = this;
    this.listening = undefined;
    this.mine = false;
    await listening?.end().catch(() => {});
  }

  /** Connects where it is needed, asks for the right to move, and lets the mover look. Never throws. */
  private async look(): Promise<void> {
    if (this.closed || this.connecting) return;
    this.connecting = true;
    try {
      if (this.listening === undefined) {
        const used = (await this.options.sql.row<{ used: boolean }>(IN_USE))?.used === true;
        if (used) await this.connect();
      }
      if (this.listening !== undefined && !this.mine) {
        const { rows } = await this.listening.query<{ mine: boolean }>('select pg_try_advisory_lock(8379, -1) as mine');
        this.mine = this.listening !== undefined && rows[0]?.mine === true;
      }
    } catch (error) {
      this.options.log.debug('what was sent from SQL could not be looked for; it is tried again', { error });
    } finally {
      this.connecting = false;
    }
    if (this.mine) this.wake();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.directUrl,
      application_name: 'vestnik-outgoing',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      query_timeout: 20_000,
    });
    const lost = () => {
      if (this.listening !== client) return;
      this.listening = undefined;
      this.mine = false;
      if (!this.closed) this.options.log.warn('the connection that hears of messages from SQL was lost; it comes back by itself');
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => {
      if (this.mine) this.wake();
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    if (this.closed) await client.end();
    else this.listening = client;
  }
}
