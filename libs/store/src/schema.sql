-- The whole schema in one view, as the migrations make it. Written by schema.pg.spec.ts, which fails where it is not true:
-- UPDATE_SCHEMA=1 npx vitest run libs/store/src/schema.pg.spec.ts
-- What each table is for, and why it is as it is, stands in the migrations. Partitions are left out.

create sequence vestnik.log_position as bigint cache 1;

create table vestnik.administrator (
  id integer not null generated always as identity,
  name text not null,
  password_hash text,
  role text not null,
  created_at bigint not null,
  of_tenants boolean not null default false,
  last_sign_in_at bigint,
  oidc_issuer text,
  oidc_subject text,
  constraint administrator_pkey PRIMARY KEY (id),
  constraint administrator_name_key UNIQUE (name),
  constraint administrator_oidc_key UNIQUE (oidc_issuer, oidc_subject)
);
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR UPDATE OF role, of_tenants ON vestnik.administrator FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

create table vestnik.administrator_session (
  token_hash bytea not null,
  administrator_id integer not null,
  expires_at bigint not null,
  id bigint not null generated always as identity,
  created_at bigint not null,
  last_seen_at bigint,
  address text,
  browser text,
  constraint administrator_session_pkey PRIMARY KEY (token_hash),
  constraint administrator_session_id_key UNIQUE (id),
  constraint administrator_session_administrator_id_fkey FOREIGN KEY (administrator_id) REFERENCES administrator(id) ON DELETE CASCADE
);
CREATE INDEX administrator_session_administrator_id_idx ON vestnik.administrator_session USING btree (administrator_id);

create table vestnik.administrator_tenant (
  administrator_id integer not null,
  tenant_id integer not null,
  constraint administrator_tenant_pkey PRIMARY KEY (administrator_id, tenant_id),
  constraint administrator_tenant_administrator_id_fkey FOREIGN KEY (administrator_id) REFERENCES administrator(id) ON DELETE CASCADE,
  constraint administrator_tenant_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE INDEX administrator_tenant_tenant_id_idx ON vestnik.administrator_tenant USING btree (tenant_id);
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR UPDATE ON vestnik.administrator_tenant FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

create table vestnik.api_key (
  number bigint not null generated always as identity,
  id text not null,
  tenant_id integer,
  title text not null,
  client text not null,
  scopes text[] not null,
  role text,
  hash bytea not null,
  created_at bigint not null,
  expires_at bigint,
  last_used_at bigint,
  replaces text,
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_hash_key UNIQUE (hash),
  constraint api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE INDEX api_key_expires ON vestnik.api_key USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX api_key_tenant_id_number_idx ON vestnik.api_key USING btree (tenant_id, number);
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR UPDATE OF tenant_id, client, scopes, role, hash, expires_at ON vestnik.api_key FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

create table vestnik.audit (
  id bigint not null,
  at bigint not null,
  who text not null,
  address text,
  action text not null,
  subject text not null,
  before_json text,
  after_json text,
  previous_hash bytea not null,
  hash bytea not null,
  constraint audit_pkey PRIMARY KEY (id)
);
CREATE INDEX audit_action_at_id_idx ON vestnik.audit USING btree (action, at, id);
CREATE INDEX audit_at_id_idx ON vestnik.audit USING btree (at, id);
CREATE INDEX audit_subject_at_id_idx ON vestnik.audit USING btree (subject, at, id);
CREATE INDEX audit_who_at_id_idx ON vestnik.audit USING btree (who, at, id);
CREATE TRIGGER audit_is_for_good BEFORE DELETE OR UPDATE OR TRUNCATE ON vestnik.audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_for_good();

create table vestnik.audit_head (
  one boolean not null default true,
  id bigint not null,
  hash bytea not null,
  constraint audit_head_pkey PRIMARY KEY (one),
  constraint audit_head_one_check CHECK (one)
);

create table vestnik.backlog (
  client_id integer not null,
  tenant_id integer not null,
  waiting integer not null,
  oldest_at bigint,
  counted_to bigint not null,
  acknowledged bigint not null,
  seen_at bigint not null default 0,
  constraint backlog_pkey PRIMARY KEY (client_id)
) with (fillfactor=70);
CREATE INDEX backlog_seen ON vestnik.backlog USING btree (tenant_id, seen_at, client_id);
CREATE INDEX backlog_waiting ON vestnik.backlog USING btree (tenant_id, waiting, client_id) INCLUDE (oldest_at);

create table vestnik.backlog_count (
  one boolean not null default true,
  as_of bigint,
  moved_since bigint not null default 0,
  building_after integer,
  building_since bigint,
  constraint backlog_count_pkey PRIMARY KEY (one),
  constraint backlog_count_one_check CHECK (one)
);

create table vestnik.backlog_head (
  tenant_id integer not null,
  position bigint not null,
  constraint backlog_head_pkey PRIMARY KEY (tenant_id)
);

create table vestnik.client_cursor (
  client_id integer not null,
  device text collate "C" not null default ''::text,
  tenant_id integer not null,
  acknowledged bigint not null,
  delivered bigint not null,
  at bigint not null,
  constraint client_cursor_pkey PRIMARY KEY (client_id, device)
) with (fillfactor=50);

create table vestnik.collapse_slot (
  mailbox_id integer not null,
  sender_id integer not null,
  key text collate "C" not null,
  position bigint not null,
  message_id uuid not null,
  constraint collapse_slot_pkey PRIMARY KEY (mailbox_id, sender_id, key)
) with (fillfactor=70);

create table vestnik.cursor_move (
  client_id integer not null,
  position bigint not null,
  device text collate "C" not null,
  acknowledged boolean not null,
  at bigint not null
) partition by RANGE (at);
CREATE INDEX cursor_move_client ON ONLY vestnik.cursor_move USING btree (client_id, "position");

create table vestnik.dead_letter (
  id bigint not null generated always as identity,
  tenant_id integer not null,
  client_id integer not null,
  message_id uuid not null,
  position bigint not null,
  reason text not null,
  at bigint not null,
  constraint dead_letter_pkey PRIMARY KEY (id)
);
CREATE INDEX dead_letter_client ON vestnik.dead_letter USING btree (client_id, id);
CREATE INDEX dead_letter_reason ON vestnik.dead_letter USING btree (((tenant_id + 0)), hashtextextended(reason, (0)::bigint), id);
CREATE INDEX dead_letter_tenant ON vestnik.dead_letter USING btree (tenant_id, id);

create table vestnik.directory_version (
  one boolean not null default true,
  version bigint not null,
  constraint directory_version_pkey PRIMARY KEY (one),
  constraint directory_version_one_check CHECK (one)
);

create table vestnik.epoch (
  epoch bigint not null,
  begins bigint not null,
  timeline integer not null,
  at bigint not null,
  constraint epoch_pkey PRIMARY KEY (epoch)
);

create table vestnik.expiry (
  expires_at bigint not null,
  tenant_id integer not null,
  mailbox_id integer not null,
  position bigint not null,
  message_id uuid not null,
  constraint expiry_pkey PRIMARY KEY (expires_at, tenant_id, "position")
);

create table vestnik.handed_again (
  client_id integer not null,
  device text collate "C" not null,
  first bigint not null,
  last bigint not null,
  at bigint not null
);
CREATE INDEX handed_again_at ON vestnik.handed_again USING btree (at);
CREATE INDEX handed_again_client ON vestnik.handed_again USING btree (client_id, last);

create table vestnik.homeward (
  number bigint not null generated always as identity,
  remote integer not null,
  message_id uuid not null,
  recipient text not null,
  state smallint not null,
  at bigint not null,
  reason text,
  device text,
  constraint homeward_pkey PRIMARY KEY (number)
);
CREATE INDEX homeward_remote ON vestnik.homeward USING btree (remote, number);

create table vestnik.idempotency (
  day date not null,
  client_id integer not null,
  key text collate "C" not null,
  fingerprint bytea not null,
  answer text not null,
  at bigint not null,
  constraint idempotency_pkey PRIMARY KEY (day, client_id, key)
) partition by LIST (day);

create table vestnik.installation (
  one boolean not null default true,
  name text not null,
  constraint installation_pkey PRIMARY KEY (one),
  constraint installation_one_check CHECK (one)
);

create table vestnik.link (
  id text collate "C" not null,
  name text collate "C" not null,
  proposed_name text not null,
  state smallint not null,
  url text,
  root_key bytea not null,
  keys text not null,
  confirmed_here boolean not null,
  confirmed_there boolean not null,
  words text not null,
  transit boolean not null,
  quota_rows bigint not null,
  quota_bytes bigint not null,
  quarantined text,
  created_at bigint not null,
  constraint link_pkey PRIMARY KEY (id),
  constraint link_name_key UNIQUE (name)
);
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR UPDATE ON vestnik.link FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

create table vestnik.link_invite (
  lookup text collate "C" not null,
  expires_at bigint not null,
  tries_left smallint not null,
  constraint link_invite_pkey PRIMARY KEY (lookup)
);
CREATE INDEX link_invite_expires_at_idx ON vestnik.link_invite USING btree (expires_at);

create table vestnik.link_lease (
  link text not null,
  node text not null,
  generation bigint not null,
  until bigint not null,
  status text,
  constraint link_lease_pkey PRIMARY KEY (link)
) with (fillfactor=50);

create table vestnik.log (
  position bigint not null,
  previous bigint not null,
  tenant_id integer not null,
  mailbox_id integer not null,
  kind smallint not null,
  state smallint,
  flags smallint not null default 0,
  message_id uuid,
  target bigint,
  at bigint not null,
  expires_at bigint,
  detail text,
  constraint log_pkey PRIMARY KEY (mailbox_id, "position")
) partition by RANGE ("position");
CREATE INDEX log_outcome ON ONLY vestnik.log USING btree (target, abs(mailbox_id)) WHERE (target IS NOT NULL);
CREATE INDEX log_outcome_position ON ONLY vestnik.log USING btree (((mailbox_id + 0)), "position") WHERE (target IS NOT NULL);
CREATE INDEX log_retained ON ONLY vestnik.log USING btree (((mailbox_id * 1)), "position") WHERE (((flags)::integer & 8) = 8);
CREATE UNIQUE INDEX log_tail ON ONLY vestnik.log USING btree (tenant_id, "position");

create table vestnik.mailbox (
  id integer not null generated always as identity,
  tenant_id integer not null,
  kind smallint not null,
  name text collate "C" not null,
  title text,
  since bigint not null,
  created_at bigint not null,
  seen_at bigint,
  revoked_before bigint,
  constraint mailbox_pkey PRIMARY KEY (id),
  constraint mailbox_tenant_id_kind_name_key UNIQUE (tenant_id, kind, name)
);
CREATE INDEX mailbox_client_name ON vestnik.mailbox USING btree (((name || ''::text)), id) WHERE (kind = 0);
CREATE INDEX mailbox_topic ON vestnik.mailbox USING btree (tenant_id, name) WHERE (kind = 1);
CREATE TRIGGER directory_changed AFTER DELETE OR UPDATE OF revoked_before ON vestnik.mailbox FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

create table vestnik.mailbox_floor (
  mailbox_id integer not null,
  dropped_to bigint not null,
  constraint mailbox_floor_pkey PRIMARY KEY (mailbox_id)
);
CREATE INDEX mailbox_floor_dropped ON vestnik.mailbox_floor USING btree (dropped_to);

create table vestnik.message (
  id uuid not null,
  tenant_id integer not null,
  sender_id integer not null,
  sender text not null,
  type text not null,
  data text not null,
  first_position bigint,
  last_position bigint,
  tenants integer[],
  receipt boolean not null default false,
  sent_at bigint not null,
  deliver_at bigint,
  ended smallint,
  ended_at bigint,
  waited_for text,
  collapse_key text,
  correlation_id text,
  content_type text,
  traceparent text,
  refused text,
  origin integer,
  constraint message_pkey PRIMARY KEY (id)
) partition by RANGE (id);
CREATE INDEX message_correlation ON ONLY vestnik.message USING btree (correlation_id, ((id)::text) COLLATE "C") WHERE (correlation_id IS NOT NULL);
CREATE INDEX message_elsewhere ON ONLY vestnik.message USING btree (tenant_id, ((id)::text) COLLATE "C") WHERE ((tenants IS NOT NULL) OR (first_position IS NULL) OR (deliver_at IS NOT NULL));
CREATE INDEX message_refused ON ONLY vestnik.message USING btree (((id)::text) COLLATE "C") WHERE (refused IS NOT NULL);
CREATE INDEX message_sent ON ONLY vestnik.message USING btree (sender_id, first_position) WHERE (sender_id > 0);
CREATE TRIGGER receipts_of_refused AFTER UPDATE OF refused ON vestnik.message FOR EACH ROW WHEN ((new.receipt AND (new.deliver_at IS NOT NULL) AND (new.refused IS NOT NULL))) EXECUTE FUNCTION receipts_of_refused();

create table vestnik.outbox (
  remote integer not null,
  number bigint not null,
  kind smallint not null,
  message_id uuid,
  tenant_id integer,
  bytes_to bigint not null,
  at bigint not null,
  expires_at bigint,
  addresses text[],
  wire text[],
  states smallint[],
  state_at bigint[],
  details text[],
  body text,
  constraint outbox_pkey PRIMARY KEY (remote, number)
) with (fillfactor=80);
CREATE INDEX outbox_expires ON vestnik.outbox USING btree (remote, expires_at) WHERE (kind = 0);
CREATE INDEX outbox_message ON vestnik.outbox USING btree (message_id) WHERE (message_id IS NOT NULL);

create table vestnik.outbox_ack (
  remote integer not null,
  number bigint not null,
  at bigint not null,
  constraint outbox_ack_pkey PRIMARY KEY (remote, number)
);

create table vestnik.outbox_epoch (
  remote integer not null,
  starts bigint not null,
  epoch bigint not null,
  at bigint not null,
  constraint outbox_epoch_pkey PRIMARY KEY (remote, starts)
);

create table vestnik.outbox_head (
  remote integer not null,
  last bigint not null default 0,
  bytes bigint not null default 0,
  epoch bigint,
  constraint outbox_head_pkey PRIMARY KEY (remote)
) with (fillfactor=50);

create table vestnik.outbox_sent (
  remote integer not null,
  sent bigint not null default 0,
  acknowledged bigint not null default 0,
  swept_at bigint not null default 0,
  constraint outbox_sent_pkey PRIMARY KEY (remote)
) with (fillfactor=50);

create table vestnik.outgoing (
  number bigint not null generated always as identity,
  tenant_id integer not null,
  id uuid not null,
  client text collate "C" not null,
  broadcast boolean not null,
  message text not null,
  constraint outgoing_pkey PRIMARY KEY (tenant_id, number)
);

create table vestnik.receipt_due (
  mailbox_id integer not null,
  position bigint not null,
  message_id uuid not null,
  sender_tenant_id integer not null,
  constraint receipt_due_pkey PRIMARY KEY (mailbox_id, "position")
);

create table vestnik.receive_cursor (
  remote integer not null,
  epoch bigint not null,
  number bigint not null,
  at bigint not null,
  constraint receive_cursor_pkey PRIMARY KEY (remote, epoch)
) with (fillfactor=50);

create table vestnik.remote (
  id integer not null generated always as identity,
  installation text collate "C" not null,
  via text collate "C" not null,
  behind text collate "C" not null,
  keys text,
  constraint remote_pkey PRIMARY KEY (id),
  constraint remote_installation_key UNIQUE (installation),
  constraint remote_via_behind_key UNIQUE (via, behind),
  constraint remote_via_fkey FOREIGN KEY (via) REFERENCES link(id)
);
CREATE TRIGGER begin_remote AFTER INSERT ON vestnik.remote FOR EACH ROW EXECUTE FUNCTION begin_remote();
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR UPDATE ON vestnik.remote FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();
CREATE TRIGGER remember_remote BEFORE INSERT ON vestnik.remote FOR EACH ROW EXECUTE FUNCTION remember_remote();

create table vestnik.remote_past (
  installation text collate "C" not null,
  remote integer not null,
  constraint remote_past_pkey PRIMARY KEY (installation)
);

create table vestnik.remote_path (
  via text collate "C" not null,
  behind text collate "C" not null,
  installation text collate "C" not null,
  named boolean not null default true,
  constraint remote_path_pkey PRIMARY KEY (via, behind),
  constraint remote_path_via_fkey FOREIGN KEY (via) REFERENCES link(id) ON DELETE CASCADE
);
CREATE INDEX remote_path_installation_idx ON vestnik.remote_path USING btree (installation);
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR UPDATE ON vestnik.remote_path FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

create table vestnik.scheduled (
  due_at bigint not null,
  message_id uuid not null,
  tenant_id integer not null,
  destinations text not null,
  constraint scheduled_pkey PRIMARY KEY (due_at, message_id)
);
CREATE INDEX scheduled_message ON vestnik.scheduled USING btree (message_id);
CREATE INDEX scheduled_tenant ON vestnik.scheduled USING btree (tenant_id, due_at, message_id);

create table vestnik.secret (
  name text not null,
  sealed bytea not null,
  changed_at bigint not null,
  constraint secret_pkey PRIMARY KEY (name)
);
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR UPDATE ON vestnik.secret FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

create table vestnik.sql_sender (
  role text collate "C" not null,
  tenant text not null,
  client text collate "C" not null,
  broadcast boolean not null default false,
  constraint sql_sender_pkey PRIMARY KEY (role, tenant),
  constraint sql_sender_tenant_fkey FOREIGN KEY (tenant) REFERENCES tenant(name) ON UPDATE CASCADE ON DELETE CASCADE,
  constraint sql_sender_client_check CHECK ((((char_length(client) >= 1) AND (char_length(client) <= 128)) AND (client !~~ 'vestnik%'::text)))
);

create table vestnik.subscription (
  client_id integer not null,
  tenant_id integer not null,
  pattern text collate "C" not null,
  expression text,
  since bigint not null,
  until bigint,
  constraint subscription_pkey PRIMARY KEY (client_id, pattern, since)
);
CREATE INDEX subscription_ended ON vestnik.subscription USING btree (client_id, until) WHERE (until IS NOT NULL);
CREATE UNIQUE INDEX subscription_live ON vestnik.subscription USING btree (client_id, pattern) WHERE (until IS NULL);
CREATE INDEX subscription_pattern ON vestnik.subscription USING btree (((tenant_id + 0)), since) WHERE (expression IS NOT NULL);
CREATE INDEX subscription_topic ON vestnik.subscription USING btree (tenant_id, pattern);

create table vestnik.tenant (
  id integer not null generated always as identity,
  name text not null,
  title text,
  settings jsonb not null,
  created_at bigint not null,
  constraint tenant_pkey PRIMARY KEY (id),
  constraint tenant_name_key UNIQUE (name)
);
CREATE TRIGGER begin_tenant AFTER INSERT ON vestnik.tenant FOR EACH ROW EXECUTE FUNCTION begin_tenant();
CREATE TRIGGER directory_changed AFTER INSERT OR DELETE OR UPDATE ON vestnik.tenant FOR EACH STATEMENT EXECUTE FUNCTION directory_changed();

create table vestnik.tenant_head (
  tenant_id integer not null,
  position bigint not null default 0,
  swept_to bigint not null default 0,
  default_expires bigint not null default 0,
  constraint tenant_head_pkey PRIMARY KEY (tenant_id)
) with (fillfactor=50);

create table vestnik.transit (
  position bigint not null generated always as identity,
  destination text collate "C" not null,
  origin text collate "C" not null,
  epoch bigint,
  first bigint,
  last bigint,
  epochs bigint[],
  packet bytea not null,
  at bigint not null,
  constraint transit_pkey PRIMARY KEY ("position"),
  constraint transit_destination_origin_epoch_first_key UNIQUE (destination, origin, epoch, first),
  constraint transit_destination_origin_fkey FOREIGN KEY (destination, origin) REFERENCES transit_pair(destination, origin) ON DELETE CASCADE
);
CREATE INDEX transit_at_idx ON vestnik.transit USING btree (at);
CREATE INDEX transit_destination_idx ON vestnik.transit USING btree (destination, "position");

create table vestnik.transit_pair (
  destination text collate "C" not null,
  origin text collate "C" not null,
  messages integer not null default 0,
  bytes bigint not null default 0,
  constraint transit_pair_pkey PRIMARY KEY (destination, origin),
  constraint transit_pair_destination_fkey FOREIGN KEY (destination) REFERENCES remote(installation) ON DELETE CASCADE,
  constraint transit_pair_origin_fkey FOREIGN KEY (origin) REFERENCES remote(installation) ON DELETE CASCADE
) with (fillfactor=50);
CREATE INDEX transit_pair_origin_idx ON vestnik.transit_pair USING btree (origin);

create table vestnik.webhook (
  id integer not null generated always as identity,
  tenant_id integer not null,
  client_id integer not null,
  url text not null,
  format smallint not null,
  state smallint not null default 0,
  reason text,
  last_error text,
  failures integer not null default 0,
  failing_id text,
  next_attempt_at bigint,
  down_since bigint,
  given_up integer not null default 0,
  node text collate "C" not null default ''::text,
  generation bigint not null default 1,
  created_at bigint not null,
  changed_at bigint not null,
  constraint webhook_pkey PRIMARY KEY (id),
  constraint webhook_client_id_key UNIQUE (client_id),
  constraint webhook_client_id_fkey FOREIGN KEY (client_id) REFERENCES mailbox(id) ON DELETE CASCADE
) with (fillfactor=80);
CREATE INDEX webhook_failing ON vestnik.webhook USING btree (id) WHERE (state = 1);
CREATE INDEX webhook_node_id_idx ON vestnik.webhook USING btree (node, id) INCLUDE (generation, state);
CREATE INDEX webhook_paused ON vestnik.webhook USING btree (id) WHERE (state = 2);
CREATE INDEX webhook_tenant ON vestnik.webhook USING btree (tenant_id, id);

create table vestnik.webhook_node (
  node text collate "C" not null,
  alive_until bigint not null,
  constraint webhook_node_pkey PRIMARY KEY (node)
);

create function vestnik.append(p_messages json, p_entries json, p_tenants integer[], p_keyed boolean, p_collapsing boolean, p_entering boolean, p_waiting boolean, p_forwards json)
 RETURNS TABLE(n integer, what integer, tenant_id integer, mailbox_id integer, "position" bigint, previous bigint, at bigint, expires_at bigint, note text)
 LANGUAGE plpgsql
AS $function$
  #variable_conflict use_column
  declare
    v_now bigint;
    v_busy int[] := vestnik.lock_tenants(p_tenants, 50);
    v_skip int[] := '{}';
    v_row record;
    v_slot record;
    v_end record;
    v_today date;
    v_first bigint;
    v_epoch bigint;
  begin
    v_now := vestnik.now_ms();
    v_today := (to_timestamp(v_now / 1000.0) at time zone 'UTC')::date;
    if p_collapsing or p_entering then
      -- All that is appended below lies past this.
      select s.last_value - 1 into v_first from vestnik.log_position s;
    end if;
    if cardinality(v_busy) > 0 then
      -- What touches a busy tenant waits, and so does what comes after it to any of its tenants: order holds.
      for v_row in
        select x.n, array_agg(distinct x.t) as tenants from (
          select e.n, e.t from json_to_recordset(p_entries) e(n int, t int) union
          select m.n, m.t from json_to_recordset(p_messages) m(n int, t int) where m.t = any(p_tenants) union
          select f.n, 1000000000 + f.r from json_to_recordset(coalesce(p_forwards, '[]')) f(n int, r int)) x
        group by x.n order by x.n
      loop
        if v_row.tenants && v_busy then
          v_busy := v_busy || v_row.tenants;
          v_skip := v_skip || v_row.n;
          n := v_row.n; what := 10;
          return next;
        end if;
      end loop;
    end if;

    if p_keyed then
      for v_row in
        select m.n, m.fp, i.fingerprint, i.answer
        from json_to_recordset(p_messages) m(n int, s int, k text, fp text)
        join vestnik.idempotency i on i.day in (v_today, v_today - 1) and i.client_id = m.s and i.key = m.k and i.at > v_now - 86400000
        where m.k is not null and m.n <> all(v_skip)
      loop
        v_skip := v_skip || v_row.n;
        n := v_row.n;
        what := case when decode(v_row.fp, 'hex') = v_row.fingerprint then 11 else 12 end;
        note := v_row.answer;
        return next;
      end loop;
      for v_row in
        select x.n, x.fp, x.fingerprint, x.answer from (
          select m.n, m.fp, first_value(m.fp) over w as fingerprint, first_value(m.an) over w as answer, row_number() over w as nth
          from json_to_recordset(p_messages) m(n int, s int, k text, fp text, an text)
          where m.k is not null and m.n <> all(v_skip)
          window w as (partition by m.s, m.k order by m.n)) x
        where x.nth > 1
      loop
        v_skip := v_skip || v_row.n;
        n := v_row.n;
        what := case when v_row.fp = v_row.fingerprint then 11 else 12 end;
        note := v_row.answer;
        return next;
      end loop;
      note := null;
      insert into vestnik.idempotency as i (day, client_id, key, fingerprint, answer, at)
        select v_today, m.s, m.k, decode(m.fp, 'hex'), m.an, v_now
        from json_to_recordset(p_messages) m(n int, s int, k text, fp text, an text)
        where m.k is not null and m.n <> all(v_skip)
        on conflict (day, client_id, key) do update set fingerprint = excluded.fingerprint, answer = excluded.answer, at = excluded.at;
    end if;

    if p_entering then
      -- Whoever deletes the row of the waiting room enters the message, so it enters once.
      for v_row in select m.n, m.id from json_to_recordset(p_messages) m(n int, id uuid, en boolean) where m.en and m.n <> all(v_skip) loop
        delete from vestnik.scheduled s where s.message_id = v_row.id;
        if not found then
          v_skip := v_skip || v_row.n;
          n := v_row.n; what := 14;
          return next;
        end if;
      end loop;
    end if;

    return query
      with placed as materialized (
        select q.*, nextval('vestnik.log_position') as position
        from (
          select e.n, e.o, e.t, e.b, e.i, e.x, e.f, e.r
          from json_to_recordset(p_entries) e(n int, o int, t int, b int, i uuid, x bigint, f int, r int)
          where e.n <> all(v_skip)
          order by e.o
        ) q
      ), linked as materialized (
        select p.n, p.t, p.b, p.i, p.f, p.r, p.position, v_now + p.x * 1000 as expires, h.default_expires,
          coalesce(lag(p.position) over (partition by p.t order by p.position), h.position) as previous
        from placed p left join vestnik.tenant_head h on h.tenant_id = p.t   -- none: the insert below refuses it
      ), entries as (
        insert into vestnik.log (position, previous, tenant_id, mailbox_id, kind, flags, message_id, at, expires_at)
        select l.position, l.previous, l.t, l.b, 0, case when l.expires < l.default_expires then l.f | 1 else l.f end, l.i, v_now, l.expires from linked l
      ), heads as (
        update vestnik.tenant_head h set position = x.last, default_expires = greatest(h.default_expires, x.default_expires)
        from (select l.t, max(l.position) as last, max(l.expires) filter (where l.f & 1 = 0) as default_expires from linked l group by l.t) x
        where h.tenant_id = x.t
      ), expiries as (
        insert into vestnik.expiry (expires_at, tenant_id, mailbox_id, position, message_id)
        select l.expires, l.t, l.b, l.position, l.i from linked l where l.f & 1 = 1 or l.expires < l.default_expires
      ), receipts as (
        insert into vestnik.receipt_due (mailbox_id, position, message_id, sender_tenant_id)
        select l.b, l.position, l.i, l.r from linked l where l.r is not null
      ), messages as (
        insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, tenants, receipt, sent_at, deliver_at,
          collapse_key, correlation_id, content_type, traceparent, refused, origin)
        select m.id, m.t, m.s, m.f, m.ty, m.d, x.first, x.last, case when x.tenants <> array[m.t] then x.tenants end, coalesce(m.r, false), coalesce(m.sa, v_now), m.da,
          m.ck, m.co, m.ct, m.tp, m.rf, m.og
        from json_to_recordset(p_messages)
          m(n int, id uuid, t int, s int, f text, ty text, d text, r boolean, da bigint, ck text, co text, ct text, tp text, rf text, en boolean, og int, sa bigint)
        left join (select l.n, min(l.position) as first, max(l.position) as last, array_agg(distinct l.t) as tenants from linked l group by l.n) x on x.n = m.n
        where m.n <> all(v_skip) and m.en is null
      )
      select l.n, 0, l.t, l.b, l.position, l.previous, v_now, l.expires, null::text from linked l order by l.position;

    -- What few messages need is done apart: each look into the JSON costs its reading.
    if p_waiting then
      insert into vestnik.scheduled (due_at, message_id, tenant_id, destinations)
        select m.da, m.id, m.t, m.ds from json_to_recordset(p_messages) m(n int, id uuid, t int, da bigint, ds text)
        where m.ds is not null and m.n <> all(v_skip);
    end if;

    if p_entering then
      update vestnik.message w set first_position = x.first, last_position = x.last, tenants = case when x.tenants <> array[w.tenant_id] then x.tenants end,
        refused = x.rf, ended = case when x.first is null and not x.forwarded then 2 end,
        ended_at = case when x.first is null and not x.forwarded then v_now end
      from (
        select m.id, m.rf, min(l.position) as first, max(l.position) as last, array_agg(distinct l.tenant_id) filter (where l.tenant_id is not null) as tenants,
          exists (select from json_to_recordset(coalesce(p_forwards, '[]')) f(n int) where f.n = m.n) as forwarded
        from json_to_recordset(p_messages) m(n int, id uuid, rf text, en boolean)
        left join json_to_recordset(p_entries) e(n int, t int, b int) on e.n = m.n
        left join vestnik.log l on l.tenant_id = e.t and l.mailbox_id = e.b and l.message_id = m.id and l.kind = 0 and l.position > v_first
        where m.en and m.n <> all(v_skip)
        group by m.id, m.rf, m.n
      ) x
      where w.id = x.id;
    end if;

    if p_forwards is not null then
      -- Numbers are drawn under the lock of the outbox, in the epoch that the log is in.
      select e.epoch into v_epoch from vestnik.epoch e order by e.begins desc, e.at desc limit 1;
      insert into vestnik.outbox_epoch (remote, epoch, starts, at)
        select h.remote, coalesce(v_epoch, 0), h.last + 1, v_now from vestnik.outbox_head h
        where h.remote in (select f.r from json_to_recordset(p_forwards) f(n int, r int) where f.n <> all(v_skip)) and h.epoch is distinct from coalesce(v_epoch, 0)
        on conflict (remote, starts) do update set epoch = excluded.epoch, at = excluded.at;
      -- A link that was removed since its name was looked up: nothing is accepted that nobody would ever send.
      if exists (select from json_to_recordset(p_forwards) f(n int, r int)
          where f.n <> all(v_skip) and not exists (select from vestnik.outbox_head h where h.remote = f.r)) then
        raise exception 'a link was removed' using errcode = '55P03';
      end if;
      with taken as materialized (
        select f.*, row_number() over w as k, sum(f.y) over w as bytes_to
        from json_to_recordset(p_forwards) f(n int, o int, r int, i uuid, t int, w text[], a text[], x bigint, y int) where f.n <> all(v_skip)
        window w as (partition by f.r order by f.o)
      ), heads as (
        update vestnik.outbox_head h set last = h.last + x.entries, bytes = h.bytes + x.bytes, epoch = coalesce(v_epoch, 0)
        from (select t.r, count(*) as entries, sum(t.y) as bytes from taken t group by t.r) x where h.remote = x.r
        returning h.remote, h.last - x.entries as before, h.bytes - x.bytes as bytes_before
      )
      insert into vestnik.outbox (remote, number, kind, message_id, tenant_id, bytes_to, at, expires_at, addresses, wire, states, state_at, details)
        select t.r, h.before + t.k, 0, t.i, t.t, h.bytes_before + t.bytes_to, v_now, v_now + t.x * 1000, t.a, t.w,
          array_fill(null::smallint, array[cardinality(t.w)]), array_fill(null::bigint, array[cardinality(t.w)]),
          array_fill(null::text, array[cardinality(t.w)])
        from taken t
        join heads h on h.remote = t.r;
    end if;

    if p_collapsing then
      -- All at once and in order: taken one by one, in the order of the messages, they would meet those of move_cursors in a circle.
      perform from vestnik.client_cursor c where c.client_id in (
          select e.b from json_to_recordset(p_entries) e(n int, b int) join json_to_recordset(p_messages) m(n int, ck text) on m.n = e.n
          where m.ck is not null and e.n <> all(v_skip))
        order by c.client_id, c.device for update;
      for v_row in
        select e.n, e.t, e.b, e.i, m.s, m.ck, l.position
        from json_to_recordset(p_entries) e(n int, t int, b int, i uuid)
        join json_to_recordset(p_messages) m(n int, s int, ck text) on m.n = e.n
        join vestnik.log l on l.tenant_id = e.t and l.mailbox_id = e.b and l.message_id = e.i and l.position > v_first
        where m.ck is not null and e.n <> all(v_skip)
        order by l.position
      loop
        select c.position, c.message_id into v_slot from vestnik.collapse_slot c
          where c.mailbox_id = v_row.b and c.sender_id = v_row.s and c.key = v_row.ck;
        if found and v_slot.position < v_row.position then
          select * into v_end from vestnik.end_one(v_row.t, v_row.b, v_slot.message_id, v_slot.position, 4, v_now, null, null, null);
          if v_end.o_written then
            n := v_row.n; what := 1; tenant_id := v_row.t; position := v_end.o_position;
            return next;
            if v_end.o_receipt is not null then
              tenant_id := v_end.o_receipt_tenant; position := v_end.o_receipt;
              return next;
            end if;
          end if;
        end if;
        insert into vestnik.collapse_slot as c (mailbox_id, sender_id, key, position, message_id)
          values (v_row.b, v_row.s, v_row.ck, v_row.position, v_row.i)
          on conflict (mailbox_id, sender_id, key) do update set position = excluded.position, message_id = excluded.message_id;
      end loop;
    end if;
  end $function$;

create function vestnik.append_one(p_tenant integer, p_mailbox integer, p_kind integer, p_state integer, p_flags integer, p_message uuid, p_target bigint, p_at bigint, p_expires bigint, p_detail text)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
  declare
    v_position bigint := nextval('vestnik.log_position');
    v_previous bigint;
  begin
    select h.position into v_previous from vestnik.tenant_head h where h.tenant_id = p_tenant;
    insert into vestnik.log (position, previous, tenant_id, mailbox_id, kind, state, flags, message_id, target, at, expires_at, detail)
      values (v_position, v_previous, p_tenant, p_mailbox, p_kind, p_state, p_flags, p_message, p_target, p_at, p_expires, p_detail);
    update vestnik.tenant_head h set position = v_position where h.tenant_id = p_tenant;
    return v_position;
  end $function$;

create function vestnik.append_outbox(p_remote integer, p_kind integer, p_bodies text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
  declare
    v_now bigint := vestnik.now_ms();
    v_epoch bigint;
    v_head record;
  begin
    select e.epoch into v_epoch from vestnik.epoch e order by e.begins desc, e.at desc limit 1;
    insert into vestnik.outbox_epoch (remote, epoch, starts, at)
      select h.remote, coalesce(v_epoch, 0), h.last + 1, v_now from vestnik.outbox_head h where h.remote = p_remote and h.epoch is distinct from coalesce(v_epoch, 0)
      on conflict (remote, starts) do update set epoch = excluded.epoch, at = excluded.at;
    update vestnik.outbox_head h set last = h.last + cardinality(p_bodies), epoch = coalesce(v_epoch, 0),
        bytes = h.bytes + (select sum(octet_length(b)) from unnest(p_bodies) b)
      where h.remote = p_remote
      returning h.last - cardinality(p_bodies) as last, h.bytes - (select sum(octet_length(b)) from unnest(p_bodies) b) as bytes into v_head;
    if not found then return; end if;
    insert into vestnik.outbox (remote, number, kind, bytes_to, at, body)
      select p_remote, v_head.last + x.k, p_kind, v_head.bytes + sum(octet_length(x.b)) over (order by x.k), v_now, x.b
      from unnest(p_bodies) with ordinality x(b, k);
  end $function$;

create function vestnik.append_receipt(p_message uuid, p_mailbox integer, p_state text, p_at bigint, p_reason text, p_device text)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
  declare
    v_origin int;
    v_recipient text;
    v_client text;
  begin
    select m.origin, b.name || '@' || t.name || substring(m.sender from '@[^.]+(\.[^/]*)'), b.name || '@' || t.name into v_origin, v_recipient, v_client
      from vestnik.message m, vestnik.mailbox b join vestnik.tenant t on t.id = b.tenant_id where m.id = p_message and b.id = p_mailbox;
    if v_origin is not null then
      insert into vestnik.homeward (remote, message_id, recipient, state, at, reason, device)
        values (v_origin, p_message, v_client, array_position(array['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn'], p_state) - 1,
          p_at, p_reason, nullif(p_device, ''));
      return null;
    end if;
    return vestnik.append_receipt_of(p_message, v_recipient, p_state, p_at, p_reason, p_device);
  end $function$;

create function vestnik.append_receipt_of(p_message uuid, p_recipient text, p_state text, p_at bigint, p_reason text, p_device text)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
  declare
    v_sent record;
    v_id uuid := vestnik.uuid7();
    v_position bigint;
    v_ttl bigint;
    v_now bigint := vestnik.now_ms();
  begin
    select m.tenant_id, m.sender_id, m.sender, m.correlation_id into v_sent from vestnik.message m where m.id = p_message;
    if not found then return null; end if;
    if not exists (select from vestnik.mailbox b where b.id = v_sent.sender_id) then return null; end if;
    select coalesce((t.settings->>'ttl')::bigint, 604800) into v_ttl from vestnik.tenant t where t.id = v_sent.tenant_id;
    v_position := vestnik.append_one(v_sent.tenant_id, v_sent.sender_id, 0, null, 5, v_id, null, v_now, v_now + v_ttl * 1000, null);
    insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, sent_at)
      values (v_id, v_sent.tenant_id, 0, 'vestnik@' || split_part(v_sent.sender, '@', 2), 'vestnik.receipt',
        json_strip_nulls(json_build_object('id', p_message, 'recipient', p_recipient, 'state', p_state,
          'at', to_char(to_timestamp(p_at / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'reason', p_reason, 'device', nullif(p_device, ''), 'correlationId', v_sent.correlation_id))::text,
        v_position, v_position, v_now);
    insert into vestnik.expiry (expires_at, tenant_id, mailbox_id, position, message_id)
      values (v_now + v_ttl * 1000, v_sent.tenant_id, v_sent.sender_id, v_position, v_id);
    return v_position;
  end $function$;

create function vestnik.audience(p_tenant integer, p_topic text, p_position bigint)
 RETURNS TABLE(client_id integer)
 LANGUAGE sql
 STABLE
AS $function$
    select s.client_id from vestnik.subscription s
      where s.tenant_id = p_tenant and s.pattern = p_topic and s.expression is null and s.since < p_position and (s.until is null or s.until > p_position)
    union
    select s.client_id from vestnik.subscription s
      where s.tenant_id + 0 = p_tenant and s.expression is not null and s.since < p_position and (s.until is null or s.until > p_position) and vestnik.topic_fits(p_topic, s.pattern, s.expression)
  $function$;

create function vestnik.audit_is_for_good()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        raise exception 'rows of the audit trail are neither changed nor deleted' using errcode = 'insufficient_privilege';
      end $function$;

create function vestnik.begin_remote()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    insert into vestnik.outbox_head (remote) values (new.id) on conflict do nothing;
    insert into vestnik.outbox_sent (remote, swept_at) values (new.id, vestnik.now_ms()) on conflict do nothing;
    return new;
  end $function$;

create function vestnik.begin_tenant()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    insert into vestnik.tenant_head (tenant_id) values (new.id);
    insert into vestnik.mailbox (tenant_id, kind, name, since, created_at) values (new.id, 2, '', 0, floor(extract(epoch from clock_timestamp()) * 1000));
    return new;
  end $function$;

create function vestnik.bring_home(p_link text, p_generation bigint, p_remote integer, p_limit integer, p_of_one integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
  declare
    v_bodies text[];
    v_count int;
  begin
    perform vestnik.hold_lease(p_link, p_generation);
    if not exists (select from vestnik.homeward h where h.remote = p_remote) then return 0; end if;
    if cardinality(vestnik.lock_tenants(array[1000000000 + p_remote], 5000)) > 0 then
      raise exception 'an outbox is locked' using errcode = '55P03';
    end if;
    with gone as (
      delete from vestnik.homeward h where h.number in (select k.number from vestnik.homeward k where k.remote = p_remote order by k.number limit p_limit)
      returning h.*
    ), ordered as (select g.*, (row_number() over (order by g.number) - 1) / p_of_one as part from gone g)
    select array_agg(x.body order by x.part), sum(x.count) into v_bodies, v_count from (
      select o.part, count(*) as count, json_agg(json_strip_nulls(json_build_object('id', o.message_id, 'to', o.recipient,
        'state', (array['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn'])[o.state + 1], 'at', o.at, 'reason', o.reason, 'device', o.device))
        order by o.number)::text as body
      from ordered o group by o.part) x;
    perform vestnik.append_outbox(p_remote, 1, v_bodies);
    return coalesce(v_count, 0);
  end $function$;

create function vestnik.directory_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
      begin
        update vestnik.directory_version set version = version + 1;
        return null;
      end $function$;

create function vestnik.drop_transit(p_destination text, p_origin text, p_epochs bigint[], p_numbers bigint[], p_before bigint)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
  declare
    v_count int;
  begin
    perform from vestnik.transit_pair p where p.destination = p_destination and p.origin = p_origin for update;
    if not found then return 0; end if;
    with gone as (
      delete from vestnik.transit t where t.destination = p_destination and t.origin = p_origin and (t.at < p_before or exists (
        select from unnest(p_epochs, p_numbers) c(epoch, number) where c.epoch = t.epoch and t.last <= c.number))
      returning t.epoch, t.last - t.first + 1 as messages, octet_length(t.packet) as bytes
    ), counted as (
      select count(*) as count, coalesce(sum(g.messages), 0) as messages, coalesce(sum(g.bytes) filter (where g.epoch is not null), 0) as bytes from gone g
    ), changed as (
      update vestnik.transit_pair p set messages = p.messages - c.messages, bytes = p.bytes - c.bytes
        from counted c where p.destination = p_destination and p.origin = p_origin and c.messages > 0
    )
    select c.count into v_count from counted c;
    return v_count;
  end $function$;

create function vestnik.end_forwarded(p_remote integer, p_number bigint, p_index integer, p_state integer, p_at bigint, p_reason text, p_device text)
 RETURNS TABLE(tenant_id integer, "position" bigint)
 LANGUAGE plpgsql
AS $function$
  #variable_conflict use_column
  declare
    v_row record;
    v_index int;
    v_names text[] := array['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn'];
  begin
    select o.message_id, o.tenant_id, o.addresses, o.states, m.receipt into v_row
      from vestnik.outbox o left join vestnik.message m on m.id = o.message_id where o.remote = p_remote and o.number = p_number for update of o;
    if not found or v_row.states is null then return; end if;
    for v_index in select i from generate_series(coalesce(p_index, 1), coalesce(p_index, cardinality(v_row.states))) i loop
      continue when v_row.states[v_index] is not null and not (v_row.states[v_index] = 0 and p_state = 1);
      update vestnik.outbox o set states[v_index] = p_state, state_at[v_index] = p_at,
          details[v_index] = case when p_reason is not null or p_device is not null
            then json_strip_nulls(json_build_object('reason', p_reason, 'device', p_device))::text end
        where o.remote = p_remote and o.number = p_number;
      if v_row.receipt then
        position := vestnik.append_receipt_of(v_row.message_id, v_row.addresses[v_index], v_names[p_state + 1], p_at, p_reason, p_device);
        tenant_id := v_row.tenant_id;
        if position is not null then return next; end if;
      end if;
    end loop;
  end $function$;

create function vestnik.end_one(p_tenant integer, p_mailbox integer, p_message uuid, p_target bigint, p_state integer, p_at bigint, p_reason text, p_device text, p_session text, OUT o_state integer, OUT o_written boolean, OUT o_position bigint, OUT o_receipt_tenant integer, OUT o_receipt bigint)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
  declare
    v_standing int;
    v_shared int;
    v_covered boolean;
    v_names text[] := array['read', 'refused', 'expired', 'collapsed', 'withdrawn'];
    v_due record;
  begin
    o_written := false;
    select l.state into v_standing from vestnik.log l
      where abs(l.mailbox_id) = p_mailbox and l.target = p_target and l.position > p_target order by l.position limit 1;
    if v_standing is null then
      -- What ended a message to everyone for all of them stands, unless this client had acknowledged it before.
      select e.mailbox_id into v_shared from vestnik.log e where e.tenant_id = p_tenant and e.position = p_target;
      if v_shared <> p_mailbox then
        select o.state into v_standing from vestnik.log o
          where abs(o.mailbox_id) = v_shared and o.target = p_target and o.position > p_target and not exists (
            select from vestnik.cursor_move v where v.client_id = p_mailbox and v.position >= p_target and v.acknowledged and v.at <= o.at)
          order by o.position limit 1;
      end if;
    end if;
    if v_standing is not null then
      o_state := v_standing;
      return;
    end if;
    select coalesce(max(c.acknowledged) >= p_target, false) into v_covered from vestnik.client_cursor c where c.client_id = p_mailbox;
    if v_covered and p_state <> 1 then
      o_state := 0;
      return;
    end if;
    o_position := vestnik.append_one(p_tenant, p_mailbox, 1, p_state, 0, p_message, p_target, p_at, null,
      json_strip_nulls(json_build_object('reason', p_reason, 'device', nullif(p_device, ''), 'session', p_session))::text);
    o_state := p_state;
    o_written := true;
    if p_state = 2 then
      insert into vestnik.dead_letter (tenant_id, client_id, message_id, position, reason, at)
        values (p_tenant, p_mailbox, p_message, p_target, coalesce(p_reason, ''), p_at);
    end if;
    delete from vestnik.receipt_due r where r.mailbox_id = p_mailbox and r.position = p_target;
    -- Read after acknowledged has a receipt of its own; the row went with the first.
    select m.tenant_id, m.receipt into v_due from vestnik.message m where m.id = p_message;
    if v_due.receipt then
      o_receipt_tenant := v_due.tenant_id;
      o_receipt := vestnik.append_receipt(p_message, p_mailbox, v_names[p_state], p_at, p_reason, p_device);
    end if;
  end $function$;

create function vestnik.expire_outbox(p_remote integer, p_limit integer, OUT o_ended integer, OUT o_receipts text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
  declare
    v_now bigint := vestnik.now_ms();
    v_swept bigint;
    v_sent bigint;
    v_numbers bigint[];
    v_tenants int[];
    v_until bigint;
  begin
    o_ended := 0;
    select s.sent, s.swept_at into v_sent, v_swept from vestnik.outbox_sent s where s.remote = p_remote;
    select array_agg(x.number), array_agg(distinct x.tenant_id), max(x.expires_at) into v_numbers, v_tenants, v_until from (
      select o.number, o.tenant_id, o.expires_at from vestnik.outbox o
      where o.remote = p_remote and o.kind = 0 and o.expires_at > v_swept and o.expires_at <= v_now and o.number > v_sent order by o.expires_at limit p_limit) x;
    if v_numbers is not null then
      if cardinality(vestnik.lock_tenants(v_tenants, 10000)) > 0 then
        raise exception 'a tenant is locked' using errcode = '55P03';
      end if;
      select s.sent into v_sent from vestnik.outbox_sent s where s.remote = p_remote for update;
      select count(*), json_agg(json_build_array(r.tenant_id, r.position)) filter (where r.position is not null) into o_ended, o_receipts
        from unnest(v_numbers) n left join lateral vestnik.end_forwarded(p_remote, n, null, 3, v_now, null, null) r on true where n > v_sent;
      update vestnik.outbox o set kind = 3 where o.remote = p_remote and o.number = any(v_numbers) and o.number > v_sent;
    end if;
    -- Those of one moment are looked at together with the next, as there may be more of it.
    -- Whoever unsends meanwhile puts it back: then it is looked at once more.
    update vestnik.outbox_sent s set swept_at = case when cardinality(v_numbers) = p_limit then v_until - 1 else v_now end
      where s.remote = p_remote and s.swept_at = v_swept and s.swept_at < case when cardinality(v_numbers) = p_limit then v_until - 1 else v_now end;
  end $function$;

create function vestnik.expire_transit(p_before bigint, p_limit integer)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
  declare
    v_pair record;
    v_count int := 0;
  begin
    for v_pair in select distinct x.destination, x.origin
        from (select t.destination, t.origin from vestnik.transit t where t.at < p_before order by t.at limit p_limit) x order by 1, 2 loop
      v_count := v_count + vestnik.drop_transit(v_pair.destination, v_pair.origin, null, null, p_before);
    end loop;
    return v_count;
  end $function$;

create function vestnik.forget_remote(p_remote integer)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
  begin
    insert into vestnik.remote_past (installation, remote) select r.installation, r.id from vestnik.remote r where r.id = p_remote
      on conflict (installation) do nothing;
  end $function$;

create function vestnik.hold_lease(p_link text, p_generation bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
  begin
    perform from vestnik.link_lease l where l.link = p_link and l.generation = p_generation for share;
    if not found then raise exception 'the link was taken over' using errcode = 'VE001'; end if;
  end $function$;

create function vestnik.keep_transit(p_destination text, p_origin text, p_epoch bigint, p_first bigint, p_last bigint, p_epochs bigint[], p_packet bytea, p_pair_messages integer, p_pair_bytes bigint, p_pair_haves integer, p_link_bytes bigint)
 RETURNS text
 LANGUAGE plpgsql
AS $function$
  declare
    v_link text;
    v_old record;
    v_messages int := p_last - p_first + 1;
    v_bytes bigint := octet_length(p_packet);
  begin
    select l.id into v_link from vestnik.remote r join vestnik.link l on l.id = r.via where r.installation = p_destination for no key update of l;
    if v_link is null or not exists (select from vestnik.remote r where r.installation = p_origin) then return 'unreached'; end if;
    insert into vestnik.transit_pair (destination, origin) values (p_destination, p_origin) on conflict do nothing;
    perform from vestnik.transit_pair p where p.destination = p_destination and p.origin = p_origin for update;

    if p_epochs is not null then
      delete from vestnik.transit t where t.destination = p_destination and t.origin = p_origin and t.epoch is null and t.epochs <@ p_epochs;
      insert into vestnik.transit (destination, origin, epochs, packet, at) values (p_destination, p_origin, p_epochs, p_packet, vestnik.now_ms());
      delete from vestnik.transit t where t.position in (
        select h.position from vestnik.transit h where h.destination = p_destination and h.origin = p_origin and h.epoch is null
          order by h.position desc offset p_pair_haves);
      return 'kept';
    end if;

    select t.position, t.last, t.last - t.first + 1 as messages, octet_length(t.packet) as bytes into v_old from vestnik.transit t
      where t.destination = p_destination and t.origin = p_origin and t.epoch = p_epoch and t.first = p_first;
    if v_old.last >= p_last then
      -- Whoever sends it again has not heard of it: perhaps nobody has sent it on.
      update vestnik.transit t set position = default where t.position = v_old.position;
      return 'kept';
    end if;
    v_messages := v_messages - coalesce(v_old.messages, 0);
    v_bytes := v_bytes - coalesce(v_old.bytes, 0);
    if exists (select from vestnik.transit_pair p where p.destination = p_destination and p.origin = p_origin
          and (p.messages + v_messages > p_pair_messages or p.bytes + v_bytes > p_pair_bytes))
        or (select coalesce(sum(p.bytes), 0) + v_bytes from vestnik.remote r join vestnik.transit_pair p on p.destination = r.installation where r.via = v_link) > p_link_bytes then
      return 'full';
    end if;
    delete from vestnik.transit t where t.position = v_old.position;
    insert into vestnik.transit (destination, origin, epoch, first, last, packet, at)
      values (p_destination, p_origin, p_epoch, p_first, p_last, p_packet, vestnik.now_ms());
    update vestnik.transit_pair p set messages = p.messages + v_messages, bytes = p.bytes + v_bytes
      where p.destination = p_destination and p.origin = p_origin;
    return 'kept';
  end $function$;

create function vestnik.lock_tenants(p_tenants integer[], p_wait_ms integer)
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
  declare
    v_tenant int;
    v_busy int[] := '{}';
    v_until timestamptz := clock_timestamp() + make_interval(secs => p_wait_ms / 1000.0);
  begin
    for v_tenant in select distinct t from unnest(p_tenants) t order by t loop
      if not pg_try_advisory_xact_lock(8378, v_tenant) then
        begin
          -- 0 would wait for ever.
          perform set_config('lock_timeout', greatest(1, ceil(extract(epoch from v_until - clock_timestamp()) * 1000))::int::text, true);
          perform pg_advisory_xact_lock(8378, v_tenant);
          perform set_config('lock_timeout', '0', true);
        exception when lock_not_available then
          v_busy := v_busy || v_tenant;
        end;
      end if;
    end loop;
    return v_busy;
  end $function$;

create function vestnik.move_cursors(p_clients integer[], p_devices text[], p_acknowledged bigint[], p_delivered bigint[])
 RETURNS TABLE(tenant_id integer, "position" bigint)
 LANGUAGE plpgsql
AS $function$
  #variable_conflict use_column
  declare
    v_now bigint := vestnik.now_ms();
    v_tenants int[];
    v_held int;
    v_homeward boolean;
    v_row record;
  begin
    select array_agg(distinct r.sender_tenant_id) into v_tenants
      from unnest(p_clients, p_acknowledged) x(client, acknowledged)
      cross join lateral (select d.sender_tenant_id from vestnik.receipt_due d where d.mailbox_id = x.client and d.position <= x.acknowledged) r
      where r.sender_tenant_id > 0;
    v_homeward := exists (
      select from unnest(p_clients, p_acknowledged) x(client, acknowledged)
      join vestnik.receipt_due d on d.mailbox_id = x.client and d.position <= x.acknowledged and d.sender_tenant_id = 0);
    if v_tenants is not null and cardinality(vestnik.lock_tenants(v_tenants, 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    with x as (
      select u.client, u.device, max(u.acknowledged) as acknowledged, max(u.delivered) as delivered
      from unnest(p_clients, p_devices, p_acknowledged, p_delivered) u(client, device, acknowledged, delivered)
      group by u.client, u.device
    ), held as materialized (
      select c.client_id, c.device, c.acknowledged, c.delivered, x.acknowledged as to_acknowledged, x.delivered as to_delivered
      from vestnik.client_cursor c join x on c.client_id = x.client and c.device = x.device
      order by c.client_id, c.device for update of c
    ), moved as (
      update vestnik.client_cursor c
      set acknowledged = greatest(c.acknowledged, h.to_acknowledged), delivered = greatest(c.delivered, h.to_delivered, h.to_acknowledged), at = v_now
      from held h
      where c.client_id = h.client_id and c.device = h.device and (h.to_acknowledged > c.acknowledged or h.to_delivered > c.delivered)
    ), noted as (
      insert into vestnik.cursor_move (client_id, position, device, acknowledged, at)
      select h.client_id, h.to_acknowledged, h.device, true, v_now from held h where h.to_acknowledged > h.acknowledged
      union all
      select h.client_id, h.to_delivered, h.device, false, v_now from held h
      where h.to_delivered > h.delivered and h.to_delivered > greatest(h.acknowledged, coalesce(h.to_acknowledged, 0))
    )
    select count(*) into v_held from held;
    if v_held < cardinality(p_clients) then
      -- A device that was forgotten for newer ones while its session went on is made anew where it has come to.
      insert into vestnik.client_cursor (client_id, device, tenant_id, acknowledged, delivered, at)
        select u.client, u.device, b.tenant_id, max(u.acknowledged), greatest(max(u.acknowledged), max(u.delivered)), v_now
        from unnest(p_clients, p_devices, p_acknowledged, p_delivered) u(client, device, acknowledged, delivered)
        join vestnik.mailbox b on b.id = u.client
        where u.acknowledged > 0
        group by u.client, u.device, b.tenant_id
        order by u.client, u.device
        on conflict do nothing;
    end if;
    if v_tenants is not null or v_homeward then
      for v_row in
        delete from vestnik.receipt_due d using unnest(p_clients, p_devices, p_acknowledged) x(client, device, acknowledged)
        where d.mailbox_id = x.client and d.position <= x.acknowledged
        returning d.mailbox_id, d.position, d.message_id, d.sender_tenant_id, x.device
      loop
        position := vestnik.append_receipt(v_row.message_id, v_row.mailbox_id, 'acknowledged', v_now, null, v_row.device);
        tenant_id := v_row.sender_tenant_id;
        if position is not null then return next; end if;
      end loop;
    end if;
  end $function$;

create function vestnik.now_ms()
 RETURNS bigint
 LANGUAGE sql
AS $function$
    select floor(extract(epoch from clock_timestamp()) * 1000)::bigint
  $function$;

create function vestnik.open_sessions(p_tenants integer[], p_clients integer[], p_devices text[], p_everyone integer[], p_since bigint[], p_given bigint[], p_up_to bigint[], p_limit integer)
 RETURNS TABLE(n bigint, acknowledged bigint, delivered bigint, start bigint, missed integer, dropped_to bigint, outcomes boolean)
 LANGUAGE plpgsql
AS $function$
  #variable_conflict use_column
  declare
    v_now bigint := vestnik.now_ms();
  begin
    begin
      insert into vestnik.client_cursor (client_id, device, tenant_id, acknowledged, delivered, at)
        select distinct on (x.client, x.device) x.client, x.device, x.tenant, coalesce(k.acknowledged, 0), coalesce(k.acknowledged, 0), v_now
        from unnest(p_tenants, p_clients, p_devices) x(tenant, client, device)
        left join lateral (select max(o.acknowledged) as acknowledged from vestnik.client_cursor o where o.client_id = x.client) k on true
        where not exists (select from vestnik.client_cursor c where c.client_id = x.client and c.device = x.device)
        order by x.client, x.device
        on conflict (client_id, device) do nothing;
    exception when disk_full then
      null; -- What is stored is still read and pushed; the cursor is made with its first move.
    end;
    return query
      select x.n, s.acknowledged, coalesce(c.delivered, s.acknowledged), s.start, m.missed, coalesce(f.dropped_to, 0), o.outcomes
      from unnest(p_tenants, p_clients, p_devices, p_everyone, p_since, p_given, p_up_to) with ordinality
        x(tenant, client, device, everyone, since, given, up_to, n)
      left join vestnik.client_cursor c on c.client_id = x.client and c.device = x.device
      cross join lateral (select coalesce(c.acknowledged, (select max(k.acknowledged) from vestnik.client_cursor k where k.client_id = x.client), 0) as known) a
      cross join lateral (select a.known as acknowledged, coalesce(x.given, a.known) as start) s
      left join lateral (select max(d.dropped_to) as dropped_to from vestnik.mailbox_floor d where d.mailbox_id in (x.client, x.everyone)) f on true
      cross join lateral (
        select count(*)::int as missed from (
          select from (
            (select l.mailbox_id, l.position, l.kind, l.expires_at from vestnik.log l
              where l.mailbox_id = x.client and l.position > s.start and l.position <= x.up_to)
            union all
            (select l.mailbox_id, l.position, l.kind, l.expires_at from vestnik.log l
              where l.mailbox_id = x.everyone and l.position > greatest(s.start, x.since) and l.position <= x.up_to)
          ) l
          where l.kind = 0 and l.expires_at > v_now and not exists (
            select from vestnik.log w where abs(w.mailbox_id) in (x.client, l.mailbox_id) and w.target = l.position and w.position > l.position)
          limit p_limit
        ) y
      ) m
      cross join lateral (
        select exists (select from vestnik.log l
          where l.mailbox_id + 0 in (x.client, x.everyone) and l.position > s.start and l.position <= x.up_to and l.target is not null and l.target <= s.start) as outcomes
      ) o
      order by x.n;
  end $function$;

create function vestnik.receipts_of_refused()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    perform vestnik.append_receipt_of(new.id, x.address, 'refused', vestnik.now_ms(), x.error->>'type', null)
      from json_to_recordset(new.refused::json) x(address text, error json);
    return null;
  end $function$;

create function vestnik.receive_begin(p_link text, p_generation bigint, p_remote integer, p_epoch bigint, p_after_epoch bigint, p_after_number bigint, p_first bigint, p_tenants integer[], p_home uuid[], p_withdraw uuid[], p_ids uuid[], OUT o_cursor bigint, OUT o_there text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
  declare
    v_tenants int[];
    v_cursor bigint;
  begin
    perform vestnik.hold_lease(p_link, p_generation);
    perform from vestnik.receive_cursor c where c.remote = p_remote order by c.epoch for update;
    select c.number into v_cursor from vestnik.receive_cursor c where c.remote = p_remote and c.epoch = p_epoch;
    if v_cursor is null and (p_after_epoch is null or exists (
        select from vestnik.receive_cursor c where c.remote = p_remote and c.epoch = p_after_epoch and c.number >= p_after_number)) then
      v_cursor := p_first - 1;
    end if;
    -- A sender that has lost its history goes on where it can.
    if v_cursor < p_first - 1 and p_after_epoch is null then v_cursor := p_first - 1; end if;
    if v_cursor is null or v_cursor < p_first - 1 then return; end if;
    select array_agg(distinct x.t) into v_tenants from (
      select t from unnest(p_tenants) t
      union select o.tenant_id from vestnik.outbox o where o.message_id = any(p_home) and o.remote = p_remote and o.tenant_id is not null
      union select unnest(m.tenants) from vestnik.message m where m.id = any(p_withdraw) and m.origin = p_remote) x;
    if cardinality(vestnik.lock_tenants(v_tenants, 5000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    o_cursor := v_cursor;
    select json_agg(json_build_array(m.id, m.origin is not distinct from p_remote)) into o_there from vestnik.message m where m.id = any(p_ids);
  end $function$;

create function vestnik.receive_end(p_remote integer, p_epoch bigint, p_number bigint, p_states json)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
  declare
    v_fresh boolean;
  begin
    insert into vestnik.receive_cursor as c (remote, epoch, number, at) values (p_remote, p_epoch, p_number, vestnik.now_ms())
      on conflict (remote, epoch) do update set number = excluded.number, at = excluded.at where c.number < excluded.number
      returning c.xmax = 0 into v_fresh;
    if v_fresh then
      -- Each is a start of the other side: one that begins epochs without end fills no table.
      delete from vestnik.receive_cursor c where c.remote = p_remote and c.epoch in (
        select k.epoch from vestnik.receive_cursor k where k.remote = p_remote order by k.at desc, k.epoch offset 1000);
    end if;
    insert into vestnik.homeward (remote, message_id, recipient, state, at, reason, device)
      select p_remote, x.i, x.w, x.s, x.at, x.r, x.d from json_to_recordset(p_states) x(i uuid, w text, s int, at bigint, r text, d text);
  end $function$;

create function vestnik.receive_messages(p_link text, p_generation bigint, p_remote integer, p_epoch bigint, p_after_epoch bigint, p_after_number bigint, p_first bigint, p_last bigint, p_ids uuid[], p_states json, p_messages json, p_entries json, p_tenants integer[], p_collapsing boolean)
 RETURNS TABLE(n integer, what integer, tenant_id integer, mailbox_id integer, "position" bigint, previous bigint, at bigint, expires_at bigint, note text)
 LANGUAGE plpgsql
AS $function$
  #variable_conflict use_column
  declare
    v_begun record;
  begin
    select b.o_cursor, b.o_there into v_begun from vestnik.receive_begin(p_link, p_generation, p_remote, p_epoch, p_after_epoch, p_after_number,
      p_first, p_tenants, null, null, p_ids) b;
    if v_begun.o_cursor is distinct from p_first - 1 or v_begun.o_there is not null then
      what := 20;
      return next;
      return;
    end if;
    return query select * from vestnik.append(p_messages, p_entries, p_tenants, false, p_collapsing, false, false, null);
    perform vestnik.receive_end(p_remote, p_epoch, p_last, p_states);
  end $function$;

create function vestnik.record_outcomes(p_outcomes json)
 RETURNS TABLE(n integer, state integer, written boolean, tenant_id integer, "position" bigint, receipt_tenant integer, receipt bigint)
 LANGUAGE plpgsql
AS $function$
  #variable_conflict use_column
  declare
    v_now bigint;
    v_tenants int[];
    v_row record;
    v_end record;
  begin
    select array_agg(distinct x.t) into v_tenants from (
      select o.t from json_to_recordset(p_outcomes) o(t int) union
      select m.tenant_id from json_to_recordset(p_outcomes) o(i uuid) join vestnik.message m on m.id = o.i where m.receipt and m.origin is null) x;
    if cardinality(vestnik.lock_tenants(v_tenants, 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    perform from vestnik.client_cursor c where c.client_id in (select o.b from json_to_recordset(p_outcomes) o(b int))
      order by c.client_id, c.device for update;
    v_now := vestnik.now_ms();
    for v_row in
      select o.* from json_to_recordset(p_outcomes) o(n int, t int, b int, i uuid, p bigint, s int, r text, d text, w text) order by o.n
    loop
      select * into v_end from vestnik.end_one(v_row.t, v_row.b, v_row.i, v_row.p, v_row.s, v_now, v_row.r, v_row.d, v_row.w);
      n := v_row.n; state := v_end.o_state; written := v_end.o_written;
      tenant_id := v_row.t; position := v_end.o_position;
      receipt_tenant := v_end.o_receipt_tenant; receipt := v_end.o_receipt;
      return next;
    end loop;
  end $function$;

create function vestnik.refuse_waiting(p_remote integer, p_after bigint, p_limit integer)
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
  declare
    v_last bigint;
    v_number bigint;
  begin
    select max(x.number) into v_last from (
      select o.number from vestnik.outbox o where o.remote = p_remote and o.number > p_after order by o.number limit p_limit) x;
    if v_last is null then return null; end if;
    if cardinality(vestnik.lock_tenants((select array_agg(distinct o.tenant_id) from vestnik.outbox o
        where o.remote = p_remote and o.number > p_after and o.number <= v_last and o.kind = 0 and array_position(o.states, null) is not null)
        || array[1000000000 + p_remote], 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    for v_number in select o.number from vestnik.outbox o
        where o.remote = p_remote and o.number > p_after and o.number <= v_last and o.kind = 0 and array_position(o.states, null) is not null order by o.number loop
      perform vestnik.end_forwarded(p_remote, v_number, null, 2, vestnik.now_ms(), 'the link was removed', null);
    end loop;
    -- What remains tells senders what became of their messages, and keeps the numbers without a gap.
    update vestnik.outbox o set kind = 3 where o.remote = p_remote and o.number > p_after and o.number <= v_last and o.kind = 0;
    return v_last;
  end $function$;

create function vestnik.remember_remote()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    new.id := coalesce((select p.remote from vestnik.remote_past p where p.installation = new.installation), new.id);
    return new;
  end $function$;

create function vestnik.send(tenant text, message json)
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select vestnik.send($1, $2::text)
  $function$;

create function vestnik.send(tenant text, message jsonb)
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select vestnik.send($1, $2::text)
  $function$;

create function vestnik.send(tenant text, message text)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
  end $function$;

create function vestnik.states_home(p_remote integer, p_states json)
 RETURNS TABLE(tenant_id integer, "position" bigint)
 LANGUAGE plpgsql
AS $function$
  #variable_conflict use_column
  declare
    v_row record;
    v_sent bigint;
  begin
    select s.sent into v_sent from vestnik.outbox_sent s where s.remote = p_remote;
    for v_row in
      select o.number, array_position(o.wire, x.w) as index, x.s, x.at, x.r, x.d
      from json_to_recordset(p_states) x(i uuid, w text, s int, at bigint, r text, d text)
      join vestnik.outbox o on o.message_id = x.i and o.remote = p_remote and o.kind = 0
    loop
      -- Of what was never sent there, or to somebody else, nobody there knows anything.
      continue when v_row.index is null or v_row.number > v_sent;
      return query select * from vestnik.end_forwarded(p_remote, v_row.number, v_row.index, v_row.s, v_row.at, v_row.r, v_row.d);
    end loop;
  end $function$;

create function vestnik.subscribe(p_tenant integer, p_client integer, p_pattern text, p_expression text, p_limit integer, OUT o_position bigint, OUT o_changed boolean)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
  begin
    if cardinality(vestnik.lock_tenants(array[p_tenant], 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    o_changed := false;
    select s.since into o_position from vestnik.subscription s where s.client_id = p_client and s.pattern = p_pattern and s.until is null;
    if found then return; end if;
    if (select count(*) from (select from vestnik.subscription s where s.client_id = p_client and s.until is null limit p_limit) x) >= p_limit then return; end if;
    o_position := vestnik.append_one(p_tenant, p_client, 2, null, 0, null, null, vestnik.now_ms(), null,
      json_build_object('pattern', p_pattern, 'began', true)::text);
    insert into vestnik.subscription (client_id, tenant_id, pattern, expression, since) values (p_client, p_tenant, p_pattern, p_expression, o_position);
    o_changed := true;
  end $function$;

create function vestnik.take_outbox(p_link text, p_generation bigint, p_remote integer, p_after bigint, p_entries integer, p_bytes bigint)
 RETURNS TABLE(number bigint, kind integer, epoch bigint, wire text[], expires_at bigint, body text, now bigint, message_id uuid, sender text, type text, data text, sent_at bigint, collapse_key text, correlation_id text, content_type text, traceparent text)
 LANGUAGE plpgsql
AS $function$
  #variable_conflict use_column
  declare
    v_now bigint := vestnik.now_ms();
    v_sent bigint;
    v_epoch bigint;
    v_start bigint;
    v_end bigint;
    v_expired bigint;
  begin
    perform vestnik.hold_lease(p_link, p_generation);
    select s.sent into v_sent from vestnik.outbox_sent s where s.remote = p_remote for update;
    if not found then return; end if;
    select o.bytes_to into v_start from vestnik.outbox o where o.remote = p_remote and o.number = p_after;
    select max(o.number) into v_end from vestnik.outbox o where o.remote = p_remote and o.number > p_after and o.number <= p_after + p_entries
      and (o.bytes_to <= coalesce(v_start, 0) + p_bytes or o.number = p_after + 1);
    if v_end is null then return; end if;
    -- After what is taken was seen, as each statement sees what was committed before it: an epoch that begins meanwhile begins past it,
    -- and its first numbers are not taken for those of the one before.
    select e.epoch into v_epoch from vestnik.outbox_epoch e where e.remote = p_remote and e.starts <= p_after + 1 order by e.starts desc limit 1;
    select least(v_end, min(e.starts) - 1) into v_end from vestnik.outbox_epoch e where e.remote = p_remote and e.starts > p_after + 1;
    select min(o.number) into v_expired from vestnik.outbox o
      where o.remote = p_remote and o.number > greatest(p_after, v_sent) and o.number <= v_end and o.kind = 0 and o.expires_at <= v_now;
    v_end := least(v_end, v_expired - 1);
    update vestnik.outbox_sent s set sent = (select max(o.number) from vestnik.outbox o where o.remote = p_remote and o.number > p_after and o.number <= v_end)
      where s.remote = p_remote and s.sent < (select max(o.number) from vestnik.outbox o where o.remote = p_remote and o.number > p_after and o.number <= v_end);
    return query
      select o.number, o.kind::int, v_epoch, o.wire, o.expires_at, o.body, v_now,
        m.id, m.sender, m.type, m.data, m.sent_at, m.collapse_key, m.correlation_id, m.content_type, m.traceparent
      from vestnik.outbox o left join vestnik.message m on m.id = o.message_id and o.kind = 0
      where o.remote = p_remote and o.number > p_after and o.number <= v_end
      order by o.number;
  end $function$;

create function vestnik.take_outgoing(p_staged json)
 RETURNS integer[]
 LANGUAGE plpgsql
AS $function$
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
  end $function$;

create function vestnik.topic_fits(p_topic text, p_pattern text, p_expression text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
    select case when starts_with(p_topic || '/', split_part(split_part(p_pattern, '+', 1), '#', 1)) then p_topic ~ p_expression else false end
  $function$;

create function vestnik.unsubscribe(p_tenant integer, p_client integer, p_pattern text, OUT o_position bigint, OUT o_changed boolean)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
  begin
    if cardinality(vestnik.lock_tenants(array[p_tenant], 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    o_changed := false;
    select h.position into o_position from vestnik.tenant_head h where h.tenant_id = p_tenant;
    perform from vestnik.subscription s where s.client_id = p_client and s.pattern = p_pattern and s.until is null;
    if not found then return; end if;
    o_position := vestnik.append_one(p_tenant, p_client, 2, null, 0, null, null, vestnik.now_ms(), null,
      json_build_object('pattern', p_pattern, 'began', false)::text);
    update vestnik.subscription s set until = o_position where s.client_id = p_client and s.pattern = p_pattern and s.until is null;
    o_changed := true;
  end $function$;

create function vestnik.uuid7()
 RETURNS uuid
 LANGUAGE sql
AS $function$
    select (lpad(to_hex(vestnik.now_ms()), 12, '0') || '7' || substr(r, 14, 3) || substr(r, 17, 16))::uuid
    from (select replace(gen_random_uuid()::text, '-', '') as r) x
  $function$;

create function vestnik.withdraw_forwarded(p_tenant integer, p_message uuid, OUT o_receipts text, OUT o_remotes integer[])
 RETURNS record
 LANGUAGE plpgsql
AS $function$
  declare
    v_now bigint;
    v_row record;
    v_remotes int[];
    v_sent bigint;
    v_receipts json;
    v_all jsonb := '[]';
  begin
    select array_agg(o.remote order by o.remote) into v_remotes from vestnik.outbox o where o.message_id = p_message and o.tenant_id = p_tenant and o.kind = 0;
    if v_remotes is null then return; end if;
    if cardinality(vestnik.lock_tenants(array[p_tenant] || (select array_agg(1000000000 + r) from unnest(v_remotes) r), 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    v_now := vestnik.now_ms();
    for v_row in select o.remote, o.number from vestnik.outbox o where o.message_id = p_message and o.tenant_id = p_tenant and o.kind = 0 order by o.remote loop
      select s.sent into v_sent from vestnik.outbox_sent s where s.remote = v_row.remote for update;
      if v_row.number > v_sent then
        select json_agg(json_build_array(r.tenant_id, r.position)) into v_receipts from vestnik.end_forwarded(v_row.remote, v_row.number, null, 5, v_now, null, null) r;
        update vestnik.outbox o set kind = 3 where o.remote = v_row.remote and o.number = v_row.number;
        v_all := v_all || coalesce(v_receipts::jsonb, '[]');
      elsif exists (select from vestnik.outbox o, unnest(o.states) x where o.remote = v_row.remote and o.number = v_row.number and x is null) then
        perform vestnik.append_outbox(v_row.remote, 2, array[json_build_object('id', p_message)::text]);
        o_remotes := o_remotes || v_row.remote;
      end if;
    end loop;
    o_receipts := v_all::text;
  end $function$;

create function vestnik.withdraw_scheduled(p_tenant integer, p_message uuid, OUT o_waited boolean, OUT o_receipts text)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
  declare
    v_destinations text;
    v_receipt boolean;
    v_now bigint;
  begin
    -- The tenant before the row, as the send that lets it in does.
    if cardinality(vestnik.lock_tenants(array[p_tenant], 10000)) > 0 then
      raise exception 'a tenant is locked' using errcode = '55P03';
    end if;
    v_now := vestnik.now_ms();
    delete from vestnik.scheduled s where s.message_id = p_message and s.tenant_id + 0 = p_tenant returning s.destinations into v_destinations;
    o_waited := found;
    if not o_waited then return; end if;
    update vestnik.message w set ended = 5, ended_at = v_now, waited_for = v_destinations where w.id = p_message returning w.receipt into v_receipt;
    if v_receipt then
      select json_agg(x.position) into o_receipts from (
        select vestnik.append_receipt_of(p_message, t.address, 'withdrawn', v_now, null, null) as position
        from json_array_elements_text(v_destinations::json->'to') t(address)) x
      where x.position is not null;
    end if;
  end $function$;
