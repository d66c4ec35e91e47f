import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Other installations: the links to neighbours, whom addresses lead to, and invitations. */
export class Links0007 implements MigrationInterface {
  readonly name = 'Links0007000000000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('links cannot be unmade by a migration: restore a backup');
  }
}

const STATEMENTS = [
  // A neighbour. Few, changed seldom; how its connection stands is elsewhere, as every change here is a change of the directory.
  `create table vestnik.link (
    id text collate "C" primary key,            -- of the installation
    name text collate "C" not null unique,      -- what it is called here
    proposed_name text not null,
    state smallint not null,                    -- 0 pending, 1 active, 2 paused
    url text,                                   -- null: only it can dial
    root_key bytea not null,
    keys text not null,                         -- the newest list that it has signed
    confirmed_here boolean not null,
    confirmed_there boolean not null,
    words text not null,
    transit boolean not null,
    quota_rows bigint not null,
    quota_bytes bigint not null,
    quarantined text,
    created_at bigint not null
  )`,

  // Whom addresses lead to. Its id is small: it stands in each row that waits for it. A neighbour is reached through itself,
  // with an empty path; the whole path of others ends with the name of the link, which may change.
  `create table vestnik.remote (
    id int generated always as identity primary key,
    installation text collate "C" not null unique,
    via text collate "C" not null references vestnik.link (id),
    behind text collate "C" not null,
    unique (via, behind)
  )`,
  // Whose a path was first, as long as the link is there: nobody else gets what is written to it.
  `create table vestnik.remote_path (
    via text collate "C" not null references vestnik.link (id) on delete cascade,
    behind text collate "C" not null,
    installation text collate "C" not null,
    primary key (via, behind)
  )`,

  // The secret is not kept; what it proves stands in the vault under the same lookup.
  `create table vestnik.link_invite (
    lookup text collate "C" primary key,        -- SHA-256, hex
    expires_at bigint not null,
    tries_left smallint not null
  )`,
  'create index link_invite_expires_at_idx on vestnik.link_invite (expires_at)',

  `create trigger directory_changed after insert or delete or update on vestnik.link
    for each statement execute function vestnik.directory_changed()`,
  `create trigger directory_changed after insert or delete or update on vestnik.remote
    for each statement execute function vestnik.directory_changed()`,

  // Ends what waits for a remote that goes. Nothing waits yet: the migration that lets something wait replaces it.
  'create function vestnik.forget_remote(p_remote int) returns void language plpgsql as $$ begin return; end $$',
];
