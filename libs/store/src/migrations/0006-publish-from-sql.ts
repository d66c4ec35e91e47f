import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sending from SQL: who may, what waits to be taken into the log, and the function that others call. */
export class PublishFromSql0006 implements MigrationInterface {
  readonly name = 'PublishFromSql0006000000000006';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what was sent from SQL cannot be unmade by a migration: restore a backup');
  }
}

const STATEMENTS = [
  // Which client of which tenant a database role speaks for. Filled by whoever administers the database.
  `create table vestnik.sql_sender (
    role text collate "C" not null,             -- as in pg_roles; exactly this one, not its members
    tenant text not null references vestnik.tenant (name) on update cascade on delete cascade,
    client text collate "C" not null check (char_length(client) between 1 and 128 and client not like 'vestnik%'),
    broadcast boolean not null default false,   -- may write to *; to topics every sender may, as keys may
    primary key (role, tenant)
  )`,

  // What others' transactions have sent and no node has taken yet. No reference to the tenant: its row would be locked until
  // they end. A number is drawn inside the sender's transaction, so of two transactions of which one ended before the
  // other began it has the smaller ones.
  `create table vestnik.outgoing (
    number bigint generated always as identity,
    tenant_id int not null,
    id uuid not null,                           -- of the message, as the sender was told
    client text collate "C" not null,
    broadcast boolean not null,
    message text not null,                      -- JSON text as it was sent
    primary key (tenant_id, number)
  )`,

  // Takes a message inside the caller's transaction: it goes out if and only if that commits. Answers its id.
  //
  // Whoever calls is known by the role that is in force outside (SET ROLE counts: it can be set by members only), else by
  // who signed in. Inside, the function runs as its owner, with a search path of its own, so current_user says nothing.
  `create function vestnik.send(tenant text, message text) returns uuid language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp as $$
  declare
    v_role text := case when current_setting('role') in ('', 'none') then session_user::text else current_setting('role') end;
    v_sender record;
    v_message json;
    v_bytes bigint;
    v_text text;
    v_count int;
    v_id uuid;
  begin
    select s.client, s.broadcast, t.id, coalesce((t.settings->>'maxDataBytes')::bigint, 262144) as data_bytes, coalesce((t.settings->>'ttlMax')::bigint, 31622400) as ttl_max
      into v_sender
      from vestnik.sql_sender s join vestnik.tenant t on t.name = s.tenant
      where s.role = v_role and s.tenant = send.tenant and not coalesce((t.settings->>'suspended')::boolean, false);
    -- Whether there is such a tenant is not told.
    if not found then
      raise exception 'vestnik: the role % may not send for the tenant %', v_role, coalesce(send.tenant, 'null')
        using errcode = '42501', hint = 'an administrator names it in vestnik.sql_sender (role, tenant, client)';
    end if;
    if send.message is null then
      raise exception 'vestnik: a message is required' using errcode = '22004';
    end if;
    if octet_length(send.message) > 8388608 then
      raise exception 'vestnik: a message has 8388608 bytes at most' using errcode = '54000';
    end if;
    v_message := send.message::json;
    if json_typeof(v_message) <> 'object' then
      raise exception 'vestnik: a message is a JSON object' using errcode = '22023';
    end if;

    select k into v_text from json_object_keys(v_message) k
      where k <> all (array['to', 'type', 'data', 'durable', 'ttl', 'deliverAt', 'collapseKey', 'correlationId', 'receipt', 'key', 'retain', 'contentType', 'traceparent'])
      limit 1;
    if found then
      raise exception 'vestnik: %: there is no such field', v_text using errcode = '22023';
    end if;

    v_text := json_typeof(v_message->'to');
    if v_text = 'array' then
      select count(*), max(json_typeof(a)) filter (where json_typeof(a) <> 'string') into v_count, v_text from json_array_elements(v_message->'to') a;
      if v_text is not null or v_count not between 1 and 1000 then
        raise exception 'vestnik: to: 1 to 1000 addresses' using errcode = '22023';
      end if;
    elsif v_text is distinct from 'string' then
      raise exception 'vestnik: to: an address, or a list of addresses' using errcode = '22023';
    end if;
    -- What an address must not be, whatever the database's locale; all its rules are applied when it is taken.
    select a into v_text from json_array_elements_text(case when v_text = 'string' then json_build_array(v_message->'to') else v_message->'to' end) a
      where a !~ '^[^@[:cntrl:]]+(@[a-z0-9.-]+(/[A-Za-z0-9_-]{1,64})?)?$' or a ~ '^ ' or char_length(a) > 1000 limit 1;
    if found then
      raise exception 'vestnik: to: "%" is not an address', left(v_text, 100) using errcode = '22023';
    end if;

    v_text := v_message->>'type';
    if v_text is null or json_typeof(v_message->'type') <> 'string' or v_text !~ '^[A-Za-z0-9._/-]{1,128}$' then
      raise exception 'vestnik: type: 1 to 128 of A-Z a-z 0-9 . _ / -' using errcode = '22023';
    elsif v_text like 'vestnik%' then
      raise exception 'vestnik: type: types that begin with vestnik are its own' using errcode = '22023';
    end if;
    v_bytes := octet_length((v_message->'data')::text);
    if v_bytes > v_sender.data_bytes then
      raise exception 'vestnik: data: % bytes, where the tenant allows %', v_bytes, v_sender.data_bytes using errcode = '54000';
    end if;
    if coalesce(v_message->>'durable', 'true') <> 'true' then
      raise exception 'vestnik: durable: what is sent from SQL is durable' using errcode = '22023';
    end if;
    v_text := v_message->>'ttl';
    if v_text is not null and (v_text !~ '^[0-9]{1,9}$' or v_text::bigint not between 1 and v_sender.ttl_max) then
      raise exception 'vestnik: ttl: whole seconds, 1 to %', v_sender.ttl_max using errcode = '22023';
    end if;
    if char_length(v_message->>'key') > 255 or v_message->>'key' = '' then
      raise exception 'vestnik: key: 1 to 255 characters' using errcode = '22023';
    end if;

    v_id := vestnik.uuid7();
    insert into vestnik.outgoing (tenant_id, id, client, broadcast, message) values (v_sender.id, v_id, v_sender.client, v_sender.broadcast, send.message);
    -- One for the whole transaction, at its commit; the bus itself never notifies while it commits.
    perform pg_notify('vestnik_outgoing', '');
    return v_id;
  end $$`,

  // json goes byte for byte; of jsonb Postgres has already rewritten keys, numbers and white space.
  `create function vestnik.send(tenant text, message json) returns uuid language sql volatile set search_path = pg_catalog, pg_temp as $$
    select vestnik.send($1, $2::text)
  $$`,
  `create function vestnik.send(tenant text, message jsonb) returns uuid language sql volatile set search_path = pg_catalog, pg_temp as $$
    select vestnik.send($1, $2::text)
  $$`,

  // Everybody may call it; it answers those whose role stands in sql_sender. The tables stay closed.
  'grant usage on schema vestnik to public',
  'grant execute on function vestnik.send(text, text), vestnik.send(text, json), vestnik.send(text, jsonb) to public',

  // Takes messages that were sent from SQL off the stage, in the transaction that appends them: each goes out once though
  // nodes compete or die. Answers those that must not go now: another node moves them or has, or one before them stays behind.
  //
  // p_staged: n names a message, t is its tenant, s its number, f the number of the first that was read with it. One goes
  // only if all between f and s have gone or go with it: order. Nobody waits here: tenants' locks, which are taken after it,
  // are the only ones that are waited for.
  `create function vestnik.take_outgoing(p_staged json) returns int[] language plpgsql as $$
  declare
    v_taken int[] := '{}';
    v_held bigint[];
    v_skip int[];
    v_row record;
  begin
    for v_row in select distinct x.t from json_to_recordset(p_staged) x(t int) order by x.t loop
      if not pg_try_advisory_xact_lock(8379, v_row.t) then v_taken := v_taken || v_row.t; end if;
    end loop;

    select coalesce(array_agg(l.number), '{}') into v_held
      from json_to_recordset(p_staged) x(t int, s bigint)
      cross join lateral (select o.number from vestnik.outgoing o where o.tenant_id = x.t and o.number = x.s for update skip locked) l
      where x.t <> all(v_taken);

    with hole as (
      select r.t, min(o.number) as number
      from (select x.t, min(x.f) as f, max(x.s) as s from json_to_recordset(p_staged) x(t int, s bigint, f bigint) group by x.t) r
      cross join lateral (select b.number from vestnik.outgoing b where b.tenant_id = r.t and b.number >= r.f and b.number < r.s) o
      where o.number <> all(v_held)
      group by r.t
    )
    select coalesce(array_agg(x.n), '{}') into v_skip
      from json_to_recordset(p_staged) x(n int, t int, s bigint) left join hole h on h.t = x.t
      where x.s <> all(v_held) or h.number < x.s;
    return v_skip;
  end $$`,
];
