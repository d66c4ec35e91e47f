import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhooks of clients, and which node serves which. */
export class Webhooks0005 implements MigrationInterface {
  readonly name = 'Webhooks0005000000000005';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table vestnik.webhook');
    await runner.query('drop table vestnik.webhook_node');
  }
}

const STATEMENTS = [
  // A node says here that it lives: one row a node, so that thousands of leases cost one write.
  `create table vestnik.webhook_node (
    node text collate "C" primary key,
    alive_until bigint not null
  )`,

  // It goes with its client, and so with its tenant.
  `create table vestnik.webhook (
    id int generated always as identity primary key,
    tenant_id int not null,
    client_id int not null unique references vestnik.mailbox (id) on delete cascade,
    url text not null,
    format smallint not null,                   -- 0 json-rpc, 1 cloudevents
    state smallint not null default 0,          -- 0 active, 1 failing, 2 paused
    reason text,
    last_error text,
    failures int not null default 0,            -- of the message that is first in line
    failing_id text,
    next_attempt_at bigint,
    down_since bigint,
    given_up int not null default 0,            -- messages in a row
    node text collate "C" not null default '',  -- who serves it; empty: nobody
    generation bigint not null default 1,       -- grows with each change of lease and settings
    created_at bigint not null,
    changed_at bigint not null
  ) with (fillfactor = 80)`,

  // Who is free, and what a node holds with its generation, without a look at the rows.
  `create index webhook_node_id_idx on vestnik.webhook (node, id) include (generation, state)`,
];
