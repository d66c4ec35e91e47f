import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mailboxes, the tenant logs, cursors, and what hangs on them. */
export class Log0002 implements MigrationInterface {
  readonly name = 'Log0002000000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('the log cannot be unmade by a migration: restore a backup');
  }
}

const TABLES = [
  // Ids are int4: the tenant-led key of the log then costs no more than (mailbox, position).
  `create table vestnik.mailbox (
    id int generated always as identity primary key,
    tenant_id int not null,
    kind smallint not null,                     -- 0 client, 1 topic, 2 everyone
    name text collate "C" not null,
    title text,
    since bigint not null,                      -- the tenant's last position when it became known
    created_at bigint not null,
    seen_at bigint,
    revoked_before bigint,
    unique (tenant_id, kind, name)
  )`,

  // A cache above 1 would break the order; it is drawn under the tenant's lock only.
  `create sequence vestnik.log_position as bigint cache 1`,

  // Other nodes learn by the directory's version of revocations, and of clients that were forgotten: whoever went on
  // with the old mailbox would send where nobody reads.
  `create trigger directory_changed after delete or update of revoked_before on vestnik.mailbox for each statement execute function vestnik.directory_changed()`,

  // What is known of a tenant's log as a whole; changed once a batch, under the tenant's lock.
  `create table vestnik.tenant_head (
    tenant_id int primary key,
    position bigint not null default 0,
    swept_to bigint not null default 0,         -- entries with the default ttl up to here have been looked at for expiry
    default_expires bigint not null default 0   -- the latest expiry of an entry with the default ttl
  ) with (fillfactor = 50)`,

  // Nothing here is updated or deleted row by row. An entry is thin: what was sent stands in message, once.
  `create table vestnik.log (
    position bigint not null,
    previous bigint not null,                   -- the tenant's entry before this one
    tenant_id int not null,
    mailbox_id int not null,
    kind smallint not null,                     -- 0 message, 1 outcome, 2 subscription
    state smallint,                             -- of an outcome: 1 read, 2 refused, 3 expired, 4 collapsed, 5 withdrawn
    flags smallint not null default 0,          -- 1 ttl of its own, 2 receipt wanted, 4 a receipt: counts for no inbox
    message_id uuid,
    target bigint,                              -- of an outcome: the position of the message's entry
    at bigint not null,
    expires_at bigint,
    detail text,                                -- of an outcome or subscription: JSON
    primary key (mailbox_id, position)
  ) partition by range (position)`,
  `create unique index log_tail on vestnik.log (tenant_id, position)`,
  // Plans are generic and may be made while a table is empty, when all its indexes look alike. So each way of looking has
  // one index that fits: mailboxes by the key, the tenant's log by log_tail, outcomes of a message by `target`
  // and `abs(mailbox_id)`, which no other index has, outcomes after a position by `mailbox_id + 0`. Where a plan could
  // choose, it once read a tenant's whole log for every client that came back.
  // The mailbox comes after the target: thousands read what everyone was sent.
  `create index log_outcome on vestnik.log (target, (abs(mailbox_id))) where target is not null`,
  // What a client that comes back has missed of outcomes. Like the one before it costs outcomes only.
  `create index log_outcome_position on vestnik.log ((mailbox_id + 0), position) where target is not null`,
  // Takes what outlives its partition, and would take what finds none.
  `create table vestnik.log_kept partition of vestnik.log default`,

  // What was sent, once, however many recipients; partitioned by the time in its id.
  `create table vestnik.message (
    id uuid not null,
    tenant_id int not null,                     -- the sender's
    sender_id int not null,
    sender text not null,                       -- whole address
    type text not null,
    data text not null,                         -- JSON text as it was sent; text, as jsonb costs twice the CPU
    first_position bigint,                      -- its entries lie between these; none yet while it is scheduled
    last_position bigint,
    tenants int[],                              -- where its entries lie; null: in its own tenant alone
    receipt boolean not null default false,
    sent_at bigint not null,
    deliver_at bigint,
    ended smallint,                             -- of a scheduled one that never entered the log
    ended_at bigint,
    waited_for text,                            -- of one that was withdrawn while it was scheduled: its destinations
    collapse_key text,
    correlation_id text,
    content_type text,
    traceparent text,
    refused text,                               -- recipients that did not take it, as the sender was told: JSON
    primary key (id)
  ) partition by range (id)`,
  `create table vestnik.message_kept partition of vestnik.message default`,

  `create table vestnik.client_cursor (
    client_id int not null,
    device text collate "C" not null default '',
    tenant_id int not null,
    acknowledged bigint not null,
    delivered bigint not null,
    at bigint not null,
    primary key (client_id, device)
  ) with (fillfactor = 50)`,

  // When cursors moved: the times of states. Merged moves only, so few.
  `create table vestnik.cursor_move (
    client_id int not null,
    position bigint not null,
    device text collate "C" not null,
    acknowledged boolean not null,              -- else delivered
    at bigint not null
  ) partition by range (at)`,
  `create index cursor_move_client on vestnik.cursor_move (client_id, position)`,
  `create table vestnik.cursor_move_kept partition of vestnik.cursor_move default`,

  `create table vestnik.idempotency (
    day date not null,
    client_id int not null,
    key text collate "C" not null,
    fingerprint bytea not null,
    answer text not null,
    at bigint not null,
    primary key (day, client_id, key)
  ) partition by list (day)`,
  `create table vestnik.idempotency_kept partition of vestnik.idempotency default`,

  `create table vestnik.collapse_slot (
    mailbox_id int not null,
    sender_id int not null,
    key text collate "C" not null,
    position bigint not null,
    message_id uuid not null,
    primary key (mailbox_id, sender_id, key)
  ) with (fillfactor = 70)`,

  // What waits for its time, outside the log.
  `create table vestnik.scheduled (
    due_at bigint not null,
    message_id uuid not null,
    tenant_id int not null,
    destinations text not null,                 -- JSON: addresses and ttl, resolved anew when due
    primary key (due_at, message_id)
  )`,
  `create index scheduled_message on vestnik.scheduled (message_id)`,
  `create index scheduled_tenant on vestnik.scheduled (tenant_id)`,

  // Entries with a ttl of their own; the others expire in log order and need no row.
  `create table vestnik.expiry (
    expires_at bigint not null,
    tenant_id int not null,
    mailbox_id int not null,
    position bigint not null,
    message_id uuid not null,
    primary key (expires_at, tenant_id, position)
  )`,

  // Direct messages whose sender waits for a receipt; a row goes when the message has its final state.
  `create table vestnik.receipt_due (
    mailbox_id int not null,
    position bigint not null,
    message_id uuid not null,
    sender_tenant_id int not null,
    primary key (mailbox_id, position)
  )`,

  `create table vestnik.dead_letter (
    id bigint generated always as identity primary key,
    tenant_id int not null,
    client_id int not null,
    message_id uuid not null,
    position bigint not null,
    reason text not null,
    at bigint not null
  )`,
  `create index dead_letter_tenant on vestnik.dead_letter (tenant_id, id)`,

  // Filled before a partition is dropped: up to where a mailbox has lost entries, so that a gap is told exactly.
  `create table vestnik.mailbox_floor (mailbox_id int primary key, dropped_to bigint not null)`,

  // A tenant has a head and a mailbox for everyone from the start.
  `create function vestnik.begin_tenant() returns trigger language plpgsql as $$
  begin
    insert into vestnik.tenant_head (tenant_id) values (new.id);
    insert into vestnik.mailbox (tenant_id, kind, name, since, created_at) values (new.id, 2, '', 0, floor(extract(epoch from clock_timestamp()) * 1000));
    return new;
  end $$`,
  `create trigger begin_tenant after insert on vestnik.tenant for each row execute function vestnik.begin_tenant()`,

  `create table vestnik.installation (one boolean primary key default true check (one), name text not null)`,

  `create table vestnik.epoch (
    epoch bigint primary key,
    begins bigint not null,
    timeline int not null,
    at bigint not null
  )`,
];

const FUNCTIONS = [
  `create function vestnik.now_ms() returns bigint language sql volatile as $$
    select floor(extract(epoch from clock_timestamp()) * 1000)::bigint
  $$`,

  // UUIDv7 for what the database itself sends: receipts and replays.
  `create function vestnik.uuid7() returns uuid language sql volatile as $$
    select (lpad(to_hex(vestnik.now_ms()), 12, '0') || '7' || substr(r, 14, 3) || substr(r, 17, 16))::uuid
    from (select replace(gen_random_uuid()::text, '-', '') as r) x
  $$`,

  // Takes tenants' locks in ascending order, waiting at most p_wait_ms for all of them; answers those that were not had.
  // Everyone takes tenants before cursor rows, and both in ascending order: nobody waits in a circle.
  `create function vestnik.lock_tenants(p_tenants int[], p_wait_ms int) returns int[] language plpgsql as $$
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
  end $$`,

  // Appends one entry; the tenant's lock must be held. Answers its position.
  `create function vestnik.append_one(p_tenant int, p_mailbox int, p_kind int, p_state int, p_flags int, p_message uuid, p_target bigint,
    p_at bigint, p_expires bigint, p_detail text) returns bigint language plpgsql as $$
  declare
    v_position bigint := nextval('vestnik.log_position');
    v_previous bigint;
  begin
    select h.position into v_previous from vestnik.tenant_head h where h.tenant_id = p_tenant;
    insert into vestnik.log (position, previous, tenant_id, mailbox_id, kind, state, flags, message_id, target, at, expires_at, detail)
      values (v_position, v_previous, p_tenant, p_mailbox, p_kind, p_state, p_flags, p_message, p_target, p_at, p_expires, p_detail);
    update vestnik.tenant_head h set position = v_position where h.tenant_id = p_tenant;
    return v_position;
  end $$`,

  // Sends one receipt to a message's sender; the sender's tenant's lock must be held. Answers its position.
  `create function vestnik.append_receipt(p_message uuid, p_mailbox int, p_state text, p_at bigint, p_reason text, p_device text)
    returns bigint language plpgsql as $$
  declare
    v_sent record;
    v_recipient text;
    v_id uuid := vestnik.uuid7();
    v_position bigint;
    v_ttl bigint;
  begin
    select m.tenant_id, m.sender_id, m.sender, m.correlation_id into v_sent from vestnik.message m where m.id = p_message;
    if not found then return null; end if;
    select b.name || '@' || t.name || substring(v_sent.sender from '@[^.]+(\\.[^/]*)') into v_recipient
      from vestnik.mailbox b join vestnik.tenant t on t.id = b.tenant_id where b.id = p_mailbox;
    select coalesce((t.settings->>'ttl')::bigint, 604800) into v_ttl from vestnik.tenant t where t.id = v_sent.tenant_id;
    if not exists (select from vestnik.mailbox b where b.id = v_sent.sender_id) then return null; end if;
    v_position := vestnik.append_one(v_sent.tenant_id, v_sent.sender_id, 0, null, 5, v_id, null, p_at, p_at + v_ttl * 1000, null);
    insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, sent_at)
      values (v_id, v_sent.tenant_id, 0, 'vestnik@' || split_part(v_sent.sender, '@', 2), 'vestnik.receipt',
        json_strip_nulls(json_build_object('id', p_message, 'recipient', v_recipient, 'state', p_state,
          'at', to_char(to_timestamp(p_at / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'reason', p_reason, 'device', nullif(p_device, ''), 'correlationId', v_sent.correlation_id))::text,
        v_position, v_position, p_at);
    insert into vestnik.expiry (expires_at, tenant_id, mailbox_id, position, message_id)
      values (p_at + v_ttl * 1000, v_sent.tenant_id, v_sent.sender_id, v_position, v_id);
    return v_position;
  end $$`,

  // Ends a message for one mailbox. The tenant's lock, the sender's tenant's where a receipt is due, and the
  // mailbox's cursor rows must be held. Answers the state that stands (0 acknowledged, negative: was so already), and
  // the positions of what was appended.
  `create function vestnik.end_one(p_tenant int, p_mailbox int, p_message uuid, p_target bigint, p_state int, p_at bigint,
    p_reason text, p_device text, p_session text, out o_state int, out o_written boolean, out o_position bigint, out o_receipt_tenant int, out o_receipt bigint)
    language plpgsql as $$
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
  end $$`,

  // Appends a batch: messages with their entries, in one transaction over all their tenants. One round trip.
  // what: 0 entry, 1 entry that is an outcome or a receipt (to be read), 10 busy, 11 duplicate, 12 mismatch, 13 taken, 14 gone.
  `create function vestnik.append(p_messages json, p_entries json, p_tenants int[], p_keyed boolean, p_collapsing boolean, p_entering boolean,
    p_waiting boolean, p_receipts boolean)
    returns table (n int, what int, tenant_id int, mailbox_id int, "position" bigint, previous bigint, at bigint, expires_at bigint, note text)
    language plpgsql as $$
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
  begin
    v_now := vestnik.now_ms();
    v_today := (to_timestamp(v_now / 1000.0) at time zone 'UTC')::date;
    if p_collapsing or p_entering or p_receipts then
      -- All that is appended below lies past this.
      select s.last_value - 1 into v_first from vestnik.log_position s;
    end if;
    if cardinality(v_busy) > 0 then
      -- What touches a busy tenant waits, and so does what comes after it to any of its tenants: order holds.
      for v_row in
        select x.n, array_agg(distinct x.t) as tenants from (
          select e.n, e.t from json_to_recordset(p_entries) e(n int, t int) union
          select m.n, m.t from json_to_recordset(p_messages) m(n int, t int) where m.t = any(p_tenants)) x
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
          select e.n, e.o, e.t, e.b, e.i, e.x, e.f
          from json_to_recordset(p_entries) e(n int, o int, t int, b int, i uuid, x bigint, f int)
          where e.n <> all(v_skip)
          order by e.o
        ) q
      ), linked as materialized (
        select p.n, p.t, p.b, p.i, p.f, p.position, v_now + p.x * 1000 as expires, h.default_expires,
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
      ), messages as (
        insert into vestnik.message (id, tenant_id, sender_id, sender, type, data, first_position, last_position, tenants, receipt, sent_at, deliver_at,
          collapse_key, correlation_id, content_type, traceparent, refused)
        select m.id, m.t, m.s, m.f, m.ty, m.d, x.first, x.last, case when x.tenants <> array[m.t] then x.tenants end, coalesce(m.r, false), v_now, m.da,
          m.ck, m.co, m.ct, m.tp, m.rf
        from json_to_recordset(p_messages)
          m(n int, id uuid, t int, s int, f text, ty text, d text, r boolean, da bigint, ck text, co text, ct text, tp text, rf text, en boolean)
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

    if p_receipts then
      insert into vestnik.receipt_due (mailbox_id, position, message_id, sender_tenant_id)
        select l.mailbox_id, l.position, l.message_id, m.t
        from json_to_recordset(p_messages) m(n int, id uuid, t int, r boolean)
        join json_to_recordset(p_entries) e(n int, t int, b int) on e.n = m.n
        join vestnik.log l on l.tenant_id = e.t and l.mailbox_id = e.b and l.message_id = m.id and l.kind = 0 and l.position > v_first
        where m.r and m.n <> all(v_skip);
    end if;

    if p_entering then
      update vestnik.message w set first_position = x.first, last_position = x.last, tenants = case when x.tenants <> array[w.tenant_id] then x.tenants end,
        refused = x.rf, ended = case when x.first is null then 2 end, ended_at = case when x.first is null then v_now end
      from (
        select m.id, m.rf, min(l.position) as first, max(l.position) as last, array_agg(distinct l.tenant_id) filter (where l.tenant_id is not null) as tenants
        from json_to_recordset(p_messages) m(n int, id uuid, rf text, en boolean)
        left join json_to_recordset(p_entries) e(n int, t int, b int) on e.n = m.n
        left join vestnik.log l on l.tenant_id = e.t and l.mailbox_id = e.b and l.message_id = m.id and l.kind = 0 and l.position > v_first
        where m.en and m.n <> all(v_skip)
        group by m.id, m.rf
      ) x
      where w.id = x.id;
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
  end $$`,

  // Moves cursors forward and writes the receipts that this brings. Answers where receipts were appended.
  `create function vestnik.move_cursors(p_clients int[], p_devices text[], p_acknowledged bigint[], p_delivered bigint[])
    returns table (tenant_id int, "position" bigint) language plpgsql as $$
  #variable_conflict use_column
  declare
    v_now bigint := vestnik.now_ms();
    v_tenants int[];
    v_held int;
    v_row record;
  begin
    select array_agg(distinct r.sender_tenant_id) into v_tenants
      from unnest(p_clients, p_acknowledged) x(client, acknowledged)
      cross join lateral (select d.sender_tenant_id from vestnik.receipt_due d where d.mailbox_id = x.client and d.position <= x.acknowledged) r;
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
    if v_tenants is not null then
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
  end $$`,

  // Opens sessions: makes cursors where they are new, and says where each feed starts and what waits for it.
  `create function vestnik.open_sessions(p_tenants int[], p_clients int[], p_devices text[], p_everyone int[], p_since bigint[], p_given bigint[],
    p_up_to bigint[], p_limit int)
    returns table (n bigint, acknowledged bigint, delivered bigint, start bigint, missed int, dropped_to bigint, outcomes boolean) language plpgsql as $$
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
  end $$`,

  // Records outcomes in the order given. Answers for each its state (0 acknowledged) and what was appended.
  `create function vestnik.record_outcomes(p_outcomes json)
    returns table (n int, state int, written boolean, tenant_id int, "position" bigint, receipt_tenant int, receipt bigint) language plpgsql as $$
  #variable_conflict use_column
  declare
    v_now bigint;
    v_tenants int[];
    v_row record;
    v_end record;
  begin
    select array_agg(distinct x.t) into v_tenants from (
      select o.t from json_to_recordset(p_outcomes) o(t int) union
      select m.tenant_id from json_to_recordset(p_outcomes) o(i uuid) join vestnik.message m on m.id = o.i where m.receipt) x;
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
  end $$`,
];

const STATEMENTS = [...TABLES, ...FUNCTIONS];
