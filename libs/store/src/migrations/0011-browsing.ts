import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What administrators look for: clients by what waits for them, messages by correlation, and those that stand in no log of their sender. */
export class Browsing0011 implements MigrationInterface {
  readonly name = 'Browsing00119000000000011';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table vestnik.backlog, vestnik.backlog_head, vestnik.backlog_count');
    await runner.query('drop index vestnik.mailbox_client_name, vestnik.message_correlation, vestnik.message_elsewhere, vestnik.message_refused');
  }
}

const STATEMENTS = [
  // How many direct messages wait for each client. Whoever sends or acknowledges never touches it: it is brought up to date in the
  // background while administrators look, and may lag or be empty.
  `create table vestnik.backlog (
    client_id int primary key,
    tenant_id int not null,
    waiting int not null,
    oldest_at bigint,
    counted_to bigint not null,                 -- the tenant's last position that was counted
    acknowledged bigint not null,               -- where the client's furthest cursor stood
    seen_at bigint not null default 0
  ) with (fillfactor = 70)`,
  'create index backlog_waiting on vestnik.backlog (tenant_id, waiting, client_id) include (oldest_at)',
  'create index backlog_seen on vestnik.backlog (tenant_id, seen_at, client_id)',
  // Up to where each tenant's log was looked through.
  'create table vestnik.backlog_head (tenant_id int primary key, position bigint not null)',
  `create table vestnik.backlog_count (
    one boolean primary key default true check (one),
    as_of bigint,                               -- all that had happened by then is counted; null: not yet
    moved_since bigint not null default 0,      -- cursors that moved before this have been looked at
    building_after int,                         -- all clients are counted anew, and these are done; null: only what changes
    building_since bigint
  )`,
  'insert into vestnik.backlog_count (building_after) values (0)',

  // Clients of all tenants by name. The expression leaves plans no choice: a tenant's own have their key.
  `create index mailbox_client_name on vestnik.mailbox ((name || ''), id) where kind = 0`,

  // These cost the messages that they hold and no others. Ids as text: by the key of the table each would be found as well, slowly.
  `create index message_correlation on vestnik.message (correlation_id, (id::text collate "C")) where correlation_id is not null`,
  // Of a tenant's messages those that its own log does not have, or not where they were sent: to others, or after waiting for their time.
  `create index message_elsewhere on vestnik.message (tenant_id, (id::text collate "C")) 
    where tenants is not null or first_position is null or deliver_at is not null`,
  `create index message_refused on vestnik.message ((id::text collate "C")) where refused is not null`,
];
