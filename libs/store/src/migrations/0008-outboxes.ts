import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waits for other installations, how far each has come, and what became of what they sent. */
export class Outboxes0008 implements MigrationInterface {
  readonly name = 'Outboxes0008000000000008';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...REPLACED, ...FUNCTIONS]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('what waits for other installations cannot be unmade by a migration: restore a backup');
  }
}

const TABLES = [
  // Which installation a message came from: its remote. Null: this one.
  'alter table vestnik.message add column origin int',

  // Changed by whoever sends, under the lock of the outbox.
  `create table vestnik.outbox_head (
    remote int primary key,
    last bigint not null default 0,             -- the last number that was drawn
    bytes bigint not null default 0,            -- of all numbers so far
    epoch bigint                                -- in which it was drawn
  ) with (fillfactor = 50)`,
  // Changed by whoever has the link's lease.
  `create table vestnik.outbox_sent (
    remote int primary key,
    sent bigint not null default 0,             -- up to here it may be on the wire: only the far side decides
    acknowledged bigint not null default 0,
    swept_at bigint not null default 0          -- what expired before this has been looked at
  ) with (fillfactor = 50)`,
  // Numbers go on from epoch to epoch; each belongs to the one in which it was drawn.
  `create table vestnik.outbox_epoch (
    remote int not null,
    starts bigint not null,
    epoch bigint not null,
    at bigint not null,
    primary key (remote, starts)
  )`,
  // One row for a message, however many recipients it has there; also what tells its sender what became of it.
  `create table vestnik.outbox (
    remote int not null,
    number bigint not null,
    kind smallint not null,                     -- 0 message, 1 states, 2 withdraw, 3 void: a message that ended before it was sent
    message_id uuid,
    tenant_id int,                              -- the sender's
    bytes_to bigint not null,                   -- of all numbers up to this one
    at bigint not null,
    expires_at bigint,
    addresses text[],                           -- its recipients, as the sender writes them
    wire text[],                                -- the same, as they are written there
    states smallint[],                          -- of each: null open, 0 acknowledged, else as outcomes in the log
    state_at bigint[],
    details text[],                             -- JSON: reason, device
    body text,                                  -- of what is no message: JSON
    primary key (remote, number)
  ) with (fillfactor = 80)`,
  'create index outbox_message on vestnik.outbox (message_id) where message_id is not null',
  'create index outbox_expires on vestnik.outbox (remote, expires_at) where kind = 0',
  // When the far side had them on its disk; merged, so few.
  `create table vestnik.outbox_ack (remote int not null, number bigint not null, at bigint not null, primary key (remote, number))`,

  `create table vestnik.receive_cursor (
    remote int not null,
    epoch bigint not null,
    number bigint not null,
    at bigint not null,
    primary key (remote, epoch)
  ) with (fillfactor = 50)`,

  // What became of messages from elsewhere, on its way into the outbox to there: the lock of that is not held while clients acknowledge.
  `create table vestnik.homeward (
    number bigint generated always as identity primary key,
    remote int not null,
    message_id uuid not null,
    recipient text not null,
    state smallint not null,
    at bigint not null,
    reason text,
    device text
  )`,
  'create index homeward_remote on vestnik.homeward (remote, number)',

  `create table vestnik.link_lease (
    link text primary key,
    node text not null,
    generation bigint not null,
    until bigint not null,
    status text                                 -- JSON: how it is connected, as its node told last
  ) with (fillfactor = 50)`,

  // One that is forgotten keeps its number, and with it the outbox's and how far what comes from there has come: the other side may
  // not have forgotten this one, and takes a number that it has had before for what it had then.
  'create table vestnik.remote_past (installation text collate "C" primary key, remote int not null)',
  `create function vestnik.remember_remote() returns trigger language plpgsql as $$
  begin
    new.id := coalesce((select p.remote from vestnik.remote_past p where p.installation = new.installation), new.id);
    return new;
  end $$`,
  'create trigger remember_remote before insert on vestnik.remote for each row execute function vestnik.remember_remote()',

  `create function vestnik.begin_remote() returns trigger language plpgsql as $$
  begin
    insert into vestnik.outbox_head (remote) values (new.id) on conflict do nothing;
    insert into vestnik.outbox_sent (remote, swept_at) values (new.id, vestnik.now_ms()) on conflict do nothing;
    return new;
  end $$`,
  'create trigger begin_remote after insert on vestnik.remote for each row execute function vestnik.begin_remote()',
];

/** Functions of the log that know of other installations now. */
const REPLACED = [
  'drop function vestnik.append(json, json, int[], boolean, boolean, boolean, boolean, boolean)',
  // Appends a batch: messages with their entries, in one transaction over all their tenants and outboxes. One round trip.
  // what: 0 entry, 1 entry that is an outcome or a receipt (to be read), 10 busy, 11 duplicate, 12 mismatch, 13 taken, 14 gone.
  `create function vestnik.append(p_messages json, p_entries json, p_tenants int[], p_keyed boolean, p_collapsing boolean, p_entering boolean,
    p_waiting boolean, p_forwards json)
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
  end $$`,

  // When it happened is what the far clock says: what is told of it here lives from now on.
  `create or replace function vestnik.append_receipt_of(p_message uuid, p_recipient text, p_state text, p_at bigint, p_reason text, p_device text)
    returns bigint language plpgsql as $$
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
  end $$`,

  // Of a message from elsewhere it is told there.
  `create or replace function vestnik.append_receipt(p_message uuid, p_mailbox int, p_state text, p_at bigint, p_reason text, p_device text)
    returns bigint language plpgsql as $$
  declare
    v_origin int;
    v_recipient text;
    v_client text;
  begin
    select m.origin, b.name || '@' || t.name || substring(m.sender from '@[^.]+(\\.[^/]*)'), b.name || '@' || t.name into v_origin, v_recipient, v_client
      from vestnik.message m, vestnik.mailbox b join vestnik.tenant t on t.id = b.tenant_id where m.id = p_message and b.id = p_mailbox;
    if v_origin is not null then
      insert into vestnik.homeward (remote, message_id, recipient, state, at, reason, device)
        values (v_origin, p_message, v_client, array_position(array['acknowledged', 'read', 'refused', 'expired', 'collapsed', 'withdrawn'], p_state) - 1,
          p_at, p_reason, nullif(p_device, ''));
      return null;
    end if;
    return vestnik.append_receipt_of(p_message, v_recipient, p_state, p_at, p_reason, p_device);
  end $$`,

  `create or replace function vestnik.move_cursors(p_clients int[], p_devices text[], p_acknowledged bigint[], p_delivered bigint[])
    returns table (tenant_id int, "position" bigint) language plpgsql as $$
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
  end $$`,

  `create or replace function vestnik.record_outcomes(p_outcomes json)
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
  end $$`,
];

const FUNCTIONS = [
  // Whether a lease is still held; whoever takes it over waits until this transaction has ended.
  `create function vestnik.hold_lease(p_link text, p_generation bigint) returns void language plpgsql as $$
  begin
    perform from vestnik.link_lease l where l.link = p_link and l.generation = p_generation for share;
    if not found then raise exception 'the link was taken over' using errcode = 'VE001'; end if;
  end $$`,

  // Ends a message in an outbox for one recipient (p_at_index) or all that are open. The lock of its sender's tenant must be held.
  // The first final state wins; acknowledged may become read. Answers where receipts were appended.
  `create function vestnik.end_forwarded(p_remote int, p_number bigint, p_index int, p_state int, p_at bigint, p_reason text, p_device text)
    returns table (tenant_id int, "position" bigint) language plpgsql as $$
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
  end $$`,

  // Takes the next numbers of one epoch for the wire. From now on they count as sent. Ends before a message that expired unsent:
  // that is ended first. p_bytes bounds what is taken, but for the first.
  `create function vestnik.take_outbox(p_link text, p_generation bigint, p_remote int, p_after bigint, p_entries int, p_bytes bigint)
    returns table (number bigint, kind int, epoch bigint, wire text[], expires_at bigint, body text, now bigint,
      message_id uuid, sender text, type text, data text, sent_at bigint, collapse_key text, correlation_id text, content_type text, traceparent text)
    language plpgsql as $$
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
  end $$`,

  // Ends what expired before it was sent, of one outbox. Answers how many, and where receipts were appended.
  `create function vestnik.expire_outbox(p_remote int, p_limit int, out o_ended int, out o_receipts text) language plpgsql as $$
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
  end $$`,

  // Begins to take in what came: holds the lease, takes the locks, looks where this side stands.
  // Answers the cursor of that epoch; null where something is missing before it. p_after: what must have come before.
  `create function vestnik.receive_begin(p_link text, p_generation bigint, p_remote int, p_epoch bigint, p_after_epoch bigint, p_after_number bigint,
    p_first bigint, p_tenants int[], p_home uuid[], p_withdraw uuid[], p_ids uuid[],
    out o_cursor bigint, out o_there text) language plpgsql as $$
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
  end $$`,

  // What became of messages that were sent there, as the far side tells: [{i, w, s, at, r, d}]. Answers receipts.
  `create function vestnik.states_home(p_remote int, p_states json) returns table (tenant_id int, "position" bigint) language plpgsql as $$
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
  end $$`,

  `create function vestnik.receive_end(p_remote int, p_epoch bigint, p_number bigint, p_states json) returns void language plpgsql as $$
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
  end $$`,

  // All of it in one round trip, where nothing but new messages came: what: 20 where it is otherwise, and nothing was done.
  `create function vestnik.receive_messages(p_link text, p_generation bigint, p_remote int, p_epoch bigint, p_after_epoch bigint, p_after_number bigint,
    p_first bigint, p_last bigint, p_ids uuid[], p_states json, p_messages json, p_entries json, p_tenants int[], p_collapsing boolean)
    returns table (n int, what int, tenant_id int, mailbox_id int, "position" bigint, previous bigint, at bigint, expires_at bigint, note text)
    language plpgsql as $$
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
  end $$`,

  // Draws numbers for entries that are no messages; the lock of the outbox must be held.
  `create function vestnik.append_outbox(p_remote int, p_kind int, p_bodies text[]) returns void language plpgsql as $$
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
  end $$`,

  // Puts what became of messages from there into the outbox to there, many in one entry. Answers how many.
  `create function vestnik.bring_home(p_link text, p_generation bigint, p_remote int, p_limit int, p_of_one int) returns int language plpgsql as $$
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
  end $$`,

  // Withdraws a message from recipients elsewhere: what was never sent is ended here, for the rest the far side is asked.
  // Answers where receipts were appended, and the remotes that something was put out for.
  `create function vestnik.withdraw_forwarded(p_tenant int, p_message uuid, out o_receipts text, out o_remotes int[]) language plpgsql as $$
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
  end $$`,

  // Refuses what waits for a remote that is about to be forgotten: nobody will say what became of it. So many numbers past one at
  // a time, as all may be too many for one transaction. Answers the last of them; null: there were none.
  `create function vestnik.refuse_waiting(p_remote int, p_after bigint, p_limit int) returns bigint language plpgsql as $$
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
  end $$`,

  `create or replace function vestnik.forget_remote(p_remote int) returns void language plpgsql as $$
  begin
    insert into vestnik.remote_past (installation, remote) select r.installation, r.id from vestnik.remote r where r.id = p_remote
      on conflict (installation) do nothing;
  end $$`,
];
