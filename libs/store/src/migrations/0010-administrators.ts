import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Administrators of single tenants and of an OpenID provider, where they are signed in, keys that replace keys, and looking for entries of the audit trail. */
export class Administrators0010 implements MigrationInterface {
  readonly name = 'Administrators00109000000000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('administrators of single tenants would become those of all: restore a backup');
  }
}

const STATEMENTS = [
  `alter table vestnik.administrator
    alter column password_hash drop not null,
    -- Says that the rows of administrator_tenant are all it has: without it one whose tenants are gone would have the whole installation.
    add column of_tenants boolean not null default false,
    add column last_sign_in_at bigint,
    add column oidc_issuer text,
    add column oidc_subject text,
    add constraint administrator_oidc_key unique (oidc_issuer, oidc_subject)`,

  `create table vestnik.administrator_tenant (
    administrator_id int not null
      constraint administrator_tenant_administrator_id_fkey references vestnik.administrator (id) on delete cascade,
    tenant_id int not null constraint administrator_tenant_tenant_id_fkey references vestnik.tenant (id) on delete cascade,
    constraint administrator_tenant_pkey primary key (administrator_id, tenant_id)
  )`,
  'create index administrator_tenant_tenant_id_idx on vestnik.administrator_tenant (tenant_id)',

  // Tokens of administrators count as long as their right does: every node is told of a change. Not of a sign-in, which would empty every node's memory.
  `create trigger directory_changed after insert or delete or update of role, of_tenants on vestnik.administrator
    for each statement execute function vestnik.directory_changed()`,
  `create trigger directory_changed after insert or delete or update on vestnik.administrator_tenant
    for each statement execute function vestnik.directory_changed()`,

  `alter table vestnik.administrator_session
    add column id bigint generated always as identity not null,
    add column created_at bigint,
    add column last_seen_at bigint,
    add column address text,
    add column browser text,
    add constraint administrator_session_id_key unique (id)`,
  'update vestnik.administrator_session set created_at = expires_at - 43200000',
  'alter table vestnik.administrator_session alter column created_at set not null',

  'alter table vestnik.api_key add column replaces text',

  // One for each way of looking; by time and id, so that each gives the newest first and goes on where a page ended.
  'create index audit_at_id_idx on vestnik.audit (at, id)',
  'create index audit_who_at_id_idx on vestnik.audit (who, at, id)',
  'create index audit_action_at_id_idx on vestnik.audit (action, at, id)',
  'create index audit_subject_at_id_idx on vestnik.audit (subject, at, id)',
];
