import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tenants, keys, administrators, secrets, audit: what changes seldom and is read by name. */
export class Directory0001 implements MigrationInterface {
  readonly name = 'Directory0001000000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table vestnik.tenant (
        id int generated always as identity constraint tenant_pkey primary key,
        name text not null constraint tenant_name_key unique,
        title text,
        settings jsonb not null,
        created_at bigint not null
      )`);

    await runner.query(`
      create table vestnik.api_key (
        -- Only for the order of lists.
        number bigint generated always as identity not null,
        id text not null constraint api_key_pkey primary key,
        -- Null: of the installation's administrators.
        tenant_id int constraint api_key_tenant_id_fkey references vestnik.tenant (id) on delete cascade,
        title text not null,
        client text not null,
        scopes text[] not null,
        role text,
        hash bytea not null constraint api_key_hash_key unique,
        created_at bigint not null,
        expires_at bigint,
        last_used_at bigint
      )`);
    await runner.query('create index api_key_tenant_id_number_idx on vestnik.api_key (tenant_id, number)');

    await runner.query(`
      create table vestnik.administrator (
        id int generated always as identity constraint administrator_pkey primary key,
        name text not null constraint administrator_name_key unique,
        password_hash text not null,
        role text not null,
        created_at bigint not null
      )`);

    await runner.query(`
      create table vestnik.administrator_session (
        token_hash bytea not null constraint administrator_session_pkey primary key,
        administrator_id int not null
          constraint administrator_session_administrator_id_fkey references vestnik.administrator (id) on delete cascade,
        expires_at bigint not null
      )`);
    await runner.query('create index administrator_session_administrator_id_idx on vestnik.administrator_session (administrator_id)');

    await runner.query(`
      create table vestnik.secret (
        name text not null constraint secret_pkey primary key,
        -- AES-256-GCM: 12 bytes of nonce, the cipher text, 16 bytes of tag.
        sealed bytea not null,
        changed_at bigint not null
      )`);

    // The JSON is text, not jsonb: the hash is over these very characters.
    await runner.query(`
      create table vestnik.audit (
        id bigint not null constraint audit_pkey primary key,
        at bigint not null,
        who text not null,
        address text,
        action text not null,
        subject text not null,
        before_json text,
        after_json text,
        previous_hash bytea not null,
        hash bytea not null
      )`);
    // The last link of the chain. Its lock puts writers in a row; it shows rows that were cut off at the end.
    await runner.query(`
      create table vestnik.audit_head (
        one boolean not null default true constraint audit_head_pkey primary key constraint audit_head_one_check check (one),
        id bigint not null,
        hash bytea not null
      )`);
    await runner.query(`insert into vestnik.audit_head (id, hash) values (0, decode(repeat('00', 32), 'hex'))`);
    await runner.query(`
      create function vestnik.audit_is_for_good() returns trigger language plpgsql as $$
      begin
        raise exception 'rows of the audit trail are neither changed nor deleted' using errcode = 'insufficient_privilege';
      end $$`);
    await runner.query(`
      create trigger audit_is_for_good before update or delete or truncate on vestnik.audit
        for each statement execute function vestnik.audit_is_for_good()`);

    // Written last in each transaction that changes the directory, so whoever holds its lock waits for no other.
    await runner.query(`
      create table vestnik.directory_version (
        one boolean not null default true constraint directory_version_pkey primary key constraint directory_version_one_check check (one),
        version bigint not null
      )`);
    await runner.query('insert into vestnik.directory_version (version) values (1)');
    // A trigger, so that a change made by hand in psql is noticed too.
    await runner.query(`
      create function vestnik.directory_changed() returns trigger language plpgsql as $$
      begin
        update vestnik.directory_version set version = version + 1;
        return null;
      end $$`);
    await runner.query(`
      create trigger directory_changed after insert or delete or update on vestnik.tenant
        for each statement execute function vestnik.directory_changed()`);
    // Not when it was last used: that would empty every node's memory each half minute.
    await runner.query(`
      create trigger directory_changed after insert or delete or update of tenant_id, client, scopes, role, hash, expires_at on vestnik.api_key
        for each statement execute function vestnik.directory_changed()`);
    await runner.query(`
      create trigger directory_changed after insert or delete or update on vestnik.secret
        for each statement execute function vestnik.directory_changed()`);
  }

  async down(): Promise<void> {
    throw new Error('there is no way back: restore a backup');
  }
}
